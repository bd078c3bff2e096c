/** The reads of a connection: one is in flight, the others are queued. */

/** Makes the call for a read. */
export interface Reader {
  /**
   * Receives into `target`.
   *
   * @param settles The promise of a read that was queued; by default there is a new one.
   */
  begin(
    target: Uint8Array,
    signal: AbortSignal | undefined,
    settles?: PromiseWithResolvers<number | null>,
  ): Promise<number | null>;
}

/** A read that is queued. */
interface Queued extends PromiseWithResolvers<number | null> {
  readonly target: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/**
 * Windows cancels all receives of a connection when one is cancelled, and their packets may be dequeued in any order. With
 * one receive in flight at a time, an abort ends no other read, and reads are settled in the order of the calls.
 */
export class ReadQueue {
  readonly #reader: Reader;
  #queued: Queued[] | undefined;
  /** Whether a read is in flight or not yet settled. The caller that starts one sets it. */
  isBusy = false;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Reads now, or when the reads before have been settled. */
  read(target: Uint8Array, signal: AbortSignal | undefined): Promise<number | null> {
    if (!this.isBusy) return this.#reader.begin(target, signal);
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    const queued: Queued = { target, signal, promise, resolve, reject, onAbort: () => this.#abort(queued) };
    signal?.addEventListener("abort", queued.onAbort);
    (this.#queued ??= []).push(queued);
    return promise;
  }

  /** Called when the read in flight is being settled: begins queued reads until one waits. */
  next(): void {
    this.isBusy = false;
    while (this.#queued !== undefined && this.#queued.length > 0 && !this.isBusy) {
      const queued = this.#queued.shift()!;
      queued.signal?.removeEventListener("abort", queued.onAbort);
      try {
        this.#reader.begin(queued.target, queued.signal, queued);
      } catch (error) {
        queued.reject(error);
      }
    }
  }

  #abort(queued: Queued): void {
    this.#queued!.splice(this.#queued!.indexOf(queued), 1);
    queued.signal!.removeEventListener("abort", queued.onAbort);
    queued.reject(queued.signal!.reason);
  }
}

/** The life of the worker that waits at the completion port. */

import { INFINITE, kernel32 } from "../win32/kernel32.ts";
import { systemFile } from "../win32/library.ts";
import {
  BATCH_SIZE,
  BATCHES,
  ENTRY_SIZE,
  type PollerEnd,
  pollerMain,
  type PollerStart,
  WORDS,
} from "./poller_worker.ts";

/**
 * `Worker` has no public way to let the process end while one runs. The method that Deno's own modules use is found by
 * its symbol, the one on the prototype without a description (Deno 2.7.5 to 2.9.6).
 */
type SetRef = (this: Worker, isRef: boolean) => void;

function findSetRef(): SetRef | undefined {
  const symbol = Object.getOwnPropertySymbols(Worker.prototype).find((symbol) => symbol.description === undefined);
  const method: unknown = symbol && Reflect.get(Worker.prototype, symbol);
  return typeof method === "function" && method.length === 1 ? method as SetRef : undefined;
}

/** How long an idle worker stays, in milliseconds, where it can only be stopped and not be let go. */
const LINGER = 100;

/** The poller of one completion port: started when first needed, kept, and stopped when the isolate ends. */
export class Poller {
  readonly #port: bigint;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #entries: SharedArrayBuffer;
  readonly #onFailure: (reason: string) => void;
  readonly #setRef: SetRef | undefined = findSetRef();

  #worker: Worker | undefined;
  #isRef = true; // how a worker begins
  #isStopping = false;
  #isNeeded = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param port The handle of the port.
   * @param control The shared words.
   * @param entries Room for the batches.
   * @param onFailure Called when the worker can go on no longer.
   */
  constructor(
    port: bigint,
    control: Int32Array<SharedArrayBuffer>,
    entries: SharedArrayBuffer,
    onFailure: (reason: string) => void,
  ) {
    this.#port = port;
    this.#control = control;
    this.#entries = entries;
    this.#onFailure = onFailure;
    // A worker that is blocked in a call cannot be ended from outside, and the process would wait for it at its end.
    globalThis.addEventListener("unload", () => this.stop());
  }

  /** Whether there is a worker. */
  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** Makes sure that the worker runs, and that the process waits for it or not. */
  need(keepsAlive: boolean): void {
    this.#isNeeded = true;
    clearTimeout(this.#linger);
    if (this.#worker === undefined) this.#start();
    this.#setKeepAlive(keepsAlive);
  }

  /** Lets the process end: nothing is pending that keeps it alive. */
  letGo(): void {
    this.#isNeeded = false;
    if (this.#setRef !== undefined) this.#setKeepAlive(false);
    else if (this.#worker !== undefined) {
      clearTimeout(this.#linger);
      this.#linger = setTimeout(() => this.stop(), LINGER);
    }
  }

  /** Asks the worker to end: by a flag, by opening the gate, and by a packet in case it waits at the port. */
  stop(): void {
    if (this.#worker === undefined || this.#isStopping) return;
    this.#isStopping = true;
    Atomics.store(this.#control, WORDS.STOP, 1);
    Atomics.add(this.#control, WORDS.GATE, 1);
    Atomics.notify(this.#control, WORDS.GATE);
    this.wake();
  }

  /** Wakes a worker that waits at the port by a packet of no operation: when it is to end, it does. */
  wake(): void {
    kernel32().PostQueuedCompletionStatus(this.#port, 0, 0n, 0n);
  }

  #start(): void {
    const source = `data:text/javascript,${encodeURIComponent(`onmessage = ${pollerMain}`)}`;
    const worker = new Worker(source, { type: "module", name: "completion port" });
    worker.onmessage = ({ data: end }: MessageEvent<PollerEnd>) => this.#ended(end);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#ended(event.message);
    };
    Atomics.store(this.#control, WORDS.STOP, 0);
    const batchLength = BATCH_SIZE * ENTRY_SIZE;
    const start: PollerStart = {
      library: systemFile("kernel32.dll"),
      port: this.#port,
      timeout: INFINITE,
      control: this.#control,
      batches: Array.from({ length: BATCHES }, (_, i) => new Uint8Array(this.#entries, i * batchLength, batchLength)),
      words: WORDS,
      batchSize: BATCH_SIZE,
    };
    worker.postMessage(start);
    this.#worker = worker;
    this.#isRef = true;
  }

  #ended(end: PollerEnd): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isStopping = false;
    if (end !== null) this.#onFailure(end);
    else if (this.#isNeeded) this.#start();
  }

  #setKeepAlive(isRef: boolean): void {
    if (this.#isRef === isRef || this.#worker === undefined || this.#setRef === undefined) return;
    this.#isRef = isRef;
    this.#setRef.call(this.#worker, isRef);
  }
}

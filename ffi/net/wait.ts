/** Waiting with a signal, and in a loop. */

import { checkOptions, checkSignal } from "../marshal/arguments.ts";

/** Options of a call that waits. */
export interface WaitOptions {
  /** Ends the wait: the call then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** The source of a loop. */
export interface Source<T> {
  /** Waits for the next one. */
  next(): Promise<T>;
  /** Whether nothing more will come. */
  isClosed(): boolean;
  /** Called when the loop is left or fails. */
  leave(): void;
}

/** Not an async generator, which takes twice the microtasks and twice the memory for each value. */
export function iterate<T>(source: Source<T>): AsyncIterableIterator<T> {
  let isOver = false;
  const leave = () => {
    isOver = true;
    source.leave();
  };
  return {
    async next(): Promise<IteratorResult<T>> {
      isOver ||= source.isClosed();
      if (isOver) return { value: undefined, done: true };
      try {
        return { value: await source.next(), done: false };
      } catch (error) {
        if (source.isClosed()) return { value: undefined, done: true };
        leave();
        throw error;
      }
    },
    return(value?: unknown): Promise<IteratorResult<T>> {
      leave();
      return Promise.resolve({ value, done: true });
    },
    [Symbol.asyncIterator](): AsyncIterableIterator<T> {
      return this;
    },
  };
}

/** Waits for a promise, but not longer than until the signal is aborted. The promise itself goes on. */
export async function withSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The signal among options that may be missing. Throws its reason when it has been aborted. */
export function signalOf(options: WaitOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined;
  checkOptions(options);
  return checkSignal(options.signal);
}

/** A call whose every failure is that of its promise. */
export function promised<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return Promise.resolve(action());
  } catch (error) {
    return Promise.reject(error);
  }
}

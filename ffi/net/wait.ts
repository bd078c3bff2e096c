/** Waiting with a signal, and in a loop. */

import { checkBoolean, checkInteger, checkOptions, checkSignal } from "../marshal/arguments.ts";
import { ERROR_CODES, WinsockError } from "../win32/errors.ts";

/** Options of a call that waits. */
export interface WaitOptions {
  /** Ends the wait: the call then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Options of a call that receives a datagram. */
export interface ReceiveOptions extends WaitOptions {
  /** Whether the datagram stays where it is, so that the next call receives it too (`MSG_PEEK`). Default: `false`. */
  peek?: boolean;
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

/** Whether a receive is to leave the datagram where it is. */
export function peeksOf(options: ReceiveOptions | undefined): boolean {
  return options !== undefined && options.peek !== undefined && checkBoolean("peek", options.peek);
}

/** A call whose every failure is that of its promise. */
export function promised<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return Promise.resolve(action());
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Checks the timeout of a socket, in milliseconds; 0 stands for none. */
export function checkTimeout(timeout: unknown): number {
  return timeout === undefined ? 0 : checkInteger("timeout", timeout, 1, 0x7fffffff);
}

/**
 * A call that waits, but not longer than a time. It is cancelled as by a signal, as overlapped calls ignore `SO_RCVTIMEO` and
 * `SO_SNDTIMEO`: a result that has won the race is not lost, and what was handed over in part is told.
 *
 * @param timeout The time in milliseconds.
 * @param tried What is tried, and the call, for the error.
 */
export async function withTimeout<T>(
  timeout: number,
  signal: AbortSignal | undefined,
  tried: () => [tried: string, syscall: string],
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    const [what, syscall] = tried();
    const cause = new WinsockError(ERROR_CODES.WSAETIMEDOUT[0], syscall);
    const message = `${what}: not within ${timeout} ms (${cause.symbol}, ${cause.code})`;
    limit.abort(new Deno.errors.TimedOut(message, { cause }));
  }, timeout);
  Deno.unrefTimer(timer); // the operation itself keeps the process alive, unless the socket is unref'd
  try {
    return await call(signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}

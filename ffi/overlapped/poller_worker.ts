/** The worker that waits at the completion port, and the memory it shares with the thread that uses the sockets. */

/** The words of shared memory by which the two threads meet. */
export const WORDS = {
  /** Batches that the worker has filled. */
  HEAD: 0,
  /** Batches that the main thread has emptied. */
  TAIL: 1,
  /** 1 while the main thread sleeps, or is about to. */
  PARKED: 2,
  /** Counted up to wake the main thread. */
  WAKE: 3,
  /** Counted up when the main thread parks, to let the worker on. */
  GATE: 4,
  /** 1 while the worker waits behind the gate. */
  GATED: 5,
  /** 1 when the worker is to wait behind the gate after every batch, as the main thread polls the port itself. */
  YIELD: 6,
  /** 1 to end the worker. */
  STOP: 7,
  /** How many completions each batch holds. */
  COUNTS: 8,
} as const;

/**
 * How many batches there are, a power of two, so that the counts of batches may wrap. The gate lets two be in use; the
 * others are slack that costs 8 KiB each.
 */
export const BATCHES = 4;
/** Where the counts of batches begin: shortly before they wrap, so that what goes wrong there is seen at once. */
export const FIRST_BATCH = 0x7fff_ffc0;
/** How many completions fit in a batch. */
export const BATCH_SIZE = 256;
/** The size of an OVERLAPPED_ENTRY in bytes. */
export const ENTRY_SIZE = 32;

/** What the worker is given. */
export interface PollerStart {
  /** The file that `GetQueuedCompletionStatusEx` is in. */
  readonly library: string;
  /** The handle of the completion port. */
  readonly port: bigint;
  /** How long one wait may take in milliseconds; 0xffffffff for ever. */
  readonly timeout: number;
  /** The shared words. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Room for the OVERLAPPED_ENTRYs of each batch. */
  readonly batches: readonly Uint8Array<SharedArrayBuffer>[];
  /** {@linkcode WORDS}. */
  readonly words: typeof WORDS;
  /** {@linkcode BATCH_SIZE}. */
  readonly batchSize: number;
}

/** What the worker says when it ends: why it had to, or null when it was asked to. */
export type PollerEnd = string | null;

/**
 * The whole worker. Its text is what runs, so it refers to nothing outside itself, and has no functions inside: those a
 * minifier may move out, or give helpers that the text then lacks.
 */
export function pollerMain({ data }: { data: PollerStart }): void {
  const { library, port, timeout, control, batches, words, batchSize } = data;
  const { GetQueuedCompletionStatusEx, GetLastError } = Deno.dlopen(library, {
    GetQueuedCompletionStatusEx: { parameters: ["usize", "buffer", "u32", "buffer", "u32", "i32"], result: "i32" },
    GetLastError: { parameters: [], result: "u32" },
  }).symbols;
  const count = new Uint32Array(1);
  let head = Atomics.load(control, words.HEAD);
  let end: string | null = null;
  while (true) {
    // The gate is read before anything that the main thread may answer by opening it, or may have set before it opened
    // the gate: then no wait below misses it.
    let gate = Atomics.load(control, words.GATE);
    if (Atomics.load(control, words.STOP) === 1) break;
    const batch = head & (batches.length - 1);
    if ((head - Atomics.load(control, words.TAIL) | 0) === batches.length) {
      Atomics.wait(control, words.GATE, gate);
      continue;
    }
    if (GetQueuedCompletionStatusEx(port, batches[batch], batchSize, count, timeout, 0) === 0) {
      const code = GetLastError();
      if (code === 258) continue; // WAIT_TIMEOUT
      end = `GetQueuedCompletionStatusEx failed with error ${code}`;
      break;
    }
    Atomics.store(control, words.COUNTS + batch, count[0]);
    head = head + 1 | 0;
    Atomics.store(control, words.HEAD, head);
    gate = Atomics.load(control, words.GATE);
    if (Atomics.exchange(control, words.PARKED, 0) === 1) {
      Atomics.add(control, words.WAKE, 1);
      Atomics.notify(control, words.WAKE);
      if (Atomics.load(control, words.YIELD) === 0) continue;
    }
    if (Atomics.load(control, words.STOP) === 1) break;
    // The main thread is awake and will see the batch by itself; meanwhile completions gather in the port.
    Atomics.store(control, words.GATED, 1);
    Atomics.wait(control, words.GATE, gate);
    Atomics.store(control, words.GATED, 0);
  }
  // deno-lint-ignore no-explicit-any -- the types of a worker's own scope are not those of this file
  (globalThis as any).postMessage(end);
}

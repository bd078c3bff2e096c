/** The worker that waits at the completion port, and the memory it shares with the thread that uses the sockets. */

import type { CORE_SYMBOLS } from "../win32/ws2_32.ts";
import { layout } from "../layout/mod.ts";
import { type KERNEL32_SYMBOLS, OVERLAPPED_ENTRY } from "../win32/kernel32.ts";
import type { MEMORY_WORDS, WorkerResources } from "./worker_resources.ts";

/** The words of shared memory by which the two threads communicate. */
export const WORDS = {
  /** The number of batches that the worker has filled. */
  HEAD: 0,
  /** The number of batches that the main thread has emptied. */
  TAIL: 1,
  /** 1 while the main thread sleeps, or is about to. */
  PARKED: 2,
  /** Incremented to wake the main thread. */
  WAKE: 3,
  /** Incremented when the main thread parks, to let the worker pass the gate. */
  GATE: 4,
  /** 1 while the worker waits behind the gate. */
  GATED: 5,
  /** 1 when the worker must wait behind the gate after every batch, because the main thread polls the port. */
  YIELD: 6,
  /** 1 to end the worker. */
  STOP: 7,
  /** 1 while the worker runs: it takes a while to start. */
  RUNNING: 8,
  /** The number of completions in each batch. */
  COUNTS: 9,
} as const;

/**
 * How many batches there are, a power of two, so that the counts of batches may wrap. The gate lets two be in use; the
 * others are slack that costs 8 KiB each.
 */
export const BATCHES = 4;
/** Where the counts of batches begin: shortly before they wrap, so that an error there shows immediately. */
export const FIRST_BATCH = 0x7fff_ffc0;
/** The most completions in a batch. */
export const BATCH_SIZE = 256;
/** The size of an OVERLAPPED_ENTRY in bytes. */
export const ENTRY_SIZE: number = layout(OVERLAPPED_ENTRY).size;

/** The functions by which a poller releases what its owner has left: see {@linkcode PollerOwner}. */
export interface ReleaseFunctions {
  readonly kernel32: Pick<
    typeof KERNEL32_SYMBOLS,
    "CancelIoEx" | "CloseHandle" | "HeapDestroy" | "VirtualFree" | "WaitForSingleObject"
  >;
  readonly ws2_32: Pick<typeof CORE_SYMBOLS, "closesocket" | "setsockopt">;
}

/** The thread that uses the sockets, where it is that of a Worker, which may end with the process going on. */
export interface PollerOwner extends WorkerResources {
  /** A handle of the thread, to be closed when it has ended. */
  readonly thread: bigint;
  readonly functions: ReleaseFunctions;
  /** The file that `closesocket` is in. */
  readonly winsock: string;
  /** {@linkcode MEMORY_WORDS}. */
  readonly words: typeof MEMORY_WORDS;
  /** The size of a slot in bytes, how many OVERLAPPEDs it begins with, and the size of these. */
  readonly slotSize: number;
  readonly overlappeds: number;
  readonly overlappedSize: number;
}

/** What the worker is given. */
export interface PollerStart {
  /** The file that `GetQueuedCompletionStatusEx` is in. */
  readonly library: string;
  /** The handle of the completion port. */
  readonly port: bigint;
  /** How long one wait at the port may take in milliseconds; 0xffffffff for ever. */
  readonly timeout: number;
  /** Whose resources are to be released when its thread has ended; undefined where the process ends with it. */
  readonly owner: PollerOwner | undefined;
  /** The shared words. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Room for the OVERLAPPED_ENTRYs of each batch. */
  readonly batches: readonly Uint8Array<SharedArrayBuffer>[];
  /** {@linkcode WORDS}. */
  readonly words: typeof WORDS;
  /** {@linkcode BATCH_SIZE}. */
  readonly batchSize: number;
}

/** The message of the worker when it ends: the reason of a failure, or null when it was told to end. */
export type PollerEnd = string | null;

/**
 * The whole worker. Its text is what runs, so it refers to nothing outside itself, and has no functions inside: those a
 * minifier may move out, or give helpers that the text then lacks.
 */
export function pollerMain({ data }: { data: PollerStart }): void {
  const { library, port, timeout, owner, control, batches, words, batchSize } = data;
  const { GetQueuedCompletionStatusEx, GetLastError } = Deno.dlopen(library, {
    GetQueuedCompletionStatusEx: { parameters: ["usize", "buffer", "u32", "buffer", "u32", "i32"], result: "i32" },
    GetLastError: { parameters: [], result: "u32" },
  }).symbols;
  const kernel32 = owner && Deno.dlopen(library, owner.functions.kernel32).symbols;
  const gateTimeout = owner === undefined ? Infinity : timeout;
  const count = new Uint32Array(1);
  let head = Atomics.load(control, words.HEAD);
  let end: string | null = null;
  let failures = 0;
  let isQuiet = false; // for a while nothing has happened: the owner may have ended
  let isAbandoned = false;
  Atomics.store(control, words.RUNNING, 1); // before the port is first asked
  while (true) {
    if (isQuiet && kernel32?.WaitForSingleObject(owner!.thread, 0) === 0) {
      isAbandoned = true;
      break;
    }
    isQuiet = false;
    // The gate is read first, before anything that the main thread may answer by opening it, or set before it opened the
    // gate: so no wait below misses it.
    let gate = Atomics.load(control, words.GATE);
    if (Atomics.load(control, words.STOP) === 1) break;
    const batch = head & (batches.length - 1);
    if ((head - Atomics.load(control, words.TAIL) | 0) === batches.length) {
      isQuiet = Atomics.wait(control, words.GATE, gate, gateTimeout) === "timed-out";
      continue;
    }
    if (GetQueuedCompletionStatusEx(port, batches[batch], batchSize, count, timeout, 0) === 0) {
      const code = GetLastError();
      isQuiet = true;
      failures = code === 258 ? 0 : failures + 1; // WAIT_TIMEOUT
      if (failures < 3) continue; // the code may be wrong: see last_error.ts
      end = `GetQueuedCompletionStatusEx failed with error ${code}`;
      break;
    }
    failures = 0;
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
    // The main thread is awake and will see the batch; meanwhile completions gather in the port.
    Atomics.store(control, words.GATED, 1);
    while (Atomics.wait(control, words.GATE, gate, gateTimeout) === "timed-out") {
      isQuiet = true;
      if (kernel32?.WaitForSingleObject(owner!.thread, 0) === 0) break;
    }
    Atomics.store(control, words.GATED, 0);
  }
  Atomics.store(control, words.RUNNING, 0);
  if (!isAbandoned || owner === undefined || kernel32 === undefined) { // the second and third for the types
    // deno-lint-ignore no-explicit-any -- the types of a worker's own scope are not those of this file
    (globalThis as any).postMessage(end);
    return;
  }

  // The owner has ended: everything of its is released, the memory when nothing is in flight any more.
  const { sockets, memory } = owner;
  for (let index = 0; index < sockets.length; index++) {
    if (sockets[index] === 1) kernel32.CancelIoEx(BigInt(4 * index), 0n);
  }
  const address = memory[owner.words.SLOTS];
  const length = Number(memory[owner.words.SLOTS_LENGTH]);
  const slots = new DataView(
    length === 0
      ? new ArrayBuffer(0)
      : Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(address)!, length),
  );
  let inFlight = 0;
  for (let waits = 0; waits < 4; waits++) {
    inFlight = 0;
    for (let slot = 0; slot < length; slot += owner.slotSize) {
      for (let overlapped = 0; overlapped < owner.overlappeds; overlapped++) {
        if (slots.getInt32(slot + overlapped * owner.overlappedSize, true) === 0x103) inFlight++; // STATUS_PENDING
      }
    }
    if (inFlight === 0) break;
    // One that never becomes anything else is of a call that failed just as the owner ended. Its memory is left alone.
    if (GetQueuedCompletionStatusEx(port, batches[0], batchSize, count, timeout, 0) !== 0) waits = 0;
  }
  const { closesocket, setsockopt } = Deno.dlopen(owner.winsock, owner.functions.ws2_32).symbols;
  for (let index = 0; index < sockets.length; index++) {
    if (sockets[index] !== 1 || closesocket(BigInt(4 * index)) === 0) continue;
    // It never blocks, and refuses to linger until everything is sent: that is left to the system.
    setsockopt(BigInt(4 * index), 0xffff, 0x80, new Uint16Array(2), 4); // SOL_SOCKET, SO_LINGER
    closesocket(BigInt(4 * index));
  }
  if (inFlight === 0) {
    if (address !== 0n) kernel32.VirtualFree(address, 0n, 0x8000); // MEM_RELEASE
    const heap = memory[owner.words.HEAP];
    if (heap !== 0n) kernel32.HeapDestroy(heap);
  }
  kernel32.CloseHandle(port);
  kernel32.CloseHandle(owner.thread);
  globalThis.close();
}

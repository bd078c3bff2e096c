/**
 * The record of the system resources of a Worker. No code of a Worker runs when it is terminated or ends by an error: its
 * poller, a thread of its own, then releases what is recorded here. The main thread keeps no record, because the process
 * closes everything when it ends.
 */

import type { SOCKET } from "../win32/handles.ts";

/** Whether this isolate is a Worker. Those of `node:worker_threads` have the same scope, without the name of its class. */
export const isWorker: boolean = String(globalThis) === "[object DedicatedWorkerGlobalScope]";

/** What is recorded in {@linkcode WorkerResources.memory}. */
export const MEMORY_WORDS = {
  /** The address of the slots; 0 while there are none. */
  SLOTS: 0,
  /** How many bytes of them are in use, from the first one on. */
  SLOTS_LENGTH: 1,
  /** The heap of the buffers; 0 while there is none. */
  HEAP: 2,
} as const;

/** The record: shared memory, which the poller reads when the Worker's thread has ended. */
export interface WorkerResources {
  /** 1 for each socket that is open, at a quarter of its handle: the handles of Windows are multiples of 4. */
  readonly sockets: Uint8Array<SharedArrayBuffer>;
  /** {@linkcode MEMORY_WORDS}. */
  readonly memory: BigUint64Array<SharedArrayBuffer>;
}

const HANDLE_STEP = 4;
/** Windows gives no process more handles than that, and the lowest that are free. */
const MOST_HANDLES = 1 << 24;
const FIRST_HANDLES = 64;

/** The record of this isolate; undefined on the main thread. */
export const workerResources: WorkerResources | undefined = isWorker
  ? {
    sockets: new Uint8Array(new SharedArrayBuffer(FIRST_HANDLES, { maxByteLength: MOST_HANDLES })),
    memory: new BigUint64Array(new SharedArrayBuffer(8 * Object.keys(MEMORY_WORDS).length)),
  }
  : undefined;

/** Records a socket that has just been made. */
export function recordSocket(handle: SOCKET): void {
  if (workerResources === undefined) return;
  const { sockets } = workerResources;
  const index = Number(handle) / HANDLE_STEP;
  if (!Number.isInteger(index) || index >= MOST_HANDLES) return; // of a provider that makes up its own
  while (index >= sockets.length) sockets.buffer.grow(2 * sockets.length);
  sockets[index] = 1;
}

/**
 * Removes a socket that is about to be closed. Not afterwards: by then Windows may have reused the handle.
 */
export function strikeOutSocket(handle: SOCKET): void {
  const index = Number(handle) / HANDLE_STEP;
  if (workerResources !== undefined && index < workerResources.sockets.length) workerResources.sockets[index] = 0;
}

/** Records memory. */
export function recordMemory(word: keyof typeof MEMORY_WORDS, value: bigint): void {
  if (workerResources !== undefined) workerResources.memory[MEMORY_WORDS[word]] = value;
}

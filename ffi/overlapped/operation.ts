/** Overlapped operations: the memory of each, what is done when it has completed, and the slots they are kept in. */

import { layout } from "../layout/mod.ts";
import { OVERLAPPED } from "../win32/kernel32.ts";
import { WSABUF } from "../win32/winsock.ts";
import {
  allocateBuffer,
  commit,
  copyToNative,
  memoryAt,
  type NativeBuffer,
  releaseBuffer,
  reserve,
} from "./native_memory.ts";
import { MessageMemory, OFFSETS, OVERLAPPEDS } from "./operation_memory.ts";
import { recordMemory } from "./worker_resources.ts";

const { offsets: { Internal: INTERNAL, InternalHigh: INTERNAL_HIGH }, size: OVERLAPPED_SIZE } = layout(OVERLAPPED);
const WSABUF_BUF = layout(WSABUF).offsets.buf;
const STATUS_BUFFER_OVERFLOW = 0x80000005 | 0;
const SLOT_BITS = 9;
/** The size of a slot. */
export const SLOT_SIZE: number = 1 << SLOT_BITS;
const SLOTS_PER_CHUNK = 128;
const CHUNK_SIZE = SLOT_SIZE * SLOTS_PER_CHUNK;
/** How many operations can be under way at once: 128 MiB of addresses, which take memory only as they are used. */
const SLOTS = 256 * 1024;

/** What becomes of a slot. The one record of who has it. */
export const STATE = {
  /** Nobody: it is free. */
  FREE: 0,
  /** The library, which is about to make the call. */
  NEW: 1,
  /** The kernel, until the packet of the operation is dequeued. */
  IN_FLIGHT: 2,
  /** The library again: the operation has completed and has not been settled. */
  COMPLETED: 3,
} as const;

type State = (typeof STATE)[keyof typeof STATE];

/** Called once when an operation has completed: returns what its promise resolves with, or throws what it rejects with. */
export type Finish<C, T> = (operation: Operation, context: C, code: number, bytes: number) => T | Promise<T>;

/** The socket of an operation. */
export interface OperationOwner {
  /** The completion key of its packets. */
  readonly key: number;
  /** Whether its operations keep the process alive. */
  readonly isRef: boolean;
  /** Asks the kernel to end an operation. */
  cancel(operation: Operation): void;
  /** Called when an operation has been settled. */
  settled(wasSynchronous: boolean): void;
}

/** A slot for an overlapped operation, used for one after another. */
export class Operation {
  /** The address of the slot. */
  readonly slot: bigint;
  /** The address of the WSABUF. */
  readonly buffersAddress: bigint;
  /** The address of the byte count. */
  readonly bytesAddress: bigint;
  /** The address of the flags, which `WSARecv` reads and writes. */
  readonly flagsAddress: bigint;
  /** The memory of the slot. */
  readonly memory: DataView;

  /** The address of the OVERLAPPED, one of {@linkcode OVERLAPPEDS}: see {@linkcode renew}. */
  address: bigint;
  /** Its low half, signed, as it stands in packets. */
  low: number;
  /** Who has the slot. */
  state: State = STATE.FREE;
  /** Where the data is; given back when the operation has been settled. */
  buffer: NativeBuffer | undefined = undefined;
  /** Where received data goes, or undefined. */
  target: Uint8Array | undefined = undefined;
  /** The socket, from the start of the operation until it is settled. */
  socket: OperationOwner | undefined = undefined;
  /** Aborts the operation, where there is one. */
  signal: AbortSignal | undefined = undefined;

  /** The operations among which it is settled in the order of their calls; undefined for whenever it completes. */
  series: Operation[] | undefined = undefined;

  /** What the operation has completed with, until it is settled; in flight, what its call failed with. */
  code = 0;
  bytes = 0;
  /** Whether it completed synchronously: the kernel never had it. */
  isSynchronous = false;
  /** Whether the library cancelled it, as its call seemed to have failed and had not. */
  isMistaken = false;
  /** Whether it was never begun, and why not is unknown: the code of its call could not come from it. */
  isCodeWrong = false;
  /** How many marks of it are in the port (see `Packets.mark`): for as long the slot is nobody else's. */
  marks = 0;

  readonly #low: number;
  readonly #addresses: bigint[] = [];
  #overlapped = 0;
  #messageMemory: MessageMemory | undefined;
  #context: unknown = undefined;
  #finish: Finish<never, unknown> = unfinished;
  #resolve: (value: never) => void = ignore;
  #reject: (reason: unknown) => void = ignore;
  #onAbort: (() => void) | undefined = undefined;

  constructor(slot: bigint, memory: DataView) {
    this.slot = slot;
    this.buffersAddress = slot + BigInt(OFFSETS.buffers);
    this.bytesAddress = slot + BigInt(OFFSETS.bytes);
    this.flagsAddress = slot + BigInt(OFFSETS.flags);
    this.memory = memory;
    this.address = this.#addresses[0] = slot;
    this.low = this.#low = Number(BigInt.asIntN(32, slot));
  }

  /**
   * Takes the slot for the next operation, with an OVERLAPPED that the three before have not used: by its address a
   * packet that comes late, or twice, is told from that of this operation.
   */
  renew(): void {
    const next = (this.#overlapped + OVERLAPPED_SIZE) & (OVERLAPPEDS * OVERLAPPED_SIZE - 1);
    this.#overlapped = next;
    this.low = this.#low + next;
    this.address = this.#addresses[next / OVERLAPPED_SIZE] ??= this.slot + BigInt(next);
    this.memory.setUint32(OFFSETS.bytes, 0, true);
    this.code = 0;
    this.state = STATE.NEW;
  }

  /** The first `length` bytes of a buffer are what the operation sends or receives into. */
  use(buffer: NativeBuffer, length: number): void {
    this.buffer = buffer;
    this.memory.setUint32(OFFSETS.buffers, length, true);
    this.memory.setBigUint64(OFFSETS.buffers + WSABUF_BUF, buffer.address, true);
  }

  /** The NTSTATUS that the kernel has written, as a signed number. */
  get status(): number {
    return this.memory.getInt32(this.#overlapped + INTERNAL, true);
  }

  /**
   * Says in the OVERLAPPED that the kernel does not have the operation. A call that failed leaves it at STATUS_PENDING, and
   * the poller of a Worker that has ended takes it at its word.
   */
  clearStatus(): void {
    this.memory.setInt32(this.#overlapped + INTERNAL, 0, true);
  }

  /** The byte count that the kernel has written for its packet. */
  get transferred(): number {
    return this.memory.getUint32(this.#overlapped + INTERNAL_HIGH, true);
  }

  /** The byte count that the call has written, if it completed synchronously. */
  get transferredAtOnce(): number {
    return this.memory.getUint32(OFFSETS.bytes, true);
  }

  /**
   * How much of a message there is that completed synchronously with the warning that some of it was cut off. Which count
   * a system writes then is its own affair; where it writes none, the buffer is full.
   */
  get transferredWithWarning(): number {
    return this.transferredAtOnce ||
      (this.status === STATUS_BUFFER_OVERFLOW ? this.transferred : this.memory.getUint32(OFFSETS.buffers, true));
  }

  /** The parts of the slot that messages need. */
  get messageMemory(): MessageMemory {
    return this.#messageMemory ??= new MessageMemory(this);
  }

  /** Keeps the data beyond the operation: the caller gives the buffer back. */
  takeBuffer(): NativeBuffer {
    const buffer = this.buffer!;
    this.buffer = undefined;
    return buffer;
  }

  /**
   * The promise of an operation that will be settled later.
   *
   * @param settles A promise that exists already, which the operation is to settle.
   */
  promise<C, T>(
    socket: OperationOwner,
    finish: Finish<C, T>,
    context: C,
    signal: AbortSignal | undefined,
    settles: PromiseWithResolvers<T> | undefined,
  ): Promise<T> {
    this.socket = socket;
    this.#finish = finish;
    this.#context = context;
    if (signal !== undefined) this.#obey(signal, socket);
    if (settles !== undefined) {
      this.#resolve = settles.resolve as (value: never) => void;
      this.#reject = settles.reject;
      return settles.promise;
    }
    const promise = new Promise<T>(captureResolvers);
    this.#resolve = newResolve;
    this.#reject = newReject;
    return promise;
  }

  // A function of its own: a closure in promise() would cost every operation the memory of what it captures.
  #obey(signal: AbortSignal, socket: OperationOwner): void {
    this.signal = signal;
    signal.addEventListener("abort", this.#onAbort = () => socket.cancel(this));
  }

  /** Settles the promise. The slot is free for the next operation afterwards. */
  settle(): void {
    const finish = this.#finish;
    const resolve = this.#resolve;
    const reject = this.#reject;
    try {
      resolve(finish(this, this.#context as never, this.code, this.bytes) as never);
    } catch (reason) {
      reject(reason);
    } finally {
      if (this.#onAbort !== undefined) {
        this.signal?.removeEventListener("abort", this.#onAbort);
        this.#onAbort = undefined;
      }
      this.#finish = unfinished;
      this.#context = undefined;
      this.#resolve = this.#reject = ignore;
      releaseOperation(this);
    }
  }

  /**
   * Rejects the promise of an operation whose packet will never be dequeued. The slot is lost: the kernel may have its
   * memory for ever.
   *
   * @param code What the one who finishes the operation is told.
   */
  abandon(code: number, reason: Error): void {
    this.#reject(reason);
    try {
      this.#finish(this, this.#context as never, code, 0);
    } catch {
      // It has been rejected with the reason, which says more.
    }
    this.#finish = unfinished;
    this.#context = undefined;
    this.#resolve = this.#reject = ignore;
  }
}

/** The operations that have not been settled. */
export function startedOperations(): Operation[] {
  return all.filter(({ socket }) => socket !== undefined);
}

/** How many slots are in use. */
export function operationsInUse(): number {
  return all.length - idle.length - marked;
}

function unfinished(): never {
  throw new Error("The operation has not been started");
}

function ignore(): void {}

let newResolve: (value: never) => void = ignore;
let newReject: (reason: unknown) => void = ignore;

/** The same function for every promise: one made for each would be garbage with every operation. */
function captureResolvers(resolve: (value: never) => void, reject: (reason: unknown) => void): void {
  newResolve = resolve;
  newReject = reject;
}

let base: bigint | undefined;
let baseLow = 0;
const all: Operation[] = [];
const idle: Operation[] = [];
/** How many slots are free but for a mark in the port. */
let marked = 0;

/**
 * A slot that no operation uses.
 *
 * @param room How many bytes the operation is to receive; it is given a buffer for them. By default it has none.
 */
export function acquireOperation(room?: number): Operation {
  const buffer = room === undefined ? undefined : allocateBuffer(room);
  try {
    if (idle.length === 0) grow();
  } catch (error) {
    if (buffer !== undefined) releaseBuffer(buffer);
    throw error;
  }
  const operation = idle.pop()!;
  operation.renew();
  if (buffer !== undefined) operation.use(buffer, room!);
  return operation;
}

/** A slot with a copy of what the operation is to send. */
export function acquireSend(data: Uint8Array): Operation {
  const operation = acquireOperation(data.byteLength);
  try {
    copyToNative(operation.buffer!.address, data);
  } catch (error) {
    releaseOperation(operation);
    throw error;
  }
  return operation;
}

/**
 * Gives a slot back, with its buffer, after an operation that has been settled or was never started. While a mark of it is
 * in the port, the next operation cannot have it: that mark would speak of the next one.
 */
export function releaseOperation(operation: Operation): void {
  if (operation.buffer !== undefined) releaseBuffer(operation.buffer);
  operation.buffer =
    operation.target =
    operation.socket =
    operation.signal =
    operation.series =
      undefined;
  operation.isMistaken = operation.isCodeWrong = operation.isSynchronous = false;
  operation.clearStatus();
  operation.state = STATE.FREE;
  if (operation.marks === 0) idle.push(operation);
  else marked++;
}

/** A mark of an operation was dequeued. */
export function markTaken(operation: Operation): void {
  if (operation.marks === 0) return; // a packet that came twice
  if (--operation.marks > 0 || operation.state !== STATE.FREE) return;
  marked--;
  idle.push(operation);
}

/**
 * The operation in whose slot an OVERLAPPED lies, by the low half of its address (signed); undefined for any other
 * address. All slots lie within 128 MiB, so that the low half tells them apart, and nothing here needs a number that is
 * an object.
 */
export function operationAt(low: number): Operation | undefined {
  return all[low - baseLow >>> SLOT_BITS];
}

function grow(): void {
  if (base === undefined) {
    base = reserve(SLOTS * SLOT_SIZE);
    recordMemory("SLOTS", base);
    baseLow = Number(BigInt.asIntN(32, base));
  }
  if (all.length === SLOTS) throw new Deno.errors.Busy(`More than ${SLOTS} operations are under way`);
  const chunk = base + BigInt(all.length * SLOT_SIZE);
  commit(chunk, CHUNK_SIZE);
  const memory = memoryAt(chunk, CHUNK_SIZE);
  for (let offset = 0; offset < CHUNK_SIZE; offset += SLOT_SIZE) {
    const operation = new Operation(chunk + BigInt(offset), new DataView(memory, offset, SLOT_SIZE));
    all.push(operation);
    idle.push(operation);
  }
  recordMemory("SLOTS_LENGTH", BigInt(all.length * SLOT_SIZE));
}

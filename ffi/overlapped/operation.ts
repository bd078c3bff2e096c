/** Overlapped operations: their slots, their memory, and how they are settled. */

import { layout } from "../layout/mod.ts";
import { OVERLAPPED } from "../win32/kernel32.ts";
import { WSABUF } from "../win32/winsock.ts";
import {
  allocateBuffer,
  commit,
  copyToNative,
  memoryAt,
  MessageMemory,
  type NativeBuffer,
  OFFSETS,
  OVERLAPPEDS,
  releaseBuffer,
  reserve,
} from "./native_memory.ts";
import { recordMemory } from "./worker_resources.ts";

const { offsets: { Internal: INTERNAL, InternalHigh: INTERNAL_HIGH, DUMMYUNIONNAME: OFFSET }, size: OVERLAPPED_SIZE } =
  layout(OVERLAPPED);
const WSABUF_BUF = layout(WSABUF).offsets.buf;
const STATUS_BUFFER_OVERFLOW = 0x80000005 | 0;
const SLOT_BITS = 9;
/** The size of a slot. */
export const SLOT_SIZE: number = 1 << SLOT_BITS;
const SLOTS_PER_CHUNK = 128;
const CHUNK_SIZE = SLOT_SIZE * SLOTS_PER_CHUNK;
/** The most operations at a time: 128 MiB of addresses, which take memory only as they are used. */
const SLOTS = 256 * 1024;

/** The state of a slot, the only record of its owner. */
export const STATE = {
  /** It is free. */
  FREE: 0,
  /** The library owns it, and is about to make the call. */
  NEW: 1,
  /** The kernel owns it until the packet of the operation is dequeued. */
  IN_FLIGHT: 2,
  /** The library owns it again: the operation has completed and is not settled. */
  COMPLETED: 3,
} as const;

type State = (typeof STATE)[keyof typeof STATE];

/** Called once when an operation has completed. Its promise resolves with the result, or rejects with what is thrown. */
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

/** A slot for overlapped operations, one after another. */
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
  /** Its low half, signed, as packets have it. */
  low: number;
  /** The owner of the slot. */
  state: State = STATE.FREE;
  /** The data; released when the operation has been settled. */
  buffer: NativeBuffer | undefined = undefined;
  /** Where received data goes, or undefined. */
  target: Uint8Array | undefined = undefined;
  /** The socket, from the start of the operation until it is settled. */
  socket: OperationOwner | undefined = undefined;
  /** Aborts the operation, where there is one. */
  signal: AbortSignal | undefined = undefined;

  /** The operations that are settled in the order of their calls, with this one; undefined when order does not matter. */
  series: Operation[] | undefined = undefined;

  /** The result of the operation until it is settled; while it is in flight, the code of its call. */
  code = 0;
  bytes = 0;
  /** Whether it completed synchronously: the kernel never had it. */
  isSynchronous = false;
  /** Whether the library cancelled it because its call seemed to fail and had not. */
  isMistaken = false;
  /** Whether it never began for an unknown reason: its call cannot fail with the code that was read. */
  isCodeWrong = false;
  /** The number of its marks in the port (see `Packets.mark`): until they are dequeued, the slot is not reused. */
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
   * Takes the slot for the next operation, with an OVERLAPPED that the last three have not used: its address distinguishes
   * the packet of this operation from one that is late or a duplicate.
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
   * Marks the OVERLAPPED as not in flight. A failed call leaves it at STATUS_PENDING, which the poller of a Worker that has
   * ended would believe.
   */
  clearStatus(): void {
    this.memory.setInt32(this.#overlapped + INTERNAL, 0, true);
  }

  /** Where in a file the operation begins. It must be 0 again for the next one. */
  setFileOffset(offset: number): void {
    this.memory.setBigUint64(this.#overlapped + OFFSET, BigInt(offset), true);
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
   * The length of a message that completed synchronously with the warning that it was truncated. Systems differ in which
   * count they write; where they write none, the buffer is full.
   */
  get transferredWithWarning(): number {
    return this.transferredAtOnce ||
      (this.status === STATUS_BUFFER_OVERFLOW ? this.transferred : this.memory.getUint32(OFFSETS.buffers, true));
  }

  /** The parts of the slot that messages need. */
  get messageMemory(): MessageMemory {
    return this.#messageMemory ??= new MessageMemory(this);
  }

  /** Takes the buffer from the operation: the caller releases it. */
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

  // A separate function: a closure in promise() would cost every operation the memory of what it captures.
  #obey(signal: AbortSignal, socket: OperationOwner): void {
    this.signal = signal;
    signal.addEventListener("abort", this.#onAbort = () => socket.cancel(this));
  }

  /** Settles the promise and frees the slot. */
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
   * Rejects the promise of an operation whose packet will never be dequeued. The slot is lost, as the kernel may use its
   * memory forever.
   *
   * @param code The code for the finish function.
   */
  abandon(code: number, reason: Error): void {
    this.#reject(reason);
    try {
      this.#finish(this, this.#context as never, code, 0);
    } catch {
      // The promise has been rejected with the reason, which says more.
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

/** The number of slots in use. */
export function operationsInUse(): number {
  return all.length - idle.length - marked;
}

function unfinished(): never {
  throw new Error("The operation has not been started");
}

function ignore(): void {}

let newResolve: (value: never) => void = ignore;
let newReject: (reason: unknown) => void = ignore;

/** One function for all promises: one for each would be garbage of every operation. */
function captureResolvers(resolve: (value: never) => void, reject: (reason: unknown) => void): void {
  newResolve = resolve;
  newReject = reject;
}

let base: bigint | undefined;
let baseLow = 0;
const all: Operation[] = [];
const idle: Operation[] = [];
/** The number of slots that wait only for a mark to be dequeued. */
let marked = 0;

/**
 * A slot that no operation uses.
 *
 * @param room The most bytes to receive; the operation gets a buffer for them. Default: no buffer.
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

/** A slot with a copy of the data to send. */
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
 * Releases a slot and its buffer, after an operation that was settled or never started. While a mark of it is in the port,
 * the slot is not reused: the mark would be taken for that of the next operation.
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
  if (operation.marks === 0) return; // a duplicate packet
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

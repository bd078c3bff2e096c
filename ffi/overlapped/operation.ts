/** Overlapped operations: the memory of each, what is done when it has ended, and the slots they are kept in. */

import { layout, type StructDef, type View } from "../layout/mod.ts";
import { OVERLAPPED } from "../win32/headers/minwinbase.ts";
import { SOCKADDR_STORAGE, WSABUF, WSAMSG } from "../win32/headers/ws2def.ts";
import { commit, memoryAt, type NativeBuffer, releaseBuffer, reserve } from "./native_memory.ts";
import type { OverlappedSocket } from "./overlapped_socket.ts";

/** Everything but the data itself that the kernel reads or writes during one operation. */
const OPERATION = {
  struct: {
    overlapped: OVERLAPPED,
    buffers: WSABUF,
    bytes: "u32",
    flags: "u32",
    message: WSAMSG,
    addressLength: "i32",
    address: SOCKADDR_STORAGE,
    control: { array: "u8", length: 256 },
  },
} as const satisfies StructDef;

/** The offsets of the parts of an operation's memory. */
export const OFFSETS: { readonly [K in keyof typeof OPERATION.struct]: number } = layout(OPERATION).offsets;
/** How many bytes there are for control messages, and for the addresses that `AcceptEx` writes. */
export const CONTROL_LENGTH = OPERATION.struct.control.length;

const { Internal: INTERNAL, InternalHigh: INTERNAL_HIGH } = layout(OVERLAPPED).offsets;
const WSABUF_BUF = layout(WSABUF).offsets.buf;
const STATUS_PENDING = 0x103;
const STATUS_BUFFER_OVERFLOW = 0x80000005 | 0;
const SLOT_BITS = 9;
const SLOT_SIZE = 1 << SLOT_BITS;
const SLOTS_PER_CHUNK = 128;
const CHUNK_SIZE = SLOT_SIZE * SLOTS_PER_CHUNK;
/** How many operations can be under way at once: 128 MiB of addresses, which take memory only as they are used. */
const SLOTS = 256 * 1024;

/** The parts of a slot that messages need, made when the first one comes along. */
export class MessageMemory {
  /** The WSAMSG. Its pointers are set for good: to the address, the data and the control messages of the slot. */
  readonly message: View<typeof WSAMSG>;
  /** The address of the WSAMSG. */
  readonly messageAddress: bigint;
  /** The memory of the peer's sockaddr. */
  readonly name: Uint8Array;
  /** The address of that memory. */
  readonly nameAddress: bigint;
  /** The address of the length of the sockaddr. */
  readonly nameLengthAddress: bigint;
  /** The memory of the control messages. */
  readonly control: Uint8Array;
  /** The address of that memory. */
  readonly controlAddress: bigint;

  constructor({ address, buffersAddress, memory: { buffer, byteOffset } }: Operation) {
    this.messageAddress = address + BigInt(OFFSETS.message);
    this.nameAddress = address + BigInt(OFFSETS.address);
    this.nameLengthAddress = address + BigInt(OFFSETS.addressLength);
    this.controlAddress = address + BigInt(OFFSETS.control);
    this.name = new Uint8Array(buffer, byteOffset + OFFSETS.address, layout(SOCKADDR_STORAGE).size);
    this.control = new Uint8Array(buffer, byteOffset + OFFSETS.control, CONTROL_LENGTH);
    this.message = layout(WSAMSG).view(buffer, byteOffset + OFFSETS.message);
    this.message.name = this.nameAddress;
    this.message.lpBuffers = buffersAddress;
    this.message.dwBufferCount = 1;
  }
}

/** Called once when an operation has ended: returns what its promise resolves with, or throws what it rejects with. */
export type Finish<T> = (operation: Operation, code: number, bytes: number) => T | Promise<T>;

/** A slot for an overlapped operation, used for one after another. */
export class Operation {
  /** The address of the OVERLAPPED, which is that of the slot. */
  readonly address: bigint;
  /** The address of the WSABUF. */
  readonly buffersAddress: bigint;
  /** The address of the byte count. */
  readonly bytesAddress: bigint;
  /** The address of the flags, which `WSARecv` reads and writes. */
  readonly flagsAddress: bigint;
  /** The memory of the slot. */
  readonly memory: DataView;

  /** Where the data is; given back when the operation has ended. */
  buffer: NativeBuffer | undefined = undefined;
  /** Where received data goes, or undefined. */
  target: Uint8Array | undefined = undefined;
  /** Whatever else the one who finishes the operation needs. */
  context: unknown = undefined;
  /** The socket, from the start of the operation until its end. */
  socket: OverlappedSocket | undefined = undefined;
  /** Aborts the operation, where there is one. */
  signal: AbortSignal | undefined = undefined;

  /** How the operation ended, while it waits for its turn to be told. */
  code = 0;
  bytes = 0;
  /** Whether the kernel held it: it did not end at once. */
  wasHeld = false;
  /** Whether the kernel holds the operation: its packet will end it. */
  isPending = false;

  /** How many operations of this slot have ended without their packet, though one may still come. */
  #doubts = 0;
  #messageMemory: MessageMemory | undefined;
  #finish: Finish<unknown> = unfinished;
  #resolve: (value: never) => void = ignore;
  #reject: (reason: unknown) => void = ignore;
  #onAbort: (() => void) | undefined = undefined;

  constructor(address: bigint, memory: DataView) {
    this.address = address;
    this.buffersAddress = address + BigInt(OFFSETS.buffers);
    this.bytesAddress = address + BigInt(OFFSETS.bytes);
    this.flagsAddress = address + BigInt(OFFSETS.flags);
    this.memory = memory;
  }

  /** The first `length` bytes of a buffer are what the operation sends or receives into. */
  use(buffer: NativeBuffer, length: number): void {
    this.buffer = buffer;
    this.memory.setUint32(OFFSETS.buffers, length, true);
    this.memory.setBigUint64(OFFSETS.buffers + WSABUF_BUF, buffer.address, true);
  }

  /** The NTSTATUS that the kernel has written, as a signed number. */
  get status(): number {
    return this.memory.getInt32(INTERNAL, true);
  }

  /** The byte count that the kernel has written. */
  get transferred(): number {
    return this.memory.getUint32(INTERNAL_HIGH, true);
  }

  /** Whether the status that the kernel has written is the warning that part of a message has no room. */
  get hasWarned(): boolean {
    return this.status === STATUS_BUFFER_OVERFLOW;
  }

  /** Whether a packet may come that is not that of the operation under way, but of an earlier one. */
  get isInDoubt(): boolean {
    return this.#doubts > 0;
  }

  /**
   * The operation has ended at once with a warning. Some systems send a packet as well, others do not, and nothing tells
   * that none will come: the slot is used again nevertheless, and {@linkcode isEndedBy} knows late packets.
   */
  doubt(): void {
    this.#doubts++;
    this.memory.setUint32(INTERNAL, STATUS_PENDING, true); // the kernel does that too when it takes the next one
  }

  /**
   * Whether a packet with this status ends the operation; else it is a late one of an operation that ended with a warning.
   * The kernel writes the status of an operation before it sends the packet.
   */
  isEndedBy(status: number): boolean {
    const isLate = !this.isPending || this.#doubts > 0 && (status | 0) === STATUS_BUFFER_OVERFLOW && !this.hasWarned;
    if (isLate) this.#doubts = Math.max(this.#doubts - 1, 0);
    else this.isPending = false;
    return !isLate;
  }

  /** The parts of the slot that messages need. */
  get messageMemory(): MessageMemory {
    return this.#messageMemory ??= new MessageMemory(this);
  }

  /** The promise of an operation that will end later. */
  promise<T>(socket: OverlappedSocket, finish: Finish<T>, signal: AbortSignal | undefined): Promise<T> {
    this.socket = socket;
    this.#finish = finish;
    if (signal !== undefined) this.#obey(signal, socket);
    const promise = new Promise<T>(captureResolvers);
    this.#resolve = newResolve;
    this.#reject = newReject;
    return promise;
  }

  // A function of its own: a closure in promise() would cost every operation the memory of what it captures.
  #obey(signal: AbortSignal, socket: OverlappedSocket): void {
    this.signal = signal;
    signal.addEventListener("abort", this.#onAbort = () => socket.cancel(this));
  }

  /** Settles the promise. The kernel is done with the operation, which is free for the next one afterwards. */
  settle(code: number, bytes: number): void {
    const finish = this.#finish;
    const resolve = this.#resolve;
    const reject = this.#reject;
    try {
      resolve(finish(this, code, bytes) as never);
    } catch (reason) {
      reject(reason);
    } finally {
      if (this.#onAbort !== undefined) {
        this.signal?.removeEventListener("abort", this.#onAbort);
        this.#onAbort = undefined;
      }
      this.#finish = unfinished;
      this.#resolve = this.#reject = ignore;
      releaseOperation(this);
    }
  }

  /** Rejects the promise of an operation whose end will never be heard of. The kernel may hold its memory for ever. */
  abandon(reason: Error): void {
    this.#reject(reason);
  }
}

/** The operations whose end has not been heard of. */
export function startedOperations(): Operation[] {
  return all.filter(({ socket }) => socket !== undefined);
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

/** A slot that no operation uses. */
export function acquireOperation(): Operation {
  if (idle.length === 0) grow();
  return idle.pop()!;
}

/** Gives a slot back, with its buffer, after an operation that has ended or was never started. */
export function releaseOperation(operation: Operation): void {
  if (operation.buffer !== undefined) releaseBuffer(operation.buffer);
  operation.buffer =
    operation.target =
    operation.context =
    operation.socket =
    operation.signal =
      undefined;
  idle.push(operation);
}

/**
 * The operation whose OVERLAPPED has this address, in two (signed) halves; undefined for none. All lie within 128 MiB, so
 * that the low half tells them apart, and nothing here needs a number that is an object.
 */
export function operationAt(low: number, high: number): Operation | undefined {
  if (low === 0 && high === 0) return undefined;
  return all[low - baseLow >>> SLOT_BITS];
}

function grow(): void {
  if (base === undefined) {
    base = reserve(SLOTS * SLOT_SIZE);
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
}

/**
 * Memory that V8 does not own. What the kernel reads or writes for an operation in flight lies here, so that it stays in
 * place even when the isolate that started the operation is gone. See completion_port.ts for who owns what.
 *
 * First the buffers of data; then the layout of a slot, which holds everything else that an operation needs.
 */

import { layout, type StructDef, type View } from "../layout/mod.ts";
import { kernel32, MEM_COMMIT, MEM_RESERVE, OVERLAPPED, PAGE_NOACCESS, PAGE_READWRITE } from "../win32/kernel32.ts";
import { WSABUF, WSAMSG } from "../win32/winsock.ts";
import { msvcrt } from "../win32/msvcrt.ts";
import { recordMemory } from "./worker_resources.ts";

export { memoryAt } from "../win32/msvcrt.ts";

/** Reserves a range of addresses without memory behind them. This isolate never gives it back: the kernel may have parts. */
export function reserve(length: number): bigint {
  return allocated(kernel32().VirtualAlloc(0n, BigInt(length), MEM_RESERVE, PAGE_NOACCESS), length);
}

/** Puts zeroed memory behind a part of a reserved range. */
export function commit(address: bigint, length: number): void {
  allocated(kernel32().VirtualAlloc(address, BigInt(length), MEM_COMMIT, PAGE_READWRITE), length);
}

function allocated(address: bigint, length: number): bigint {
  if (address === 0n) throw new Error(`Cannot allocate ${length} bytes of native memory`);
  return address;
}

/** Native memory that data is sent from or received into. */
export interface NativeBuffer {
  readonly address: bigint;
  readonly size: number;
}

const SMALLEST = 1024;
/** The most bytes that one operation moves. */
export const LARGEST_BUFFER = 256 * 1024;
/** The most bytes of each size class that are kept for later operations instead of being freed. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** The heap of the buffers of this isolate; 0 until it is made. */
let heap = 0n;

function allocate(size: number): bigint {
  if (heap === 0n) recordMemory("HEAP", heap = allocated(kernel32().HeapCreate(0, 0n, 0n), size));
  return allocated(kernel32().HeapAlloc(heap, 0, BigInt(size)), size);
}

/** The free buffers of each size: 1 KiB, 2 KiB, 4 KiB, … */
const free: NativeBuffer[][] = [];

let buffers = 0;

/** The number of buffers in use. */
export function buffersInUse(): number {
  return buffers;
}

function sizeClass(length: number): number {
  return length <= SMALLEST ? 0 : 22 - Math.clz32(length - 1);
}

/** A buffer of at least `length` bytes, up to {@linkcode LARGEST_BUFFER}; less than twice as much, or 1 KiB. */
export function allocateBuffer(length: number): NativeBuffer {
  const index = sizeClass(length);
  let buffer = free[index]?.pop();
  if (buffer === undefined) {
    const size = SMALLEST << index;
    buffer = { address: allocate(size), size };
  }
  buffers++;
  return buffer;
}

/** Releases a buffer that the kernel is done with. */
export function releaseBuffer(buffer: NativeBuffer): void {
  buffers--;
  const list = free[sizeClass(buffer.size)] ??= [];
  if (list.length * buffer.size < KEPT_BYTES) list.push(buffer);
  else kernel32().HeapFree(heap, 0, buffer.address);
}

/** The lengths of short copies as bigints: a number is slow as a 64-bit argument, and a new bigint is garbage. */
const shortLengths = Array.from({ length: 4097 }, (_, bytes) => BigInt(bytes));
let longLength = 0n;

function lengthOf(bytes: number): bigint {
  if (bytes < shortLengths.length) return shortLengths[bytes];
  // Bulk transfers move the same length again and again.
  return Number(longLength) === bytes ? longLength : longLength = BigInt(bytes);
}

/** Copies all of `source` to native memory. */
export function copyToNative(address: bigint, source: Uint8Array, length: number = source.byteLength): void {
  msvcrt().copyToAddress(address, source, lengthOf(length));
}

/** Copies the first `length` bytes at an address into `target`, which must be long enough. */
export function copyFromNative(target: Uint8Array, address: bigint, length: number): void {
  if (length > target.byteLength) throw new RangeError(`${length} bytes do not fit in ${target.byteLength}`);
  msvcrt().copyFromAddress(target, address, lengthOf(length));
}

/** How many OVERLAPPEDs a slot has, a power of two: its operations take turns at them. */
export const OVERLAPPEDS = 4;

/** Everything but the data itself that the kernel reads or writes during one operation. */
const OPERATION = {
  struct: {
    overlapped: { array: OVERLAPPED, length: OVERLAPPEDS },
    buffers: WSABUF,
    bytes: "u32",
    flags: "u32",
    message: WSAMSG,
    control: { array: "u8", length: 256 },
    addressLength: "i32",
    /** A sockaddr of either family. */
    address: { array: "u8", length: 32 },
  },
} as const satisfies StructDef;

/** The offsets of the parts of an operation's memory. */
export const OFFSETS: { readonly [K in keyof typeof OPERATION.struct]: number } = layout(OPERATION).offsets;
/** How many bytes there are for control messages, and for the addresses that `AcceptEx` writes. */
export const CONTROL_LENGTH = OPERATION.struct.control.length;

/** The memory of an operation. */
export interface Slot {
  /** The address of the slot. */
  readonly slot: bigint;
  /** The address of the WSABUF. */
  readonly buffersAddress: bigint;
  /** The memory of the slot. */
  readonly memory: DataView;
}

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

  constructor({ slot, buffersAddress, memory: { buffer, byteOffset } }: Slot) {
    this.messageAddress = slot + BigInt(OFFSETS.message);
    this.nameAddress = slot + BigInt(OFFSETS.address);
    this.nameLengthAddress = slot + BigInt(OFFSETS.addressLength);
    this.controlAddress = slot + BigInt(OFFSETS.control);
    this.name = new Uint8Array(buffer, byteOffset + OFFSETS.address, OPERATION.struct.address.length);
    this.control = new Uint8Array(buffer, byteOffset + OFFSETS.control, CONTROL_LENGTH);
    this.message = layout(WSAMSG).view(buffer, byteOffset + OFFSETS.message);
    this.message.name = this.nameAddress;
    this.message.lpBuffers = buffersAddress;
    this.message.dwBufferCount = 1;
  }
}

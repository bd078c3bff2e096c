/** What lies where in the memory of an operation. */

import { layout, type StructDef, type View } from "../layout/mod.ts";
import { OVERLAPPED } from "../win32/kernel32.ts";
import { WSABUF, WSAMSG } from "../win32/winsock.ts";

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

/**
 * Control messages: what `WSASendMsg` and `WSARecvMsg` carry beside the data. A control buffer holds one after another,
 * each a WSACMSGHDR and its data, both aligned to 8 bytes. Pure, on any system.
 *
 * The functions named `WSA_CMSG_…` are the macros of ws2def.h, on a buffer and offsets in place of pointers. All of them
 * stay within the buffer, whatever it holds.
 */

import { layout } from "../layout/mod.ts";
import { WSACMSGHDR } from "../win32/winsock.ts";

const HEADER_SIZE = layout(WSACMSGHDR).size;
const HEADER = layout(WSACMSGHDR).offsets;
const ALIGNMENT = layout(WSACMSGHDR).align;

/**
 * The offset at or after `length` where a header may begin.
 *
 * Source: ws2def.h; https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg
 *
 * @param length An offset in bytes.
 */
export function WSA_CMSGHDR_ALIGN(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/**
 * The offset at or after `length` where data may begin; the same on x64 as that of a header.
 *
 * Source: ws2def.h; https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg
 *
 * @param length An offset in bytes.
 */
export function WSA_CMSGDATA_ALIGN(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/**
 * The value of `cmsg_len` for data of a length: header and data.
 *
 * Source: ws2def.h; https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg
 *
 * @param length The length of the data in bytes.
 */
export function WSA_CMSG_LEN(length: number): number {
  return WSA_CMSGDATA_ALIGN(HEADER_SIZE) + length;
}

/**
 * What a control message with data of a length takes in a buffer: header, data and padding.
 *
 * Source: ws2def.h; https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg
 *
 * @param length The length of the data in bytes.
 */
export function WSA_CMSG_SPACE(length: number): number {
  return WSA_CMSGDATA_ALIGN(HEADER_SIZE + WSA_CMSGHDR_ALIGN(length));
}

/**
 * The offset of the first header of a control buffer.
 *
 * Source: ws2def.h; https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg
 *
 * @param control The buffer, as long as the control data in it.
 * @returns The offset, or undefined when there is no control message, or one whose length is wrong.
 */
export function WSA_CMSG_FIRSTHDR(control: Uint8Array): number | undefined {
  return headerAt(control, 0);
}

/**
 * The offset of the header after another.
 *
 * Source: ws2def.h; https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg
 *
 * @param control The buffer, as long as the control data in it.
 * @param header The offset of a header.
 * @returns The offset, or undefined when there are no more control messages, or one whose length is wrong.
 */
export function WSA_CMSG_NXTHDR(control: Uint8Array, header: number): number | undefined {
  const length = messageLength(control, header);
  return length === undefined ? undefined : headerAt(control, header + WSA_CMSGHDR_ALIGN(length));
}

/**
 * The data of a control message, in place.
 *
 * Source: ws2def.h; https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg
 *
 * @param control The buffer, as long as the control data in it.
 * @param header The offset of the header.
 * @throws {RangeError} When there is no control message at that offset, or one whose length is wrong.
 */
export function WSA_CMSG_DATA(control: Uint8Array, header: number): Uint8Array {
  const length = messageLength(control, header);
  if (length === undefined) throw new RangeError(`header must be the offset of a control message, got ${header}`);
  return control.subarray(header + WSA_CMSGDATA_ALIGN(HEADER_SIZE), header + length);
}

function headerAt(control: Uint8Array, offset: number): number | undefined {
  return messageLength(control, offset) === undefined ? undefined : offset;
}

/** `cmsg_len` of the message at an offset, if it lies within the buffer. */
function messageLength(control: Uint8Array, header: number): number | undefined {
  if (!(header >= 0 && header + HEADER_SIZE <= control.length)) return undefined;
  const length = readUint32(control, header + HEADER.cmsg_len);
  const high = readUint32(control, header + HEADER.cmsg_len + 4);
  return high === 0 && length >= HEADER_SIZE && length <= control.length - header ? length : undefined;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] | bytes[offset + 1] << 8 | bytes[offset + 2] << 16 | bytes[offset + 3] << 24) >>> 0;
}

/** A control message: who it is for, what it is, and its data. */
export interface ControlMessage {
  /** The protocol level, such as `IPPROTO_IP`. */
  readonly level: number;
  /** What the data is at that level, such as `IP_PKTINFO`. */
  readonly type: number;
  /** The data, in place in the control buffer. */
  readonly data: Uint8Array;
}

/**
 * The control messages in a buffer, in order. Ends at the first one whose length is wrong: what follows cannot be found.
 *
 * @example Look for packet information
 * ```ts
 * import { controlMessages, IP_PKTINFO, IPPROTO_IP } from "@winsock/ws2/ffi";
 *
 * const control = new Uint8Array(0); // the control data of a WSAMSG, cut to Control.len
 * for (const { level, type, data } of controlMessages(control)) {
 *   if (level === IPPROTO_IP && type === IP_PKTINFO) console.log("to", data.subarray(0, 4).join("."));
 * }
 * ```
 *
 * @param control The buffer, as long as the control data in it.
 */
export function* controlMessages(control: Uint8Array): Generator<ControlMessage, void, undefined> {
  for (let at = WSA_CMSG_FIRSTHDR(control); at !== undefined; at = WSA_CMSG_NXTHDR(control, at)) {
    yield controlMessageAt(control, at);
  }
}

/** The control message at an offset that one of the functions above has returned. */
export function controlMessageAt(control: Uint8Array, header: number): ControlMessage {
  return {
    level: readUint32(control, header + HEADER.cmsg_level) | 0,
    type: readUint32(control, header + HEADER.cmsg_type) | 0,
    data: WSA_CMSG_DATA(control, header),
  };
}

/**
 * Writes control messages into a buffer, one after another.
 *
 * @example Ask for a source address
 * ```ts
 * import { bytesOf, layout } from "@winsock/ws2/layout";
 * import { ControlMessageWriter, IN_PKTINFO, IP_PKTINFO, IPPROTO_IP } from "@winsock/ws2/ffi";
 *
 * const info = layout(IN_PKTINFO).view();
 * info.ipi_addr.S_un.S_addr = 0x7f000002; // 127.0.0.2
 * const writer = new ControlMessageWriter(new Uint8Array(64));
 * writer.add(IPPROTO_IP, IP_PKTINFO, bytesOf(info));
 * console.log(writer.length); // 24
 * ```
 */
export class ControlMessageWriter {
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  #length = 0;

  /**
   * Begins with nothing written.
   *
   * @param buffer Where to write. In memory that the kernel reads it must begin at a multiple of 8 bytes.
   */
  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }

  /** How many bytes have been written, padding included: the value for `Control.len`. */
  get length(): number {
    return this.#length;
  }

  /** What has been written, in place. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Forgets what has been written, to begin anew in the same buffer. */
  reset(): void {
    this.#length = 0;
  }

  /**
   * Adds a control message.
   *
   * @param level The protocol level, such as `IPPROTO_IP`.
   * @param type What it is at that level, such as `IP_PKTINFO`.
   * @param data The data; a number stands for a 32-bit integer.
   * @returns The writer.
   * @throws {RangeError} When the buffer is too short.
   */
  add(level: number, type: number, data: Uint8Array | number): this {
    const length = typeof data === "number" ? 4 : data.length;
    const [start, end] = [this.#length, this.#length + WSA_CMSG_SPACE(length)];
    if (end > this.#buffer.length) {
      throw new RangeError(`A control message of ${length} bytes does not fit in ${this.#buffer.length - start} bytes`);
    }
    this.#buffer.fill(0, start, end);
    this.#view.setBigUint64(start + HEADER.cmsg_len, BigInt(WSA_CMSG_LEN(length)), true);
    this.#view.setInt32(start + HEADER.cmsg_level, level, true);
    this.#view.setInt32(start + HEADER.cmsg_type, type, true);
    const at = start + WSA_CMSGDATA_ALIGN(HEADER_SIZE);
    if (typeof data === "number") this.#view.setInt32(at, data, true);
    else this.#buffer.set(data, at);
    this.#length = end;
    return this;
  }
}

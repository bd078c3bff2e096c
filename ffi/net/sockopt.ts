/** `setsockopt`, `getsockopt` and `WSAIoctl` with the values that options have. */

import type { SOCKET } from "../win32/handles.ts";
import { check } from "../win32/last_error.ts";
import { ws2_32 } from "../win32/ws2_32.ts";

// One for all calls, as the system does not keep it: a new one each time would be a good part of a connection's garbage.
const optionNumber = new Int32Array(1);

/** Sets an option: a number, a flag as 0 or 1, or the bytes of a struct. */
export function setOption(handle: SOCKET, level: number, name: number, value: number | Uint8Array): void {
  if (typeof value === "number") optionNumber[0] = value;
  const bytes = typeof value === "number" ? optionNumber : value;
  check(ws2_32().setsockopt(handle, level, name, bytes, bytes.byteLength), "setsockopt");
}

/** Reads an option into a buffer; returns how many bytes the system wrote. */
export function getOption(handle: SOCKET, level: number, name: number, value: Uint8Array<ArrayBuffer>): number {
  const length = new Int32Array([value.byteLength]);
  check(ws2_32().getsockopt(handle, level, name, value, length), "getsockopt");
  return length[0];
}

/** Reads an option that is a number or a flag. Windows writes one byte of some flags: the rest stays 0. */
export function getNumberOption(handle: SOCKET, level: number, name: number): number {
  const value = new Int32Array(1);
  getOption(handle, level, name, new Uint8Array(value.buffer));
  return value[0];
}

/** Switches something on or off that has a control code. */
export function setIoctl(handle: SOCKET, code: number, value: boolean): void {
  const input = new Uint32Array([value ? 1 : 0]);
  check(ws2_32().WSAIoctl(handle, code, input, 4, null, 0, new Uint32Array(1), null, null), "WSAIoctl");
}

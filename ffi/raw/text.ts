/** Text as the functions of Windows take and give it: ended by a zero, in UTF-16 (`W`) or in bytes (`A`). */

import type { ScalarArrayView } from "../layout/mod.ts";
import { pointerTo } from "../win32/msvcrt.ts";

/**
 * A string for a function of the `W` form.
 *
 * @example Take an address from text
 * ```ts
 * import { AF_INET6, wideString, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const address = new Uint8Array(16);
 * console.log(ws2_32().InetPtonW(AF_INET6, wideString("::1"), address)); // 1
 * ```
 *
 * @param text The string.
 * @returns Its UTF-16 code units and a zero.
 * @throws {TypeError} When the string contains a zero, which would end it there.
 */
export function wideString(text: string): Uint16Array<ArrayBuffer> {
  checkText(text);
  const units = new Uint16Array(text.length + 1);
  for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index);
  return units;
}

/**
 * A string for a function of the `A` form, in UTF-8. Those functions read it in the system's ANSI code page, which has
 * ASCII in common with it: give other strings to the `W` form.
 *
 * @param text The string.
 * @returns Its bytes and a zero.
 * @throws {TypeError} When the string contains a zero, which would end it there.
 */
export function narrowString(text: string): Uint8Array<ArrayBuffer> {
  checkText(text);
  return new TextEncoder().encode(`${text}\0`);
}

function checkText(text: string): void {
  if (text.includes("\0")) throw new TypeError(`text must not contain a zero, got ${JSON.stringify(text)}`);
}

/** UTF-16 text: its address, a buffer, or a member of a struct. */
export type WideText = bigint | ArrayBufferView | ScalarArrayView<number>;

/**
 * Reads a string of the `W` form up to its zero.
 *
 * @example Read the name of this machine
 * ```ts
 * import { check, readWideString, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const name = new Uint16Array(256);
 * check(ws2_32().GetHostNameW(name, name.length), "GetHostNameW");
 * console.log(readWideString(name));
 * ```
 *
 * @param text Where it is. A buffer or member without a zero is read to its end; at an address there must be one.
 * @throws {TypeError} When the address is 0.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi` for all files, for an address.
 */
export function readWideString(text: WideText): string {
  let result = "";
  for (const unit of unitsOf(text)) {
    if (unit === 0) break;
    result += String.fromCharCode(unit);
  }
  return result;
}

function unitsOf(text: WideText): Iterable<number> {
  if (typeof text === "bigint") return unitsAt(text);
  if (!ArrayBuffer.isView(text)) return text;
  const bytes = new Uint8Array(text.buffer, text.byteOffset, text.byteLength & ~1);
  return new Uint16Array(bytes.slice().buffer);
}

function* unitsAt(address: bigint): Generator<number> {
  const view = new Deno.UnsafePointerView(pointerTo(address));
  for (let offset = 0;; offset += 2) yield view.getUint16(offset);
}

/**
 * Reads a string of the `A` form up to its zero.
 *
 * @param text Its address, or the bytes. Bytes without a zero are read to their end; at an address there must be one.
 * @param encoding The encoding of the bytes: a label that `TextDecoder` knows. Windows uses the system's ANSI code page,
 *   such as `"windows-1252"`; UTF-8 by default.
 * @throws {RangeError} When the encoding is not known.
 * @throws {TypeError} When the address is 0.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi` for all files, for an address.
 */
export function readNarrowString(text: bigint | Uint8Array, encoding = "utf-8"): string {
  const bytes = typeof text === "bigint" ? bytesAt(text) : text.slice(0, endOf(text));
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
}

function endOf(bytes: Uint8Array): number {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes.length : end;
}

function bytesAt(address: bigint): Uint8Array<ArrayBuffer> {
  const view = new Deno.UnsafePointerView(pointerTo(address));
  const bytes: number[] = [];
  for (let byte; (byte = view.getUint8(bytes.length)) !== 0;) bytes.push(byte);
  return Uint8Array.from(bytes);
}

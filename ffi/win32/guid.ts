/** GUIDs as text and in memory. */

import { bytesOf, layout } from "../layout/mod.ts";
import { GUID } from "./headers/guiddef.ts";
import type { Pointer, StructBytes } from "./types.ts";

/**
 * A GUID in memory.
 *
 * @example Put a GUID into memory
 * ```ts
 * import { guidBytes, WSAID_ACCEPTEX } from "@winsock/ws2/ffi";
 *
 * console.log(guidBytes(WSAID_ACCEPTEX).length); // 16
 * ```
 *
 * @param text The GUID as text, such as a `WSAID_` constant; with or without braces.
 * @returns Its sixteen bytes.
 * @throws {TypeError} When the text is no GUID.
 */
export function guidBytes(text: string): StructBytes<typeof GUID> {
  const parts = text.match(/^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i);
  if (parts === null) throw new TypeError(`text must be a GUID, got ${JSON.stringify(text)}`);
  const [, data1, data2, data3, data4, data5] = parts;
  const guid = layout(GUID).view();
  guid.Data1 = parseInt(data1, 16);
  guid.Data2 = parseInt(data2, 16);
  guid.Data3 = parseInt(data3, 16);
  guid.Data4.set(Uint8Array.fromHex(data4 + data5));
  return bytesOf(guid) as StructBytes<typeof GUID>;
}

/**
 * Reads a GUID from memory.
 *
 * @example Name the provider of a protocol
 * ```ts
 * import { guidBytes, guidText, WSAID_CONNECTEX } from "@winsock/ws2/ffi";
 *
 * console.log(guidText(guidBytes(WSAID_CONNECTEX)) === WSAID_CONNECTEX); // true
 * ```
 *
 * @param bytes Its sixteen bytes, such as those of `ProviderId` in a WSAPROTOCOL_INFOW.
 * @returns The GUID as text, in lower case and without braces.
 * @throws {RangeError} When there are fewer than sixteen bytes.
 */
export function guidText(bytes: Pointer<typeof GUID>): string {
  const { Data1, Data2, Data3, Data4 } = layout(GUID).view(bytes);
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  const [data4, data5] = [Data4.subarray(0, 2).toHex(), Data4.subarray(2).toHex()];
  return [hex(Data1, 8), hex(Data2, 4), hex(Data3, 4), data4, data5].join("-");
}

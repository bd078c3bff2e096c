/** The bytes of addresses, as the inline functions of the headers look at them. */

import type { IN6_ADDR, IN_ADDR, SOCKADDR_IN, SOCKADDR_IN6 } from "../../win32/winsock.ts";
import type { Pointer } from "../../layout/bytes.ts";

/** The four bytes of an IPv4 address. */
export type Ipv4Bytes = Pointer<typeof IN_ADDR>;
/** The sixteen bytes of an IPv6 address. */
export type Ipv6Bytes = Pointer<typeof IN6_ADDR>;
/** The sixteen bytes of the address of an IPv4 socket. */
export type Ipv4SockaddrBytes = Pointer<typeof SOCKADDR_IN>;
/** The 28 bytes of the address of an IPv6 socket. */
export type Ipv6SockaddrBytes = Pointer<typeof SOCKADDR_IN6>;

/** Throws when there are too few bytes: C would read what lies behind them. */
export function need(bytes: Uint8Array, length: number, name: string): Uint8Array {
  if (bytes.length < length) throw new RangeError(`${name} must have ${length} bytes, got ${bytes.length}`);
  return bytes;
}

/** Whether the first `length` bytes are the same. */
export function areEqual(a: Uint8Array, b: Uint8Array, length: number): boolean {
  need(a, length, "a");
  need(b, length, "b");
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * Addresses of sockets: the inline functions of ws2ipdef.h and mstcpip.h. Ports are ordinary numbers, in host order, as the
 * members of the structs are; C's are in network order.
 */

import { layout } from "../../layout/mod.ts";
import { AF_INET, AF_INET6, SOCKADDR_IN, SOCKADDR_IN6 } from "../../win32/winsock.ts";
import {
  type Ipv4Bytes,
  type Ipv4SockaddrBytes,
  type Ipv6Bytes,
  type Ipv6SockaddrBytes,
  need,
} from "./address_bytes.ts";
import { IN4_ADDR_EQUAL, IN4_IS_ADDR_LOOPBACK, IN4_IS_ADDR_UNSPECIFIED } from "./in4.ts";
import {
  IN6_ADDR_EQUAL,
  IN6_IS_ADDR_6TO4,
  IN6_IS_ADDR_ISATAP,
  IN6_IS_ADDR_LOOPBACK,
  IN6_IS_ADDR_TEREDO,
  IN6_IS_ADDR_UNSPECIFIED,
  IN6_IS_ADDR_V4MAPPED,
  IN6_SET_ADDR_LOOPBACK,
  IN6_SET_ADDR_V4MAPPED,
} from "./in6.ts";
import { IN4_UNCANONICALIZE_SCOPE_ID, IN6_UNCANONICALIZE_SCOPE_ID } from "./scope.ts";

const AT4 = layout(SOCKADDR_IN).offsets;
const AT6 = layout(SOCKADDR_IN6).offsets;
const LENGTH4 = layout(SOCKADDR_IN).size;
const LENGTH6 = layout(SOCKADDR_IN6).size;

/** The IPv4 address in the address of a socket, in place. */
function address4(a: Ipv4SockaddrBytes): Uint8Array {
  return need(a, LENGTH4, "a").subarray(AT4.sin_addr, AT4.sin_addr + 4);
}

/** The IPv6 address in the address of a socket, in place. */
function address6(a: Ipv6SockaddrBytes): Uint8Array {
  return need(a, LENGTH6, "a").subarray(AT6.sin6_addr, AT6.sin6_addr + 16);
}

function familyOf(a: Uint8Array): number {
  return a[0] | a[1] << 8;
}

function scopeOf(a: Ipv6SockaddrBytes): number {
  return layout(SOCKADDR_IN6).view(a).DUMMYUNIONNAME.sin6_scope_id;
}

/** Fills in the address of an IPv4 socket. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4addr_setsockaddr */
export function IN4ADDR_SETSOCKADDR(a: Ipv4SockaddrBytes, addr: Ipv4Bytes, port: number): void {
  const address = need(addr, 4, "addr").slice(0, 4); // which may lie in the socket address itself
  need(a, LENGTH4, "a").fill(0, 0, LENGTH4);
  const view = layout(SOCKADDR_IN).view(a);
  view.sin_family = AF_INET;
  view.sin_port = port;
  address4(a).set(address);
}

/** Fills in `0.0.0.0` with port 0. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4addr_setany */
export function IN4ADDR_SETANY(a: Ipv4SockaddrBytes): void {
  IN4ADDR_SETSOCKADDR(a, new Uint8Array(4), 0);
}

/** Fills in `127.0.0.1` with port 0. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4addr_setloopback */
export function IN4ADDR_SETLOOPBACK(a: Ipv4SockaddrBytes): void {
  IN4ADDR_SETSOCKADDR(a, Uint8Array.of(127, 0, 0, 1), 0);
}

/** Whether a socket address is `0.0.0.0`, with any port. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4addr_isany */
export function IN4ADDR_ISANY(a: Ipv4SockaddrBytes): boolean {
  return familyOf(a) === AF_INET && IN4_IS_ADDR_UNSPECIFIED(address4(a));
}

/** Whether a socket address is of the loopback, with any port. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4addr_isloopback */
export function IN4ADDR_ISLOOPBACK(a: Ipv4SockaddrBytes): boolean {
  return familyOf(a) === AF_INET && IN4_IS_ADDR_LOOPBACK(address4(a));
}

/** Whether a socket address is `0.0.0.0`, with any port. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4addr_isunspecified */
export function IN4ADDR_ISUNSPECIFIED(a: Ipv4SockaddrBytes): boolean {
  return IN4ADDR_ISANY(a);
}

/** The scope id of an IPv4 socket address: always 0. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4addr_scope_id */
export function IN4ADDR_SCOPE_ID(a: Ipv4SockaddrBytes): number {
  need(a, LENGTH4, "a");
  return 0;
}

/** Whether two socket addresses have the same address, whatever their ports. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4addr_isequal */
export function IN4ADDR_ISEQUAL(a: Ipv4SockaddrBytes, b: Ipv4SockaddrBytes): boolean {
  return IN4_ADDR_EQUAL(address4(a), address4(b));
}

/** Fills in the address of an IPv6 socket. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6addr_setsockaddr */
export function IN6ADDR_SETSOCKADDR(a: Ipv6SockaddrBytes, addr: Ipv6Bytes, scope: number, port: number): void {
  const address = need(addr, 16, "addr").slice(0, 16); // which may lie in the socket address itself
  need(a, LENGTH6, "a").fill(0, 0, LENGTH6);
  const view = layout(SOCKADDR_IN6).view(a);
  view.sin6_family = AF_INET6;
  view.sin6_port = port;
  address6(a).set(address);
  view.DUMMYUNIONNAME.sin6_scope_id = IN6_UNCANONICALIZE_SCOPE_ID(address, scope);
}

/**
 * Fills in the address of an IPv6 socket with the mapped form of an IPv4 address, as dual-stack sockets expect it.
 *
 * Source: mstcpip.h; https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6addr_setv4mapped
 *
 * @example The address of an IPv4 peer for a dual-stack socket
 * ```ts
 * import { allocate, IN6ADDR_SETV4MAPPED, SOCKADDR_IN6 } from "@winsock/ws2/ffi";
 *
 * const peer = allocate(SOCKADDR_IN6);
 * IN6ADDR_SETV4MAPPED(peer.bytes, Uint8Array.of(127, 0, 0, 1), 0, 5001); // [::ffff:127.0.0.1]:5001
 * ```
 *
 * @param a6 The socket address.
 * @param a4 The four bytes of the IPv4 address.
 * @param scope The scope id; 0 for none.
 * @param port The port, from 0 to 65535.
 */
export function IN6ADDR_SETV4MAPPED(a6: Ipv6SockaddrBytes, a4: Ipv4Bytes, scope: number, port: number): void {
  const address = need(a4, 4, "a4").slice(0, 4); // which may lie in the socket address itself
  need(a6, LENGTH6, "a6").fill(0, 0, LENGTH6);
  const view = layout(SOCKADDR_IN6).view(a6);
  view.sin6_family = AF_INET6;
  view.sin6_port = port;
  IN6_SET_ADDR_V4MAPPED(address6(a6), address);
  view.DUMMYUNIONNAME.sin6_scope_id = IN4_UNCANONICALIZE_SCOPE_ID(address, scope);
}

/** Fills in `::` with port 0. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6addr_setany */
export function IN6ADDR_SETANY(a: Ipv6SockaddrBytes): void {
  IN6ADDR_SETSOCKADDR(a, new Uint8Array(16), 0, 0);
}

/** Fills in `::1` with port 0. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6addr_setloopback */
export function IN6ADDR_SETLOOPBACK(a: Ipv6SockaddrBytes): void {
  IN6ADDR_SETANY(a);
  IN6_SET_ADDR_LOOPBACK(address6(a));
}

/** Whether a socket address is `::`, with any port and scope. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6addr_isany */
export function IN6ADDR_ISANY(a: Ipv6SockaddrBytes): boolean {
  return familyOf(a) === AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(address6(a));
}

/** Whether a socket address is `::1`, with any port and scope. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6addr_isloopback */
export function IN6ADDR_ISLOOPBACK(a: Ipv6SockaddrBytes): boolean {
  return familyOf(a) === AF_INET6 && IN6_IS_ADDR_LOOPBACK(address6(a));
}

/** Whether a socket address is `::` without a scope id, with any port. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6addr_isunspecified */
export function IN6ADDR_ISUNSPECIFIED(a: Ipv6SockaddrBytes): boolean {
  return scopeOf(a) === 0 && IN6_IS_ADDR_UNSPECIFIED(address6(a));
}

/** Whether two socket addresses have the same address and scope id, whatever their ports. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6addr_isequal */
export function IN6ADDR_ISEQUAL(a: Ipv6SockaddrBytes, b: Ipv6SockaddrBytes): boolean {
  return scopeOf(a) === scopeOf(b) && IN6_ADDR_EQUAL(address6(a), address6(b));
}

/** Whether a socket address is in the mapped form of IPv4. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6addr_isv4mapped */
export function IN6ADDR_ISV4MAPPED(a: Ipv6SockaddrBytes): boolean {
  return familyOf(a) === AF_INET6 && IN6_IS_ADDR_V4MAPPED(address6(a));
}

/** Whether a socket address is of ISATAP. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6addr_isisatap */
export function IN6ADDR_ISISATAP(a: Ipv6SockaddrBytes): boolean {
  return familyOf(a) === AF_INET6 && IN6_IS_ADDR_ISATAP(address6(a));
}

/** Whether a socket address is of 6to4. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6addr_is6to4 */
export function IN6ADDR_IS6TO4(a: Ipv6SockaddrBytes): boolean {
  return familyOf(a) === AF_INET6 && IN6_IS_ADDR_6TO4(address6(a));
}

/** Whether a socket address is of Teredo. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6addr_isteredo */
export function IN6ADDR_ISTEREDO(a: Ipv6SockaddrBytes): boolean {
  return familyOf(a) === AF_INET6 && IN6_IS_ADDR_TEREDO(address6(a));
}

/** IPv6 addresses: the inline functions of ws2ipdef.h and mstcpip.h. An address is sixteen bytes in network order. */

import { startsWith } from "@std/bytes/starts-with";
import { areEqual, type Ipv4Bytes, type Ipv6Bytes, need } from "./address_bytes.ts";
import { IN4_IS_ADDR_6TO4ELIGIBLE } from "./in4.ts";

const ZEROS = new Uint8Array(16);

/** Whether two addresses are the same. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_addr_equal */
export function IN6_ADDR_EQUAL(a: Ipv6Bytes, b: Ipv6Bytes): boolean {
  return areEqual(a, b, 16);
}

/** Whether the first `len` bits of two addresses are the same; `len` is from 0 to 128. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_prefix_equal */
export function IN6_PREFIX_EQUAL(a: Ipv6Bytes, b: Ipv6Bytes, len: number): boolean {
  const bytes = len >> 3;
  const mask = 0xff << (8 - (len & 7));
  return areEqual(a, b, bytes) && ((len & 7) === 0 || (a[bytes] & mask & 0xff) === (b[bytes] & mask & 0xff));
}

/** Whether an address is `::`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_unspecified */
export function IN6_IS_ADDR_UNSPECIFIED(a: Ipv6Bytes): boolean {
  return areEqual(a, ZEROS, 16);
}

/** Whether an address is `::1`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_loopback */
export function IN6_IS_ADDR_LOOPBACK(a: Ipv6Bytes): boolean {
  return need(a, 16, "a")[15] === 1 && areEqual(a, ZEROS, 15);
}

/** Whether an address is of a multicast group, `ff00::/8`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_multicast */
export function IN6_IS_ADDR_MULTICAST(a: Ipv6Bytes): boolean {
  return need(a, 16, "a")[0] === 0xff;
}

/** Whether the interface identifier of an address is an EUI-64 by its prefix: any but `::/3` and `ff00::/8`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_eui64 */
export function IN6_IS_ADDR_EUI64(a: Ipv6Bytes): boolean {
  return (need(a, 16, "a")[0] & 0xe0) !== 0 && a[0] !== 0xff;
}

/** Whether an address is that of the routers of a subnet: its interface identifier is 0. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_subnet_router_anycast */
export function IN6_IS_ADDR_SUBNET_ROUTER_ANYCAST(a: Ipv6Bytes): boolean {
  return IN6_IS_ADDR_EUI64(a) && areEqual(a.subarray(8), ZEROS, 8);
}

/** Whether an address is reserved for anycast in a subnet (RFC 2526). https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_subnet_reserved_anycast */
export function IN6_IS_ADDR_SUBNET_RESERVED_ANYCAST(a: Ipv6Bytes): boolean {
  return IN6_IS_ADDR_EUI64(a) && startsWith(a.subarray(8), Uint8Array.of(0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)) &&
    (a[15] & 0x80) !== 0;
}

/** Whether an address can be seen to be anycast. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_anycast */
export function IN6_IS_ADDR_ANYCAST(a: Ipv6Bytes): boolean {
  return IN6_IS_ADDR_SUBNET_RESERVED_ANYCAST(a) || IN6_IS_ADDR_SUBNET_ROUTER_ANYCAST(a);
}

/** Whether an address is link-local, `fe80::/10`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_linklocal */
export function IN6_IS_ADDR_LINKLOCAL(a: Ipv6Bytes): boolean {
  return need(a, 16, "a")[0] === 0xfe && (a[1] & 0xc0) === 0x80;
}

/** Whether an address is site-local, `fec0::/10`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_sitelocal */
export function IN6_IS_ADDR_SITELOCAL(a: Ipv6Bytes): boolean {
  return need(a, 16, "a")[0] === 0xfe && (a[1] & 0xc0) === 0xc0;
}

/** Whether an address looks global: its first four bits are neither all 0 nor all 1. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_global */
export function IN6_IS_ADDR_GLOBAL(a: Ipv6Bytes): boolean {
  const high = need(a, 16, "a")[0] & 0xf0;
  return high !== 0 && high !== 0xf0;
}

/** Whether an address is an IPv4 address in its mapped form, `::ffff:0:0/96`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_v4mapped */
export function IN6_IS_ADDR_V4MAPPED(a: Ipv6Bytes): boolean {
  return need(a, 16, "a")[10] === 0xff && a[11] === 0xff && areEqual(a, ZEROS, 10);
}

/** Whether an address is IPv4-compatible, `::/96` without `::` and `::1`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_v4compat */
export function IN6_IS_ADDR_V4COMPAT(a: Ipv6Bytes): boolean {
  const [high, middle, low, last] = need(a, 16, "a").subarray(12);
  return areEqual(a, ZEROS, 12) && (high !== 0 || middle !== 0 || low !== 0 || last > 1);
}

/** Whether an address is IPv4-translated, `::ffff:0:0:0/96`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_v4translated */
export function IN6_IS_ADDR_V4TRANSLATED(a: Ipv6Bytes): boolean {
  return areEqual(a, ZEROS, 8) && startsWith(need(a, 16, "a").subarray(8), Uint8Array.of(0xff, 0xff, 0, 0));
}

/** Whether an address is of a multicast group of this machine. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_mc_nodelocal */
export function IN6_IS_ADDR_MC_NODELOCAL(a: Ipv6Bytes): boolean {
  return IN6_IS_ADDR_MULTICAST(a) && (a[1] & 0xf) === 1;
}

/** Whether an address is of a multicast group of the link. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_mc_linklocal */
export function IN6_IS_ADDR_MC_LINKLOCAL(a: Ipv6Bytes): boolean {
  return IN6_IS_ADDR_MULTICAST(a) && (a[1] & 0xf) === 2;
}

/** Whether an address is of a multicast group of the site. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_mc_sitelocal */
export function IN6_IS_ADDR_MC_SITELOCAL(a: Ipv6Bytes): boolean {
  return IN6_IS_ADDR_MULTICAST(a) && (a[1] & 0xf) === 5;
}

/** Whether an address is of a multicast group of the organization. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_mc_orglocal */
export function IN6_IS_ADDR_MC_ORGLOCAL(a: Ipv6Bytes): boolean {
  return IN6_IS_ADDR_MULTICAST(a) && (a[1] & 0xf) === 8;
}

/** Whether an address is of a global multicast group. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_is_addr_mc_global */
export function IN6_IS_ADDR_MC_GLOBAL(a: Ipv6Bytes): boolean {
  return IN6_IS_ADDR_MULTICAST(a) && (a[1] & 0xf) === 0xe;
}

/** Whether an address is `ff01::1`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_is_addr_allnodesonnode */
export function IN6_IS_ADDR_ALLNODESONNODE(a: Ipv6Bytes): boolean {
  return isMulticast(a, 1, 1);
}

/** Whether an address is `ff02::1`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_is_addr_allnodesonlink */
export function IN6_IS_ADDR_ALLNODESONLINK(a: Ipv6Bytes): boolean {
  return isMulticast(a, 2, 1);
}

/** Whether an address is `ff02::2`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_is_addr_allroutersonlink */
export function IN6_IS_ADDR_ALLROUTERSONLINK(a: Ipv6Bytes): boolean {
  return isMulticast(a, 2, 2);
}

/** Whether an address is of the group that the owners of an address belong to, `ff02::1:ff00:0/104`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_is_addr_solicitednode */
export function IN6_IS_ADDR_SOLICITEDNODE(a: Ipv6Bytes): boolean {
  return startsWith(need(a, 16, "a"), SOLICITED_NODE);
}

/** Whether an address has the interface identifier of ISATAP. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_is_addr_isatap */
export function IN6_IS_ADDR_ISATAP(a: Ipv6Bytes): boolean {
  need(a, 16, "a");
  return (a[8] & 0xfd) === 0 && a[9] === 0 && a[10] === 0x5e && a[11] === 0xfe;
}

/** Whether an address is of 6to4, `2002::/16`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_is_addr_6to4 */
export function IN6_IS_ADDR_6TO4(a: Ipv6Bytes): boolean {
  return startsWith(need(a, 16, "a"), Uint8Array.of(0x20, 0x02));
}

/** Whether an address is of Teredo, `2001::/32` or, before, `3ffe:831f::/32`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_is_addr_teredo */
export function IN6_IS_ADDR_TEREDO(a: Ipv6Bytes): boolean {
  return startsWith(need(a, 16, "a"), Uint8Array.of(0x20, 0x01, 0, 0)) ||
    startsWith(a, Uint8Array.of(0x3f, 0xfe, 0x83, 0x1f));
}

/** The IPv4 address in a mapped one, in place. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_get_addr_v4mapped */
export function IN6_GET_ADDR_V4MAPPED(a: Ipv6Bytes): Uint8Array {
  return need(a, 16, "a").subarray(12, 16);
}

/** The IPv4 address in a compatible one, in place. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_get_addr_v4compat */
export function IN6_GET_ADDR_V4COMPAT(a: Ipv6Bytes): Uint8Array {
  return need(a, 16, "a").subarray(12, 16);
}

/** The IPv4 address in one of ISATAP, in place. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_extract_v4addr_from_isatap */
export function IN6_EXTRACT_V4ADDR_FROM_ISATAP(a: Ipv6Bytes): Uint8Array {
  return need(a, 16, "a").subarray(12, 16);
}

/** The IPv4 address in one of 6to4, in place. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_extract_v4addr_from_6to4 */
export function IN6_EXTRACT_V4ADDR_FROM_6TO4(a: Ipv6Bytes): Uint8Array {
  return need(a, 16, "a").subarray(2, 6);
}

/** Makes an address `::`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_set_addr_unspecified */
export function IN6_SET_ADDR_UNSPECIFIED(a: Ipv6Bytes): void {
  need(a, 16, "a").fill(0, 0, 16);
}

/** Makes an address `::1`. https://learn.microsoft.com/windows/win32/api/ws2ipdef/nf-ws2ipdef-in6_set_addr_loopback */
export function IN6_SET_ADDR_LOOPBACK(a: Ipv6Bytes): void {
  IN6_SET_ADDR_UNSPECIFIED(a);
  a[15] = 1;
}

/** Makes an address the mapped form of an IPv4 address. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_set_addr_v4mapped */
export function IN6_SET_ADDR_V4MAPPED(a6: Ipv6Bytes, a4: Ipv4Bytes): void {
  IN6_SET_ADDR_V4COMPAT(a6, a4);
  a6[10] = a6[11] = 0xff;
}

/** Makes an address the compatible form of an IPv4 address. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_set_addr_v4compat */
export function IN6_SET_ADDR_V4COMPAT(a6: Ipv6Bytes, a4: Ipv4Bytes): void {
  const address = need(a4, 4, "a4").slice(0, 4);
  IN6_SET_ADDR_UNSPECIFIED(a6);
  a6.set(address, 12);
}

/** Makes an address the group that the owners of a unicast address belong to. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_set_addr_solicitednode */
export function IN6_SET_ADDR_SOLICITEDNODE(multicast: Ipv6Bytes, unicast: Ipv6Bytes): void {
  const last = need(unicast, 16, "unicast").slice(13, 16);
  need(multicast, 16, "multicast").set(SOLICITED_NODE);
  multicast.set(last, 13);
}

/** Sets the interface identifier of an address to that of ISATAP for an IPv4 address. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_set_isatap_identifier */
export function IN6_SET_ISATAP_IDENTIFIER(a6: Ipv6Bytes, a4: Ipv4Bytes): void {
  const address = need(a4, 4, "a4").slice(0, 4);
  need(a6, 16, "a6").set([IN4_IS_ADDR_6TO4ELIGIBLE(address) ? 2 : 0, 0, 0x5e, 0xfe], 8);
  a6.set(address, 12);
}

/** Sets the prefix of an address to that of 6to4 for an IPv4 address. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_set_6to4_prefix */
export function IN6_SET_6TO4_PREFIX(a6: Ipv6Bytes, a4: Ipv4Bytes): void {
  const address = need(a4, 4, "a4").slice(0, 4);
  need(a6, 16, "a6").set([0x20, 0x02, ...address, 0, 0], 0);
}

/** `ff02::1:ff00:0/104` */
const SOLICITED_NODE = Uint8Array.of(0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0xff);

function isMulticast(a: Ipv6Bytes, scope: number, group: number): boolean {
  need(a, 16, "a");
  return a[0] === 0xff && a[1] === scope && areEqual(a.subarray(2), ZEROS, 13) && a[15] === group;
}

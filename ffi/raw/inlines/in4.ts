/** IPv4 addresses: the inline functions of mstcpip.h. An address is four bytes in network order. */

import { areEqual, type Ipv4Bytes, need } from "./address_bytes.ts";

/** Whether two addresses are the same. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_addr_equal */
export function IN4_ADDR_EQUAL(a: Ipv4Bytes, b: Ipv4Bytes): boolean {
  return areEqual(a, b, 4);
}

/** Whether an address is `0.0.0.0`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_unspecified */
export function IN4_IS_ADDR_UNSPECIFIED(a: Ipv4Bytes): boolean {
  return toNumber(a) === 0;
}

/** Whether an address is of the loopback, `127.0.0.0/8`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_loopback */
export function IN4_IS_ADDR_LOOPBACK(a: Ipv4Bytes): boolean {
  return need(a, 4, "a")[0] === 127;
}

/** Whether an address is `255.255.255.255`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_broadcast */
export function IN4_IS_ADDR_BROADCAST(a: Ipv4Bytes): boolean {
  return toNumber(a) === 0xffffffff;
}

/** Whether an address is of a multicast group, `224.0.0.0/4`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_multicast */
export function IN4_IS_ADDR_MULTICAST(a: Ipv4Bytes): boolean {
  return hasPrefix(a, 0xe0000000, 4);
}

/** Whether an address is link-local, `169.254.0.0/16`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_linklocal */
export function IN4_IS_ADDR_LINKLOCAL(a: Ipv4Bytes): boolean {
  return hasPrefix(a, 0xa9fe0000, 16);
}

/** Whether an address is site-local. None is: those of RFC 1918 count as global. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_sitelocal */
export function IN4_IS_ADDR_SITELOCAL(a: Ipv4Bytes): boolean {
  need(a, 4, "a");
  return false;
}

/** Whether an address is private by RFC 1918: `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_rfc1918 */
export function IN4_IS_ADDR_RFC1918(a: Ipv4Bytes): boolean {
  return hasPrefix(a, 0x0a000000, 8) || hasPrefix(a, 0xac100000, 12) || hasPrefix(a, 0xc0a80000, 16);
}

/** Whether a multicast group is link-local, `224.0.0.0/24`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_mc_linklocal */
export function IN4_IS_ADDR_MC_LINKLOCAL(a: Ipv4Bytes): boolean {
  return hasPrefix(a, 0xe0000000, 24);
}

/** Whether a multicast group is admin-local, `239.255.0.0/16`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_mc_adminlocal */
export function IN4_IS_ADDR_MC_ADMINLOCAL(a: Ipv4Bytes): boolean {
  return hasPrefix(a, 0xefff0000, 16);
}

/** Whether a multicast group is site-local, `239.0.0.0/8` without `239.255.0.0/16`. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_mc_sitelocal */
export function IN4_IS_ADDR_MC_SITELOCAL(a: Ipv4Bytes): boolean {
  return hasPrefix(a, 0xef000000, 8) && !IN4_IS_ADDR_MC_ADMINLOCAL(a);
}

/** Whether a 6to4 address can be made of an address: it is unicast, and neither private nor of the loopback or the link. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_is_addr_6to4eligible */
export function IN4_IS_ADDR_6TO4ELIGIBLE(a: Ipv4Bytes): boolean {
  const isUnicast = need(a, 4, "a")[0] !== 0 && !hasPrefix(a, 0xe0000000, 3);
  return isUnicast && !IN4_IS_ADDR_LOOPBACK(a) && !IN4_IS_ADDR_LINKLOCAL(a) && !IN4_IS_ADDR_RFC1918(a);
}

function toNumber(a: Uint8Array): number {
  need(a, 4, "a");
  return (a[0] << 24 | a[1] << 16 | a[2] << 8 | a[3]) >>> 0;
}

function hasPrefix(a: Uint8Array, prefix: number, length: number): boolean {
  return (toNumber(a) ^ prefix) >>> (32 - length) === 0;
}

/** How far addresses reach, and scope ids: the inline functions of mstcpip.h and mswsockdef.h. */

import { ScopeLevelAdmin, ScopeLevelGlobal, ScopeLevelLink, ScopeLevelSite } from "../headers/ws2def.ts";
import type { Ipv4Bytes, Ipv6Bytes } from "./address_bytes.ts";
import {
  IN4_IS_ADDR_BROADCAST,
  IN4_IS_ADDR_LINKLOCAL,
  IN4_IS_ADDR_LOOPBACK,
  IN4_IS_ADDR_MC_ADMINLOCAL,
  IN4_IS_ADDR_MC_LINKLOCAL,
  IN4_IS_ADDR_MC_SITELOCAL,
  IN4_IS_ADDR_MULTICAST,
} from "./in4.ts";
import { IN6_IS_ADDR_LINKLOCAL, IN6_IS_ADDR_LOOPBACK, IN6_IS_ADDR_MULTICAST, IN6_IS_ADDR_SITELOCAL } from "./in6.ts";

/** The level in a SCOPE_ID: its upper four bits, a `ScopeLevel…` constant. Source: mswsockdef.h. */
export function ScopeLevel(scopeId: number): number {
  return scopeId >>> 28;
}

/** How far a unicast address reaches: `ScopeLevelLink` or `ScopeLevelGlobal`. Source: mstcpip.h. */
export function Ipv4UnicastAddressScope(a: Ipv4Bytes): number {
  return IN4_IS_ADDR_LINKLOCAL(a) || IN4_IS_ADDR_LOOPBACK(a) ? ScopeLevelLink : ScopeLevelGlobal;
}

/** How far a multicast group reaches (RFC 2365), a `ScopeLevel…` constant. Source: mstcpip.h. */
export function Ipv4MulticastAddressScope(a: Ipv4Bytes): number {
  if (IN4_IS_ADDR_MC_LINKLOCAL(a)) return ScopeLevelLink;
  if (IN4_IS_ADDR_MC_ADMINLOCAL(a)) return ScopeLevelAdmin;
  return IN4_IS_ADDR_MC_SITELOCAL(a) ? ScopeLevelSite : ScopeLevelGlobal;
}

/** How far an IPv4 address reaches, a `ScopeLevel…` constant. Source: mstcpip.h. */
export function Ipv4AddressScope(a: Ipv4Bytes): number {
  if (IN4_IS_ADDR_BROADCAST(a)) return ScopeLevelLink;
  return IN4_IS_ADDR_MULTICAST(a) ? Ipv4MulticastAddressScope(a) : Ipv4UnicastAddressScope(a);
}

/** How far a unicast address reaches: `ScopeLevelLink`, `ScopeLevelSite` or `ScopeLevelGlobal`. Source: mstcpip.h. */
export function Ipv6UnicastAddressScope(a: Ipv6Bytes): number {
  if (IN6_IS_ADDR_LINKLOCAL(a) || IN6_IS_ADDR_LOOPBACK(a)) return ScopeLevelLink;
  return IN6_IS_ADDR_SITELOCAL(a) ? ScopeLevelSite : ScopeLevelGlobal;
}

/** How far a multicast group reaches, a `ScopeLevel…` constant. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_multicast_scope */
export function IN6_MULTICAST_SCOPE(a: Ipv6Bytes): number {
  return a[1] & 0xf;
}

/** How far an IPv6 address reaches, a `ScopeLevel…` constant. Source: mstcpip.h. */
export function Ipv6AddressScope(a: Ipv6Bytes): number {
  return IN6_IS_ADDR_MULTICAST(a) ? IN6_MULTICAST_SCOPE(a) : Ipv6UnicastAddressScope(a);
}

/** A scope id without what follows from the address: 0 for one that is global or of the loopback, without the level where that is the address's own. Returns it; C stores it. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in4_uncanonicalize_scope_id */
export function IN4_UNCANONICALIZE_SCOPE_ID(a: Ipv4Bytes, scopeId: number): number {
  return uncanonicalize(scopeId, Ipv4AddressScope(a), IN4_IS_ADDR_LOOPBACK(a));
}

/** A scope id without what follows from the address: 0 for one that is global or of the loopback, without the level where that is the address's own. Returns it; C stores it. https://learn.microsoft.com/windows/win32/api/mstcpip/nf-mstcpip-in6_uncanonicalize_scope_id */
export function IN6_UNCANONICALIZE_SCOPE_ID(a: Ipv6Bytes, scopeId: number): number {
  return uncanonicalize(scopeId, Ipv6AddressScope(a), IN6_IS_ADDR_LOOPBACK(a));
}

function uncanonicalize(scopeId: number, level: number, isLoopback: boolean): number {
  if (isLoopback || level === ScopeLevelGlobal) return 0;
  return ScopeLevel(scopeId) === level ? scopeId & 0x0fffffff : scopeId >>> 0;
}

/**
 * ws2ipdef.h: options and addresses of IPv4 and IPv6, multicast, packet information, options of TCP and UDP.
 *
 * Only what the library itself uses; the rest is in rest/ws2ipdef.ts, for raw callers alone, so that a program which only
 * wants `listen()` does not load it.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ws2ipdef/ and
 * https://learn.microsoft.com/windows/win32/winsock/socket-options
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";
import { IN6_ADDR } from "./in6addr.ts";
import { IN_ADDR } from "./inaddr.ts";
import { SCOPE_ID } from "./ws2def.ts";

// Options at IPPROTO_IP

/** `IPPROTO_IP`: type of service of what is sent. */
export const IP_TOS = 3;
/** `IPPROTO_IP`: time to live of what is sent. */
export const IP_TTL = 4;
/** `IPPROTO_IP`: time to live of multicasts. */
export const IP_MULTICAST_TTL = 10;
/** `IPPROTO_IP`: whether multicasts sent by this machine are received. */
export const IP_MULTICAST_LOOP = 11;
/** `IPPROTO_IP`: joins a multicast group, an IP_MREQ. */
export const IP_ADD_MEMBERSHIP = 12;
/** `IPPROTO_IP`: leaves a multicast group, an IP_MREQ. */
export const IP_DROP_MEMBERSHIP = 13;
/** `IPPROTO_IP`: do not fragment what is sent. */
export const IP_DONTFRAGMENT = 14;
/** `IPPROTO_IP`: the destination and interface of what is received come as a control message, an IN_PKTINFO. */
export const IP_PKTINFO = 19;
/** `IPPROTO_IP`: the time to live of what is received comes as a control message. */
export const IP_HOPLIMIT = 21;
/** `IPPROTO_IP`: the type of service of what is received comes as a control message. */
export const IP_RECVTOS = 40;
/** `IPPROTO_IP`: the ECN codepoint, as a control message. */
export const IP_ECN = 50;
/** `IPPROTO_IP`: the ECN codepoint of what is received comes as a control message. */
export const IP_RECVECN = 50;

// Options at IPPROTO_IPV6

/** `IPPROTO_IPV6`: hop limit of what is sent. */
export const IPV6_UNICAST_HOPS = 4;
/** `IPPROTO_IPV6`: hop limit of multicasts. */
export const IPV6_MULTICAST_HOPS = 10;
/** `IPPROTO_IPV6`: whether multicasts sent by this machine are received. */
export const IPV6_MULTICAST_LOOP = 11;
/** `IPPROTO_IPV6`: joins a multicast group, an IPV6_MREQ. */
export const IPV6_ADD_MEMBERSHIP = 12;
/** `IPPROTO_IPV6`: leaves a multicast group, an IPV6_MREQ. */
export const IPV6_DROP_MEMBERSHIP = 13;
/** `IPPROTO_IPV6`: do not fragment what is sent. */
export const IPV6_DONTFRAG = 14;
/** `IPPROTO_IPV6`: the destination and interface of what is received come as a control message, an IN6_PKTINFO. */
export const IPV6_PKTINFO = 19;
/** `IPPROTO_IPV6`: the hop limit of what is received comes as a control message. */
export const IPV6_HOPLIMIT = 21;
/** `IPPROTO_IPV6`: whether the socket is for IPv6 only (1, the default) or dual-stack (0). */
export const IPV6_V6ONLY = 27;
/** `IPPROTO_IPV6`: traffic class, as a control message. */
export const IPV6_TCLASS = 39;
/** `IPPROTO_IPV6`: the traffic class of what is received comes as a control message. */
export const IPV6_RECVTCLASS = 40;
/** `IPPROTO_IPV6`: the ECN codepoint, as a control message. */
export const IPV6_ECN = 50;
/** `IPPROTO_IPV6`: the ECN codepoint of what is received comes as a control message. */
export const IPV6_RECVECN = 50;

// Options at IPPROTO_TCP

/** `IPPROTO_TCP`: how many keep-alive probes before giving up. */
export const TCP_KEEPCNT = 16;
/** `IPPROTO_TCP`: another name of `TCP_KEEPALIVE`. */
export const TCP_KEEPIDLE = 3;
/** `IPPROTO_TCP`: time between keep-alive probes, in seconds. */
export const TCP_KEEPINTVL = 17;

// Options at IPPROTO_UDP

/** `IPPROTO_UDP`: cut what is sent into messages of this size, in bytes; 0 for not. Also as a control message. */
export const UDP_SEND_MSG_SIZE = 2;
/** Control message at `IPPROTO_UDP`: the size of the messages that came together, a DWORD. */
export const UDP_COALESCED_INFO = 3;

// Structs

/** The address of an IPv6 socket. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-sockaddr_in6 */
export const SOCKADDR_IN6 = {
  struct: {
    sin6_family: "u16",
    sin6_port: "u16be",
    sin6_flowinfo: "u32be",
    sin6_addr: IN6_ADDR,
    DUMMYUNIONNAME: { union: { sin6_scope_id: "u32", sin6_scope_struct: SCOPE_ID } },
  },
} as const satisfies StructDef;

/** An IPv4 group and the interface to join it on. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-ip_mreq */
export const IP_MREQ = { struct: { imr_multiaddr: IN_ADDR, imr_interface: IN_ADDR } } as const satisfies StructDef;

/** An IPv6 group and the interface to join it on; 0 for the default one. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-ipv6_mreq */
export const IPV6_MREQ = {
  struct: { ipv6mr_multiaddr: IN6_ADDR, ipv6mr_interface: "u32" },
} as const satisfies StructDef;

/** Control message: an IPv4 address of this machine and an interface. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-in_pktinfo */
export const IN_PKTINFO = { struct: { ipi_addr: IN_ADDR, ipi_ifindex: "u32" } } as const satisfies StructDef;

/** Control message: an IPv6 address of this machine and an interface. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-in6_pktinfo */
export const IN6_PKTINFO = { struct: { ipi6_addr: IN6_ADDR, ipi6_ifindex: "u32" } } as const satisfies StructDef;

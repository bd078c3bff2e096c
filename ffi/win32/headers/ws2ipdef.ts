/** Constants and structs of ws2ipdef.h: IPv4 and IPv6 options, sockaddr_in6. */

import type { StructDef } from "../../layout/mod.ts";

/** `IPPROTO_IP`: type of service of what is sent. */
export const IP_TOS = 3;
/** `IPPROTO_IP`: time to live of what is sent. */
export const IP_TTL = 4;

/** `IPPROTO_IPV6`: hop limit of what is sent. */
export const IPV6_UNICAST_HOPS = 4;
/** `IPPROTO_IPV6`: whether the socket is for IPv6 only (1, the default) or dual-stack (0). */
export const IPV6_V6ONLY = 27;

/** `IPPROTO_TCP`: send small writes at once. */
export const TCP_NODELAY = 1;

/** An IPv6 address. Source: in6addr.h. */
export const IN6_ADDR = {
  struct: { u: { union: { Byte: { array: "u8", length: 16 }, Word: { array: "u16be", length: 8 } } } },
} as const satisfies StructDef;

/** The address of an IPv6 socket. */
export const SOCKADDR_IN6 = {
  struct: {
    sin6_family: "u16",
    sin6_port: "u16be",
    sin6_flowinfo: "u32be",
    sin6_addr: IN6_ADDR,
    sin6_scope_id: "u32",
  },
} as const satisfies StructDef;

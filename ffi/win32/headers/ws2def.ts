/** Constants and structs of ws2def.h: families, socket types, protocols, sockaddr_in, WSABUF, WSAMSG. */

import type { StructDef } from "../../layout/mod.ts";

/** Unspecified address family. */
export const AF_UNSPEC = 0;
/** IPv4. */
export const AF_INET = 2;
/** IPv6. */
export const AF_INET6 = 23;

/** Stream socket: TCP. */
export const SOCK_STREAM = 1;
/** Datagram socket: UDP. */
export const SOCK_DGRAM = 2;

/** Level of the IPv4 options. */
export const IPPROTO_IP = 0;
/** TCP, and the level of its options. */
export const IPPROTO_TCP = 6;
/** UDP, and the level of its options. */
export const IPPROTO_UDP = 17;
/** Level of the IPv6 options. */
export const IPPROTO_IPV6 = 41;

/** Level of the options of every socket. */
export const SOL_SOCKET = 0xffff;

/** The longest queue of waiting connections that the system allows. */
export const SOMAXCONN = 0x7fffffff;

/** `GetAddrInfoW`: the addresses are for `bind`. */
export const AI_PASSIVE = 0x1;
/** `GetAddrInfoW`: the name is a numeric address; nothing is looked up. */
export const AI_NUMERICHOST = 0x4;
/** `GetAddrInfoW`: only families that this machine has an address of. */
export const AI_ADDRCONFIG = 0x400;

/** `WSAIoctl`: the address of an extension function, by its GUID. */
export const SIO_GET_EXTENSION_FUNCTION_POINTER = 0xc8000006;

/** An IPv4 address. Source: inaddr.h. */
export const IN_ADDR = {
  struct: {
    S_un: {
      union: {
        S_un_b: { struct: { s_b1: "u8", s_b2: "u8", s_b3: "u8", s_b4: "u8" } },
        S_un_w: { struct: { s_w1: "u16be", s_w2: "u16be" } },
        S_addr: "u32be",
      },
    },
  },
} as const satisfies StructDef;

/** Any socket address: its family and 14 bytes that depend on it. */
export const SOCKADDR = {
  struct: { sa_family: "u16", sa_data: { array: "u8", length: 14 } },
} as const satisfies StructDef;

/** The address of an IPv4 socket. */
export const SOCKADDR_IN = {
  struct: { sin_family: "u16", sin_port: "u16be", sin_addr: IN_ADDR, sin_zero: { array: "u8", length: 8 } },
} as const satisfies StructDef;

/** Room for the address of any socket. */
export const SOCKADDR_STORAGE = {
  struct: {
    ss_family: "u16",
    __ss_pad1: { array: "u8", length: 6 },
    __ss_align: "i64",
    __ss_pad2: { array: "u8", length: 112 },
  },
} as const satisfies StructDef;

/** A stretch of memory to send from or receive into. */
export const WSABUF = { struct: { len: "u32", buf: "pointer" } } as const satisfies StructDef;

/** What `WSASendMsg` and `WSARecvMsg` take: address, data and control messages. */
export const WSAMSG = {
  struct: {
    name: "pointer",
    namelen: "i32",
    lpBuffers: "pointer",
    dwBufferCount: "u32",
    Control: WSABUF,
    dwFlags: "u32",
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoW`. */
export const ADDRINFOW = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_next: "pointer",
  },
} as const satisfies StructDef;

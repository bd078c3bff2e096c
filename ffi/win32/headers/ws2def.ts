/**
 * ws2def.h: address families, socket types, protocols, options of every socket, control codes, addresses, messages.
 *
 * Only what the library itself uses; the rest is in rest/ws2def.ts, for raw callers alone, so that a program which only
 * wants `listen()` does not load it.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ws2def/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";
import { IN_ADDR } from "./inaddr.ts";

// Address families

/** Unspecified address family. */
export const AF_UNSPEC = 0;
/** IPv4. */
export const AF_INET = 2;
/** IPv6. */
export const AF_INET6 = 23;

// Socket types

/** Stream socket: TCP. */
export const SOCK_STREAM = 1;
/** Datagram socket: UDP. */
export const SOCK_DGRAM = 2;

// Levels of options

/** Level of the options of every socket. */
export const SOL_SOCKET = 0xffff;

// Options at SOL_SOCKET

/** `SOL_SOCKET`: others may bind the same address. */
export const SO_REUSEADDR = 0x0004;
/** `SOL_SOCKET`: keep-alive probes. */
export const SO_KEEPALIVE = 0x0008;
/** `SOL_SOCKET`: broadcasts may be sent. */
export const SO_BROADCAST = 0x0020;
/** `SOL_SOCKET`: what `closesocket` does with data that is not sent yet, a LINGER. */
export const SO_LINGER = 0x0080;
/** `SOL_SOCKET`: nobody else may bind the same address. */
export const SO_EXCLUSIVEADDRUSE: -5 = -5;
/** `SOL_SOCKET`: size of the send buffer in bytes. */
export const SO_SNDBUF = 0x1001;
/** `SOL_SOCKET`: size of the receive buffer in bytes. */
export const SO_RCVBUF = 0x1002;
/** `SOL_SOCKET`: choose the local port of a connection only when its remote address is known. */
export const SO_REUSE_UNICASTPORT = 0x3007;

// Options at IPPROTO_TCP

/** `IPPROTO_TCP`: send small writes at once. */
export const TCP_NODELAY = 0x0001;

// Control codes

/** `WSAIoctl`: the address of an extension function, by its GUID. */
export const SIO_GET_EXTENSION_FUNCTION_POINTER = 0xc8000006;

// Protocols

/** Level of the IPv4 options. */
export const IPPROTO_IP = 0;
/** TCP, and the level of its options. */
export const IPPROTO_TCP = 6;
/** UDP, and the level of its options. */
export const IPPROTO_UDP = 17;
/** Level of the IPv6 options; IPv6 inside of IP. */
export const IPPROTO_IPV6 = 41;

// Flags of messages

/** `WSARecvMsg`: the message was longer than the buffers. */
export const MSG_TRUNC = 0x0100;
/** `WSARecvMsg`: the control messages were longer than their buffer. */
export const MSG_CTRUNC = 0x0200;

// Structs

/** The scope of an IPv6 address: the zone in the low 28 bits of `Value`, the level in the 4 above. */
export const SCOPE_ID = { struct: { DUMMYUNIONNAME: { union: { Value: "u32" } } } } as const satisfies StructDef;

/** The address of an IPv4 socket. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-sockaddr_in */
export const SOCKADDR_IN = {
  struct: { sin_family: "u16", sin_port: "u16be", sin_addr: IN_ADDR, sin_zero: { array: "u8", length: 8 } },
} as const satisfies StructDef;

/** A stretch of memory to send from or receive into. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsabuf */
export const WSABUF = { struct: { len: "u32", buf: "pointer" } } as const satisfies StructDef;

/** What `WSASendMsg` and `WSARecvMsg` take: address, data and control messages. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg */
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

/** The head of a control message. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsacmsghdr */
export const WSACMSGHDR = {
  struct: { cmsg_len: "usize", cmsg_level: "i32", cmsg_type: "i32" },
} as const satisfies StructDef;

/** One result of `GetAddrInfoW`. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfow */
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

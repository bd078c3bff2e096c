/**
 * winsock2.h: what Winsock has had from its beginnings, events, name spaces, notifications.
 *
 * Only what the library itself uses; the rest is in rest/winsock2.ts, for raw callers alone, so that a program which only
 * wants `listen()` does not load it.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsock2/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";
import type { SOCKET } from "../types.ts";
import { GUID } from "./guiddef.ts";

// Failure values

/** What a call returns that could not make a socket. */
export const INVALID_SOCKET: SOCKET = 0xffff_ffff_ffff_ffffn as SOCKET;
/** What a failed call returns where it returns an `int`. */
export const SOCKET_ERROR: -1 = -1;

// Sockets

/** `SOL_SOCKET`: the provider's description of the socket, a WSAPROTOCOL_INFOW. Read only. */
export const SO_PROTOCOL_INFOW = 0x2005;
/** `ioctlsocket`: how many bytes can be received at once. */
export const FIONREAD = 0x4004667f;
/** `ioctlsocket`: whether calls return at once instead of blocking. */
export const FIONBIO = 0x8004667e;
/** The longest queue of waiting connections that the system allows. */
export const SOMAXCONN = 0x7fffffff;

// shutdown

/** `shutdown`: no more sending. */
export const SD_SEND = 0x01;

// WSAPROTOCOL_INFOW

/** WSAPROTOCOL_INFOW: the handles of the provider are those of a file system. */
export const XP1_IFS_HANDLES = 0x20000;

// Flags of WSASocketW

/** `WSASocketW`: the socket can have overlapped operations. */
export const WSA_FLAG_OVERLAPPED = 0x01;
/** `WSASocketW`: child processes do not inherit the socket. */
export const WSA_FLAG_NO_HANDLE_INHERIT = 0x80;

// Structs

/** What `WSAStartup` tells about the implementation. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsadata */
export const WSADATA = {
  struct: {
    wVersion: "u16",
    wHighVersion: "u16",
    iMaxSockets: "u16",
    iMaxUdpDg: "u16",
    lpVendorInfo: "pointer",
    szDescription: { array: "u8", length: 257 },
    szSystemStatus: { array: "u8", length: 129 },
  },
} as const satisfies StructDef;

/** How long `closesocket` waits for data to be sent, in seconds. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-linger */
export const LINGER = { struct: { l_onoff: "u16", l_linger: "u16" } } as const satisfies StructDef;

/** The layers of a protocol. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaprotocolchain */
export const WSAPROTOCOLCHAIN = {
  struct: { ChainLen: "i32", ChainEntries: { array: "u32", length: 7 } },
} as const satisfies StructDef;

/** What a provider says of a protocol. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaprotocol_infow */
export const WSAPROTOCOL_INFOW = {
  struct: {
    dwServiceFlags1: "u32",
    dwServiceFlags2: "u32",
    dwServiceFlags3: "u32",
    dwServiceFlags4: "u32",
    dwProviderFlags: "u32",
    ProviderId: GUID,
    dwCatalogEntryId: "u32",
    ProtocolChain: WSAPROTOCOLCHAIN,
    iVersion: "i32",
    iAddressFamily: "i32",
    iMaxSockAddr: "i32",
    iMinSockAddr: "i32",
    iSocketType: "i32",
    iProtocol: "i32",
    iProtocolMaxOffset: "i32",
    iNetworkByteOrder: "i32",
    iSecurityScheme: "i32",
    dwMessageSize: "u32",
    dwProviderReserved: "u32",
    szProtocol: { array: "u16", length: 256 },
  },
} as const satisfies StructDef;

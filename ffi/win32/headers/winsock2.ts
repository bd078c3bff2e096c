/** Constants and structs of winsock2.h: socket options, flags, WSADATA. */

import type { StructDef } from "../../layout/mod.ts";

/** What a call returns that could not make a socket. */
export const INVALID_SOCKET = 0xffff_ffff_ffff_ffffn;

/** `WSASocketW`: the socket can have overlapped operations. */
export const WSA_FLAG_OVERLAPPED = 0x01;
/** `WSASocketW`: child processes do not inherit the socket. */
export const WSA_FLAG_NO_HANDLE_INHERIT = 0x80;

/** `SOL_SOCKET`: others may bind the same address. */
export const SO_REUSEADDR = 0x0004;
/** `SOL_SOCKET`: keep-alive probes. */
export const SO_KEEPALIVE = 0x0008;
/** `SOL_SOCKET`: what `closesocket` does with data that is not sent yet. */
export const SO_LINGER = 0x0080;
/** `SOL_SOCKET`: nobody else may bind the same address. */
export const SO_EXCLUSIVEADDRUSE = -5;
/** `SOL_SOCKET`: size of the send buffer in bytes. */
export const SO_SNDBUF = 0x1001;
/** `SOL_SOCKET`: size of the receive buffer in bytes. */
export const SO_RCVBUF = 0x1002;
/** `SOL_SOCKET`: the provider's description of the socket, a WSAPROTOCOL_INFOW. */
export const SO_PROTOCOL_INFOW = 0x2005;

/** `shutdown`: no more receiving. */
export const SD_RECEIVE = 0;
/** `shutdown`: no more sending. */
export const SD_SEND = 1;
/** `shutdown`: neither. */
export const SD_BOTH = 2;

/** `WSAPROTOCOL_INFOW.dwServiceFlags1`: the handles of the provider are those of a file system. */
export const XP1_IFS_HANDLES = 0x00020000;

/** What `WSAStartup` tells about the implementation. */
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

/** How long `closesocket` waits for data to be sent. */
export const LINGER = { struct: { l_onoff: "u16", l_linger: "u16" } } as const satisfies StructDef;

/** A globally unique identifier. Source: guiddef.h. */
export const GUID = {
  struct: { Data1: "u32", Data2: "u16", Data3: "u16", Data4: { array: "u8", length: 8 } },
} as const satisfies StructDef;

/** The layers of a protocol. */
export const WSAPROTOCOLCHAIN = {
  struct: { ChainLen: "i32", ChainEntries: { array: "u32", length: 7 } },
} as const satisfies StructDef;

/** What a provider says of a protocol. */
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

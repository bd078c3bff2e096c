/** Properties of socket providers: the functions that no DLL exports, found by their GUIDs, and the kind of handles. */

import { check } from "./last_error.ts";
import {
  type AF_INET,
  type AF_INET6,
  GUID,
  INVALID_SOCKET,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SO_PROTOCOL_INFOW,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_GETACCEPTEXSOCKADDRS,
  WSAID_WSARECVMSG,
  WSAPROTOCOL_INFOW,
  XP1_IFS_HANDLES,
} from "./winsock.ts";
import { ws2_32 } from "./ws2_32.ts";
import { bytesOf, layout } from "../layout/mod.ts";
import type { Pointer, StructBytes } from "../layout/bytes.ts";

/** `AcceptEx`. https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-acceptex */
export const ACCEPT_EX = {
  parameters: [
    "usize", // SOCKET sListenSocket
    "usize", // SOCKET sAcceptSocket
    "usize", // PVOID lpOutputBuffer
    "u32", // DWORD dwReceiveDataLength
    "u32", // DWORD dwLocalAddressLength
    "u32", // DWORD dwRemoteAddressLength
    "usize", // LPDWORD lpdwBytesReceived
    "usize", // LPOVERLAPPED lpOverlapped
  ],
  result: "i32", // FALSE
} as const satisfies Deno.ForeignFunction;

/** `GetAcceptExSockaddrs`. https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-getacceptexsockaddrs */
export const GET_ACCEPT_EX_SOCKADDRS = {
  parameters: [
    "usize", // PVOID lpOutputBuffer
    "u32", // DWORD dwReceiveDataLength
    "u32", // DWORD dwLocalAddressLength
    "u32", // DWORD dwRemoteAddressLength
    "buffer", // sockaddr **LocalSockaddr
    "buffer", // LPINT LocalSockaddrLength
    "buffer", // sockaddr **RemoteSockaddr
    "buffer", // LPINT RemoteSockaddrLength
  ],
  result: "void",
} as const satisfies Deno.ForeignFunction;

/** `ConnectEx`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_connectex */
export const CONNECT_EX = {
  parameters: [
    "usize", // SOCKET s
    "buffer", // const sockaddr *name
    "i32", // int namelen
    "usize", // PVOID lpSendBuffer
    "u32", // DWORD dwSendDataLength
    "usize", // LPDWORD lpdwBytesSent
    "usize", // LPOVERLAPPED lpOverlapped
  ],
  result: "i32", // FALSE
} as const satisfies Deno.ForeignFunction;

/** `WSARecvMsg`, which `WSAIoctl` gives. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_wsarecvmsg */
export const WSA_RECV_MSG = {
  parameters: [
    "usize", // SOCKET s
    "usize", // LPWSAMSG lpMsg
    "usize", // LPDWORD lpdwNumberOfBytesRecvd
    "usize", // LPWSAOVERLAPPED lpOverlapped
    "usize", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
  ],
  result: "i32", // SOCKET_ERROR
} as const satisfies Deno.ForeignFunction;

/** `TransmitFile`. https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-transmitfile */
export const TRANSMIT_FILE = {
  parameters: [
    "usize", // SOCKET hSocket
    "usize", // HANDLE hFile
    "u32", // DWORD nNumberOfBytesToWrite
    "u32", // DWORD nNumberOfBytesPerSend
    "usize", // LPOVERLAPPED lpOverlapped
    "usize", // LPTRANSMIT_FILE_BUFFERS lpTransmitBuffers
    "u32", // DWORD dwReserved
  ],
  result: "i32", // FALSE
} as const satisfies Deno.ForeignFunction;

/** The provider of TCP over a family. */
export interface TcpProvider {
  /** Whether its sockets are file handles: only for those can packets of synchronous completions be switched off. */
  readonly hasFileHandles: boolean;
  readonly AcceptEx: Deno.UnsafeFnPointer<typeof ACCEPT_EX>;
  readonly GetAcceptExSockaddrs: Deno.UnsafeFnPointer<typeof GET_ACCEPT_EX_SOCKADDRS>;
  readonly ConnectEx: Deno.UnsafeFnPointer<typeof CONNECT_EX>;
}

/** The provider of UDP over a family. */
export interface UdpProvider {
  /** As for TCP. */
  readonly hasFileHandles: boolean;
  readonly WSARecvMsg: Deno.UnsafeFnPointer<typeof WSA_RECV_MSG>;
}

type Family = typeof AF_INET | typeof AF_INET6;

const tcpProviders = new Map<Family, TcpProvider>();
const udpProviders = new Map<Family, UdpProvider>();

/** Asks the provider of TCP over a family, through a temporary socket; once for each family. */
export function tcpProvider(family: Family): TcpProvider {
  let provider = tcpProviders.get(family);
  if (provider === undefined) {
    provider = ask(family, SOCK_STREAM, IPPROTO_TCP, (socket) => ({
      hasFileHandles: hasFileHandles(socket),
      AcceptEx: extensionFunction(socket, WSAID_ACCEPTEX, ACCEPT_EX),
      GetAcceptExSockaddrs: extensionFunction(socket, WSAID_GETACCEPTEXSOCKADDRS, GET_ACCEPT_EX_SOCKADDRS),
      ConnectEx: extensionFunction(socket, WSAID_CONNECTEX, CONNECT_EX),
    }));
    tcpProviders.set(family, provider);
  }
  return provider;
}

/** Asks the provider of UDP over a family, through a temporary socket; once for each family. */
export function udpProvider(family: Family): UdpProvider {
  let provider = udpProviders.get(family);
  if (provider === undefined) {
    provider = ask(family, SOCK_DGRAM, IPPROTO_UDP, (socket) => ({
      hasFileHandles: hasFileHandles(socket),
      WSARecvMsg: extensionFunction(socket, WSAID_WSARECVMSG, WSA_RECV_MSG),
    }));
    udpProviders.set(family, provider);
  }
  return provider;
}

function ask<T>(family: Family, type: number, protocol: number, questions: (socket: bigint) => T): T {
  const socket = check(
    ws2_32().WSASocketW(family, type, protocol, null, 0, WSA_FLAG_NO_HANDLE_INHERIT),
    "WSASocketW",
    INVALID_SOCKET,
  );
  try {
    return questions(socket);
  } finally {
    ws2_32().closesocket(socket);
  }
}

function hasFileHandles(socket: bigint): boolean {
  const info = layout(WSAPROTOCOL_INFOW).view();
  const bytes = bytesOf(info);
  check(
    ws2_32().getsockopt(socket, SOL_SOCKET, SO_PROTOCOL_INFOW, bytes, new Int32Array([bytes.length])),
    "getsockopt",
  );
  return (info.dwServiceFlags1 & XP1_IFS_HANDLES) !== 0;
}

/**
 * The address of an extension function.
 *
 * @param socket A socket of the provider whose function is wanted.
 * @param guid The `WSAID_` constant of the function.
 * @throws {WinsockError} When the provider has no such function.
 */
export function extensionFunction<const F extends Deno.ForeignFunction>(
  socket: bigint,
  guid: string,
  definition: F,
): Deno.UnsafeFnPointer<F> {
  const address = new BigUint64Array(1);
  const length = new Uint32Array(1);
  const code = SIO_GET_EXTENSION_FUNCTION_POINTER;
  check(ws2_32().WSAIoctl(socket, code, guidBytes(guid), 16, address, 8, length, null, null), "WSAIoctl");
  return new Deno.UnsafeFnPointer(Deno.UnsafePointer.create(address[0])!, definition);
}

/**
 * A GUID in memory.
 *
 * @example Put a GUID into memory
 * ```ts
 * import { guidBytes, WSAID_ACCEPTEX } from "@winsock/ws2/ffi";
 *
 * console.log(guidBytes(WSAID_ACCEPTEX).length); // 16
 * ```
 *
 * @param text The GUID as text, such as a `WSAID_` constant; with or without braces.
 * @returns Its sixteen bytes.
 * @throws {TypeError} When the text is no GUID.
 */
export function guidBytes(text: string): StructBytes<typeof GUID> {
  const parts = text.match(/^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i);
  if (parts === null) throw new TypeError(`text must be a GUID, got ${JSON.stringify(text)}`);
  const [, data1, data2, data3, data4, data5] = parts;
  const guid = layout(GUID).view();
  guid.Data1 = parseInt(data1, 16);
  guid.Data2 = parseInt(data2, 16);
  guid.Data3 = parseInt(data3, 16);
  guid.Data4.set(Uint8Array.fromHex(data4 + data5));
  return bytesOf(guid) as StructBytes<typeof GUID>;
}

/**
 * Reads a GUID from memory.
 *
 * @example Name the provider of a protocol
 * ```ts
 * import { guidBytes, guidText, WSAID_CONNECTEX } from "@winsock/ws2/ffi";
 *
 * console.log(guidText(guidBytes(WSAID_CONNECTEX)) === WSAID_CONNECTEX); // true
 * ```
 *
 * @param bytes Its sixteen bytes, such as those of `ProviderId` in a WSAPROTOCOL_INFOW.
 * @returns The GUID as text, in lower case and without braces.
 * @throws {RangeError} When there are fewer than sixteen bytes.
 */
export function guidText(bytes: Pointer<typeof GUID>): string {
  const { Data1, Data2, Data3, Data4 } = layout(GUID).view(bytes);
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  const [data4, data5] = [Data4.subarray(0, 2).toHex(), Data4.subarray(2).toHex()];
  return [hex(Data1, 8), hex(Data2, 4), hex(Data3, 4), data4, data5].join("-");
}

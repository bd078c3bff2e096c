/** The functions of Winsock that no DLL exports: their addresses are asked for by GUID, through `WSAIoctl`. */

import { check } from "./check.ts";
import { guidBytes } from "./guid.ts";
import { WSAID_ACCEPTEX, WSAID_CONNECTEX, WSAID_GETACCEPTEXSOCKADDRS } from "./headers/mswsock.ts";
import { INVALID_SOCKET } from "./headers/winsock2.ts";
import {
  type AF_INET,
  type AF_INET6,
  IPPROTO_TCP,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SOCK_STREAM,
} from "./headers/ws2def.ts";
import { ws2_32 } from "./ws2_32.ts";

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

/** The extension functions that TCP needs. */
export interface TcpExtensionFunctions {
  readonly AcceptEx: Deno.UnsafeFnPointer<typeof ACCEPT_EX>;
  readonly GetAcceptExSockaddrs: Deno.UnsafeFnPointer<typeof GET_ACCEPT_EX_SOCKADDRS>;
  readonly ConnectEx: Deno.UnsafeFnPointer<typeof CONNECT_EX>;
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

const tcpFunctions = new Map<number, TcpExtensionFunctions>();

/** The extension functions of TCP over a family, asked for once: each provider may have its own. */
export function tcpExtensionFunctions(family: typeof AF_INET | typeof AF_INET6): TcpExtensionFunctions {
  let functions = tcpFunctions.get(family);
  if (functions === undefined) tcpFunctions.set(family, functions = load(family));
  return functions;
}

function load(family: number): TcpExtensionFunctions {
  const socket = check(ws2_32().socket(family, SOCK_STREAM, IPPROTO_TCP), "socket", INVALID_SOCKET);
  try {
    return {
      AcceptEx: extensionFunction(socket, WSAID_ACCEPTEX, ACCEPT_EX),
      GetAcceptExSockaddrs: extensionFunction(socket, WSAID_GETACCEPTEXSOCKADDRS, GET_ACCEPT_EX_SOCKADDRS),
      ConnectEx: extensionFunction(socket, WSAID_CONNECTEX, CONNECT_EX),
    };
  } finally {
    ws2_32().closesocket(socket);
  }
}

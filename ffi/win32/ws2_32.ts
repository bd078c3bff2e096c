/** The functions of `ws2_32.dll` that the library itself calls, and the start of Winsock. */

import { WinsockError } from "./errors.ts";
import { WSADATA } from "./winsock.ts";
import { initializeLastError } from "./last_error.ts";
import { openLibrary } from "./library.ts";
import { bytesOf, layout } from "../layout/mod.ts";

/**
 * The functions of `ws2_32.dll` that every program needs. A pointer is a `buffer`; the comment after each result is the
 * failure value of the function.
 *
 * Source: winsock2.h, ws2tcpip.h; https://learn.microsoft.com/windows/win32/winsock/winsock-functions
 */
export const CORE_SYMBOLS = {
  /** Makes Winsock usable by the process. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsastartup */
  WSAStartup: {
    parameters: [
      "u16", // WORD wVersionRequired
      "buffer", // LPWSADATA lpWSAData
    ],
    result: "i32", // the error code; 0 when it worked
  },
  /** Ends one use of Winsock. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacleanup */
  WSACleanup: { parameters: [], result: "i32" }, // SOCKET_ERROR
  /** The code of the call before, on this thread. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetlasterror */
  WSAGetLastError: { parameters: [], result: "i32" },
  /** Sets what `WSAGetLastError` returns. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetlasterror */
  WSASetLastError: {
    parameters: [
      "i32", // int iError
    ],
    result: "void",
  },
  /** Makes a socket, with flags. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasocketw */
  WSASocketW: {
    parameters: [
      "i32", // int af
      "i32", // int type
      "i32", // int protocol
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolInfo
      "u32", // GROUP g
      "u32", // DWORD dwFlags
    ],
    result: "usize", // INVALID_SOCKET
  },
  /** Gives a socket its local address. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-bind */
  bind: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const struct sockaddr *name
      "i32", // int namelen
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Lets clients connect. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-listen */
  listen: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int backlog
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Closes a socket. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-closesocket */
  closesocket: {
    parameters: [
      "usize", // SOCKET s
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Reads a socket option. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getsockopt */
  getsockopt: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int level
      "i32", // int optname
      "buffer", // char *optval
      "buffer", // int *optlen
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Sets a socket option. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-setsockopt */
  setsockopt: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int level
      "i32", // int optname
      "buffer", // const char *optval
      "i32", // int optlen
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** The local address of a socket. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getsockname */
  getsockname: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // struct sockaddr *name
      "buffer", // int *namelen
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Controls a socket. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaioctl */
  WSAIoctl: {
    parameters: [
      "usize", // SOCKET s
      "u32", // DWORD dwIoControlCode
      "buffer", // LPVOID lpvInBuffer
      "u32", // DWORD cbInBuffer
      "buffer", // LPVOID lpvOutBuffer
      "u32", // DWORD cbOutBuffer
      "buffer", // LPDWORD lpcbBytesReturned
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // SOCKET_ERROR
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of `ws2_32.dll` that the library itself calls. */
export type CoreFunctions = Deno.DynamicLibrary<typeof CORE_SYMBOLS>["symbols"];

/**
 * The functions of `ws2_32.dll` that read, write and end connections. Binding a function takes half a millisecond, so the
 * functions that not every program needs are in separate tables. Overlapped calls take addresses instead of buffers: their
 * memory must outlive them, so it is native (see overlapped/completion_port.ts). A bigint as an address keeps Deno's fast
 * path.
 */
export const STREAM_SYMBOLS = {
  /** Receives from a connected socket. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsarecv */
  WSARecv: {
    parameters: [
      "usize", // SOCKET s
      "usize", // LPWSABUF lpBuffers
      "u32", // DWORD dwBufferCount
      "usize", // LPDWORD lpNumberOfBytesRecvd
      "usize", // LPDWORD lpFlags
      "usize", // LPWSAOVERLAPPED lpOverlapped
      "usize", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Receives from a connected socket that does not block. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-recv */
  recv: {
    parameters: [
      "usize", // SOCKET s
      "usize", // char *buf
      "i32", // int len
      "i32", // int flags
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Sends on a connected socket. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasend */
  WSASend: {
    parameters: [
      "usize", // SOCKET s
      "usize", // LPWSABUF lpBuffers
      "u32", // DWORD dwBufferCount
      "usize", // LPDWORD lpNumberOfBytesSent
      "u32", // DWORD dwFlags
      "usize", // LPWSAOVERLAPPED lpOverlapped
      "usize", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Sends on a connected socket that does not block. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-send */
  send: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const char *buf
      "i32", // int len
      "i32", // int flags
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Ends sending, receiving or both. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-shutdown */
  shutdown: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int how
    ],
    result: "i32", // SOCKET_ERROR
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of `ws2_32.dll` that receive and send datagrams. */
export const DATAGRAM_SYMBOLS = {
  /** Receives a datagram. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsarecvfrom */
  WSARecvFrom: {
    parameters: [
      "usize", // SOCKET s
      "usize", // LPWSABUF lpBuffers
      "u32", // DWORD dwBufferCount
      "usize", // LPDWORD lpNumberOfBytesRecvd
      "usize", // LPDWORD lpFlags
      "usize", // struct sockaddr *lpFrom
      "usize", // LPINT lpFromlen
      "usize", // LPWSAOVERLAPPED lpOverlapped
      "usize", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Sends a datagram. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasendto */
  WSASendTo: {
    parameters: [
      "usize", // SOCKET s
      "usize", // LPWSABUF lpBuffers
      "u32", // DWORD dwBufferCount
      "usize", // LPDWORD lpNumberOfBytesSent
      "u32", // DWORD dwFlags
      "usize", // const struct sockaddr *lpTo
      "i32", // int iTolen
      "usize", // LPWSAOVERLAPPED lpOverlapped
      "usize", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Sends a datagram with control messages. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasendmsg */
  WSASendMsg: {
    parameters: [
      "usize", // SOCKET Handle
      "usize", // LPWSAMSG lpMsg
      "u32", // DWORD dwFlags
      "usize", // LPDWORD lpNumberOfBytesSent
      "usize", // LPWSAOVERLAPPED lpOverlapped
      "usize", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // SOCKET_ERROR
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The function of `ws2_32.dll` that gives a datagram socket its one peer. */
export const PEER_SYMBOLS = {
  /** Chooses the peer of a socket. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-connect */
  connect: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const struct sockaddr *name
      "i32", // int namelen
    ],
    result: "i32", // SOCKET_ERROR
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of `ws2_32.dll` that look names up. */
export const RESOLVER_SYMBOLS = {
  /** Looks names up, on the thread that calls. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfow */
  GetAddrInfoW: {
    parameters: [
      "usize", // PCWSTR pNodeName
      "usize", // PCWSTR pServiceName
      "usize", // const ADDRINFOW *pHints
      "usize", // PADDRINFOW *ppResult
    ],
    result: "i32", // the error code; 0 when it worked
  },
  /** Looks names up, on another thread. */
  GetAddrInfoWNonblocking: {
    name: "GetAddrInfoW",
    parameters: [
      "usize", // PCWSTR pNodeName
      "usize", // PCWSTR pServiceName
      "usize", // const ADDRINFOW *pHints
      "usize", // PADDRINFOW *ppResult
    ],
    result: "i32", // the error code; 0 when it worked
    nonblocking: true,
  },
  /** Frees what `GetAddrInfoW` returned. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfow */
  FreeAddrInfoW: {
    parameters: [
      "usize", // PADDRINFOW pAddrInfo
    ],
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of `ws2_32.dll` by which sockets change hands. */
export const HANDOVER_SYMBOLS = {
  /** The address of the peer. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getpeername */
  getpeername: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // struct sockaddr *name
      "buffer", // int *namelen
    ],
    result: "i32", // SOCKET_ERROR
  },
  /** Makes a handle of a socket for another process. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaduplicatesocketw */
  WSADuplicateSocketW: {
    parameters: [
      "usize", // SOCKET s
      "u32", // DWORD dwProcessId
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolInfo
    ],
    result: "i32", // SOCKET_ERROR
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The required version of Winsock, 2.2: the minor version is in the high byte. */
const VERSION_2_2 = 0x0202;

let functions: CoreFunctions | undefined;

/**
 * The functions of `ws2_32.dll` that the library itself calls. The first use loads the DLL and calls `WSAStartup` for version 2.2.
 *
 * @returns The functions.
 * @throws {Deno.errors.NotSupported} Off Windows, or when Winsock 2.2 is not to be had.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 * @throws {WinsockError} When `WSAStartup` fails.
 */
export function ws2_32(): CoreFunctions {
  return functions ??= start(openLibrary("ws2_32.dll", CORE_SYMBOLS));
}

function start(symbols: CoreFunctions): CoreFunctions {
  const data = layout(WSADATA).view();
  const code = symbols.WSAStartup(VERSION_2_2, bytesOf(data));
  if (code !== 0) throw new WinsockError(code, "WSAStartup");
  if (data.wVersion !== VERSION_2_2) {
    symbols.WSACleanup();
    const [major, minor] = [data.wVersion & 0xff, data.wVersion >> 8];
    throw new Deno.errors.NotSupported(`Winsock 2.2 is needed; this system has ${major}.${minor}`);
  }
  initializeLastError(symbols);
  return symbols;
}

type Symbols<T extends Deno.ForeignLibraryInterface> = Deno.DynamicLibrary<T>["symbols"];

let stream: Symbols<typeof STREAM_SYMBOLS> | undefined;
let datagram: Symbols<typeof DATAGRAM_SYMBOLS> | undefined;
let peer: Symbols<typeof PEER_SYMBOLS> | undefined;
let handover: Symbols<typeof HANDOVER_SYMBOLS> | undefined;
let resolver: Symbols<typeof RESOLVER_SYMBOLS> | undefined;

/** The calls of connections, bound on first use. */
export function streamCalls(): Symbols<typeof STREAM_SYMBOLS> {
  return stream ??= openLibrary("ws2_32.dll", STREAM_SYMBOLS);
}

/** The calls of datagram sockets, bound on first use. */
export function datagramCalls(): Symbols<typeof DATAGRAM_SYMBOLS> {
  return datagram ??= openLibrary("ws2_32.dll", DATAGRAM_SYMBOLS);
}

/** The call of datagram sockets with one peer, bound on first use. */
export function peerCalls(): Symbols<typeof PEER_SYMBOLS> {
  return peer ??= openLibrary("ws2_32.dll", PEER_SYMBOLS);
}

/** The calls of the resolver, bound on first use. */
export function resolverCalls(): Symbols<typeof RESOLVER_SYMBOLS> {
  return resolver ??= openLibrary("ws2_32.dll", RESOLVER_SYMBOLS);
}

/** The calls by which sockets change hands, bound on first use. */
export function handoverCalls(): Symbols<typeof HANDOVER_SYMBOLS> {
  return handover ??= openLibrary("ws2_32.dll", HANDOVER_SYMBOLS);
}

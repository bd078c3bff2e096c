/**
 * The functions of `ws2_32.dll` that the library itself calls: a table of its own, so that a program that only wants
 * `listen()` or `connect()` does not load the whole of ws2_32.ts. A pointer is a `buffer`; behind each result stands the
 * value by which the function says that it failed.
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
  /** Makes a socket. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-socket */
  socket: {
    parameters: [
      "i32", // int af
      "i32", // int type
      "i32", // int protocol
    ],
    result: "usize", // INVALID_SOCKET
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
  /** Ends sending, receiving or both. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-shutdown */
  shutdown: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int how
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
  /** Frees what `GetAddrInfoW` returned. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfow */
  FreeAddrInfoW: {
    parameters: [
      "usize", // PADDRINFOW pAddrInfo
    ],
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of `ws2_32.dll` that the library itself calls. */
export type CoreFunctions = Deno.DynamicLibrary<typeof CORE_SYMBOLS>["symbols"];

/**
 * The calls of `ws2_32.dll` that move data. Those that go on after they return are declared with addresses in place of
 * buffers: what they are given must outlive them, so it lies in native memory (see overlapped/completion_port.ts). A
 * bigint as an address takes Deno's fast path.
 */
export const LASTING_CALLS = {
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
  GetAddrInfoWElsewhere: {
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
} as const satisfies Deno.ForeignLibraryInterface;

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

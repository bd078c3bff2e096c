/**
 * Sockets, sending and receiving as Winsock 2 has them: with flags, several buffers and overlapped operations.
 *
 * @module
 */

import type { OVERLAPPED } from "../../win32/kernel32.ts";
import type { WSABUF, WSAMSG, WSAPROTOCOL_INFOW } from "../../win32/winsock.ts";
import type { QOS, TIMEVAL, WSAPROTOCOL_INFOA } from "../headers/winsock2.ts";
import type { SOCKET_ADDRESS_LIST } from "../headers/ws2def.ts";
import type { SOCKET } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings, Memory, Sockaddr } from "../types.ts";

/**
 * The functions of Winsock 2 for sockets. Without an OVERLAPPED those that wait for the peer block the thread, and with it
 * everything else that the isolate does; with one they return immediately, and `SOCKET_ERROR` with `WSA_IO_PENDING` says that
 * the operation goes on.
 */
export interface IoFunctions {
  /** Creates a socket with flags, from an ANSI description. Fails with `INVALID_SOCKET`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasocketa */
  WSASocketA(
    af: number,
    type: number,
    protocol: number,
    lpProtocolInfo: Pointer<typeof WSAPROTOCOL_INFOA> | null,
    g: number,
    dwFlags: number,
  ): SOCKET;
  /** Creates a socket with flags. Fails with `INVALID_SOCKET`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasocketw */
  WSASocketW(
    af: number,
    type: number,
    protocol: number,
    lpProtocolInfo: Pointer<typeof WSAPROTOCOL_INFOW> | null,
    g: number,
    dwFlags: number,
  ): SOCKET;
  /** Takes a connection if a condition function agrees. Fails with `INVALID_SOCKET`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaaccept */
  WSAAccept(
    s: SOCKET,
    addr: Sockaddr | null,
    addrlen: Int32Array | null,
    lpfnCondition: Deno.PointerValue,
    dwCallbackData: bigint,
  ): SOCKET;
  /** Connects to an address, with data and quality of service. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaconnect */
  WSAConnect(
    s: SOCKET,
    name: Sockaddr,
    namelen: number,
    lpCallerData: Pointer<typeof WSABUF> | null,
    lpCalleeData: Pointer<typeof WSABUF> | null,
    lpSQOS: Pointer<typeof QOS> | null,
    lpGQOS: Pointer<typeof QOS> | null,
  ): number;
  /** Connects to a host and a service by name, in ANSI text. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaconnectbynamea */
  WSAConnectByNameA(
    s: SOCKET,
    nodename: Memory,
    servicename: Memory,
    LocalAddressLength: Uint32Array | null,
    LocalAddress: Sockaddr | null,
    RemoteAddressLength: Uint32Array | null,
    RemoteAddress: Sockaddr | null,
    timeout: Pointer<typeof TIMEVAL> | null,
    Reserved: Pointer<typeof OVERLAPPED> | null,
  ): number;
  /** Connects to a host and a service by name. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaconnectbynamew */
  WSAConnectByNameW(
    s: SOCKET,
    nodename: Memory,
    servicename: Memory,
    LocalAddressLength: Uint32Array | null,
    LocalAddress: Sockaddr | null,
    RemoteAddressLength: Uint32Array | null,
    RemoteAddress: Sockaddr | null,
    timeout: Pointer<typeof TIMEVAL> | null,
    Reserved: Pointer<typeof OVERLAPPED> | null,
  ): number;
  /** Connects to the first of several addresses that answers. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaconnectbylist */
  readonly WSAConnectByList:
    | ((
      s: SOCKET,
      SocketAddress: Pointer<typeof SOCKET_ADDRESS_LIST>,
      LocalAddressLength: Uint32Array | null,
      LocalAddress: Sockaddr | null,
      RemoteAddressLength: Uint32Array | null,
      RemoteAddress: Sockaddr | null,
      timeout: Pointer<typeof TIMEVAL> | null,
      Reserved: Pointer<typeof OVERLAPPED> | null,
    ) => number)
    | null;
  /** Sends on a connected socket from several buffers. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasend */
  WSASend(
    s: SOCKET,
    lpBuffers: Pointer<typeof WSABUF>,
    dwBufferCount: number,
    lpNumberOfBytesSent: Uint32Array | null,
    dwFlags: number,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
  ): number;
  /** Sends a datagram to an address from several buffers. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasendto */
  WSASendTo(
    s: SOCKET,
    lpBuffers: Pointer<typeof WSABUF>,
    dwBufferCount: number,
    lpNumberOfBytesSent: Uint32Array | null,
    dwFlags: number,
    lpTo: Sockaddr | null,
    iTolen: number,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
  ): number;
  /** Sends a datagram with control messages. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasendmsg */
  WSASendMsg(
    Handle: SOCKET,
    lpMsg: Pointer<typeof WSAMSG>,
    dwFlags: number,
    lpNumberOfBytesSent: Uint32Array | null,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
  ): number;
  /** Ends sending, with data of the request to disconnect. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasenddisconnect */
  WSASendDisconnect(s: SOCKET, lpOutboundDisconnectData: Pointer<typeof WSABUF> | null): number;
  /** Receives on a connected socket into several buffers. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsarecv */
  WSARecv(
    s: SOCKET,
    lpBuffers: Pointer<typeof WSABUF>,
    dwBufferCount: number,
    lpNumberOfBytesRecvd: Uint32Array | null,
    lpFlags: Uint32Array,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
  ): number;
  /** Receives a datagram and its sender into several buffers. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsarecvfrom */
  WSARecvFrom(
    s: SOCKET,
    lpBuffers: Pointer<typeof WSABUF>,
    dwBufferCount: number,
    lpNumberOfBytesRecvd: Uint32Array | null,
    lpFlags: Uint32Array,
    lpFrom: Sockaddr | null,
    lpFromlen: Int32Array | null,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
  ): number;
  /** Ends receiving, and takes the data of the request to disconnect. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsarecvdisconnect */
  WSARecvDisconnect(s: SOCKET, lpInboundDisconnectData: Pointer<typeof WSABUF> | null): number;
  /** Controls a socket: the `SIO_` codes. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaioctl */
  WSAIoctl(
    s: SOCKET,
    dwIoControlCode: number,
    lpvInBuffer: Memory | null,
    cbInBuffer: number,
    lpvOutBuffer: Memory | null,
    cbOutBuffer: number,
    lpcbBytesReturned: Uint32Array,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
  ): number;
  /** Joins a leaf to a multipoint session. Fails with `INVALID_SOCKET`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsajoinleaf */
  WSAJoinLeaf(
    s: SOCKET,
    name: Sockaddr,
    namelen: number,
    lpCallerData: Pointer<typeof WSABUF> | null,
    lpCalleeData: Pointer<typeof WSABUF> | null,
    lpSQOS: Pointer<typeof QOS> | null,
    lpGQOS: Pointer<typeof QOS> | null,
    dwFlags: number,
  ): SOCKET;
  /** Describes a socket, in ANSI text, so that another process can open it. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaduplicatesocketa */
  WSADuplicateSocketA(s: SOCKET, dwProcessId: number, lpProtocolInfo: Pointer<typeof WSAPROTOCOL_INFOA>): number;
  /** Describes a socket so that another process can open it. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaduplicatesocketw */
  WSADuplicateSocketW(s: SOCKET, dwProcessId: number, lpProtocolInfo: Pointer<typeof WSAPROTOCOL_INFOW>): number;
  /** Reads a template of quality of service. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetqosbyname */
  WSAGetQOSByName(s: SOCKET, lpQOSName: Pointer<typeof WSABUF>, lpQOS: Pointer<typeof QOS>): number;
  /** The protocols that are installed, in ANSI text; returns how many. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumprotocolsa */
  WSAEnumProtocolsA(
    lpiProtocols: Int32Array | null,
    lpProtocolBuffer: Pointer<typeof WSAPROTOCOL_INFOA> | null,
    lpdwBufferLength: Uint32Array,
  ): number;
  /** The protocols that are installed; returns how many. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumprotocolsw */
  WSAEnumProtocolsW(
    lpiProtocols: Int32Array | null,
    lpProtocolBuffer: Pointer<typeof WSAPROTOCOL_INFOW> | null,
    lpdwBufferLength: Uint32Array,
  ): number;
  /** Completes when the installed protocols change. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaproviderconfigchange */
  WSAProviderConfigChange(
    lpNotificationHandle: BigUint64Array,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
  ): number;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const IO_SYMBOLS: Bindings<IoFunctions> = {
  WSASocketA: {
    parameters: [
      "i32", // int af
      "i32", // int type
      "i32", // int protocol
      "buffer", // LPWSAPROTOCOL_INFOA lpProtocolInfo
      "u32", // GROUP g
      "u32", // DWORD dwFlags
    ],
    result: "usize", // SOCKET: INVALID_SOCKET
  },
  WSASocketW: {
    parameters: [
      "i32", // int af
      "i32", // int type
      "i32", // int protocol
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolInfo
      "u32", // GROUP g
      "u32", // DWORD dwFlags
    ],
    result: "usize", // SOCKET: INVALID_SOCKET
  },
  WSAAccept: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // struct sockaddr *addr
      "buffer", // LPINT addrlen
      "pointer", // LPCONDITIONPROC lpfnCondition
      "usize", // DWORD_PTR dwCallbackData
    ],
    result: "usize", // SOCKET: INVALID_SOCKET
  },
  WSAConnect: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const struct sockaddr *name
      "i32", // int namelen
      "buffer", // LPWSABUF lpCallerData
      "buffer", // LPWSABUF lpCalleeData
      "buffer", // LPQOS lpSQOS
      "buffer", // LPQOS lpGQOS
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAConnectByNameA: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPCSTR nodename
      "buffer", // LPCSTR servicename
      "buffer", // LPDWORD LocalAddressLength
      "buffer", // LPSOCKADDR LocalAddress
      "buffer", // LPDWORD RemoteAddressLength
      "buffer", // LPSOCKADDR RemoteAddress
      "buffer", // const struct timeval *timeout
      "buffer", // LPWSAOVERLAPPED Reserved
    ],
    result: "i32", // BOOL: FALSE
  },
  WSAConnectByNameW: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSTR nodename
      "buffer", // LPWSTR servicename
      "buffer", // LPDWORD LocalAddressLength
      "buffer", // LPSOCKADDR LocalAddress
      "buffer", // LPDWORD RemoteAddressLength
      "buffer", // LPSOCKADDR RemoteAddress
      "buffer", // const struct timeval *timeout
      "buffer", // LPWSAOVERLAPPED Reserved
    ],
    result: "i32", // BOOL: FALSE
  },
  WSAConnectByList: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // PSOCKET_ADDRESS_LIST SocketAddress
      "buffer", // LPDWORD LocalAddressLength
      "buffer", // LPSOCKADDR LocalAddress
      "buffer", // LPDWORD RemoteAddressLength
      "buffer", // LPSOCKADDR RemoteAddress
      "buffer", // const struct timeval *timeout
      "buffer", // LPWSAOVERLAPPED Reserved
    ],
    result: "i32", // BOOL: FALSE
    optional: true,
  },
  WSASend: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSABUF lpBuffers
      "u32", // DWORD dwBufferCount
      "buffer", // LPDWORD lpNumberOfBytesSent
      "u32", // DWORD dwFlags
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSASendTo: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSABUF lpBuffers
      "u32", // DWORD dwBufferCount
      "buffer", // LPDWORD lpNumberOfBytesSent
      "u32", // DWORD dwFlags
      "buffer", // const struct sockaddr *lpTo
      "i32", // int iTolen
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSASendMsg: {
    parameters: [
      "usize", // SOCKET Handle
      "buffer", // LPWSAMSG lpMsg
      "u32", // DWORD dwFlags
      "buffer", // LPDWORD lpNumberOfBytesSent
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSASendDisconnect: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSABUF lpOutboundDisconnectData
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSARecv: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSABUF lpBuffers
      "u32", // DWORD dwBufferCount
      "buffer", // LPDWORD lpNumberOfBytesRecvd
      "buffer", // LPDWORD lpFlags
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSARecvFrom: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSABUF lpBuffers
      "u32", // DWORD dwBufferCount
      "buffer", // LPDWORD lpNumberOfBytesRecvd
      "buffer", // LPDWORD lpFlags
      "buffer", // struct sockaddr *lpFrom
      "buffer", // LPINT lpFromlen
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSARecvDisconnect: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSABUF lpInboundDisconnectData
    ],
    result: "i32", // int: SOCKET_ERROR
  },
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
    result: "i32", // int: SOCKET_ERROR
  },
  WSAJoinLeaf: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const struct sockaddr *name
      "i32", // int namelen
      "buffer", // LPWSABUF lpCallerData
      "buffer", // LPWSABUF lpCalleeData
      "buffer", // LPQOS lpSQOS
      "buffer", // LPQOS lpGQOS
      "u32", // DWORD dwFlags
    ],
    result: "usize", // SOCKET: INVALID_SOCKET
  },
  WSADuplicateSocketA: {
    parameters: [
      "usize", // SOCKET s
      "u32", // DWORD dwProcessId
      "buffer", // LPWSAPROTOCOL_INFOA lpProtocolInfo
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSADuplicateSocketW: {
    parameters: [
      "usize", // SOCKET s
      "u32", // DWORD dwProcessId
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolInfo
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAGetQOSByName: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSABUF lpQOSName
      "buffer", // LPQOS lpQOS
    ],
    result: "i32", // BOOL: FALSE
  },
  WSAEnumProtocolsA: {
    parameters: [
      "buffer", // LPINT lpiProtocols
      "buffer", // LPWSAPROTOCOL_INFOA lpProtocolBuffer
      "buffer", // LPDWORD lpdwBufferLength
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAEnumProtocolsW: {
    parameters: [
      "buffer", // LPINT lpiProtocols
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolBuffer
      "buffer", // LPDWORD lpdwBufferLength
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAProviderConfigChange: {
    parameters: [
      "buffer", // LPHANDLE lpNotificationHandle
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
};

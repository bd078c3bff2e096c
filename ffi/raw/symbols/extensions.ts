/**
 * The functions of Winsock that no DLL exports: their addresses are looked up by GUID.
 *
 * @module
 */

import type { OVERLAPPED } from "../../win32/kernel32.ts";
import type { TRANSMIT_FILE_BUFFERS, TRANSMIT_PACKETS_ELEMENT } from "../headers/mswsock.ts";
import type { WSAMSG } from "../../win32/winsock.ts";
import type { HANDLE, SOCKET } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings, Memory, Sockaddr } from "../types.ts";

/** The extension functions of the provider of a socket. One that the provider lacks is undefined. */
export interface ExtensionFunctions {
  /** Takes a connection for a socket that has been made, overlapped. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-acceptex */
  readonly AcceptEx:
    | ((
      sListenSocket: SOCKET,
      sAcceptSocket: SOCKET,
      lpOutputBuffer: Memory,
      dwReceiveDataLength: number,
      dwLocalAddressLength: number,
      dwRemoteAddressLength: number,
      lpdwBytesReceived: Uint32Array,
      lpOverlapped: Pointer<typeof OVERLAPPED>,
    ) => number)
    | undefined;
  /** Finds the addresses in the output of `AcceptEx`. https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-getacceptexsockaddrs */
  readonly GetAcceptExSockaddrs:
    | ((
      lpOutputBuffer: Memory,
      dwReceiveDataLength: number,
      dwLocalAddressLength: number,
      dwRemoteAddressLength: number,
      LocalSockaddr: BigUint64Array,
      LocalSockaddrLength: Int32Array,
      RemoteSockaddr: BigUint64Array,
      RemoteSockaddrLength: Int32Array,
    ) => void)
    | undefined;
  /** Connects a bound socket, overlapped, and sends a first message. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_connectex */
  readonly ConnectEx:
    | ((
      s: SOCKET,
      name: Sockaddr,
      namelen: number,
      lpSendBuffer: Memory | null,
      dwSendDataLength: number,
      lpdwBytesSent: Uint32Array | null,
      lpOverlapped: Pointer<typeof OVERLAPPED>,
    ) => number)
    | undefined;
  /** Disconnects, and lets the socket be used again. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_disconnectex */
  readonly DisconnectEx:
    | ((s: SOCKET, lpOverlapped: Pointer<typeof OVERLAPPED> | null, dwFlags: number, dwReserved: number) => number)
    | undefined;
  /** Sends a file. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-transmitfile */
  readonly TransmitFile:
    | ((
      hSocket: SOCKET,
      hFile: HANDLE,
      nNumberOfBytesToWrite: number,
      nNumberOfBytesPerSend: number,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpTransmitBuffers: Pointer<typeof TRANSMIT_FILE_BUFFERS> | null,
      dwReserved: number,
    ) => number)
    | undefined;
  /** Sends memory and files. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_transmitpackets */
  readonly TransmitPackets:
    | ((
      hSocket: SOCKET,
      lpPacketArray: Pointer<typeof TRANSMIT_PACKETS_ELEMENT> | null,
      nElementCount: number,
      nSendSize: number,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      dwFlags: number,
    ) => number)
    | undefined;
  /** Receives a datagram, its sender and control messages. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_wsarecvmsg */
  readonly WSARecvMsg:
    | ((
      s: SOCKET,
      lpMsg: Pointer<typeof WSAMSG>,
      lpdwNumberOfBytesRecvd: Uint32Array | null,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpCompletionRoutine: Deno.PointerValue,
    ) => number)
    | undefined;
  /** Sends a datagram with control messages. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasendmsg */
  readonly WSASendMsg:
    | ((
      s: SOCKET,
      lpMsg: Pointer<typeof WSAMSG>,
      dwFlags: number,
      lpNumberOfBytesSent: Uint32Array | null,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpCompletionRoutine: Deno.PointerValue,
    ) => number)
    | undefined;
}

/** The signatures: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const EXTENSION_SYMBOLS: Bindings<ExtensionFunctions> = {
  AcceptEx: {
    parameters: [
      "usize", // SOCKET sListenSocket
      "usize", // SOCKET sAcceptSocket
      "buffer", // PVOID lpOutputBuffer
      "u32", // DWORD dwReceiveDataLength
      "u32", // DWORD dwLocalAddressLength
      "u32", // DWORD dwRemoteAddressLength
      "buffer", // LPDWORD lpdwBytesReceived
      "buffer", // LPOVERLAPPED lpOverlapped
    ],
    result: "i32", // BOOL: FALSE
  },
  GetAcceptExSockaddrs: {
    parameters: [
      "buffer", // PVOID lpOutputBuffer
      "u32", // DWORD dwReceiveDataLength
      "u32", // DWORD dwLocalAddressLength
      "u32", // DWORD dwRemoteAddressLength
      "buffer", // struct sockaddr **LocalSockaddr
      "buffer", // LPINT LocalSockaddrLength
      "buffer", // struct sockaddr **RemoteSockaddr
      "buffer", // LPINT RemoteSockaddrLength
    ],
    result: "void", // VOID
  },
  ConnectEx: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const struct sockaddr *name
      "i32", // int namelen
      "buffer", // PVOID lpSendBuffer
      "u32", // DWORD dwSendDataLength
      "buffer", // LPDWORD lpdwBytesSent
      "buffer", // LPOVERLAPPED lpOverlapped
    ],
    result: "i32", // BOOL: FALSE
  },
  DisconnectEx: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPOVERLAPPED lpOverlapped
      "u32", // DWORD dwFlags
      "u32", // DWORD dwReserved
    ],
    result: "i32", // BOOL: FALSE
  },
  TransmitFile: {
    parameters: [
      "usize", // SOCKET hSocket
      "usize", // HANDLE hFile
      "u32", // DWORD nNumberOfBytesToWrite
      "u32", // DWORD nNumberOfBytesPerSend
      "buffer", // LPOVERLAPPED lpOverlapped
      "buffer", // LPTRANSMIT_FILE_BUFFERS lpTransmitBuffers
      "u32", // DWORD dwReserved
    ],
    result: "i32", // BOOL: FALSE
  },
  TransmitPackets: {
    parameters: [
      "usize", // SOCKET hSocket
      "buffer", // LPTRANSMIT_PACKETS_ELEMENT lpPacketArray
      "u32", // DWORD nElementCount
      "u32", // DWORD nSendSize
      "buffer", // LPOVERLAPPED lpOverlapped
      "u32", // DWORD dwFlags
    ],
    result: "i32", // BOOL: FALSE
  },
  WSARecvMsg: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSAMSG lpMsg
      "buffer", // LPDWORD lpdwNumberOfBytesRecvd
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSASendMsg: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSAMSG lpMsg
      "u32", // DWORD dwFlags
      "buffer", // LPDWORD lpNumberOfBytesSent
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "pointer", // LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
};

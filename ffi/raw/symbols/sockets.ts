/**
 * The functions that Winsock has in common with BSD.
 *
 * @module
 */

import type { fd_set, TIMEVAL } from "../headers/winsock2.ts";
import type { SOCKET } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings, Memory, Sockaddr } from "../types.ts";

/**
 * The functions that Winsock has in common with BSD. On a socket that is not set non-blocking, those that wait for the
 * peer block the thread, and with it everything else that the isolate does.
 */
export interface SocketFunctions {
  /** Creates a socket. Fails with `INVALID_SOCKET`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-socket */
  socket(af: number, type: number, protocol: number): SOCKET;
  /** Gives a socket its local address. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-bind */
  bind(s: SOCKET, name: Sockaddr, namelen: number): number;
  /** Lets clients connect. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-listen */
  listen(s: SOCKET, backlog: number): number;
  /** Accepts a connection; blocks until one arrives. Fails with `INVALID_SOCKET`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-accept */
  accept(s: SOCKET, addr: Sockaddr | null, addrlen: Int32Array | null): SOCKET;
  /** Connects to an address; blocks until that is done. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-connect */
  connect(s: SOCKET, name: Sockaddr, namelen: number): number;
  /** Closes a socket. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-closesocket */
  closesocket(s: SOCKET): number;
  /** Ends sending, receiving or both. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-shutdown */
  shutdown(s: SOCKET, how: number): number;
  /** Sends on a connected socket; returns how many bytes. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-send */
  send(s: SOCKET, buf: Memory, len: number, flags: number): number;
  /** Sends a datagram to an address; returns how many bytes. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-sendto */
  sendto(s: SOCKET, buf: Memory, len: number, flags: number, to: Sockaddr, tolen: number): number;
  /** Receives on a connected socket; returns how many bytes, 0 at the end. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-recv */
  recv(s: SOCKET, buf: Memory, len: number, flags: number): number;
  /** Receives a datagram and its sender; returns how many bytes. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-recvfrom */
  recvfrom(
    s: SOCKET,
    buf: Memory,
    len: number,
    flags: number,
    from: Sockaddr | null,
    fromlen: Int32Array | null,
  ): number;
  /** Waits until sockets are ready; returns how many are. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-select */
  select(
    nfds: number,
    readfds: Pointer<typeof fd_set> | null,
    writefds: Pointer<typeof fd_set> | null,
    exceptfds: Pointer<typeof fd_set> | null,
    timeout: Pointer<typeof TIMEVAL> | null,
  ): number;
  /** Controls a socket: `FIONBIO`, `FIONREAD`, `SIOCATMARK`. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ioctlsocket */
  ioctlsocket(s: SOCKET, cmd: number, argp: Uint32Array): number;
  /** Reads a socket option. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getsockopt */
  getsockopt(s: SOCKET, level: number, optname: number, optval: Memory, optlen: Int32Array): number;
  /** Sets a socket option. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-setsockopt */
  setsockopt(s: SOCKET, level: number, optname: number, optval: Memory | null, optlen: number): number;
  /** The local address of a socket. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getsockname */
  getsockname(s: SOCKET, name: Sockaddr, namelen: Int32Array): number;
  /** The address of the peer. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getpeername */
  getpeername(s: SOCKET, name: Sockaddr, namelen: Int32Array): number;
  /** Whether a socket is in an fd_set; what the macro `FD_ISSET` calls. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-__wsafdisset */
  __WSAFDIsSet(fd: SOCKET, set: Pointer<typeof fd_set>): number;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const SOCKETS_SYMBOLS: Bindings<SocketFunctions> = {
  socket: {
    parameters: [
      "i32", // int af
      "i32", // int type
      "i32", // int protocol
    ],
    result: "usize", // SOCKET: INVALID_SOCKET
  },
  bind: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const struct sockaddr *name
      "i32", // int namelen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  listen: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int backlog
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  accept: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // struct sockaddr *addr
      "buffer", // int *addrlen
    ],
    result: "usize", // SOCKET: INVALID_SOCKET
  },
  connect: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const struct sockaddr *name
      "i32", // int namelen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  closesocket: {
    parameters: [
      "usize", // SOCKET s
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  shutdown: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int how
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  send: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const char *buf
      "i32", // int len
      "i32", // int flags
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  sendto: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // const char *buf
      "i32", // int len
      "i32", // int flags
      "buffer", // const struct sockaddr *to
      "i32", // int tolen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  recv: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // char *buf
      "i32", // int len
      "i32", // int flags
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  recvfrom: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // char *buf
      "i32", // int len
      "i32", // int flags
      "buffer", // struct sockaddr *from
      "buffer", // int *fromlen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  select: {
    parameters: [
      "i32", // int nfds
      "buffer", // fd_set *readfds
      "buffer", // fd_set *writefds
      "buffer", // fd_set *exceptfds
      "buffer", // const struct timeval *timeout
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  ioctlsocket: {
    parameters: [
      "usize", // SOCKET s
      "u32", // long cmd; the constants are positive
      "buffer", // u_long *argp
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  getsockopt: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int level
      "i32", // int optname
      "buffer", // char *optval
      "buffer", // int *optlen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  setsockopt: {
    parameters: [
      "usize", // SOCKET s
      "i32", // int level
      "i32", // int optname
      "buffer", // const char *optval
      "i32", // int optlen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  getsockname: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // struct sockaddr *name
      "buffer", // int *namelen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  getpeername: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // struct sockaddr *name
      "buffer", // int *namelen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  __WSAFDIsSet: {
    parameters: [
      "usize", // SOCKET fd
      "buffer", // fd_set *set
    ],
    result: "i32", // int
  },
};

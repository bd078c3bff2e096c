/** Making sockets: the family, the stack, the properties that must be set before binding. */

import { layout } from "../layout/mod.ts";
import { OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { check } from "../win32/check.ts";
import { ERROR_CODES } from "../win32/error_codes.ts";
import { socketError, WinsockError } from "../win32/errors.ts";
import {
  INVALID_SOCKET,
  SO_PROTOCOL_INFOW,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSA_FLAG_OVERLAPPED,
  WSAPROTOCOL_INFOW,
  XP1_IFS_HANDLES,
} from "../win32/headers/winsock2.ts";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../win32/headers/ws2def.ts";
import { IPV6_V6ONLY } from "../win32/headers/ws2ipdef.ts";
import { ws2_32 } from "../win32/ws2_32.ts";
import type { SocketFamily } from "./net_addr.ts";
import { decodeSockaddr, encodeSockaddr, type Endpoint, MAX_SOCKADDR_LENGTH } from "./sockaddr.ts";

const [WSAEAFNOSUPPORT] = ERROR_CODES.WSAEAFNOSUPPORT;

const TRANSPORTS = {
  tcp: { type: SOCK_STREAM, protocol: IPPROTO_TCP },
  udp: { type: SOCK_DGRAM, protocol: IPPROTO_UDP },
} as const;

/** TCP or UDP. */
export type Transport = keyof typeof TRANSPORTS;

/** The address family of a socket. */
export function afOf(family: SocketFamily): typeof AF_INET | typeof AF_INET6 {
  return family === "ipv4" ? AF_INET : AF_INET6;
}

/** Makes a SOCKET for overlapped operations, which child processes do not inherit; a dual-stack one is made so here. */
export function makeSocket(family: SocketFamily, transport: Transport): bigint {
  const { type, protocol } = TRANSPORTS[transport];
  const flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
  return check(ws2_32().WSASocketW(afOf(family), type, protocol, null, 0, flags), "WSASocketW", INVALID_SOCKET);
}

/**
 * Makes a SOCKET and sets it up; closes it again when that fails.
 *
 * @param tried What is being tried, for the error: `Cannot listen on [::]:80`.
 */
export function setUpSocket<T>(
  family: SocketFamily,
  transport: Transport,
  tried: string,
  setUp: (socket: OverlappedSocket) => T,
): T {
  let socket: OverlappedSocket | undefined;
  try {
    socket = adoptSocket(makeSocket(family, transport), family, transport);
    if (family !== "ipv4") setOption(socket.handle, IPPROTO_IPV6, IPV6_V6ONLY, family === "ipv6" ? 1 : 0);
    return setUp(socket);
  } catch (error) {
    socket?.close();
    throw describeSetUp(tried, family, error);
  }
}

/** Says what was tried, where a raw call failed. */
export function describeFailure(tried: string, error: unknown): unknown {
  return error instanceof WinsockError ? socketError(tried, error) : error;
}

/** Says which family the system lacks, where that is why no socket could be made. */
function describeSetUp(tried: string, family: SocketFamily, error: unknown): unknown {
  if (!(error instanceof WinsockError) || error.code !== WSAEAFNOSUPPORT) return describeFailure(tried, error);
  const why = family === "ipv4" ? "this system has no IPv4" : "this system has no IPv6, give an IPv4 address instead";
  return new Deno.errors.NotSupported(`${tried}: ${why} (${error.symbol}, ${error.code})`, { cause: error });
}

/** Whether making a socket failed because the system has no such address family. */
export function isFamilyMissing(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof WinsockError &&
    error.cause.code === WSAEAFNOSUPPORT;
}

/** Whether the handles of a kind of socket are those of a file system, by address family. */
const fileHandles = { tcp: new Map<number, boolean>(), udp: new Map<number, boolean>() };

/**
 * Joins a SOCKET to the completion port. Closes it when that fails.
 *
 * @param joinsLater Whether that is left to the first call: a socket that is accepted may be closed without any.
 */
export function adoptSocket(
  handle: bigint,
  family: SocketFamily,
  transport: Transport,
  joinsLater = false,
): OverlappedSocket {
  try {
    // A property of the provider, so one socket of a kind answers for all.
    const known = fileHandles[transport];
    let isFileHandle = known.get(afOf(family));
    if (isFileHandle === undefined) known.set(afOf(family), isFileHandle = hasFileHandle(handle));
    return new OverlappedSocket(handle, isFileHandle, joinsLater);
  } catch (error) {
    ws2_32().closesocket(handle);
    throw error;
  }
}

function hasFileHandle(handle: bigint): boolean {
  const info = new Uint8Array(layout(WSAPROTOCOL_INFOW).size);
  getOption(handle, SOL_SOCKET, SO_PROTOCOL_INFOW, info);
  return (layout(WSAPROTOCOL_INFOW).view(info).dwServiceFlags1 & XP1_IFS_HANDLES) !== 0;
}

// What calls read or write that are over when they return: one of each for all, as new ones would be a good part of the
// garbage that a connection makes.
const optionNumber = new Int32Array(1);
const nameBytes = new Uint8Array(MAX_SOCKADDR_LENGTH);
const nameLength = new Int32Array(1);

/** Sets an option: a number, a flag as 0 or 1, or the bytes of a struct. */
export function setOption(handle: bigint, level: number, name: number, value: number | Uint8Array): void {
  if (typeof value === "number") optionNumber[0] = value;
  const bytes = typeof value === "number" ? optionNumber : value;
  check(ws2_32().setsockopt(handle, level, name, bytes, bytes.byteLength), "setsockopt");
}

/** Reads an option into a buffer; returns how many bytes the system wrote. */
export function getOption(handle: bigint, level: number, name: number, value: Uint8Array<ArrayBuffer>): number {
  const length = new Int32Array([value.byteLength]);
  check(ws2_32().getsockopt(handle, level, name, value, length), "getsockopt");
  return length[0];
}

/** Reads an option that is a number or a flag. Windows writes one byte of some flags: the rest stays 0. */
export function getNumberOption(handle: bigint, level: number, name: number): number {
  const value = new Int32Array(1);
  getOption(handle, level, name, new Uint8Array(value.buffer));
  return value[0];
}

/** Binds a socket. */
export function bindSocket(handle: bigint, endpoint: Endpoint): void {
  const name = encodeSockaddr(endpoint);
  check(ws2_32().bind(handle, name, name.length), "bind");
}

/** The local sockaddr of a socket, in an array that is good until the next call only. */
export function localSockaddr(handle: bigint): Uint8Array {
  nameBytes.fill(0);
  nameLength[0] = nameBytes.length;
  check(ws2_32().getsockname(handle, nameBytes, nameLength), "getsockname");
  return nameBytes;
}

/** The local endpoint of a socket. */
export function localEndpoint(handle: bigint): Endpoint {
  return decodeSockaddr(localSockaddr(handle));
}

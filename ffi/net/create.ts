/** Making sockets: the family, the stack, the properties that must be set before binding. */

import type { SOCKET } from "../win32/handles.ts";
import { describeFailure } from "./open_socket.ts";
import { setOption } from "./sockopt.ts";
import { OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { recordSocket, strikeOutSocket } from "../overlapped/worker_resources.ts";
import { check } from "../win32/last_error.ts";
import { codeOf, ERROR_CODES, WinsockError } from "../win32/errors.ts";
import {
  AF_INET,
  AF_INET6,
  INVALID_SOCKET,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_V6ONLY,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSA_FLAG_OVERLAPPED,
} from "../win32/winsock.ts";
import { tcpProvider, udpProvider } from "../win32/provider.ts";
import { ws2_32 } from "../win32/ws2_32.ts";
import {
  decodeSockaddr,
  encodeSockaddr,
  type Endpoint,
  MAX_SOCKADDR_LENGTH,
  type SocketFamily,
} from "../marshal/sockaddr.ts";

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

/** Makes a SOCKET for overlapped operations, which child processes do not inherit. */
export function makeSocket(family: SocketFamily, transport: Transport): SOCKET {
  const { type, protocol } = TRANSPORTS[transport];
  const flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
  const handle = check(
    ws2_32().WSASocketW(afOf(family), type, protocol, null, 0, flags),
    "WSASocketW",
    INVALID_SOCKET,
  ) as SOCKET;
  recordSocket(handle);
  return handle;
}

/** Closes a SOCKET of {@linkcode makeSocket} that was not given away; returns what `closesocket` does. */
export function closeSocket(handle: SOCKET): number {
  strikeOutSocket(handle);
  return ws2_32().closesocket(handle);
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
    // A listener that has not accepted can then be handed to another isolate on any system.
    socket = adoptSocket(makeSocket(family, transport), family, transport, transport === "tcp");
    if (family !== "ipv4") setOption(socket.handle, IPPROTO_IPV6, IPV6_V6ONLY, family === "ipv6" ? 1 : 0);
    return setUp(socket);
  } catch (error) {
    socket?.close();
    throw describeSetUp(tried, family, error);
  }
}

/** Says which family the system lacks, where that is why no socket could be made. */
function describeSetUp(tried: string, family: SocketFamily, error: unknown): unknown {
  if (!(error instanceof WinsockError) || error.code !== WSAEAFNOSUPPORT) return describeFailure(tried, error);
  const why = family === "ipv4" ? "this system has no IPv4" : "this system has no IPv6, give an IPv4 address instead";
  return new Deno.errors.NotSupported(`${tried}: ${why} (${error.symbol}, ${error.code})`, { cause: error });
}

/** Whether making a socket failed because the system has no such address family. */
export function isFamilyMissing(error: unknown): boolean {
  return codeOf(error) === WSAEAFNOSUPPORT;
}

/**
 * Joins a SOCKET to the completion port. Closes it when that fails.
 *
 * @param joinsLater Whether that is left to the first call: a socket that is accepted may be closed without any.
 */
export function adoptSocket(
  handle: SOCKET,
  family: SocketFamily,
  transport: Transport,
  joinsLater = false,
): OverlappedSocket {
  try {
    const provider = transport === "tcp" ? tcpProvider(afOf(family)) : udpProvider(afOf(family));
    return new OverlappedSocket(handle, provider.hasFileHandles, joinsLater);
  } catch (error) {
    closeSocket(handle);
    throw error;
  }
}

// One of each for all calls, as the system does not keep them.
const nameBytes = new Uint8Array(MAX_SOCKADDR_LENGTH);
const nameLength = new Int32Array(1);

/** Binds a socket. */
export function bindSocket(handle: SOCKET, endpoint: Endpoint): void {
  const name = encodeSockaddr(endpoint);
  check(ws2_32().bind(handle, name, name.length), "bind");
}

/** The local sockaddr of a socket, in an array that is good until the next call only. */
export function localSockaddr(handle: SOCKET): Uint8Array {
  nameBytes.fill(0);
  nameLength[0] = nameBytes.length;
  check(ws2_32().getsockname(handle, nameBytes, nameLength), "getsockname");
  return nameBytes;
}

/** The local endpoint of a socket. */
export function localEndpoint(handle: SOCKET): Endpoint {
  return decodeSockaddr(localSockaddr(handle));
}

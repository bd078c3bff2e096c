/** Taking over connections and listeners from other isolates, other processes and other code. */

import { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { recordSocket } from "../../overlapped/worker_resources.ts";
import { check } from "../../win32/last_error.ts";
import type { SOCKET } from "../../win32/handles.ts";
import {
  AF_INET,
  AF_INET6,
  FROM_PROTOCOL_INFO,
  INVALID_SOCKET,
  SO_ACCEPTCONN,
  SO_PROTOCOL_INFOW,
  SOCK_STREAM,
  SOL_SOCKET,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSA_FLAG_OVERLAPPED,
  WSAPROTOCOL_INFOW,
} from "../../win32/winsock.ts";
import { tcpProvider } from "../../win32/provider.ts";
import { handoverCalls, ws2_32 } from "../../win32/ws2_32.ts";
import { isBytes, show } from "../../marshal/arguments.ts";
import { familyOf, MAX_SOCKADDR_LENGTH, toNetAddr } from "../../marshal/sockaddr.ts";
import { bytesOf, layout } from "../../layout/mod.ts";
import { adoptSocket, closeSocket, localEndpoint, localSockaddr } from "../create.ts";
import { getNumberOption } from "../sockopt.ts";
import { describeFailure } from "../open_socket.ts";
import { TcpConn } from "./conn.ts";
import { claimOf, type ConnDescription, type ListenerDescription, PROTOCOL_INFO_LENGTH } from "./detached.ts";
import { TcpListener } from "./listener.ts";

/**
 * Takes a connection over that {@linkcode TcpConn.detach} has handed over in another Worker of this process, or
 * {@linkcode TcpConn.duplicateFor} in another process.
 *
 * @example Accept here, serve in a Worker
 * ```ts
 * import { adopt, connect, listen } from "@winsock/ws2";
 *
 * using listener = listen();
 * const [client, accepted] = await Promise.all([
 *   connect({ hostname: "::1", port: listener.addr.port }),
 *   listener.accept(),
 * ]);
 * const { port1, port2 } = new MessageChannel(); // in place of a Worker
 * port2.onmessage = ({ data }) => {
 *   const conn = adopt(data);
 *   conn.readable.pipeTo(conn.writable);
 * };
 * port1.postMessage(accepted.detach());
 * await client.write(new TextEncoder().encode("hello"));
 * await client.closeWrite();
 * console.log(await new Response(client.readable).text()); // hello
 * client.close();
 * port1.close();
 * port2.close();
 * ```
 *
 * @param description What `detach()` or `duplicateFor()` returned.
 * @returns The connection, of this isolate from now on.
 * @throws {TypeError} When it is no description.
 * @throws {Deno.errors.BadResource} When it has been adopted or closed already.
 * @throws The error that fits when the system refuses; the connection is closed then.
 */
export function adopt(description: ConnDescription | Uint8Array): TcpConn;
/**
 * Takes a listener over that {@linkcode TcpListener.detach} has handed over in another Worker of this process.
 *
 * @param description What `detach()` returned.
 * @returns The listener, of this isolate from now on.
 */
export function adopt(description: ListenerDescription): TcpListener;
export function adopt(description: ConnDescription | ListenerDescription | Uint8Array): TcpConn | TcpListener {
  if (isBytes(description)) return adoptInfo(description);
  checkDescription(description);
  if (!claimOf(description)) throw taken();
  const handle = description.handle as SOCKET;
  ws2_32(); // a Worker may have made no socket yet
  recordSocket(handle);
  let socket: OverlappedSocket | undefined;
  try {
    if (description.kind === "tcp listener") {
      socket = adoptSocket(handle, description.family, "tcp", true);
      return new TcpListener(socket, description.family, toNetAddr(localEndpoint(handle), "tcp"), undefined);
    }
    const { sockaddrs } = description;
    socket = adoptSocket(handle, familyName(familyOf(sockaddrs)), "tcp", true);
    return new TcpConn(socket, sockaddrs, description);
  } catch (error) {
    socket?.close();
    throw describeFailure("Cannot adopt the socket", error);
  }
}

/**
 * Closes a socket that was handed over by `detach()` and that nobody will adopt. Without that it stays open until the process
 * ends.
 *
 * @example Close a connection whose Worker has ended
 * ```ts
 * import { closeDetached, connect, listen } from "@winsock/ws2";
 *
 * using listener = listen();
 * const [client, accepted] = await Promise.all([
 *   connect({ hostname: "::1", port: listener.addr.port }),
 *   listener.accept(),
 * ]);
 * const description = accepted.detach();
 * closeDetached(description);
 * console.log(await client.read(new Uint8Array(1))); // null
 * client.close();
 * ```
 *
 * @param description What `detach()` returned.
 * @throws {TypeError} When it is no description.
 * @throws {Deno.errors.BadResource} When it has been adopted or closed already.
 */
export function closeDetached(description: ConnDescription | ListenerDescription): void {
  checkDescription(description);
  if (!closeUnclaimed(description)) throw taken();
}

/** Closes a socket that was handed over, unless it has been adopted or closed; returns whether it was not. */
export function closeUnclaimed(description: ConnDescription | ListenerDescription): boolean {
  const isFree = claimOf(description);
  if (isFree) ws2_32().closesocket(description.handle);
  return isFree;
}

/**
 * Makes a connection of a SOCKET that other code has made: a connected TCP socket over IPv4 or IPv6, made for overlapped
 * operations, of no completion port. From then on the connection owns it.
 *
 * @example Take over a socket of the raw layer
 * ```ts
 * import { adoptHandle, listen } from "@winsock/ws2";
 * import * as ffi from "@winsock/ws2/ffi";
 *
 * using listener = listen();
 * const address = ffi.parseAddress("::1")!;
 * const name = ffi.encodeSockaddr({ address, port: listener.addr.port, flowInfo: 0 });
 * const { connect, socket } = ffi.ws2_32();
 * const handle = ffi.check(socket(ffi.AF_INET6, ffi.SOCK_STREAM, ffi.IPPROTO_TCP), "socket", ffi.INVALID_SOCKET);
 * ffi.check(connect(handle, name, name.length), "connect");
 * using conn = adoptHandle(handle);
 * console.log(conn.remoteAddr.port === listener.addr.port); // true
 * ```
 *
 * @param handle The SOCKET. When this throws, it still belongs to the caller.
 * @returns The connection.
 * @throws {TypeError} When it is no bigint, or the handle of anything but a connected TCP socket.
 * @throws {Deno.errors.BadResource} When it is no socket.
 * @throws {Deno.errors.NotConnected} When the socket is not connected.
 * @throws {Error} When it belongs to another completion port.
 */
export function adoptHandle(handle: bigint): TcpConn {
  if (typeof handle !== "bigint") throw new TypeError(`handle must be a bigint, got ${show(handle)}`);
  if (handle < 0n || handle >= 1n << 64n) throw new RangeError(`handle must have 64 bits, got ${handle}`);
  try {
    return adoptConnected(handle as SOCKET);
  } catch (error) {
    throw describeFailure(`Cannot adopt the socket ${handle}`, error);
  }
}

function adoptConnected(handle: SOCKET, unread: Uint8Array = new Uint8Array(0)): TcpConn {
  const info = layout(WSAPROTOCOL_INFOW).view();
  const bytes = bytesOf(info);
  const length = new Int32Array([bytes.length]);
  check(ws2_32().getsockopt(handle, SOL_SOCKET, SO_PROTOCOL_INFOW, bytes, length), "getsockopt");
  const { iAddressFamily, iSocketType } = info;
  if (iSocketType !== SOCK_STREAM || iAddressFamily !== AF_INET && iAddressFamily !== AF_INET6) {
    throw new TypeError(`handle must be that of a TCP socket, got family ${iAddressFamily}, type ${iSocketType}`);
  }
  if (getNumberOption(handle, SOL_SOCKET, SO_ACCEPTCONN) !== 0) {
    throw new TypeError("handle must be that of a connection, got a listener");
  }
  const sockaddrs = new Uint8Array(2 * MAX_SOCKADDR_LENGTH);
  const remote = sockaddrs.subarray(MAX_SOCKADDR_LENGTH);
  check(handoverCalls().getpeername(handle, remote, new Int32Array([remote.length])), "getpeername");
  sockaddrs.set(localSockaddr(handle));
  // Joined now: a socket of another port is refused here, not by the first read.
  const socket = new OverlappedSocket(handle, tcpProvider(iAddressFamily).hasFileHandles);
  recordSocket(handle);
  return new TcpConn(socket, sockaddrs, { unread, hasWritten: true }); // it may well have
}

/** Opens the socket that another process has duplicated for this one. */
function adoptInfo(bytes: Uint8Array): TcpConn {
  if (bytes.length < PROTOCOL_INFO_LENGTH) {
    throw new TypeError(`description must have ${PROTOCOL_INFO_LENGTH} bytes or more, got ${bytes.length}`);
  }
  let handle: SOCKET | undefined;
  try {
    const info = bytes.slice(0, PROTOCOL_INFO_LENGTH);
    const flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
    const [from, { WSASocketW }] = [FROM_PROTOCOL_INFO, ws2_32()];
    handle = check(WSASocketW(from, from, from, info, 0, flags), "WSASocketW", INVALID_SOCKET) as SOCKET;
    return adoptConnected(handle, bytes.subarray(PROTOCOL_INFO_LENGTH));
  } catch (error) {
    if (handle !== undefined) closeSocket(handle);
    throw describeFailure("Cannot adopt the socket of another process", error);
  }
}

function checkDescription(description: ConnDescription | ListenerDescription): void {
  const { kind, handle, claim, sockaddrs, unread } = (description ?? {}) as Partial<
    Record<keyof ConnDescription, unknown>
  >;
  const isKnown = kind === "tcp listener" ||
    kind === "tcp connection" && isBytes(sockaddrs) && sockaddrs.length === 2 * MAX_SOCKADDR_LENGTH && isBytes(unread);
  if (!isKnown || typeof handle !== "bigint" || !(claim instanceof Int32Array)) {
    throw new TypeError(`description must be what detach() returned, got ${show(description)}`);
  }
}

function taken(): Error {
  return new Deno.errors.BadResource("The socket has been adopted or closed already");
}

function familyName(family: number): "ipv4" | "ipv6" {
  return family === AF_INET ? "ipv4" : "ipv6";
}

/** Connecting to one address. */

import type { SOCKET } from "../../win32/handles.ts";
import { acquireOperation, type Operation } from "../../overlapped/operation.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { check } from "../../win32/check.ts";
import { WinsockError } from "../../win32/errors.ts";
import { tcpProvider } from "../../win32/provider.ts";
import {
  SIO_TCP_INITIAL_RTO,
  SO_REUSE_UNICASTPORT,
  SO_UPDATE_CONNECT_CONTEXT,
  SOL_SOCKET,
  TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS,
  TCP_INITIAL_RTO_PARAMETERS,
  TCP_INITIAL_RTO_UNSPECIFIED_RTT,
} from "../../win32/winsock.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { ws2_32 } from "../../win32/ws2_32.ts";
import { ANY_IPV4, ANY_IPV6, type IpAddress, isIpv4, isLoopback } from "../../marshal/ip_address.ts";
import { bindLocal } from "../bind.ts";
import { failureOf, interrupted, mustBeRepeated } from "../open_socket.ts";
import { addressFor, formatEndpoint, type SocketFamily } from "../../marshal/net_addr.ts";
import { encodeSockaddr, type Endpoint, MAX_SOCKADDR_LENGTH } from "../../marshal/sockaddr.ts";
import { afOf, isFamilyMissing, localSockaddr, setUpSocket } from "../create.ts";
import { TcpConn } from "./conn.ts";
import { bytesOf, layout } from "../../layout/mod.ts";

/** Where a connection goes, and by what socket. */
export interface Route {
  readonly remote: Endpoint;
  /** The local address; the system chooses where it is undefined. */
  readonly localAddress: IpAddress | undefined;
  /** The local port; the system chooses where it is 0. */
  readonly localPort: number;
  readonly family: SocketFamily;
}

/** The context of an attempt in flight. */
interface Attempt {
  readonly socket: OverlappedSocket;
  readonly remote: Uint8Array;
  readonly tried: string;
  readonly route: Route;
  readonly signal: AbortSignal | undefined;
}

/** Connects to one address. */
export function attempt(route: Route, signal: AbortSignal | undefined): Promise<TcpConn> {
  signal?.throwIfAborted(); // it may have been aborted during the lookup, before anything listened
  const { remote, localAddress, localPort, family } = route;
  const tried = `Cannot connect to ${formatEndpoint(remote)}`;
  const name = encodeSockaddr({ ...remote, address: addressFor(family, remote.address, () => tried) });
  const any = family === "ipv4" ? ANY_IPV4 : ANY_IPV6;
  const from = localAddress === undefined ? any : addressFor(family, localAddress, () => tried);
  try {
    return setUpSocket(family, "tcp", tried, (socket) => {
      if (isLoopback(remote.address)) connectOnce(socket.handle);
      if (localPort === 0) choosePortLate(socket.handle);
      // ConnectEx needs a bound socket.
      bindLocal(socket.handle, family, "tcp", { address: from, port: localPort, flowInfo: 0 }, tried);
      const { ConnectEx } = tcpProvider(afOf(family));
      const operation = acquireOperation();
      const context: Attempt = { socket, remote: name, tried, route, signal };
      const { address, bytesAddress } = operation;
      const connected = ConnectEx.call(socket.handle, name, name.length, 0n, 0, bytesAddress, address);
      const code = connected !== 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
      return socket.start(operation, code, finishAttempt, context, signal);
    });
  } catch (error) {
    // Without IPv6 there is no dual-stack socket either, but IPv4 can still be reached.
    if (family === "dual-stack" && isIpv4(remote.address) && isFamilyMissing(error)) {
      return attempt({ ...route, family: "ipv4" }, signal);
    }
    throw error;
  }
}

function finishAttempt(operation: Operation, context: Attempt, code: number): TcpConn | Promise<TcpConn> {
  const { socket, remote, tried, route, signal } = context;
  if (mustBeRepeated(operation, code, socket)) {
    socket.close();
    return attempt(route, signal);
  }
  try {
    if (code !== 0) throw new WinsockError(code, "ConnectEx");
    check(ws2_32().setsockopt(socket.handle, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, null, 0), "setsockopt");
    const sockaddrs = new Uint8Array(2 * MAX_SOCKADDR_LENGTH);
    sockaddrs.set(localSockaddr(socket.handle));
    sockaddrs.set(remote, MAX_SOCKADDR_LENGTH);
    return new TcpConn(socket, sockaddrs);
  } catch (error) {
    const failure = error instanceof WinsockError
      ? failureOf(operation, socket, error, tried, () => interrupted(tried, error.syscall))
      : error;
    socket.close();
    throw failure;
  }
}

const ON = new Int32Array([1]);

const noRetransmissions = layout(TCP_INITIAL_RTO_PARAMETERS).view();
noRetransmissions.Rtt = TCP_INITIAL_RTO_UNSPECIFIED_RTT;
noRetransmissions.MaxSynRetransmissions = TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS;
const noRetransmissionsBytes = bytesOf(noRetransmissions);

/**
 * Makes a refusal on loopback final. Windows repeats a refused request to connect for about 2 s; libuv and Go prevent that
 * the same way. The option came with Windows 10 1709, which Deno requires anyway.
 */
export function connectOnce(handle: SOCKET): void {
  const { byteLength } = noRetransmissionsBytes;
  const transferred = new Uint32Array(1);
  ws2_32().WSAIoctl(handle, SIO_TCP_INITIAL_RTO, noRetransmissionsBytes, byteLength, null, 0, transferred, null, null);
}

/**
 * Lets ConnectEx choose the port of a bind to port 0: then only the combination with the destination must be free.
 * Otherwise each connection, even one in TIME_WAIT, uses up one of some 16,000 ports. .NET does the same.
 *
 * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
 */
export function choosePortLate(handle: SOCKET): void {
  ws2_32().setsockopt(handle, SOL_SOCKET, SO_REUSE_UNICASTPORT, ON, ON.byteLength);
}

/** Connecting to one address, and to the first of several that answers (RFC 8305). */

import { ANY_IPV4, ANY_IPV6, type IpAddress, isIpv4, isLoopback } from "../../marshal/ip_address.ts";
import {
  addressFor,
  encodeSockaddr,
  type Endpoint,
  formatEndpoint,
  MAX_SOCKADDR_LENGTH,
  type SocketFamily,
} from "../../marshal/sockaddr.ts";
import { codeOf, describeCode, ERROR_CODES, errorClassOf, WinsockError } from "../../win32/errors.ts";
import type { SOCKET } from "../../win32/handles.ts";
import { acquireOperation, type Operation } from "../../overlapped/operation.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { check, lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
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
import { ws2_32 } from "../../win32/ws2_32.ts";
import { bindLocal } from "../bind.ts";
import { failureOf, interrupted, mustBeRepeated } from "../open_socket.ts";
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
      socket.join();
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

/** IPv6 and IPv4 in turn, IPv6 first, as RFC 8305 says; within a family in the order of the resolver. */
export function alternateFamilies(endpoints: readonly Endpoint[]): Endpoint[] {
  const ipv4 = endpoints.filter(({ address }) => isIpv4(address));
  const ipv6 = endpoints.filter(({ address }) => !isIpv4(address));
  const longer = Math.max(ipv4.length, ipv6.length);
  return Array.from({ length: longer }, (_, i) => [...ipv6.slice(i, i + 1), ...ipv4.slice(i, i + 1)]).flat();
}

/**
 * Makes attempts until one succeeds. An attempt is joined by the next one when it has failed, or after a delay. The
 * attempts that lose are cancelled.
 *
 * @param attempts The attempts, in their order.
 * @param tried What is being tried, for the error: `Cannot connect to localhost:80`.
 * @param delay How long an attempt goes on alone, in milliseconds; undefined for until it has failed.
 */
export async function race<T extends Disposable>(
  attempts: readonly ((signal: AbortSignal) => Promise<T>)[],
  tried: string,
  signal: AbortSignal | undefined,
  delay: number | undefined,
): Promise<T> {
  const losers = new AbortController();
  const stop = signal ? AbortSignal.any([signal, losers.signal]) : losers.signal;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const failures = new Map<number, unknown>();
  let started = 0;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const next = () => {
    clearTimeout(timer);
    const index = started++;
    if (delay !== undefined && started < attempts.length) timer = setTimeout(next, delay);
    // A failure to begin is one more attempt that failed.
    Promise.try(attempts[index], stop).then(won, (failure) => failed(index, failure));
  };
  const won = (conn: T) => {
    if (isOver) return conn[Symbol.dispose](); // another one was faster
    isOver = true;
    losers.abort();
    resolve(conn);
  };
  const failed = (index: number, failure: unknown) => {
    failures.set(index, failure);
    if (isOver) return;
    if (signal?.aborted) reject(signal.reason);
    else if (failures.size === attempts.length) reject(allFailed(tried, attempts.map((_, i) => failures.get(i))));
    else if (failures.size === started) return next();
    else return;
    isOver = true;
  };

  next();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Failures from the most telling one on: an answer of the host says more than silence, silence more than that there is no
 * way to it.
 */
const TELLING: readonly number[] = [
  ERROR_CODES.WSAECONNREFUSED,
  ERROR_CODES.WSAECONNRESET,
  ERROR_CODES.WSAECONNABORTED,
  ERROR_CODES.WSAEACCES,
  ERROR_CODES.WSAEADDRINUSE,
  ERROR_CODES.WSAETIMEDOUT,
  ERROR_CODES.WSAEHOSTUNREACH,
  ERROR_CODES.WSAENETUNREACH,
].map(([code]) => code);

/** The error of a host none of whose addresses could be reached. */
function allFailed(tried: string, failures: readonly unknown[]): unknown {
  const codes = failures.map(codeOf);
  const unexpected = codes.indexOf(undefined); // no failure of a call
  if (unexpected >= 0) return failures[unexpected];
  const rank = (code: number) => (TELLING.indexOf(code) + TELLING.length + 1) % (TELLING.length + 1);
  const code = (codes as number[]).reduce((best, code) => rank(code) < rank(best) ? code : best);
  const cause = new AggregateError(failures, `${tried}: each of ${failures.length} addresses failed`);
  return new (errorClassOf(code))(`${tried}: ${describeCode(code)}`, { cause });
}

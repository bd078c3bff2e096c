/** TCP: `listen()` and `connect()`. */

import { check } from "../win32/check.ts";
import { ERROR_CODES } from "../win32/error_codes.ts";
import { WinsockError } from "../win32/errors.ts";
import { SOMAXCONN } from "../win32/headers/winsock2.ts";
import { ws2_32 } from "../win32/ws2_32.ts";
import { destinationFor, isIpv4, unmapAddress } from "./address.ts";
import {
  checkAddress,
  checkBoolean,
  checkFamily,
  checkHostname,
  checkInteger,
  checkOptions,
  checkPort,
  checkSignal,
  show,
} from "./arguments.ts";
import { checkLocal, openLocal } from "./local.ts";
import { formatHostPort, type SocketFamily, toNetAddr } from "./net_addr.ts";
import { lookUp } from "./resolve.ts";
import { localEndpoint } from "./socket.ts";
import { attempt, race, type Route } from "./tcp_connect.ts";
import type { TcpConn } from "./tcp_conn.ts";
import { TcpListener } from "./tcp_listener.ts";

const LONGEST_TIMEOUT = 0x7fffffff;
const [LEAST_HINT, MOST_HINT] = [200, 65535];

/** Options of {@linkcode listen}. */
export interface ListenOptions {
  /**
   * The address to listen on: an IP address, or a name of this machine. The default, `"::"`, is every address of both
   * families; an IPv4 address makes a plain IPv4 socket.
   */
  hostname?: string;
  /** The port, from 0 to 65535. The default, 0, lets the system choose a free one. */
  port?: number;
  /** Whether an IPv6 socket refuses IPv4 clients. Default: `false`, which makes it dual-stack. */
  ipv6Only?: boolean;
  /** How many connections may wait to be accepted, from 1. Default: as many as the system allows, which are 65535. */
  backlog?: number;
  /**
   * Whether nobody else may listen on any address of the port, as `SO_EXCLUSIVEADDRUSE` demands. Default: `false`: nobody
   * may take the same address, but a program of the same user may take a more specific one (`127.0.0.1` beside `::`),
   * and then has the connections that come there. The price of `true`: the port is not to be had as long as a
   * connection of it exists anywhere in the system, also one that ended minutes ago (`TIME_WAIT`), so that a server
   * that is started anew may have to wait.
   */
  exclusive?: boolean;
  /**
   * Whether the port may be taken though others have it, as `SO_REUSEADDR` allows. Default: `false`. With `true`, any
   * program may take the port in the same way, and who of all gets a connection is undefined. A server that is started
   * anew does not need it on Windows.
   */
  reuseAddress?: boolean;
  /** Closes the listener; what waits then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Listens for TCP connections, from IPv6 and IPv4 clients alike by default.
 *
 * The default hostname `::` makes one dual-stack socket for every address of the machine: `IPV6_V6ONLY` is set to 0
 * before it is bound. On a system without IPv6 it makes a socket for all IPv4 addresses instead, which
 * {@linkcode TcpListener.addr} and {@linkcode TcpListener.dualStack} tell; an explicit `"::"` is then an error. A
 * server that is started anew gets its port back at once, whatever connections there were.
 *
 * @example Answer clients of both families from one socket
 * ```ts
 * import { connect, listen } from "@winsock/ws2";
 *
 * using listener = listen();
 * const echo = async () => {
 *   for await (const conn of listener) await conn.readable.pipeTo(conn.writable);
 * };
 * echo();
 *
 * for (const hostname of ["127.0.0.1", "::1"]) {
 *   using conn = await connect({ hostname, port: listener.addr.port });
 *   await conn.write(new TextEncoder().encode(`hello ${hostname}`));
 *   await conn.closeWrite();
 *   console.log(await new Response(conn.readable).text()); // hello 127.0.0.1, hello ::1
 * }
 * ```
 *
 * @param options Where to listen, and how.
 * @returns The listener.
 * @throws {TypeError} When an option is of the wrong type, the hostname neither an IP address nor a host name, or an IPv4
 * address together with `ipv6Only`, or when both `exclusive` and `reuseAddress` are set.
 * @throws {RangeError} When a number is out of its range.
 * @throws {Deno.errors.AddrInUse} When another socket has the address.
 * @throws {Deno.errors.AddrNotAvailable} When the address is none of this machine.
 * @throws {Deno.errors.PermissionDenied} When Windows reserves the port, as it does for Hyper-V and WinNAT; the message
 * says how to list such ports.
 * @throws {Deno.errors.NotSupported} Off Windows, or when the system lacks the address family.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function listen(options: ListenOptions = {}): TcpListener {
  const place = checkLocal(options, "listen on", "default");
  const { backlog = SOMAXCONN } = options;
  checkInteger("backlog", backlog, 1, SOMAXCONN);
  return openLocal(place, "tcp", () => {}, (socket, family) => {
    check(ws2_32().listen(socket.handle, backlogHint(backlog)), "listen");
    return new TcpListener(socket, family, toNetAddr(localEndpoint(socket.handle), "tcp"), place.signal);
  });
}

/**
 * The backlog in the form that Windows wants. It cuts a positive number down to some 200, SOMAXCONN too, and refuses the
 * clients beyond that. The negative of a number from 200 to 65535, which is what SOMAXCONN_HINT makes, gets a longer queue.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-listen
 */
function backlogHint(backlog: number): number {
  return backlog <= LEAST_HINT ? backlog : -Math.min(backlog, MOST_HINT);
}

/** Options of {@linkcode connect}. */
export interface ConnectOptions {
  /** The host to connect to: an IP address or a name. `0.0.0.0` and `::` stand for this machine. */
  hostname: string;
  /** The port, from 1 to 65535. */
  port: number;
  /** Only addresses of this family. Default: both. 4 makes a plain IPv4 socket. */
  family?: 4 | 6;
  /** Whether the socket is for IPv6 only. Default: `false`, which makes it dual-stack. */
  ipv6Only?: boolean;
  /** The local address to connect from. Default: the system chooses. */
  localAddress?: string;
  /** The local port to connect from. Default: 0: the system chooses. */
  localPort?: number;
  /** How long to try, in milliseconds from 1. Default: as long as the system does, some 21 s. */
  timeout?: number;
  /** Ends the attempt, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Opens a TCP connection.
 *
 * By default the socket is dual-stack, so that one call reaches IPv6 and IPv4 hosts. The addresses of a name are tried
 * as RFC 8305 has it: the first one gets a head start of 250 ms, then the next one joins, and whichever answers first
 * is taken.
 *
 * @example Talk to a server, whatever family it is reached by
 * ```ts
 * import { connect, listen } from "@winsock/ws2";
 *
 * using listener = listen({ hostname: "localhost" });
 * const [client, server] = await Promise.all([
 *   connect({ hostname: "localhost", port: listener.addr.port, timeout: 5000 }),
 *   listener.accept(),
 * ]);
 * await client.write(new TextEncoder().encode("hello"));
 * const buffer = new Uint8Array(100);
 * const bytes = await server.read(buffer);
 * console.log(new TextDecoder().decode(buffer.subarray(0, bytes ?? 0))); // hello
 * client.close();
 * server.close();
 * ```
 *
 * @param options Where to connect to, and how.
 * @returns The connection.
 * @throws {TypeError} When an option is missing or of the wrong type, the hostname neither an IP address nor a host name,
 * or an address of a family that the other options exclude.
 * @throws {RangeError} When a number is out of its range.
 * @throws {Deno.errors.ConnectionRefused} When nobody listens there.
 * @throws {Deno.errors.TimedOut} When no answer comes within `timeout`, or within the system's own patience.
 * @throws {Deno.errors.NetworkUnreachable} When there is no way to the address.
 * @throws {Deno.errors.NotFound} When the name is not known.
 * @throws {Deno.errors.AddrInUse} When the local address and port are taken.
 * @throws {Deno.errors.AddrNotAvailable} When the local address is none of this machine.
 * @throws {Deno.errors.NotSupported} Off Windows, or when the system lacks the address family.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export async function connect(options: ConnectOptions): Promise<TcpConn> {
  checkOptions(options);
  const { hostname, port, family, ipv6Only = false, localPort = 0, timeout } = options;
  const given = checkHostname(hostname);
  const host = typeof given === "string" ? given : unmapAddress(given);
  checkPort(port, "port", 1);
  checkFamily(family);
  checkBoolean("ipv6Only", ipv6Only);
  const localAddress = options.localAddress === undefined
    ? undefined
    : unmapAddress(checkAddress(options.localAddress, "localAddress"));
  checkPort(localPort, "localPort");
  if (timeout !== undefined) checkInteger("timeout", timeout, 1, LONGEST_TIMEOUT);
  if (ipv6Only && family === 4) throw new TypeError("family must not be 4 when ipv6Only is true");
  const signal = checkSignal(options.signal);

  const tried = `Cannot connect to ${formatHostPort(hostname, port)}`;
  const socketFamily: SocketFamily = family === 4 ? "ipv4" : ipv6Only ? "ipv6" : "dual-stack";
  const open = async (signal: AbortSignal | undefined): Promise<TcpConn> => {
    const wanted = family ?? (ipv6Only && typeof host === "string" ? 6 : undefined);
    const remotes = await lookUp(host, port, wanted, signal);
    const destinations = remotes.map((remote) => ({ ...remote, address: destinationFor(remote.address) }));
    const reachable = destinations.filter(({ address }) => !localAddress || isIpv4(address) === isIpv4(localAddress));
    if (reachable.length === 0) {
      throw new TypeError(`${tried}: localAddress must be of the same family, got ${show(options.localAddress)}`);
    }
    const routes = reachable.map((remote): Route => ({ remote, localAddress, localPort, family: socketFamily }));
    return await (routes.length === 1 ? attempt(routes[0], signal) : race(routes, tried, signal));
  };
  if (timeout === undefined) return await open(signal);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(timedOut(tried, timeout)), timeout);
  try {
    return await open(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(tried: string, timeout: number): Error {
  const cause = new WinsockError(ERROR_CODES.WSAETIMEDOUT[0], "ConnectEx");
  const why = `no answer within ${timeout} ms (${cause.symbol}, ${cause.code})`;
  return new Deno.errors.TimedOut(`${tried}: ${why}`, { cause });
}

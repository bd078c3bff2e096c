/** `listen()`. */

import { check } from "../../win32/last_error.ts";
import { SOMAXCONN } from "../../win32/winsock.ts";
import { ws2_32 } from "../../win32/ws2_32.ts";
import { checkBoolean, checkInteger, checkTransport, show } from "../../marshal/arguments.ts";
import { checkLocal, openLocal } from "../bind.ts";
import { toNetAddr } from "../../marshal/sockaddr.ts";
import { localEndpoint } from "../create.ts";
import { TcpListener } from "./listener.ts";

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
  /** `"tcp"`, which is the default and all there is; for option objects that were written for `Deno.listen`. */
  transport?: "tcp";
  /** How many connections may wait to be accepted, from 1. Default: as many as the system allows, which are 65535. */
  backlog?: number;
  /** The same by Deno's name. */
  tcpBacklog?: number;
  /** Ignored, as Deno does on Windows, which has no `SO_REUSEPORT`. */
  reusePort?: boolean;
  /**
   * Whether no other socket may listen on any address of the port (`SO_EXCLUSIVEADDRUSE`). Default: `false`: no other
   * socket can take the same address, but a program of the same user can take a more specific one (`127.0.0.1` beside
   * `::`) and gets the connections to that address. With `true`, the port stays taken while any connection of it exists in
   * the system, even one that ended minutes ago (`TIME_WAIT`), so a restarted server may have to wait.
   */
  exclusive?: boolean;
  /**
   * Whether to take the port even if other sockets have it (`SO_REUSEADDR`). Default: `false`. With `true`, any program
   * can take the port the same way, and which of them gets a connection is undefined. A restarted server does not need
   * this on Windows.
   */
  reuseAddress?: boolean;
  /** Closes the listener; what waits then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Listens for TCP connections, from IPv6 and IPv4 clients alike by default.
 *
 * The default hostname `::` makes one dual-stack socket for every address of the machine: `IPV6_V6ONLY` is set to 0
 * before the bind. On a system without IPv6 it makes a socket for all IPv4 addresses instead, which
 * {@linkcode TcpListener.addr} and {@linkcode TcpListener.dualStack} tell; an explicit `"::"` is then an error. A
 * restarted server gets its port back immediately.
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
  const { transport, tcpBacklog, backlog = tcpBacklog ?? SOMAXCONN, reusePort = false } = options;
  checkTransport(transport, "tcp");
  checkInteger(
    options.backlog === undefined && tcpBacklog !== undefined ? "tcpBacklog" : "backlog",
    backlog,
    1,
    SOMAXCONN,
  );
  if (tcpBacklog !== undefined && tcpBacklog !== backlog) {
    throw new TypeError(`tcpBacklog must be the same as backlog, ${backlog}, got ${show(tcpBacklog)}`);
  }
  checkBoolean("reusePort", reusePort);
  return openLocal(place, "tcp", () => {}, (socket, family) => {
    check(ws2_32().listen(socket.handle, backlogHint(backlog)), "listen");
    return new TcpListener(socket, family, toNetAddr(localEndpoint(socket.handle), "tcp"), place.signal);
  });
}

/**
 * The backlog in the form that Windows expects. Windows limits a positive number, SOMAXCONN too, to about 200 and refuses
 * the clients beyond that. A negative number from -200 to -65535, as SOMAXCONN_HINT makes it, gets a longer queue.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-listen
 */
function backlogHint(backlog: number): number {
  return backlog <= LEAST_HINT ? backlog : -Math.min(backlog, MOST_HINT);
}

/** `connect()`. */

import { ERROR_CODES, WinsockError } from "../../win32/errors.ts";
import { destinationFor, isIpv4, unmapAddress } from "../../marshal/ip_address.ts";
import {
  checkAddress,
  checkBoolean,
  checkFamily,
  checkHostname,
  checkInteger,
  checkOptions,
  checkPort,
  checkSignal,
  checkTransport,
  show,
} from "../../marshal/arguments.ts";
import { formatHostPort, type SocketFamily } from "../../marshal/sockaddr.ts";
import { lookUp } from "../resolve.ts";
import { alternateFamilies, attempt, race } from "./attempt.ts";
import type { TcpConn } from "./conn.ts";

const LONGEST_TIMEOUT = 0x7fffffff;
/** How long an attempt goes on alone before the next one joins it, in milliseconds: RFC 8305 recommends 250. */
const ATTEMPT_DELAY = 250;

/** Options of {@linkcode connect}. */
export interface ConnectOptions {
  /** The host to connect to: an IP address or a name. `0.0.0.0` and `::` stand for this machine. Default: `"127.0.0.1"`. */
  hostname?: string;
  /** The port, from 1 to 65535. */
  port: number;
  /** `"tcp"`, which is the default and all there is; for option objects that were written for `Deno.connect`. */
  transport?: "tcp";
  /** Only addresses of this family. Default: both. 4 makes a plain IPv4 socket. */
  family?: 4 | 6;
  /** Whether the socket is for IPv6 only. Default: `false`, which makes it dual-stack. */
  ipv6Only?: boolean;
  /** The local address to connect from. Default: the system chooses. */
  localAddress?: string;
  /** The local port to connect from. Default: 0: the system chooses. */
  localPort?: number;
  /**
   * Whether the addresses of a name are raced, as RFC 8305 says. With `false`, an address is tried only after the one before
   * it has failed. Default: `true`.
   */
  autoSelectFamily?: boolean;
  /**
   * How long an attempt goes on alone before the next one joins it, in milliseconds, from 1 to 2147483647. Default: 250, as
   * RFC 8305 recommends.
   */
  autoSelectFamilyAttemptDelay?: number;
  /** How long to try, in milliseconds from 1. Default: as long as the system does, some 21 s. */
  timeout?: number;
  /** Ends the attempt, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Opens a TCP connection.
 *
 * By default the socket is dual-stack, so that one call reaches IPv6 and IPv4 hosts. The addresses of a name are raced as
 * RFC 8305 says: IPv6 and IPv4 in turn, IPv6 first; each gets a head start of 250 ms before the next one joins, and the
 * first to answer wins.
 *
 * When all addresses of a name fail, the error names the host and has the class of the most telling failure. Its `cause` is
 * then an `AggregateError` with the error of each address, in the order of the attempts.
 *
 * @example Talk to a server over either family
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
 * @throws {TypeError} When the port is missing, an option is of the wrong type, the hostname is neither an IP address nor a
 * host name, or an address is of a family that the other options exclude.
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
  const { hostname = "127.0.0.1", port, family, ipv6Only = false, localPort = 0, timeout } = options;
  const { autoSelectFamily = true, autoSelectFamilyAttemptDelay = ATTEMPT_DELAY } = options;
  checkTransport(options.transport, "tcp");
  const given = checkHostname(hostname);
  const host = typeof given === "string" ? given : unmapAddress(given);
  checkPort(port, "port", 1);
  checkFamily(family);
  checkBoolean("ipv6Only", ipv6Only);
  checkBoolean("autoSelectFamily", autoSelectFamily);
  checkInteger("autoSelectFamilyAttemptDelay", autoSelectFamilyAttemptDelay, 1, LONGEST_TIMEOUT);
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
    const attempts = alternateFamilies(reachable).map((remote) => (signal: AbortSignal | undefined) =>
      attempt({ remote, localAddress, localPort, family: socketFamily }, signal)
    );
    if (attempts.length === 1) return await attempts[0](signal);
    return await race(attempts, tried, signal, autoSelectFamily ? autoSelectFamilyAttemptDelay : undefined);
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

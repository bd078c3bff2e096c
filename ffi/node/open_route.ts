/** Finds the addresses of a host and connects to one of them, as `net.connect` does. */

import net from "node:net";
import type { EventEmitter } from "node:events";
import type { LookupAddress, LookupOptions } from "node:dns";
import { connect } from "../net/tcp/connect.ts";
import type { TcpConn } from "../net/tcp/conn.ts";
import { race } from "../net/tcp/attempt.ts";
import { resolve } from "../net/resolve.ts";
import { codedError, toNodeError } from "./node_errors.ts";

/** A function that looks a name up, as `dns.lookup` does. */
export type LookupFunction = (
  hostname: string,
  options: LookupOptions,
  callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
) => void;

/** Where to connect to, as `net.connect` is told. */
export interface RouteOptions {
  /** The port. */
  readonly port?: number | string | null;
  /** The host. Default: `"localhost"`. */
  readonly host?: string | null;
  /** Only addresses of this family. Default: 0, both. */
  readonly family?: number;
  /** The local address to connect from. */
  readonly localAddress?: string;
  /** The local port to connect from. */
  readonly localPort?: number;
  /** Looks the host up. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** Whether several addresses are raced, as RFC 8305 says. Default: `net.getDefaultAutoSelectFamily()`. */
  readonly autoSelectFamily?: boolean;
  /** How long an attempt goes on alone, in milliseconds. */
  readonly autoSelectFamilyAttemptTimeout?: number;
}

/** Connects; emits `"lookup"` for each address that is found. */
export async function openRoute(socket: EventEmitter, options: RouteOptions, signal: AbortSignal): Promise<TcpConn> {
  const { localAddress, localPort } = options;
  const host = options.host || "localhost";
  const port = portOf(options.port);
  const family = familyOf(options.family);
  const autoSelectFamily = options.autoSelectFamily ?? net.getDefaultAutoSelectFamily();
  const addresses = net.isIP(host) !== 0 ? [host] : await lookUp(socket, host, family, options.lookup, signal);
  const attempts = addresses.map((hostname) => async (signal: AbortSignal): Promise<TcpConn> => {
    try {
      return await connect({ hostname, port, localAddress, localPort, signal });
    } catch (error) {
      if (error instanceof Error) Object.assign(error, { address: hostname });
      throw error;
    }
  });
  try {
    if (attempts.length === 1 || !autoSelectFamily) return await attempts[0](signal);
    const delay = options.autoSelectFamilyAttemptTimeout ?? net.getDefaultAutoSelectFamilyAttemptTimeout();
    return await race(attempts, `connect ${host}:${port}`, signal, Math.max(delay, 10));
  } catch (error) {
    throw toNodeError(error, { syscall: "connect", address: addresses[0], port });
  }
}

function portOf(port: number | string | null | undefined): number {
  const number = typeof port === "string" && port.trim() !== "" ? Number(port) : port;
  if (typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= 65535) return number;
  throw Object.assign(new RangeError(`options.port must be a port, from 0 to 65535, got ${Deno.inspect(port)}`), {
    code: "ERR_SOCKET_BAD_PORT",
  });
}

function familyOf(family: number | undefined): 4 | 6 | undefined {
  return family === 4 || family === 6 ? family : undefined;
}

async function lookUp(
  socket: EventEmitter,
  host: string,
  family: 4 | 6 | undefined,
  lookup: LookupFunction | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    const found = lookup === undefined
      ? (await resolve(host, { family, signal })).map(({ hostname }) => hostname)
      : await lookUpWith(lookup, host, family);
    if (found.length === 0) throw codedError("ENOTFOUND", `getaddrinfo ENOTFOUND ${host}`);
    for (const address of found) socket.emit("lookup", null, address, net.isIP(address), host);
    return found;
  } catch (error) {
    const failure = toNodeError(error, { syscall: "getaddrinfo", hostname: host });
    if (!signal.aborted) socket.emit("lookup", failure, undefined, undefined, host);
    throw failure;
  }
}

function lookUpWith(lookup: LookupFunction, host: string, family: 4 | 6 | undefined): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  lookup(host, { family: family ?? 0, hints: 0, all: true }, (error, found) => {
    if (error) return reject(error);
    resolve(typeof found === "string" ? [found] : found.map(({ address }) => address));
  });
  return promise;
}

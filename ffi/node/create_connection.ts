/** `toNodeSocket()` and `createConnection()`. */

import type net from "node:net";
import { show } from "../marshal/arguments.ts";
import { isOpen, type TcpConn } from "../net/tcp/conn.ts";
import { NodeSocket, type NodeSocketOptions } from "./node_socket.ts";
import type { RouteOptions } from "./open_route.ts";

/** Options of {@linkcode createConnection}, as those of `net.createConnection`. */
export interface CreateConnectionOptions extends RouteOptions {
  /** Whether the socket stays writable when the peer has ended. Default: `false`. */
  readonly allowHalfOpen?: boolean;
  /** Whether small writes are sent immediately instead of being gathered. Default: `false`. */
  readonly noDelay?: boolean;
  /** Whether an idle connection is probed. Default: `false`. */
  readonly keepAlive?: boolean;
  /** After how many idle milliseconds it is probed. Default: as the system does. */
  readonly keepAliveInitialDelay?: number;
  /** After how many idle milliseconds the socket emits `"timeout"`. Default: 0, never. */
  readonly timeout?: number;
  /** Destroys the socket, which then emits an `AbortError`. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a Node socket of a connection, for servers, clients and packages that take one. The socket owns the connection: do
 * not use that any more.
 *
 * @example Run Node code over a connection
 * ```ts
 * import { connect, listen } from "@winsock/ws2";
 * import { toNodeSocket } from "@winsock/ws2/node";
 *
 * using listener = listen();
 * const [conn, peer] = await Promise.all([connect({ port: listener.addr.port }), listener.accept()]);
 * const socket = toNodeSocket(conn).setEncoding("utf8");
 * socket.on("data", (text) => {
 *   console.log(socket.remoteFamily, text); // IPv4 hello
 *   socket.end();
 * });
 * await peer.write(new TextEncoder().encode("hello"));
 * peer.close();
 * ```
 *
 * @param conn The connection.
 * @param options How the socket behaves.
 * @returns The socket, which is connected.
 * @throws {TypeError} When `conn` is not a connection of this library.
 * @throws {Deno.errors.BadResource} When it is closed.
 */
export function toNodeSocket(conn: TcpConn, options: NodeSocketOptions = {}): net.Socket {
  const isConnOpen = isOpen(conn);
  if (isConnOpen === undefined) throw new TypeError(`conn must be a TcpConn of this library, got ${show(conn)}`);
  if (!isConnOpen) throw new Deno.errors.BadResource("conn must be open, got a connection that is closed");
  return new NodeSocket(options, conn);
}

/**
 * Connects as `net.createConnection` does: returns a socket at once, which emits `"connect"` later. Over IPv6 and IPv4; for
 * `http.request({ createConnection })`, agents, `tls.connect({ socket })`, `http2.connect`, and drivers that take a function
 * that makes their stream.
 *
 * @example Make a request with Node's HTTP client
 * ```ts
 * import http from "node:http";
 * import { createConnection, listenServer } from "@winsock/ws2/node";
 *
 * const server = http.createServer((_request, response) => response.end("hello"));
 * const { addr } = listenServer(server);
 * const request = http.get({ host: "localhost", port: addr.port, createConnection }, (response) => {
 *   response.setEncoding("utf8").on("data", console.log); // hello
 *   response.on("end", () => server.close());
 * });
 * await new Promise((resolve) => request.on("close", resolve));
 * ```
 *
 * @param options Where to connect to, and how; the port must be given.
 * @param listener Called on `"connect"`.
 * @returns The socket.
 * @throws {TypeError} When `path` is set: these sockets are TCP.
 */
export function createConnection(
  options: CreateConnectionOptions,
  listener?: (...parameters: never[]) => void,
): net.Socket;
/**
 * Connects to a port, as `net.createConnection` does.
 *
 * @param port The port.
 * @param host The host. Default: `"localhost"`.
 * @param listener Called on `"connect"`.
 * @returns The socket.
 */
export function createConnection(port: number, host?: string, listener?: (...parameters: never[]) => void): net.Socket;
export function createConnection(...parameters: unknown[]): net.Socket {
  const [first] = parameters;
  const options = (typeof first === "object" && first !== null ? first : {}) as CreateConnectionOptions;
  const { allowHalfOpen, signal, timeout } = options;
  const socket = new NodeSocket({ allowHalfOpen, signal });
  if (timeout) socket.setTimeout(timeout);
  return socket.connect(...parameters);
}

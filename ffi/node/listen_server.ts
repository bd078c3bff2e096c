/** `listenServer()`. */

import net from "node:net";
import process from "node:process";
import { checkOptions, show } from "../marshal/arguments.ts";
import type { TcpConn } from "../net/tcp/conn.ts";
import { listen, type ListenOptions } from "../net/tcp/listen.ts";
import type { TcpListener } from "../net/tcp/listener.ts";
import { codedError, toNodeError } from "./node_errors.ts";
import { addressInfo, NodeSocket } from "./node_socket.ts";

/** How long no connection is accepted after accepting has failed, in milliseconds. */
const PAUSE = 100;

/**
 * What Node's servers know of their listener. Node's own code for `listening`, `address()`, `close()`, `ref()`, `unref()` and
 * `getConnections()` works on whatever handle the server has.
 */
interface Handle {
  getsockname(out: Partial<net.AddressInfo>): number;
  close(callback?: () => void): void;
  ref(): void;
  unref(): void;
}

/** The part of a `net.Server` that is not in its types. */
interface ServerInternals {
  _handle: Handle | null;
  _connections: number;
  _unref?: boolean;
  readonly allowHalfOpen?: boolean;
  readonly pauseOnConnect?: boolean;
  readonly noDelay?: boolean;
  readonly keepAlive?: boolean;
  readonly keepAliveInitialDelay?: number;
  readonly highWaterMark?: number;
  readonly blockList?: net.BlockList;
}

/**
 * Has a Node server listen on a dual-stack socket: one of `node:net`, `node:http`, `node:https`, `node:tls` or `node:http2`, or
 * the one that a framework gives. In place of `server.listen()`; everything else is as ever: `"listening"` and `"close"`,
 * `address()`, `close()`, `getConnections()`, `maxConnections`, `ref()`, `unref()`, keep-alive, and the timeouts of headers and
 * requests. `server.close()` closes the listener, and closing the listener closes the server.
 *
 * @example Serve HTTP to IPv6 and IPv4 on one port
 * ```ts
 * import http from "node:http";
 * import { listenServer } from "@winsock/ws2/node";
 *
 * const server = http.createServer((request, response) => {
 *   response.end(`hello ${request.socket.remoteAddress}`);
 * });
 * const { addr } = listenServer(server, { port: 0 });
 * for (const host of ["127.0.0.1", "[::1]"]) {
 *   const response = await fetch(`http://${host}:${addr.port}/`);
 *   console.log(await response.text()); // hello 127.0.0.1, hello ::1
 * }
 * server.close();
 * server.closeAllConnections();
 * ```
 *
 * @param server The server, which must not listen.
 * @param options Where to listen, and how; the default is a free port of every address.
 * @returns The listener, with its address.
 * @throws {TypeError} When `server` is no `net.Server`, or an option is wrong as {@linkcode listen} says.
 * @throws {Error} With the code `ERR_SERVER_ALREADY_LISTEN` when the server listens already.
 * @throws What {@linkcode listen} throws.
 */
export function listenServer(server: net.Server, options: ListenOptions = {}): TcpListener {
  if (!(server instanceof net.Server)) {
    throw new TypeError(`server must be a server of node:net or one that is made of it, got ${show(server)}`);
  }
  checkOptions(options);
  if (server.listening) {
    throw codedError("ERR_SERVER_ALREADY_LISTEN", "Listen method has been called more than once without closing.");
  }
  const listener = listen(options);
  const internals = server as unknown as ServerInternals;
  const handle: Handle = {
    getsockname: (out) => (Object.assign(out, addressInfo(listener.addr)), 0),
    close(callback) {
      listener[Symbol.dispose]();
      if (callback !== undefined) process.nextTick(callback);
    },
    ref: () => listener.ref(),
    unref: () => listener.unref(),
  };
  internals._handle = handle;
  server.off("secureConnection", tellAddresses).prependListener("secureConnection", tellAddresses);
  if (internals._unref) listener.unref();
  acceptAll(server, listener).then(() => {
    if (internals._handle === handle) server.close(); // the listener was closed, not the server
  });
  process.nextTick(() => {
    if (internals._handle === handle) server.emit("listening");
  });
  return listener;
}

async function acceptAll(server: net.Server, listener: TcpListener): Promise<void> {
  while (true) {
    let conn: TcpConn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (isClosed(listener, error)) return;
      server.emit("error", toNodeError(error, { syscall: "accept" }));
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      continue;
    }
    take(server, conn);
  }
}

function isClosed(listener: TcpListener, error: unknown): boolean {
  if (error instanceof Deno.errors.BadResource) return true;
  try {
    listener.ref();
    listener.options.hopLimit; // throws when it is closed, as it was by the signal
    return false;
  } catch {
    return true;
  }
}

/** TLS sockets over other sockets than Node's own do not know their addresses. */
function tellAddresses(secure: net.Socket & { _parent?: unknown }): void {
  const socket = secure._parent;
  if (!(socket instanceof NodeSocket)) return;
  Object.assign(secure, { _getpeername: () => socket._getpeername(), _getsockname: () => socket._getsockname() });
}

/** What Node does with a new connection. */
function take(server: net.Server, conn: TcpConn): void {
  const internals = server as unknown as ServerInternals;
  const isFull = Boolean(server.maxConnections) && internals._connections >= server.maxConnections;
  if (isFull || isBlocked(internals.blockList, conn)) {
    const { hostname, port } = conn.localAddr;
    const remote = addressInfo(conn.remoteAddr);
    const data = {
      localAddress: hostname,
      localPort: port,
      localFamily: addressInfo(conn.localAddr).family,
      remoteAddress: remote.address,
      remotePort: remote.port,
      remoteFamily: remote.family,
    };
    conn[Symbol.dispose]();
    server.emit("drop", data);
    return;
  }
  const { allowHalfOpen, pauseOnConnect, noDelay, keepAlive, keepAliveInitialDelay, highWaterMark } = internals;
  const socket = new NodeSocket({
    allowHalfOpen,
    pauseOnCreate: pauseOnConnect,
    readableHighWaterMark: highWaterMark,
    writableHighWaterMark: highWaterMark,
  } as net.SocketConstructorOpts, conn);
  if (noDelay) socket.setNoDelay(true);
  if (keepAlive) socket.setKeepAlive(true, keepAliveInitialDelay);
  internals._connections++;
  Object.assign(socket, { server, _server: server });
  server.emit("connection", socket);
}

function isBlocked(list: net.BlockList | undefined, { remoteAddr: { hostname } }: TcpConn): boolean {
  return list?.check(hostname, hostname.includes(":") ? "ipv6" : "ipv4") === true;
}

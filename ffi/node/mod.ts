/**
 * Node's servers and clients on dual-stack sockets.
 *
 * - {@linkcode listenServer} has any Node server listen, in place of `server.listen()`: Express and its like, `node:http`,
 *   `node:https`, `node:http2`, `node:tls`, `node:net`.
 * - {@linkcode createConnection} connects as `net.createConnection` does, for everything that takes such a function.
 * - {@linkcode toNodeSocket} makes a `net.Socket` of a connection.
 *
 * Only `--allow-ffi` is needed: the sockets are Winsock's, not Deno's.
 *
 * @example Make an existing server dual-stack: in place of `server.listen(8080)`
 * ```ts
 * import http from "node:http";
 * import { listenServer } from "@winsock/ws2/node";
 *
 * const server = http.createServer((_request, response) => response.end("hello"));
 * const listener = listenServer(server, { port: 0 });
 * console.log(await (await fetch(`http://127.0.0.1:${listener.addr.port}/`)).text()); // hello
 * server.close();
 * server.closeAllConnections();
 * ```
 *
 * @module
 */
export { createConnection, type CreateConnectionOptions, toNodeSocket } from "./create_connection.ts";
export { listenServer } from "./listen_server.ts";
export type { NodeSocketOptions } from "./node_socket.ts";
export type { LookupFunction, RouteOptions } from "./open_route.ts";

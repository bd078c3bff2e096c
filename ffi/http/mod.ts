/**
 * An HTTP server on a dual-stack socket, in the shape of `Deno.serve`: IPv6 and IPv4 clients on one port, HTTP/1.1, and with
 * a certificate HTTPS over HTTP/2 and HTTP/1.1. It needs `--allow-ffi` alone.
 *
 * @example Serve
 * ```ts
 * import { serve } from "@winsock/ws2/http";
 *
 * const server = serve({ port: 0 }, () => new Response("hello"));
 * console.log(await (await fetch(`http://127.0.0.1:${server.addr.port}/`)).text()); // hello
 * await server.shutdown();
 * ```
 *
 * @module
 */
export { type Handler, type HandlerInfo, type HttpServer, serve, type ServeOptions } from "./serve.ts";

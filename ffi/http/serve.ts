/** `serve()`. */

import { createPrivateKey, X509Certificate } from "node:crypto";
import http from "node:http";
import http2 from "node:http2";
import type net from "node:net";
import { checkOptions, show } from "../marshal/arguments.ts";
import { formatHostPort, type NetAddr } from "../marshal/sockaddr.ts";
import type { ListenOptions } from "../net/tcp/listen.ts";
import type { TcpListener } from "../net/tcp/listener.ts";
import { listenServer } from "../node/listen_server.ts";
import { toRequest } from "./request.ts";
import { respond } from "./respond.ts";

/** What a {@linkcode Handler} is told beside the request. */
export interface HandlerInfo {
  /** The address of the client; IPv4 is plain. */
  readonly remoteAddr: NetAddr<"tcp">;
  /** Resolves when the response has been sent; rejects when it cannot be. */
  readonly completed: Promise<void>;
}

/** Answers a request. */
export type Handler = (request: Request, info: HandlerInfo) => Response | Promise<Response>;

/** Options of {@linkcode serve}: those of {@linkcode listen}, and these. */
export interface ServeOptions extends ListenOptions {
  /** The port. Default: 8000; 0 lets the system choose a free one. */
  port?: number;
  /** Called when the server listens, with its address. Default: prints that to stderr. */
  onListen?: (addr: NetAddr<"tcp">) => void;
  /** Answers when the handler fails. Default: prints the error to stderr, and answers with status 500. */
  onError?: (error: unknown) => Response | Promise<Response>;
  /** The certificate chain, in PEM: for HTTPS, over HTTP/2 and HTTP/1.1. */
  cert?: string;
  /** The private key of the certificate, in PEM. */
  key?: string;
}

/** The server that {@linkcode serve} returns. */
export interface HttpServer extends AsyncDisposable {
  /** The address that the server listens on. */
  readonly addr: NetAddr<"tcp">;
  /** Resolves when the server is closed and all its connections are. */
  readonly finished: Promise<void>;
  /** Closes the server when the requests that it has are answered. */
  shutdown(): Promise<void>;
  /** Undoes {@linkcode HttpServer.unref}. */
  ref(): void;
  /** Lets the process end though the server listens. */
  unref(): void;
}

/**
 * Serves HTTP to IPv6 and IPv4 clients on one port, in the shape of `Deno.serve`: a handler takes a `Request` and gives a
 * `Response`. Bodies stream both ways with backpressure, `request.signal` is aborted when the client is gone, and what Node's
 * parser and its limits refuse is answered with the status that fits. Applications of Hono, Oak and the like run unchanged.
 *
 * @example Answer clients of both families
 * ```ts
 * import { serve } from "@winsock/ws2/http";
 *
 * await using server = serve({ port: 0, onListen() {} }, (request, { remoteAddr }) => {
 *   return new Response(`hello ${remoteAddr.hostname}, this is ${new URL(request.url).pathname}`);
 * });
 * for (const host of ["127.0.0.1", "[::1]"]) {
 *   console.log(await (await fetch(`http://${host}:${server.addr.port}/page`)).text()); // hello 127.0.0.1, this is /page
 * }
 * ```
 *
 * @param handler Answers the requests.
 * @returns The server.
 * @throws {TypeError} When the handler is no function, an option is of the wrong type, one of `cert` and `key` is missing or is
 * not PEM, or the two do not belong together.
 * @throws What {@linkcode listen} throws.
 */
export function serve(handler: Handler): HttpServer;
/**
 * Serves HTTP to IPv6 and IPv4 clients on one port, with options.
 *
 * @param options Where to listen, and how to serve.
 * @param handler Answers the requests.
 * @returns The server.
 */
export function serve(options: ServeOptions, handler: Handler): HttpServer;
/**
 * Serves HTTP to IPv6 and IPv4 clients on one port, with the handler among the options.
 *
 * @param options Where to listen, how to serve, and the handler.
 * @returns The server.
 */
export function serve(options: ServeOptions & { handler: Handler }): HttpServer;
export function serve(
  first: Handler | ServeOptions & { handler?: Handler },
  second?: Handler,
): HttpServer {
  const [options, handler] = typeof first === "function" ? [{}, first] : [first, second ?? first?.handler];
  checkOptions(options);
  if (typeof handler !== "function") throw new TypeError(`handler must be a function, got ${show(handler)}`);
  return new Server(options, handler);
}

class Server implements HttpServer {
  readonly addr: NetAddr<"tcp">;
  readonly finished: Promise<void>;
  readonly #server: net.Server & Partial<Pick<http.Server, "closeAllConnections" | "closeIdleConnections">>;
  readonly #listener: TcpListener;
  readonly #handler: Handler;
  readonly #onError: (error: unknown) => Response | Promise<Response>;
  readonly #scheme: "http" | "https";
  readonly #sessions = new Set<http2.ServerHttp2Session>();

  constructor(options: ServeOptions, handler: Handler) {
    const { port = 8000, onListen = printAddress, onError = printError, cert, key, signal, ...listening } = options;
    checkFunction("onListen", onListen);
    checkFunction("onError", onError);
    this.#handler = handler;
    this.#onError = onError;
    this.#scheme = cert === undefined && key === undefined ? "http" : "https";
    signal?.throwIfAborted();
    this.#server = this.#scheme === "http" ? http.createServer() : secureServer(cert, key);
    this.#server.on("request", (message: http.IncomingMessage, response: http.ServerResponse) => {
      void this.#serve(message, response);
    });
    this.#server.on("session", (session: http2.ServerHttp2Session) => {
      this.#sessions.add(session);
      session.on("close", () => this.#sessions.delete(session));
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#server.on("close", resolve);
    this.#listener = listenServer(this.#server, { ...listening, port });
    this.addr = this.#listener.addr;
    const onAbort = () => this.#abort();
    signal?.addEventListener("abort", onAbort);
    promise.then(() => signal?.removeEventListener("abort", onAbort));
    onListen(this.addr);
  }

  shutdown(): Promise<void> {
    this.#server.close();
    for (const session of this.#sessions) session.close();
    return this.finished;
  }

  ref(): void {
    this.#listener.ref();
  }

  unref(): void {
    this.#listener.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** Closes the server and all connections. */
  #abort(): void {
    this.#server.close();
    this.#server.closeAllConnections?.();
    for (const session of this.#sessions) session.destroy();
  }

  async #serve(message: http.IncomingMessage, target: http.ServerResponse): Promise<void> {
    const isHead = message.method === "HEAD";
    const exchange = new Exchange(message, target);
    let request: Request;
    try {
      const host = message.headers.host ?? message.headers[":authority"] ?? formatHostPort("localhost", this.addr.port);
      request = toRequest(message, `${this.#scheme}://${host}`, exchange.aborted);
    } catch {
      target.statusCode = 400; // the host or the target makes no URL
      return void target.end();
    }
    let response: Response;
    try {
      response = checkResponse(await this.#handler(request, exchange));
    } catch (error) {
      response = await this.#answerError(error);
    }
    try {
      if (!target.destroyed) await respond(target, response, isHead);
      exchange.complete(target.writableFinished);
    } catch (error) {
      // The head is out: all that is left is to break off, so that the client does not take the body for whole.
      target.destroy(error instanceof Error ? error : undefined);
      exchange.complete(false, error);
    }
  }

  async #answerError(error: unknown): Promise<Response> {
    try {
      return checkResponse(await this.#onError(error));
    } catch (failure) {
      return printError(failure);
    }
  }
}

/** A request that is being answered: what the handler is told of it. */
class Exchange implements HandlerInfo {
  readonly #message: http.IncomingMessage;
  readonly #target: http.ServerResponse;
  #controller: AbortController | undefined;
  #completed: PromiseWithResolvers<void> | undefined;
  #end: { readonly isSent: boolean; readonly error: unknown } | undefined;

  constructor(message: http.IncomingMessage, target: http.ServerResponse) {
    this.#message = message;
    this.#target = target;
  }

  get remoteAddr(): NetAddr<"tcp"> {
    const { remoteAddress = "", remotePort = 0 } = this.#message.socket;
    return { transport: "tcp", hostname: remoteAddress, port: remotePort };
  }

  get completed(): Promise<void> {
    this.#completed ??= Promise.withResolvers();
    this.#completed.promise.catch(() => {}); // for whoever waits for it
    this.#settle();
    return this.#completed.promise;
  }

  /** The signal of the request, which is aborted when the client is gone before the response is sent. */
  readonly aborted = (): AbortSignal => {
    if (this.#controller === undefined) {
      const controller = this.#controller = new AbortController();
      const abort = () => {
        if (!this.#target.writableFinished) controller.abort(new DOMException("The client is gone", "AbortError"));
      };
      if (this.#target.destroyed) abort();
      else this.#target.once("close", abort);
    }
    return this.#controller.signal;
  };

  complete(isSent: boolean, error: unknown = new Deno.errors.ConnectionReset("The client is gone")): void {
    this.#end = { isSent, error };
    this.#settle();
  }

  #settle(): void {
    if (this.#end?.isSent) this.#completed?.resolve();
    else if (this.#end !== undefined) this.#completed?.reject(this.#end.error);
  }
}

function secureServer(cert: unknown, key: unknown): http2.Http2SecureServer {
  for (const [name, value] of [["cert", cert], ["key", key]]) {
    if (typeof value !== "string") throw new TypeError(`${name} must be a string of PEM, got ${show(value)}`);
  }
  checkPem(cert as string, key as string);
  return http2.createSecureServer({ allowHTTP1: true, cert: cert as string, key: key as string });
}

/** Node takes anything for a certificate, and fails each handshake. */
function checkPem(cert: string, key: string): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch (cause) {
    throw new TypeError("cert must be a certificate in PEM", { cause });
  }
  let isFitting: boolean;
  try {
    isFitting = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new TypeError("key must be a private key in PEM", { cause });
  }
  if (!isFitting) throw new TypeError("key must be the private key of cert");
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== "function") throw new TypeError(`${name} must be a function, got ${show(value)}`);
}

function checkResponse(value: unknown): Response {
  if (value instanceof Response) return value;
  throw new TypeError(`The handler must return a Response, got ${show(value)}`);
}

function printAddress({ hostname, port }: NetAddr): void {
  console.error(`Listening on http://${formatHostPort(hostname === "::" ? "localhost" : hostname, port)}/`);
}

function printError(error: unknown): Response {
  console.error(error);
  return new Response("Internal Server Error", { status: 500 });
}

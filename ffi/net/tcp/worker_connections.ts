/** `workerConnections()`: the connections that `listenWorkers()` sends to a Worker. */

import { completionPort } from "../../overlapped/completion_port.ts";
import { handleOfThread } from "../../overlapped/poller.ts";
import { isWorker } from "../../overlapped/worker_resources.ts";
import { iterate } from "../wait.ts";
import { adopt } from "./adopt.ts";
import { isOpen, type TcpConn } from "./conn.ts";
import type { ConnDescription } from "./detached.ts";

/** How often it is checked whether the connections are closed when the server shuts down, in milliseconds. */
const CHECK = 50;
/** How many closed connections a Worker may know. */
const MOST_CLOSED = 64;

/** What a Worker tells. */
export type FromWorker = { readonly ws2: "ready"; readonly thread: bigint } | { readonly ws2: "idle" };
/** What a Worker is told. */
export type ToWorker = { readonly ws2: "conn"; readonly conn: ConnDescription } | { readonly ws2: "end" };

/**
 * The connections of this Worker, in a module that {@linkcode listenWorkers} runs. The loop ends when the server shuts down;
 * the Worker is then ended as soon as it has closed all of them, so finish what is under way and close connections that
 * are idle. Leaving the loop ends nothing: connections that come are kept for the next one.
 *
 * @example Answer HTTP by Node's server
 * ```ts ignore
 * import { createServer } from "node:http";
 * import { workerConnections } from "@winsock/ws2";
 * import { toNodeSocket } from "@winsock/ws2/node";
 *
 * const server = createServer((_request, response) => response.end("hello"));
 * for await (const conn of workerConnections()) server.emit("connection", toNodeSocket(conn));
 * server.closeIdleConnections();
 * ```
 *
 * @returns The connections, as they come.
 * @throws {Deno.errors.NotSupported} On the main thread, or when a Worker cannot be told apart by its thread.
 */
export function workerConnections(): AsyncIterableIterator<TcpConn> {
  inbox ??= new Inbox();
  const own = inbox;
  return iterate({ next: () => own.next(), isClosed: () => own.isOver, leave: () => {} });
}

/** The part of a Worker's own scope that is used here. */
interface Scope {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker | undefined>) => void): void;
}

class Inbox {
  readonly #scope = globalThis as unknown as Scope;
  readonly #ready: TcpConn[] = [];
  readonly #waiters: PromiseWithResolvers<TcpConn>[] = [];
  /** Those that were adopted; closed ones are forgotten when there are many. */
  #all: TcpConn[] = [];
  #mostKnown = MOST_CLOSED;
  #isEnding = false;

  constructor() {
    if (!isWorker) throw new Deno.errors.NotSupported("Cannot take connections: workerConnections() is for Workers");
    const thread = handleOfThread();
    if (thread === undefined) throw new Deno.errors.NotSupported("Cannot take connections: no handle of this thread");
    this.#scope.addEventListener("message", (event) => {
      if (event.data?.ws2 === undefined) return;
      event.stopImmediatePropagation();
      if (event.data.ws2 === "conn") this.#take(event.data.conn);
      else this.#end();
    });
    // A Worker that ended before would leave its connections open.
    completionPort().watched().then(() => this.#scope.postMessage({ ws2: "ready", thread }));
  }

  /** Whether no connection is left, and none will come. */
  get isOver(): boolean {
    return this.#isEnding && this.#ready.length === 0;
  }

  next(): Promise<TcpConn> {
    const conn = this.#ready.shift();
    if (conn !== undefined) return Promise.resolve(conn);
    const waiter = Promise.withResolvers<TcpConn>();
    this.#waiters.push(waiter);
    return waiter.promise;
  }

  #take(description: ConnDescription): void {
    let conn: TcpConn;
    try {
      conn = adopt(description);
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) return; // it has been given to another Worker
      throw error;
    }
    this.#all.push(conn);
    if (this.#all.length >= this.#mostKnown) {
      this.#all = this.#all.filter(isOpen);
      this.#mostKnown = 2 * this.#all.length + MOST_CLOSED;
    }
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#ready.push(conn);
    else waiter.resolve(conn);
  }

  #end(): void {
    this.#isEnding = true;
    for (const { reject } of this.#waiters.splice(0)) {
      reject(new Deno.errors.BadResource("The server is shutting down"));
    }
    void this.#untilClosed().then(() => this.#scope.postMessage({ ws2: "idle" }));
  }

  /** Resolves when all connections are closed and nothing of them is left to send. */
  async #untilClosed(): Promise<void> {
    while (this.#all.some(isOpen)) await new Promise((resolve) => setTimeout(resolve, CHECK));
    await Promise.allSettled(this.#all.map((conn) => conn[Symbol.asyncDispose]()));
  }
}

let inbox: Inbox | undefined;

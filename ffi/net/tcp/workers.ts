/** `listenWorkers()`: one port, served by several Workers. Their part is in worker_connections.ts. */

import { kernel32 } from "../../win32/kernel32.ts";
import { checkInteger, checkOptions, show } from "../../marshal/arguments.ts";
import type { NetAddr } from "../../marshal/sockaddr.ts";
import { closeUnclaimed } from "./adopt.ts";
import { type ConnDescription, isClaimed } from "./detached.ts";
import { listen, type ListenOptions } from "./listen.ts";
import type { TcpListener } from "./listener.ts";
import type { FromWorker, ToWorker } from "./worker_connections.ts";

const MOST_WORKERS = 1024;
/** How often it is checked whether a Worker has ended, in milliseconds. */
const CHECK = 50;
/** How long to wait before a Worker is replaced that has ended before it was ready, in milliseconds. */
const PAUSE = 1000;

/** Options of {@linkcode listenWorkers}: those of {@linkcode listen}, and these. */
export interface ListenWorkersOptions extends ListenOptions {
  /** The module that each Worker runs; it must call `workerConnections()`. `import.meta.url` for this very one. */
  module: string | URL;
  /** How many Workers, from 1. Default: one for each processor, `navigator.hardwareConcurrency`. */
  workers?: number;
  /** Called when a Worker has ended, with the error. Default: prints its message to stderr. */
  onError?: (error: unknown) => void;
}

/** The server that {@linkcode listenWorkers} returns. */
export interface WorkersServer extends AsyncDisposable {
  /** The address that the server listens on. */
  readonly addr: NetAddr<"tcp">;
  /**
   * Resolves when the server is closed and its Workers have ended. Rejects when a Worker ended before any was ready: the
   * module cannot be loaded, or fails at once.
   */
  readonly finished: Promise<void>;
  /** Closes the listener, then ends each Worker when its connections are closed. */
  shutdown(): Promise<void>;
}

/**
 * Listens for TCP connections and has several Workers serve them, so that one program uses all cores. This isolate accepts;
 * each connection goes to the Worker that has the fewest waiting for it, in turn where that is equal, and remains there.
 *
 * A Worker that ends, in whatever way, is replaced. Its connections end, too; those that it has not taken yet go to the
 * others. The signal of the options closes everything at once, {@linkcode WorkersServer.shutdown} lets connections end.
 * A Worker takes a second to start. One from a file needs `--allow-read` for it.
 *
 * @example Serve from all cores with one file
 * ```ts ignore
 * import { listenWorkers, workerConnections } from "@winsock/ws2";
 *
 * if (!("WorkerGlobalScope" in globalThis)) { // the main thread
 *   const server = listenWorkers({ port: 5001, module: import.meta.url });
 *   console.log(`Listening on port ${server.addr.port}`);
 *   Deno.addSignalListener("SIGINT", () => server.shutdown());
 * } else {
 *   for await (const conn of workerConnections()) conn.readable.pipeTo(conn.writable).catch(console.error);
 * }
 * ```
 *
 * @param options Where to listen, and which module serves.
 * @returns The server.
 * @throws {TypeError} When an option is of the wrong type, or what {@linkcode listen} says.
 * @throws {RangeError} When a number is out of its range.
 * @throws What {@linkcode listen} throws.
 */
export function listenWorkers(options: ListenWorkersOptions): WorkersServer {
  checkOptions(options);
  const { module, workers = navigator.hardwareConcurrency, onError = printError, signal, ...listening } = options;
  if (typeof module !== "string" && !(module instanceof URL)) {
    throw new TypeError(`module must be a URL, got ${show(module)}`);
  }
  if (!URL.canParse(module)) throw new TypeError(`module must be a whole URL, got ${show(module)}`);
  checkInteger("workers", workers, 1, MOST_WORKERS);
  if (typeof onError !== "function") throw new TypeError(`onError must be a function, got ${show(onError)}`);
  return new Server(listen({ ...listening, signal }), new URL(module), workers, onError, signal);
}

/** A Worker, as the isolate that accepts sees it. */
interface Member {
  readonly worker: Worker;
  /** A handle of its thread; undefined until it is ready. */
  thread: bigint | undefined;
  /** The connections that it was sent and had not adopted when last seen. */
  sent: ConnDescription[];
}

class Server implements WorkersServer {
  readonly addr: NetAddr<"tcp">;
  readonly #listener: TcpListener;
  readonly #module: URL;
  readonly #onError: (error: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #members = new Set<Member>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #check: ReturnType<typeof setInterval>;
  readonly #onAbort = (): void => this.#end();
  /** Connections for which no Worker is ready. */
  #waiting: ConnDescription[] = [];
  #wasReady = false;
  #isClosing = false;

  constructor(
    listener: TcpListener,
    module: URL,
    workers: number,
    onError: (error: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.addr = listener.addr;
    this.#listener = listener;
    this.#module = module;
    this.#onError = onError;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
    for (let started = 0; started < workers; started++) this.#start();
    this.#check = setInterval(() => this.#checkMembers(), CHECK);
    void this.#accept();
  }

  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  shutdown(): Promise<void> {
    if (this.#isClosing) return this.finished;
    this.#isClosing = true;
    this.#listener[Symbol.dispose]();
    for (const member of this.#members) {
      if (member.thread === undefined) this.#remove(member);
      else tell(member, { ws2: "end" });
    }
    this.#endIfEmpty();
    return this.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) this.#send(conn.detach());
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends a connection to the Worker that has the fewest waiting; the one that is chosen becomes the last of its equals. */
  #send(conn: ConnDescription): void {
    let chosen: Member | undefined;
    for (const member of this.#members) {
      if (member.thread === undefined) continue;
      forgetTaken(member);
      if (chosen === undefined || member.sent.length < chosen.sent.length) chosen = member;
    }
    if (chosen === undefined) return void this.#waiting.push(conn);
    this.#members.delete(chosen);
    this.#members.add(chosen);
    chosen.sent.push(conn);
    tell(chosen, { ws2: "conn", conn });
  }

  #start(): void {
    const worker = new Worker(this.#module, { type: "module", name: "ws2" });
    const member: Member = { worker, thread: undefined, sent: [] };
    this.#members.add(member);
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker | undefined>) => {
      if (!this.#members.has(member)) return;
      if (data?.ws2 === "ready") this.#ready(member, data.thread);
      else if (data?.ws2 === "idle") this.#remove(member);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#members.has(member)) this.#ended(member, event.error ?? new Error(event.message));
    });
  }

  #ready(member: Member, thread: bigint): void {
    member.thread = thread;
    this.#wasReady = true;
    for (const conn of this.#waiting.splice(0)) this.#send(conn);
  }

  /** A Worker that ends itself or is terminated says nothing: its thread is asked. */
  #checkMembers(): void {
    for (const member of this.#members) {
      if (member.thread === undefined || kernel32().WaitForSingleObject(member.thread, 0) !== 0) continue;
      this.#ended(member, new Error("A Worker has ended"));
    }
  }

  #ended(member: Member, error: unknown): void {
    const wasReady = member.thread !== undefined;
    this.#remove(member);
    if (!this.#wasReady) return this.#fail(error);
    this.#onError(error);
    if (this.#isClosing) return;
    if (wasReady) return this.#start();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#start();
    }, PAUSE);
    this.#timers.add(timer);
  }

  /** Forgets a Worker; what it has not taken goes to the others. */
  #remove(member: Member): void {
    this.#members.delete(member);
    member.worker.terminate();
    if (member.thread !== undefined) kernel32().CloseHandle(member.thread);
    forgetTaken(member);
    for (const conn of member.sent.splice(0)) {
      if (this.#isClosing) closeUnclaimed(conn);
      else this.#send(conn);
    }
    this.#endIfEmpty();
  }

  #endIfEmpty(): void {
    if (!this.#isClosing || this.#members.size > 0) return;
    clearInterval(this.#check);
    for (const timer of this.#timers) clearTimeout(timer);
    for (const conn of this.#waiting.splice(0)) closeUnclaimed(conn);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#finished.resolve();
  }

  /** Ends everything at once. */
  #end(): void {
    this.#isClosing = true;
    this.#listener[Symbol.dispose]();
    for (const member of this.#members) this.#remove(member);
    this.#endIfEmpty();
  }

  #fail(error: unknown): void {
    this.#finished.reject(error);
    this.#end();
  }
}

function printError(error: unknown): void {
  console.error(`A Worker has ended and is replaced: ${error instanceof Error ? error.message : error}`);
}

function tell({ worker }: Member, message: ToWorker): void {
  worker.postMessage(message);
}

function forgetTaken(member: Member): void {
  if (member.sent.length > 0) member.sent = member.sent.filter((conn) => !isClaimed(conn));
}

import { closedError, describeFailure, inspectAs, stateOf } from "../open_socket.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { Acceptor } from "./acceptor.ts";
import { knownAddress } from "../../marshal/ip_address.ts";
import { checkSignal } from "../../marshal/arguments.ts";
import { iterate, type WaitOptions } from "../wait.ts";
import {
  formatHostPort,
  type NetAddr,
  optionFamily,
  type SocketFamily,
  takesBothFamilies,
} from "../../marshal/sockaddr.ts";
import { OptionAccess, SocketOptions } from "../options.ts";
import type { TcpConn } from "./conn.ts";
import { type ListenerDescription, newClaim } from "./detached.ts";

/**
 * A TCP listener, made by {@linkcode listen}; assignable to `Deno.TcpListener`. While something waits for a connection
 * the process stays alive, unless the listener is unref'd.
 *
 * @example Accept one connection and see by which family it came
 * ```ts
 * import { connect, listen } from "@winsock/ws2";
 *
 * using listener = listen();
 * const [client, server] = await Promise.all([
 *   connect({ hostname: "127.0.0.1", port: listener.addr.port }),
 *   listener.accept(),
 * ]);
 * console.log(listener.dualStack, server.remoteAddr.hostname); // true 127.0.0.1
 * client.close();
 * server.close();
 * ```
 */
export class TcpListener implements Deno.Listener<TcpConn, Deno.NetAddr> {
  /** The address listened on, with the port that the system chose where none was asked for. */
  readonly addr: NetAddr<"tcp">;
  /** Whether IPv6 and IPv4 clients are accepted alike: the socket is dual-stack, and listens on `::`. */
  readonly dualStack: boolean;
  readonly #socket: OverlappedSocket;
  readonly #family: SocketFamily;
  readonly #acceptor: Acceptor;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#close();
  #options: SocketOptions | undefined;

  /** Takes over a socket that listens. */
  constructor(socket: OverlappedSocket, family: SocketFamily, addr: NetAddr<"tcp">, signal: AbortSignal | undefined) {
    this.#socket = socket;
    this.#family = family;
    this.#signal = signal;
    this.addr = addr;
    this.dualStack = takesBothFamilies(family, addr);
    this.#acceptor = new Acceptor(socket, family, {
      tried: () => `Cannot accept on ${this.#place}`,
      closed: () => signal?.aborted ? signal.reason : this.#closedError(),
    });
    signal?.addEventListener("abort", this.#onAbort);
  }

  static {
    inspectAs(this, (listener) => {
      const { addr, dualStack } = listener;
      return { addr, dualStack, state: stateOf(listener.#socket) };
    });
  }

  /**
   * Waits for the next connection. Several calls may wait at the same time; they are served in order. A client that is gone
   * before it is accepted is skipped.
   *
   * @param options How to end the wait.
   * @returns The connection.
   * @throws {Deno.errors.BadResource} When the listener is closed, before or during the wait.
   * @throws The reason of the signal, when that is aborted first, or of the listener's signal, when that closes it during
   * the wait.
   */
  accept(options?: WaitOptions): Promise<TcpConn> {
    try {
      this.#checkOpen();
      return this.#acceptor.accept(options && checkSignal(options.signal));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Closes the listener; connections that wait to be accepted are reset, those already accepted are not touched. The
   * address is free again on return in all likelihood, and certainly once {@linkcode [Symbol.asyncDispose]} has resolved.
   *
   * @throws {Deno.errors.BadResource} When it is closed already.
   */
  close(): void {
    this.#checkOpen();
    this.#close();
  }

  /** The connections as they come, until the listener is closed. Leaving the loop closes it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<TcpConn> {
    return iterate({
      next: () => this.accept(),
      isClosed: () => this.#socket.isClosed,
      leave: () => this.#close(), // as with Deno's own
    });
  }

  /** The options of the listener, such as its buffer sizes; what it accepts has the same. */
  get options(): SocketOptions {
    return this.#options ??= new SocketOptions(
      new OptionAccess(
        this.#socket,
        optionFamily(this.#family, knownAddress(this.addr.hostname)!),
        () => `the listener on ${this.#place}`,
      ),
    );
  }

  /**
   * Hands the listener over, as {@linkcode TcpConn.detach} does with a connection: {@linkcode adopt} makes a listener of the
   * description in another Worker, and here it counts as closed. Only before the first {@linkcode accept}, which makes calls
   * ahead that stay in flight. Its signal does not go with it.
   *
   * @example Hand a listener over
   * ```ts
   * import { adopt, listen } from "@winsock/ws2";
   *
   * const description = structuredClone(listen().detach()); // as worker.postMessage() does
   * using listener = adopt(description);
   * console.log(listener.addr.hostname); // ::
   * ```
   *
   * @returns The description, for one isolate of this process.
   * @throws {Deno.errors.Busy} When {@linkcode accept} has been called.
   * @throws {Deno.errors.BadResource} When the listener is closed.
   */
  detach(): ListenerDescription {
    this.#checkOpen();
    const tried = `Cannot hand the listener on ${this.#place} over`;
    if (this.#socket.isBusy || !this.#acceptor.isIdle) {
      throw new Deno.errors.Busy(`${tried}: accept() has been called`);
    }
    try {
      this.#socket.release();
    } catch (error) {
      throw describeFailure(tried, error);
    }
    this.#signal?.removeEventListener("abort", this.#onAbort);
    return { kind: "tcp listener", handle: this.#socket.handle, family: this.#family, claim: newClaim() };
  }

  /**
   * The SOCKET, for calls of Winsock that the library does not make. It belongs to the listener, which alone closes it.
   *
   * @throws {Deno.errors.BadResource} When the listener is closed.
   */
  get unsafeHandle(): bigint {
    this.#checkOpen();
    return this.#socket.handle;
  }

  /** Undoes {@linkcode unref}: waiting for a connection keeps the process alive. */
  ref(): void {
    this.#acceptor.isRef = true;
  }

  /** Lets the process end even if a call waits for a connection. */
  unref(): void {
    this.#acceptor.isRef = false;
  }

  /** Closes the listener unless it is closed; for `using`. */
  [Symbol.dispose](): void {
    this.#close();
  }

  /** Closes the listener and waits until nothing of it is left in the system; for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#socket.drained;
  }

  #close(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    if (this.#socket.isClosed) return;
    this.#socket.close(true); // so that another listener can take the port immediately
    this.#acceptor.close();
  }

  get #place(): string {
    return formatHostPort(this.addr.hostname, this.addr.port);
  }

  #checkOpen(): void {
    if (this.#socket.isClosed) throw this.#closedError();
  }

  #closedError(): Error {
    return closedError(`the listener on ${this.#place}`);
  }
}

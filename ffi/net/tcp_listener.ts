import { acquireOperation, OFFSETS, type Operation, releaseOperation } from "../overlapped/operation.ts";
import { codeOf, type OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { copyFromNative } from "../overlapped/native_memory.ts";
import { check } from "../win32/check.ts";
import { ERROR_CODES } from "../win32/error_codes.ts";
import { WinsockError } from "../win32/errors.ts";
import { type TcpExtensionFunctions, tcpExtensionFunctions } from "../win32/extension_functions.ts";
import { SO_UPDATE_ACCEPT_CONTEXT } from "../win32/headers/mswsock.ts";
import { SOL_SOCKET } from "../win32/headers/ws2def.ts";
import { ws2_32 } from "../win32/ws2_32.ts";
import { checkSignal } from "./arguments.ts";
import { failureOf } from "./failure.ts";
import { formatHostPort, type NetAddr, type SocketFamily } from "./net_addr.ts";
import { OptionAccess } from "./option_access.ts";
import { MAX_SOCKADDR_LENGTH } from "./sockaddr.ts";
import { adoptSocket, afOf, describeFailure, makeSocket } from "./socket.ts";
import { SocketOptions } from "./socket_options.ts";
import { TcpConn, type WaitOptions } from "./tcp_conn.ts";

/** How much room `AcceptEx` wants for each address: that of the largest one and 16 bytes. */
const ADDRESS_ROOM = MAX_SOCKADDR_LENGTH + 16;

const PEER_GONE: ReadonlySet<number> = new Set([
  ERROR_CODES.WSAECONNRESET[0],
  ERROR_CODES.WSAENETRESET[0],
  ERROR_CODES.WSAECONNABORTED[0],
  ERROR_CODES.WSAENOTCONN[0],
]);

/** The SOCKET that waits for a connection, and the listener that it waits at. */
interface Acceptance {
  readonly listener: TcpListener;
  readonly handle: bigint;
}

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
  readonly addr: NetAddr;
  /** Whether IPv6 and IPv4 clients are accepted alike. */
  readonly dualStack: boolean;
  readonly #socket: OverlappedSocket;
  readonly #family: SocketFamily;
  readonly #functions: TcpExtensionFunctions;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#close();
  #options: SocketOptions | undefined;

  /** For the library itself: takes over a socket that listens. */
  constructor(socket: OverlappedSocket, family: SocketFamily, addr: NetAddr, signal: AbortSignal | undefined) {
    this.#socket = socket;
    this.#family = family;
    this.#functions = tcpExtensionFunctions(afOf(family));
    this.#signal = signal;
    this.addr = addr;
    this.dualStack = family === "dual-stack";
    signal?.addEventListener("abort", this.#onAbort);
  }

  /**
   * Waits for the next connection. Several calls may wait at once; they are served in order. A client that is gone before
   * it is accepted is passed over.
   *
   * @param options How to end the wait.
   * @returns The connection.
   * @throws {Deno.errors.BadResource} When the listener is closed, before or during the wait.
   * @throws The reason of the signal, when that is aborted first.
   */
  accept(options?: WaitOptions): Promise<TcpConn> {
    try {
      this.#checkOpen();
      return this.#accept(options && checkSignal(options.signal));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #accept(signal: AbortSignal | undefined): Promise<TcpConn> {
    const operation = acquireOperation();
    let handle: bigint;
    try {
      handle = makeSocket(this.#family, "tcp");
    } catch (error) {
      releaseOperation(operation);
      throw describeFailure(this.#tried, error);
    }
    operation.context = { listener: this, handle } satisfies Acceptance;
    const { address, bytesAddress } = operation;
    const accepted = this.#functions.AcceptEx.call(
      this.#socket.handle,
      handle,
      address + BigInt(OFFSETS.control),
      0, // no data: a client that sends nothing would hold the operation up
      ADDRESS_ROOM,
      ADDRESS_ROOM,
      bytesAddress,
      address,
    );
    return this.#socket.start(operation, codeOf(accepted === 0), TcpListener.#accepted, signal);
  }

  static readonly #accepted = (operation: Operation, code: number): TcpConn | Promise<TcpConn> => {
    const { listener, handle } = operation.context as Acceptance;
    const socket = listener.#socket;
    try {
      if (code !== 0) throw new WinsockError(code, "AcceptEx");
      return listener.#connectionOf(operation, handle);
    } catch (error) {
      ws2_32().closesocket(handle);
      if (!(error instanceof WinsockError)) throw error;
      if (isPeerGone(error.code) && !socket.isClosed && !operation.signal?.aborted) {
        return listener.#accept(operation.signal);
      }
      throw failureOf(operation, socket, error, listener.#tried, () => listener.#closedError());
    }
  };

  /** Gives an accepted socket the properties of the listener, which makes a usable connection of it. */
  #connectionOf({ address }: Operation, handle: bigint): TcpConn {
    const listening = new BigUint64Array([this.#socket.handle]);
    check(ws2_32().setsockopt(handle, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listening, 8), "setsockopt");
    const [local, remote] = this.#addressesAt(address + BigInt(OFFSETS.control));
    return new TcpConn(adoptSocket(handle, this.#family, "tcp"), local, remote);
  }

  #addressesAt(output: bigint): [local: Uint8Array, remote: Uint8Array] {
    const addresses = new BigUint64Array(2);
    const lengths = new Int32Array(2);
    this.#functions.GetAcceptExSockaddrs.call(
      output,
      0,
      ADDRESS_ROOM,
      ADDRESS_ROOM,
      addresses.subarray(0, 1),
      lengths.subarray(0, 1),
      addresses.subarray(1),
      lengths.subarray(1),
    );
    const [local, remote] = [0, 1].map((index) => {
      const sockaddr = new Uint8Array(Math.min(lengths[index], MAX_SOCKADDR_LENGTH));
      copyFromNative(sockaddr, addresses[index], sockaddr.length);
      return sockaddr;
    });
    return [local, remote];
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
  async *[Symbol.asyncIterator](): AsyncIterableIterator<TcpConn> {
    try {
      while (!this.#socket.isClosed) yield await this.accept();
    } catch (error) {
      if (!this.#socket.isClosed) throw error;
    } finally {
      this.#close(); // leaving the loop closes the listener, as with Deno's own
    }
  }

  /** The options of the listener, such as its buffer sizes; what it accepts has the same. */
  get options(): SocketOptions {
    return this.#options ??= new SocketOptions(
      new OptionAccess(this.#socket, this.#family, () => `the listener on ${this.#place}`),
    );
  }

  /** Makes waiting for a connection keep the process alive, which it does unless {@linkcode unref} is called. */
  ref(): void {
    this.#socket.isRef = true;
  }

  /** Lets the process end though something waits for a connection. */
  unref(): void {
    this.#socket.isRef = false;
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
    this.#socket.close(true); // so that the next one can listen on the same port at once
  }

  get #place(): string {
    return formatHostPort(this.addr.hostname, this.addr.port);
  }

  get #tried(): string {
    return `Cannot accept on ${this.#place}`;
  }

  #checkOpen(): void {
    if (this.#socket.isClosed) throw this.#closedError();
  }

  #closedError(): unknown {
    if (this.#signal?.aborted) return this.#signal.reason;
    return new Deno.errors.BadResource(`The listener on ${this.#place} is closed`);
  }
}

/** Whether an accept failed because the connection ended before it was accepted, which is no failure of the listener. */
function isPeerGone(code: number): boolean {
  return PEER_GONE.has(code);
}

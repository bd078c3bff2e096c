/** Accepting connections ahead of those who ask for them. */

import { bytesOf, layout } from "../../layout/mod.ts";
import { acquireOperation, type Operation, releaseOperation, STATE } from "../../overlapped/operation.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { check } from "../../win32/check.ts";
import { ERROR_CODES, socketError, WinsockError } from "../../win32/errors.ts";
import { type TcpProvider, tcpProvider } from "../../win32/provider.ts";
import { LINGER, SO_LINGER, SO_UPDATE_ACCEPT_CONTEXT, SOL_SOCKET } from "../../win32/winsock.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { ws2_32 } from "../../win32/ws2_32.ts";
import { ADDRESS_ROOM, addressesOf, readSockaddrs } from "./accept_addresses.ts";
import { describeFailure, mustBeRepeated } from "../open_socket.ts";
import type { SocketFamily } from "../../marshal/net_addr.ts";
import { adoptSocket, afOf, makeSocket } from "../create.ts";
import { TcpConn } from "./conn.ts";

/** How many `AcceptEx` calls wait as a rule when connections come, together with those that nobody has asked for. */
const USUAL_AHEAD = 16;
/** How many may wait while more connections come than that. */
const MOST_AHEAD = 256;

const PEER_GONE: ReadonlySet<number> = new Set([
  ERROR_CODES.WSAECONNRESET[0],
  ERROR_CODES.WSAENETRESET[0],
  ERROR_CODES.WSAECONNABORTED[0],
  ERROR_CODES.WSAENOTCONN[0],
]);

/** An `AcceptEx` that waits: the SOCKET for its connection, and whose it is. */
interface Acceptance {
  readonly acceptor: Acceptor;
  readonly handle: bigint;
}

/** A connection that has been accepted. */
interface Accepted {
  readonly handle: bigint;
  readonly sockaddrs: Uint8Array;
}

/** Someone who waits for a connection. */
interface Waiter {
  readonly resolve: (conn: TcpConn) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/** What an {@linkcode Acceptor} says when it fails. */
export interface AcceptorErrors {
  /** What is tried: `Cannot accept on [::]:80`. */
  readonly tried: () => string;
  /** The error for those who wait when the listener is closed. */
  readonly closed: () => unknown;
}

/**
 * Keeps `AcceptEx` calls waiting at a listening socket, and hands out the connections in the order in which they are
 * asked for. With one call at a time, each connection would wait for a turn of everything else that goes on; so as many
 * wait as connections have come before, up to {@linkcode USUAL_AHEAD}. When all of them have ended before one had its
 * turn, there are more connections than that, and twice as many calls wait, until half of them are enough. What nobody has
 * asked for yet stays in line here as it would in the system's backlog; when that is much, no more calls are made.
 */
export class Acceptor {
  readonly #socket: OverlappedSocket;
  readonly #family: SocketFamily;
  readonly #functions: TcpProvider;
  readonly #errors: AcceptorErrors;
  readonly #listening: BigUint64Array<ArrayBuffer>;

  #isRef = true;
  /** The `AcceptEx` calls that have not been settled, and how many there are to be together with what is ready. */
  readonly #calls = new Set<Operation>();
  #ahead = 1;
  #isFilling = false;
  /** Whether it is looked at in the next turn whether anyone waits. */
  #isRefChecked = false;
  readonly #ready: Accepted[] = [];
  readonly #waiters: Waiter[] = [];

  /**
   * @param socket A socket that listens.
   * @param errors What is said when accepting fails.
   */
  constructor(socket: OverlappedSocket, family: SocketFamily, errors: AcceptorErrors) {
    this.#socket = socket;
    this.#family = family;
    this.#functions = tcpProvider(afOf(family));
    this.#errors = errors;
    this.#listening = new BigUint64Array([socket.handle]);
  }

  /** Whether waiting for a connection keeps the process alive. */
  set isRef(isRef: boolean) {
    this.#isRef = isRef;
    this.#updateRef();
  }

  /** Waits for the next connection. */
  accept(signal: AbortSignal | undefined): Promise<TcpConn> {
    const accepted = this.#ready.shift();
    if (accepted !== undefined) {
      this.#fill();
      return Promise.resolve(this.#connOf(accepted));
    }
    const { promise, resolve, reject } = Promise.withResolvers<TcpConn>();
    const waiter: Waiter = { resolve, reject, signal, onAbort: () => this.#abort(waiter) };
    signal?.addEventListener("abort", waiter.onAbort);
    if (this.#waiters.push(waiter) === 1) this.#updateRef();
    this.#fill();
    return promise;
  }

  /** After the socket has been closed: resets what nobody has asked for. */
  close(): void {
    for (const { handle } of this.#ready.splice(0)) reset(handle);
    this.#endIfClosed();
  }

  /** Has as many calls wait as there should be. */
  #fill(): void {
    if (this.#isFilling) return; // a call that ends at once is followed by the next one there
    this.#isFilling = true;
    try {
      while (!this.#socket.isClosed && this.#calls.size + this.#ready.length < this.#ahead) this.#start();
    } catch (error) {
      // While others wait, those who ask can wait for them.
      if (this.#calls.size === 0) this.#rejectAll(() => error);
    } finally {
      this.#isFilling = false;
    }
  }

  #start(): void {
    const operation = acquireOperation();
    let handle: bigint;
    try {
      handle = makeSocket(this.#family, "tcp");
    } catch (error) {
      releaseOperation(operation);
      throw describeFailure(this.#errors.tried(), error);
    }
    operation.context = { acceptor: this, handle } satisfies Acceptance;
    const { address, bytesAddress } = operation;
    this.#calls.add(operation);
    const accepted = this.#functions.AcceptEx.call(
      this.#socket.handle,
      handle,
      addressesOf(operation),
      0, // no data: a client that sends nothing would hold the operation up
      ADDRESS_ROOM,
      ADDRESS_ROOM,
      bytesAddress,
      address,
    );
    const code = accepted !== 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
    this.#socket.start(operation, code, Acceptor.#ended).catch(this.#onFailure);
  }

  static readonly #ended = (operation: Operation, code: number): void => {
    const { acceptor, handle } = operation.context as Acceptance;
    acceptor.#calls.delete(operation);
    let accepted: Accepted | undefined;
    try {
      if (code !== 0) throw new WinsockError(code, "AcceptEx");
      accepted = acceptor.#accepted(operation, handle);
    } catch (error) {
      ws2_32().closesocket(handle);
      if (mustBeRepeated(operation, code, acceptor.#socket)) acceptor.#fill();
      else acceptor.#failed(error);
    }
    if (accepted !== undefined) acceptor.#take(accepted, hasWaited(operation));
    acceptor.#endIfClosed();
  };

  /** Gives an accepted socket the properties of the listener, which makes a usable connection of it. */
  #accepted(operation: Operation, handle: bigint): Accepted {
    check(ws2_32().setsockopt(handle, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, this.#listening, 8), "setsockopt");
    return { handle, sockaddrs: readSockaddrs(operation, this.#functions) };
  }

  /** Hands a connection to whoever has waited longest, or keeps it. */
  #take(accepted: Accepted, hasWaited: boolean): void {
    this.#adapt(hasWaited);
    const waiter = this.#nextWaiter();
    if (waiter === undefined && this.#socket.isClosed) return reset(accepted.handle);
    if (waiter === undefined) this.#ready.push(accepted);
    else this.#give(waiter, accepted);
    this.#fill();
  }

  /** Has more or fewer calls wait, after one has ended. */
  #adapt(hasWaited: boolean): void {
    if (this.#ahead < USUAL_AHEAD) return void this.#ahead++;
    // Where a call completes synchronously, so will the next one: none needs to wait for the clients that are there.
    if (!hasWaited) return;
    let waiting = 0;
    for (const { state } of this.#calls) if (state === STATE.IN_FLIGHT) waiting++;
    const isWanted = this.#ready.length < USUAL_AHEAD;
    if (waiting === 0 && isWanted) this.#ahead = Math.min(2 * this.#ahead, MOST_AHEAD);
    else if (waiting > this.#ahead / 2 && this.#ahead > USUAL_AHEAD) this.#ahead--;
  }

  #give(waiter: Waiter, accepted: Accepted): void {
    try {
      waiter.resolve(this.#connOf(accepted));
    } catch (error) {
      waiter.reject(error);
    }
  }

  #connOf({ handle, sockaddrs }: Accepted): TcpConn {
    return new TcpConn(adoptSocket(handle, this.#family, "tcp", true), sockaddrs);
  }

  /** A client that is gone before it is accepted is no failure; another error is that of whoever has waited longest. */
  #failed(error: unknown): void {
    if (this.#socket.isClosed) return;
    if (!(error instanceof WinsockError && PEER_GONE.has(error.code))) {
      const tried = this.#errors.tried();
      this.#nextWaiter()?.reject(error instanceof WinsockError ? socketError(tried, error) : error);
      if (this.#waiters.length === 0) return; // the next one who asks tries again
    }
    this.#fill();
  }

  /** The completion port has failed. */
  readonly #onFailure = (reason: unknown): void => this.#rejectAll(() => reason);

  /** When the listener is closed, calls that had won the race against that still give their connections away. */
  #endIfClosed(): void {
    if (!this.#socket.isClosed || this.#calls.size > 0) return;
    this.#rejectAll(this.#errors.closed);
  }

  #rejectAll(reason: () => unknown): void {
    for (let waiter; (waiter = this.#nextWaiter()) !== undefined;) waiter.reject(reason());
  }

  #abort(waiter: Waiter): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    this.#left(waiter);
    waiter.reject(waiter.signal!.reason);
  }

  #nextWaiter(): Waiter | undefined {
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) this.#left(waiter);
    return waiter;
  }

  #left({ signal, onAbort }: Waiter): void {
    signal?.removeEventListener("abort", onAbort);
    // Not now: most likely someone asks for the next one at once, and the port is counting what has ended.
    if (this.#waiters.length > 0 || this.#isRefChecked) return;
    this.#isRefChecked = true;
    setImmediate(this.#checkRef);
  }

  readonly #checkRef = (): void => {
    this.#isRefChecked = false;
    this.#updateRef();
  };

  /** Calls that nobody waits for do not keep the process alive. */
  #updateRef(): void {
    if (!this.#socket.isClosed) this.#socket.isRef = this.#isRef && this.#waiters.length > 0;
  }
}

/** Whether the operation of a call was in flight. */
function hasWaited({ state, isSynchronous }: Operation): boolean {
  return state === STATE.COMPLETED && !isSynchronous;
}

/** `l_onoff` 1 and `l_linger` 0: closing resets the connection, as the system does with those in its backlog. */
const lingerNone = layout(LINGER).view();
lingerNone.l_onoff = 1;
const LINGER_NONE = bytesOf(lingerNone);

function reset(handle: bigint): void {
  ws2_32().setsockopt(handle, SOL_SOCKET, SO_LINGER, LINGER_NONE, LINGER_NONE.byteLength);
  ws2_32().closesocket(handle);
}

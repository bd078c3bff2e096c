/** Accepting connections ahead of those who ask for them. */

import type { SOCKET } from "../../win32/handles.ts";
import { bytesOf, layout } from "../../layout/mod.ts";
import { acquireOperation, type Operation, releaseOperation, STATE } from "../../overlapped/operation.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { check, lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { ERROR_CODES, socketError, WinsockError } from "../../win32/errors.ts";
import { type TcpProvider, tcpProvider } from "../../win32/provider.ts";
import { LINGER, SO_LINGER, SO_UPDATE_ACCEPT_CONTEXT, SOL_SOCKET } from "../../win32/winsock.ts";
import { ws2_32 } from "../../win32/ws2_32.ts";
import { ADDRESS_ROOM, addressesOf, readSockaddrs } from "./accept_addresses.ts";
import { describeFailure, mustBeRepeated } from "../open_socket.ts";
import type { SocketFamily } from "../../marshal/sockaddr.ts";
import { adoptSocket, afOf, closeSocket, makeSocket } from "../create.ts";
import { TcpConn } from "./conn.ts";

/** The usual number of `AcceptEx` calls in flight, together with accepted connections that no call has taken. */
export const USUAL_AHEAD = 16;
/** The most calls in flight while connections come faster than that. */
export const MOST_AHEAD = 256;

const PEER_GONE: ReadonlySet<number> = new Set([
  ERROR_CODES.WSAECONNRESET[0],
  ERROR_CODES.WSAENETRESET[0],
  ERROR_CODES.WSAECONNABORTED[0],
  ERROR_CODES.WSAENOTCONN[0],
]);

/** The context of an `AcceptEx` in flight: the SOCKET for its connection, and its acceptor. */
interface Acceptance {
  readonly acceptor: Acceptor;
  readonly handle: SOCKET;
}

/** A connection that has been accepted. */
interface Accepted {
  readonly handle: SOCKET;
  readonly sockaddrs: Uint8Array;
}

/** A call of `accept()` that waits. */
interface Waiter {
  readonly resolve: (conn: TcpConn) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/** The errors of an {@linkcode Acceptor}. */
export interface AcceptorErrors {
  /** What is tried: `Cannot accept on [::]:80`. */
  readonly tried: () => string;
  /** The error of calls that wait when the listener is closed. */
  readonly closed: () => unknown;
}

/**
 * Keeps `AcceptEx` calls in flight at a listening socket, and hands the connections out in the order of the `accept()`
 * calls. With one call at a time, each connection would wait for a turn of everything else; so the number in flight grows
 * with the connections that come, up to {@linkcode USUAL_AHEAD}. When all of them complete before one is settled,
 * connections come faster, and the number doubles until half of it is enough. Accepted connections that no call has asked
 * for are queued here as they would be in the system's backlog; when many are, no more calls are made.
 */
export class Acceptor {
  readonly #socket: OverlappedSocket;
  readonly #family: SocketFamily;
  readonly #functions: TcpProvider;
  readonly #errors: AcceptorErrors;
  readonly #listening: BigUint64Array<ArrayBuffer>;

  #isRef = true;
  /** The `AcceptEx` calls that are not settled, and the wanted number of them and of ready connections. */
  readonly #calls = new Set<Operation>();
  #ahead = 1;
  #isFilling = false;
  /** Whether a ref check is already scheduled. */
  #isRefChecked = false;
  readonly #ready: Accepted[] = [];
  readonly #waiters: Waiter[] = [];

  /**
   * @param socket A socket that listens.
   * @param errors The errors when accepting fails.
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

  /** Whether no call is in flight, and no accepted connection waits to be taken. */
  get isIdle(): boolean {
    return this.#calls.size === 0 && this.#ready.length === 0;
  }

  /** After the socket has been closed: resets the connections that no call has taken. */
  close(): void {
    for (const { handle } of this.#ready.splice(0)) reset(handle);
    this.#endIfClosed();
  }

  /** Makes calls up to the wanted number. */
  #fill(): void {
    if (this.#isFilling) return; // the loop there follows a call that completes synchronously
    this.#isFilling = true;
    try {
      while (!this.#socket.isClosed && this.#calls.size + this.#ready.length < this.#ahead) this.#start();
    } catch (error) {
      // While other calls are in flight, accept() can wait for those.
      if (this.#calls.size === 0) this.#rejectAll(() => error);
    } finally {
      this.#isFilling = false;
    }
  }

  #start(): void {
    this.#socket.join();
    const operation = acquireOperation();
    let handle: SOCKET;
    try {
      handle = makeSocket(this.#family, "tcp");
    } catch (error) {
      releaseOperation(operation);
      throw describeFailure(this.#errors.tried(), error);
    }
    const context: Acceptance = { acceptor: this, handle };
    const { address, bytesAddress } = operation;
    this.#calls.add(operation);
    const accepted = this.#functions.AcceptEx.call(
      this.#socket.handle,
      handle,
      addressesOf(operation),
      0, // no data: a client that sends nothing would block the operation
      ADDRESS_ROOM,
      ADDRESS_ROOM,
      bytesAddress,
      address,
    );
    const code = accepted !== 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
    this.#socket.start(operation, code, Acceptor.#ended, context).catch(this.#onFailure);
  }

  static readonly #ended = (operation: Operation, { acceptor, handle }: Acceptance, code: number): void => {
    acceptor.#calls.delete(operation);
    let accepted: Accepted | undefined;
    try {
      if (code !== 0) throw new WinsockError(code, "AcceptEx");
      accepted = acceptor.#accepted(operation, handle);
    } catch (error) {
      closeSocket(handle);
      if (mustBeRepeated(operation, code, acceptor.#socket)) acceptor.#fill();
      else acceptor.#failed(error);
    }
    if (accepted !== undefined) acceptor.#take(accepted, hasWaited(operation));
    acceptor.#endIfClosed();
  };

  /** Gives an accepted socket the properties of the listener, which makes it usable. */
  #accepted(operation: Operation, handle: SOCKET): Accepted {
    check(ws2_32().setsockopt(handle, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, this.#listening, 8), "setsockopt");
    return { handle, sockaddrs: readSockaddrs(operation, this.#functions) };
  }

  /** Hands a connection to the call that has waited longest, or queues it. */
  #take(accepted: Accepted, hasWaited: boolean): void {
    this.#adapt(hasWaited);
    const waiter = this.#nextWaiter();
    if (waiter === undefined && this.#socket.isClosed) return reset(accepted.handle);
    if (waiter === undefined) this.#ready.push(accepted);
    else this.#give(waiter, accepted);
    this.#fill();
  }

  /** Adapts the wanted number after a call has completed. */
  #adapt(hasWaited: boolean): void {
    if (this.#ahead < USUAL_AHEAD) return void this.#ahead++;
    // After a synchronous completion the next call will complete synchronously too: none needs to be in flight for it.
    if (!hasWaited) return;
    let waiting = 0;
    for (const { state, isSynchronous } of this.#calls) {
      if (isSynchronous) return; // and is queued: this turn has had enough of them
      if (state === STATE.IN_FLIGHT) waiting++;
    }
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

  /** A client that is gone before it is accepted is no failure; another error goes to the call that has waited longest. */
  #failed(error: unknown): void {
    if (this.#socket.isClosed) return;
    if (!(error instanceof WinsockError && PEER_GONE.has(error.code))) {
      const tried = this.#errors.tried();
      this.#nextWaiter()?.reject(error instanceof WinsockError ? socketError(tried, error) : error);
      if (this.#waiters.length === 0) return; // the next accept() tries again
    }
    this.#fill();
  }

  /** The completion port has failed. */
  readonly #onFailure = (reason: unknown): void => this.#rejectAll(() => reason);

  /** Rejects the calls that wait once the listener is closed and no `AcceptEx` is in flight that may still have succeeded. */
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
    // Not now: most likely accept() is called again immediately, and the port is counting completions.
    if (this.#waiters.length > 0 || this.#isRefChecked) return;
    this.#isRefChecked = true;
    setImmediate(this.#checkRef);
  }

  readonly #checkRef = (): void => {
    this.#isRefChecked = false;
    this.#updateRef();
  };

  /** `AcceptEx` calls do not keep the process alive unless an `accept()` waits. */
  #updateRef(): void {
    if (!this.#socket.isClosed) this.#socket.isRef = this.#isRef && this.#waiters.length > 0;
  }
}

/** Whether the operation was in flight, that is, did not complete synchronously. */
function hasWaited({ state, isSynchronous }: Operation): boolean {
  return state === STATE.COMPLETED && !isSynchronous;
}

/** `l_onoff` 1 and `l_linger` 0: closing resets the connection, as the system does with those in its backlog. */
const lingerNone = layout(LINGER).view();
lingerNone.l_onoff = 1;
const LINGER_NONE = bytesOf(lingerNone);

function reset(handle: SOCKET): void {
  ws2_32().setsockopt(handle, SOL_SOCKET, SO_LINGER, LINGER_NONE, LINGER_NONE.byteLength);
  closeSocket(handle);
}

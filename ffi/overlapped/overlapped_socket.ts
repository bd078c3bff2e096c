/** Sockets that are joined to the completion port: starting, cancelling and draining their operations. */

import type { SOCKET } from "../win32/handles.ts";
import { check, lastErrorWord } from "../win32/last_error.ts";
import { ERROR_CODES } from "../win32/errors.ts";
import { FILE_SKIP_COMPLETION_PORT_ON_SUCCESS, FILE_SKIP_SET_EVENT_ON_HANDLE, kernel32 } from "../win32/kernel32.ts";
import { FIONBIO } from "../win32/winsock.ts";
import { ws2_32 } from "../win32/ws2_32.ts";
import { completionPort } from "./completion_port.ts";
import {
  acquireOperation,
  type Finish,
  type Operation,
  type OperationOwner,
  releaseOperation,
  STATE,
} from "./operation.ts";
import { strikeOutSocket } from "./worker_resources.ts";

const [WSA_IO_PENDING] = ERROR_CODES.WSA_IO_PENDING;
const [WSAEWOULDBLOCK] = ERROR_CODES.WSAEWOULDBLOCK;
/** Finishes an operation whose result is known. */
function resultOf<T>(_operation: Operation, result: T): T {
  return result;
}

/** The open sockets of this isolate. */
const open = new Set<OverlappedSocket>();
let closesAtEnd = false;

/** The number of open sockets of this isolate. */
export function openSockets(): number {
  return open.size;
}

/** A socket whose operations complete through the completion port. */
export class OverlappedSocket implements OperationOwner {
  /** The SOCKET. */
  readonly handle: SOCKET;
  readonly #isFileHandle: boolean;
  /** The completion key; 0 until it has joined the port. */
  #key = 0;
  #sendsNoPacketOnSuccess = false;
  readonly #port = completionPort();
  /** The number of operations that are not settled, and of those that completed synchronously. */
  #unsettled = 0;
  #queued = 0;
  /** The number of synchronous completions in the turn with this number. */
  #immediates = 0;
  #turnNumber = 0;
  #isRef = true;
  #isClosed = false;
  #isHandleClosed = false;
  #neverBlocks = false;
  #beforeClosing: (() => Promise<void>) | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  /**
   * Takes over a SOCKET. From then on only {@linkcode close} closes it.
   *
   * @param handle The SOCKET, made with `WSA_FLAG_OVERLAPPED`.
   * @param isFileHandle Whether the provider's handles are those of a file system (`XP1_IFS_HANDLES`). With others, a
   * call that succeeds synchronously sends a packet nevertheless.
   * @param joinsLater Whether {@linkcode join} is left to the caller.
   */
  constructor(handle: SOCKET, isFileHandle: boolean, joinsLater = false) {
    this.handle = handle;
    this.#isFileHandle = isFileHandle;
    if (!joinsLater) this.join();
    open.add(this);
    if (closesAtEnd) return;
    closesAtEnd = true;
    globalThis.addEventListener("unload", OverlappedSocket.#closeAll);
  }

  /** Joins the socket to the port unless it is: before any call with an OVERLAPPED. Throws when the port has failed. */
  join(): void {
    this.#port.checkUsable();
    if (this.#key !== 0) return;
    this.#key = this.#port.associate(this.handle);
    this.#sendsNoPacketOnSuccess = this.#isFileHandle && kernel32().SetFileCompletionNotificationModes(
          this.handle,
          FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE,
        ) !== 0;
  }

  /** The key of its packets. */
  get key(): number {
    return this.#key;
  }

  /** Whether {@linkcode close} has been called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether operations of this socket keep the process alive. */
  get isRef(): boolean {
    return this.#isRef;
  }
  set isRef(isRef: boolean) {
    if (isRef === this.#isRef || this.#isClosed) return;
    this.#isRef = isRef;
    if (this.#unsettled > 0) this.#port.changeRefs(isRef ? this.#unsettled : -this.#unsettled);
  }

  /**
   * Returns the promise of an operation whose call has just been made. It is settled in a later turn, unless it completed
   * synchronously and nothing is queued.
   *
   * @param operation The operation.
   * @param code 0 when the call succeeded, or its error code, which may be wrong.
   * @param finish Makes the result of the promise when the operation has completed.
   * @param context What `finish` is given.
   * @param signal Cancels the operation.
   * @param settles A promise that exists already, which is settled in a later turn; by default there is a new one.
   */
  start<C, T>(
    operation: Operation,
    code: number,
    finish: Finish<C, T>,
    context: C,
    signal?: AbortSignal,
    settles?: PromiseWithResolvers<T>,
  ): Promise<T> {
    if (code !== 0 || !this.#sendsNoPacketOnSuccess) {
      const promise = operation.promise(this, finish, context, signal, settles);
      operation.state = STATE.IN_FLIGHT;
      operation.series?.push(operation);
      this.#began();
      if (code !== 0 && code !== WSA_IO_PENDING) this.#doubt(operation, code);
      return promise;
    }
    const bytes = operation.transferredAtOnce;
    const isFirst = operation.series === undefined || operation.series.length === 0;
    if (settles !== undefined || this.#mustQueue() || !isFirst) {
      return this.#queue(operation, bytes, finish, context, settles);
    }
    try {
      return Promise.resolve(finish(operation, context, 0, bytes));
    } catch (reason) {
      return Promise.reject(reason);
    } finally {
      releaseOperation(operation);
    }
  }

  /** Finds out what a call that did not succeed has begun: see "When a call fails" in completion_port.ts. */
  #doubt(operation: Operation, code: number): void {
    if (kernel32().CancelIoEx(this.handle, operation.address) !== 0) operation.isMistaken = true;
    else this.#port.mark(operation, code);
  }

  /** The promise of a result that is available without an operation. */
  ended<T>(result: T, settles?: PromiseWithResolvers<T>): Promise<T> {
    if (settles === undefined && !this.#mustQueue()) return Promise.resolve(result);
    const operation = acquireOperation();
    return this.#queue(operation, 0, resultOf, result, settles);
  }

  #mustQueue(): boolean {
    const { budget } = this.#port;
    const turn = budget.number;
    if (turn !== this.#turnNumber) {
      this.#turnNumber = turn;
      this.#immediates = 0;
    }
    // What completes synchronously must not overtake what is queued already.
    return budget.isOver(++this.#immediates) || this.#queued > 0;
  }

  #queue<C, T>(
    operation: Operation,
    bytes: number,
    finish: Finish<C, T>,
    context: C,
    settles: PromiseWithResolvers<T> | undefined,
  ): Promise<T> {
    // Not to be cancelled: it has completed.
    const promise = operation.promise(this, finish, context, undefined, settles);
    operation.isSynchronous = true;
    operation.clearStatus();
    operation.series?.push(operation);
    this.#queued++;
    this.#began();
    this.#port.complete(operation, 0, bytes);
    return promise;
  }

  #began(): void {
    this.#unsettled++;
    this.#port.began(this.#isRef);
  }

  /** Makes calls without an OVERLAPPED fail with `WSAEWOULDBLOCK` instead of blocking. Other calls are not affected. */
  neverBlock(): void {
    if (this.#neverBlocks) return;
    this.#setNonBlocking(true);
    this.#neverBlocks = true;
  }

  #setNonBlocking(isNonBlocking: boolean): void {
    const [input, length] = [new Uint32Array([isNonBlocking ? 1 : 0]), new Uint32Array(1)];
    check(ws2_32().WSAIoctl(this.handle, FIONBIO, input, 4, null, 0, length, null, null), "WSAIoctl");
  }

  /** Asks the kernel to cancel an operation; its result comes from the completion port. */
  cancel(operation: Operation): void {
    if (operation.state === STATE.IN_FLIGHT) kernel32().CancelIoEx(this.handle, operation.address);
  }

  /** Called when an operation has been settled. */
  settled(wasSynchronous: boolean): void {
    if (wasSynchronous) this.#queued--;
    if (--this.#unsettled > 0 || !this.#isClosed) return;
    try {
      this.#finishClosing();
    } catch (error) {
      this.#drained ??= Promise.withResolvers();
      this.#drained.promise.catch(() => {}); // it may have no other handler
      this.#drained.reject(error);
    }
  }

  /**
   * Cancels what is in flight, and closes the socket when every operation is settled.
   *
   * @param promptly Whether to wait a moment for that, so that most likely the address is free on return.
   * @param beforeClosing Runs when every operation is settled, and may start further ones; the socket is closed when its
   * promise is settled.
   */
  close(promptly = false, beforeClosing?: () => Promise<void>): void {
    if (this.#isClosed) return;
    this.isRef = true; // cancelled operations complete within moments, and are settled
    this.#isClosed = true;
    this.#beforeClosing = beforeClosing;
    if (this.#unsettled === 0) return this.#finishClosing();
    kernel32().CancelIoEx(this.handle, 0n);
    if (promptly) this.#port.settleNow(() => this.#unsettled === 0);
  }

  /** Whether operations are under way. */
  get isBusy(): boolean {
    return this.#unsettled > 0;
  }

  /**
   * Gives the SOCKET away: it leaves the port, and counts as closed here. Not while the socket is busy.
   *
   * @throws {WinsockError} When the system cannot take it away from the port; it remains open then.
   */
  release(): void {
    if (this.#key !== 0) this.#port.dissociate(this.handle);
    this.#isClosed = this.#isHandleClosed = true;
    open.delete(this);
    strikeOutSocket(this.handle);
  }

  #finishClosing(): void {
    const before = this.#beforeClosing;
    if (before === undefined) return this.#closeHandle();
    this.#beforeClosing = undefined;
    this.#unsettled++; // keeps the handle open
    const close = () => this.settled(false);
    before().then(close, close);
  }

  /** Resolves when the socket is closed and every operation is settled. */
  get drained(): Promise<void> {
    const isOver = !this.#isClosed || this.#isHandleClosed;
    if (isOver && this.#drained === undefined) return Promise.resolve();
    return (this.#drained ??= Promise.withResolvers()).promise;
  }

  #closeHandle(): void {
    this.#isHandleClosed = true;
    if (open.delete(this)) {
      strikeOutSocket(this.handle);
      let result = ws2_32().closesocket(this.handle);
      if (this.#neverBlocks && result !== 0 && lastErrorWord[0] === WSAEWOULDBLOCK) {
        // A nonblocking socket refuses to linger until everything is sent.
        this.#setNonBlocking(false);
        result = ws2_32().closesocket(this.handle);
      }
      check(result, "closesocket");
    }
    this.#drained?.resolve();
  }

  /**
   * Closes all sockets at the end of the program. The process may continue: `deno run --watch` runs the next program in it,
   * which needs the same ports. Promises are not settled; operations in flight are cancelled, and drained if that takes only
   * moments.
   */
  static readonly #closeAll = (): void => {
    let unsettled = 0;
    for (const socket of open) {
      if (socket.#unsettled === 0) continue;
      unsettled += socket.#unsettled;
      kernel32().CancelIoEx(socket.handle, 0n);
    }
    completionPort().discard(unsettled);
    for (const { handle } of open) {
      strikeOutSocket(handle);
      ws2_32().closesocket(handle);
    }
    open.clear();
  };
}

/** A socket joined to the completion port: its operations are started, cancelled and waited for here. */

import { check, lastError } from "../win32/check.ts";
import { ERROR_CODES } from "../win32/error_codes.ts";
import { FILE_SKIP_COMPLETION_PORT_ON_SUCCESS, FILE_SKIP_SET_EVENT_ON_HANDLE } from "../win32/headers/minwinbase.ts";
import { FIONBIO } from "../win32/headers/winsock2.ts";
import { kernel32 } from "../win32/symbols/kernel32.ts";
import { ws2_32 } from "../win32/ws2_32.ts";
import { completionPort } from "./completion_port.ts";
import { acquireOperation, type Finish, OFFSETS, type Operation, releaseOperation } from "./operation.ts";

const [WSA_IO_PENDING] = ERROR_CODES.WSA_IO_PENDING;
const [WSAEMSGSIZE] = ERROR_CODES.WSAEMSGSIZE;
const [WSAEWOULDBLOCK] = ERROR_CODES.WSAEWOULDBLOCK;

/** The code of a call that says by its result whether it failed; must directly follow the call. */
export function codeOf(failed: boolean): number {
  return failed ? lastError() : 0;
}

/** How an operation ends whose result was known before. */
function contextOf({ context }: Operation): never {
  return context as never;
}

/** The sockets of this isolate that have not been closed. */
const open = new Set<OverlappedSocket>();
let closesAtEnd = false;

/** A socket whose operations complete through the completion port. */
export class OverlappedSocket {
  /** The SOCKET. */
  readonly handle: bigint;
  readonly #isFileHandle: boolean;
  #isJoined = false;
  #sendsNoPacketOnSuccess = false;
  readonly #port = completionPort();
  #pending = 0;
  #deferred = 0;
  /** How many operations have ended at once, and in which turn of the port that was. */
  #immediates = 0;
  #turnNumber = 0;
  #isRef = true;
  #isClosed = false;
  #isHandleClosed = false;
  #neverBlocks = false;
  #drained: PromiseWithResolvers<void> | undefined;

  /**
   * Takes a SOCKET over, which from then on is closed by {@linkcode close} only.
   *
   * @param handle The SOCKET, made with `WSA_FLAG_OVERLAPPED`.
   * @param isFileHandle Whether the provider's handles are those of a file system (`XP1_IFS_HANDLES`). With others, a
   * call that succeeds at once sends its packet nevertheless.
   * @param joinsLater Whether {@linkcode join} is left to the caller.
   */
  constructor(handle: bigint, isFileHandle: boolean, joinsLater = false) {
    this.handle = handle;
    this.#isFileHandle = isFileHandle;
    if (!joinsLater) this.join();
    open.add(this);
    if (closesAtEnd) return;
    closesAtEnd = true;
    globalThis.addEventListener("unload", OverlappedSocket.#closeAll);
  }

  /** Joins the socket to the port unless it is: before its first call with an OVERLAPPED. */
  join(): void {
    if (this.#isJoined) return;
    this.#port.associate(this.handle);
    this.#isJoined = true;
    this.#sendsNoPacketOnSuccess = this.#isFileHandle && kernel32().SetFileCompletionNotificationModes(
          this.handle,
          FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE,
        ) !== 0;
  }

  /** Whether {@linkcode close} has been called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether pending operations of this socket keep the process alive. */
  get isRef(): boolean {
    return this.#isRef;
  }
  set isRef(isRef: boolean) {
    if (isRef === this.#isRef || this.#isClosed) return;
    this.#isRef = isRef;
    if (this.#pending > 0) this.#port.changeRefs(isRef ? this.#pending : -this.#pending);
  }

  /**
   * What comes of an operation whose call has just been made.
   *
   * @param operation The operation.
   * @param code What the call said: 0 or an error code.
   * @param finish Makes the result of the promise when the operation has ended.
   * @param signal Cancels the operation.
   */
  start<T>(operation: Operation, code: number, finish: Finish<T>, signal?: AbortSignal): Promise<T> {
    if (code === WSA_IO_PENDING || (code === 0 && !this.#sendsNoPacketOnSuccess)) {
      const promise = operation.promise(this, finish, signal);
      operation.isPending = true;
      this.#pending++;
      this.#port.add(this.#isRef); // may settle it already
      return promise;
    }
    let bytes = code === 0 ? operation.memory.getUint32(OFFSETS.bytes, true) : 0;
    if (code === WSAEMSGSIZE && operation.hasWarned) {
      // A warning: the operation has ended with part of the message. Whether a packet comes as well is up to the system.
      bytes = operation.transferred;
      operation.doubt();
    }
    if (this.#mustStandInLine()) return this.#standInLine(operation, code, bytes, finish);
    try {
      return Promise.resolve(finish(operation, code, bytes));
    } catch (reason) {
      return Promise.reject(reason);
    } finally {
      releaseOperation(operation);
    }
  }

  /** The promise of a result that is there at once, without an operation. */
  ended<T>(result: T): Promise<T> {
    if (!this.#mustStandInLine()) return Promise.resolve(result);
    const operation = acquireOperation();
    operation.context = result;
    return this.#standInLine<T>(operation, 0, 0, contextOf);
  }

  #mustStandInLine(): boolean {
    const { budget } = this.#port;
    const turn = budget.number;
    if (turn !== this.#turnNumber) {
      this.#turnNumber = turn;
      this.#immediates = 0;
    }
    // What ends at once must not overtake what stands in line already.
    return budget.isOver(++this.#immediates) || this.#deferred > 0;
  }

  #standInLine<T>(operation: Operation, code: number, bytes: number, finish: Finish<T>): Promise<T> {
    this.#deferred++;
    // No longer to be cancelled: it has ended.
    const promise = operation.promise(this, finish, undefined);
    this.#port.defer(operation, code, bytes);
    return promise;
  }

  /** Makes calls without an OVERLAPPED fail with `WSAEWOULDBLOCK` instead of waiting. Others are not changed by it. */
  neverBlock(): void {
    if (this.#neverBlocks) return;
    this.#setNonBlocking(true);
    this.#neverBlocks = true;
  }

  #setNonBlocking(isNonBlocking: boolean): void {
    const [input, length] = [new Uint32Array([isNonBlocking ? 1 : 0]), new Uint32Array(1)];
    check(ws2_32().WSAIoctl(this.handle, FIONBIO, input, 4, null, 0, length, null, null), "WSAIoctl");
  }

  /** Asks the kernel to end an operation; how it ended is heard from the completion port. */
  cancel(operation: Operation): void {
    kernel32().CancelIoEx(this.handle, operation.address);
  }

  /** Called when an operation that stood in line has been settled. */
  deferredEnded(): void {
    if (--this.#deferred === 0 && this.#isHandleClosed) this.#drained?.resolve();
  }

  /** Called when the kernel has given an operation back. */
  operationEnded(): void {
    if (--this.#pending > 0 || !this.#isClosed) return;
    try {
      this.#closeHandle();
    } catch (error) {
      (this.#drained ??= Promise.withResolvers()).reject(error);
    }
  }

  /**
   * Cancels what is pending and closes the socket as soon as nothing is.
   *
   * @param promptly Whether to wait a moment for that, so that in all likelihood the address is free again on return.
   */
  close(promptly = false): void {
    if (this.#isClosed) return;
    this.isRef = true; // what is cancelled ends within moments, and whoever waits for that is told
    this.#isClosed = true;
    if (this.#pending === 0) return this.#closeHandle();
    kernel32().CancelIoEx(this.handle, 0n);
    if (promptly) this.#port.settleNow(() => this.#pending === 0);
  }

  /** Resolves when the socket has been closed, and all that was under way has been settled. */
  get drained(): Promise<void> {
    const isOver = !this.#isClosed || this.#isHandleClosed && this.#deferred === 0;
    if (isOver && this.#drained === undefined) return Promise.resolve();
    return (this.#drained ??= Promise.withResolvers()).promise;
  }

  #closeHandle(): void {
    this.#isHandleClosed = true;
    if (open.delete(this)) {
      let result = ws2_32().closesocket(this.handle);
      if (this.#neverBlocks && result !== 0 && lastError() === WSAEWOULDBLOCK) {
        // It is to linger until everything is sent, which a socket that never blocks refuses to do.
        this.#setNonBlocking(false);
        result = ws2_32().closesocket(this.handle);
      }
      check(result, "closesocket");
    }
    if (this.#deferred === 0) this.#drained?.resolve();
  }

  /**
   * Closes what is open at the end of the program. The process may go on: `deno run --watch` starts the next program in it,
   * which wants the same ports. Promises stay as they are; what is pending is cancelled and drained all the same, as far as
   * that takes moments only.
   */
  static readonly #closeAll = (): void => {
    let pending = 0;
    for (const socket of open) {
      if (socket.#pending === 0) continue;
      pending += socket.#pending;
      kernel32().CancelIoEx(socket.handle, 0n);
    }
    completionPort().discard(pending);
    for (const { handle } of open) ws2_32().closesocket(handle);
    open.clear();
  };
}

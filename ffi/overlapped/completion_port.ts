/**
 * The completion port of this isolate: where every operation that could not end at once reports that it has.
 *
 * # Who owns which memory, when
 *
 * An overlapped operation is a promise to the kernel: these bytes stay where they are until you say that you are done.
 * The kernel says so in one way only, by a packet that is dequeued from the completion port (or by ending the call at
 * once, see below). Closing the socket, cancelling the operation or losing interest in it does not take the promise
 * back. So:
 *
 * - *The slot.* Everything the kernel reads or writes for an operation but the data (OVERLAPPED, WSABUF, flags, WSAMSG,
 *   addresses, control messages) lies in one slot of 512 bytes, of an `Operation`. From the call that starts it until its packet is dequeued, the
 *   slot belongs to the kernel; then `settle()` reads the results, settles the promise, and frees the slot.
 * - *The data.* It lies in a native buffer that belongs to the slot for as long. A caller's array is never given to the
 *   kernel: bytes are copied out of it when a send starts, and into it when a receive has ended. The caller may therefore
 *   do with the array what it likes, even transfer it away, and the copy costs 1.3 µs for 64 KiB.
 * - *Why not the caller's memory.* V8 frees the memory of an isolate when its worker is terminated, whatever the kernel
 *   still holds; the next owner of that memory would find a stranger's bytes in it. Slots come from `VirtualAlloc` and
 *   buffers from the C heap, which no isolate owns. Slots are never given back to the system, buffers only after their
 *   operation has ended.
 * - *The socket.* `closesocket` is called when nothing is pending on the socket. Before, `close()` cancels what is
 *   pending and waits for the packets: the handle of a closed socket can be given to the next one, and a send still
 *   pending would go out there.
 * - *Abort* is `CancelIoEx` and then waiting, as for any other end. An operation that ended before the cancellation
 *   reached it resolves with its result: data is never lost.
 * - *The ring.* A worker waits in `GetQueuedCompletionStatusEx`, and the kernel writes the packets into batches in a
 *   SharedArrayBuffer, which both threads hold. A batch belongs to the worker until it has counted HEAD up, then to this
 *   thread until it has counted TAIL up. Packets that find no free batch stay in the port, so that nothing here has to
 *   grow with the number of operations.
 *
 * # Immediate ends
 *
 * Sockets are told to send no packet for a call that succeeds at once. Such an operation ends here and now; after
 * {@linkcode IMMEDIATE_LIMIT} of them in a row the next ones wait, in order, for one `setImmediate`, so that timers and
 * other sockets get their turn.
 *
 * # Waking
 *
 * See {@linkcode pollerMain} for the other side. This thread parks (PARKED = 1), looks once more, opens the gate and
 * sleeps in `Atomics.waitAsync`. While it is awake the worker stays behind the gate and completions gather in the port,
 * to be taken in one batch: waking a thread costs more than the work it is woken for. While completions follow each other
 * closely, this thread looks at the port itself (see {@linkcode DirectPoll}).
 */

import { setImmediate } from "node:timers";
import { WinsockError } from "../win32/errors.ts";
import { INVALID_HANDLE_VALUE } from "../win32/headers/minwinbase.ts";
import { winsockCodeOf } from "../win32/ntstatus.ts";
import { kernel32 } from "../win32/symbols/kernel32.ts";
import { DirectPoll } from "./direct_poll.ts";
import { endDoubt, type Operation, operationAt, startedOperations } from "./operation.ts";
import { Poller } from "./poller.ts";
import { BATCH_SIZE, BATCHES, ENTRY_SIZE, WORDS } from "./poller_worker.ts";

/** How many operations may end at once in a row before the rest of the program gets its turn. */
const IMMEDIATE_LIMIT = 64;

/** How often the port is looked at for operations that have just been cancelled: some 50 µs. */
const LOOKS = 50;

/** The words of an OVERLAPPED_ENTRY that are read: the address of the OVERLAPPED, the status, the byte count. */
const ENTRY_WORDS = ENTRY_SIZE / 4;
const OVERLAPPED_LOW = 2;
const OVERLAPPED_HIGH = 3;
const STATUS = 4; // the low half of Internal: under Wine the high half is garbage
const BYTES = 6;

/** The completion port of an isolate and the operations under way. */
export class CompletionPort {
  readonly #handle: bigint;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * (WORDS.COUNTS + BATCHES)));
  readonly #words: Uint32Array<SharedArrayBuffer>;
  readonly #poller: Poller;
  readonly #direct: DirectPoll;

  /** Operations the kernel holds, and how many of them keep the process alive. */
  #pending = 0;
  #pendingRefs = 0;
  #isRunning = false;
  #isSettling = false;
  #tail = 0;
  #failure: Error | undefined;

  #immediates = 0;
  #deferred: Operation[] = [];

  constructor() {
    const handle = kernel32().CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0n, 0n, 0);
    if (handle === 0n) throw new WinsockError(kernel32().GetLastError(), "CreateIoCompletionPort");
    this.#handle = handle;
    const entries = new SharedArrayBuffer(BATCHES * BATCH_SIZE * ENTRY_SIZE);
    this.#words = new Uint32Array(entries);
    this.#direct = new DirectPoll(handle, this.#control);
    this.#poller = new Poller(handle, this.#control, entries, (reason) => this.#fail(reason));
  }

  /** Joins a socket to the port, for as long as the socket lives. */
  associate(socket: bigint): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (kernel32().CreateIoCompletionPort(socket, this.#handle, 0n, 0) === 0n) {
      throw new WinsockError(kernel32().GetLastError(), "CreateIoCompletionPort");
    }
  }

  /** Counts an operation that the kernel now holds. */
  add(isRef: boolean): void {
    this.#pending++;
    if (isRef) this.#pendingRefs++;
    if (!this.#isRunning) this.#run();
    else if (isRef && this.#pendingRefs === 1) this.#poller.need(true);
  }

  /** Changes how many of the operations that the kernel holds keep the process alive. */
  changeRefs(by: number): void {
    this.#pendingRefs += by;
    if (this.#isRunning) this.#poller.need(this.#pendingRefs > 0);
  }

  /** Whether an operation that has ended at once must wait for its turn, behind the others that do. */
  get mustDefer(): boolean {
    return this.#deferred.length > 0 || ++this.#immediates > IMMEDIATE_LIMIT;
  }

  /** Settles an operation that has ended at once when the rest of the program has had its turn. */
  defer(operation: Operation, code: number, bytes: number): void {
    operation.code = code;
    operation.bytes = bytes;
    if (this.#deferred.push(operation) === 1) setImmediate(() => this.#settleDeferred());
  }

  #settleDeferred(): void {
    this.#immediates = 0;
    const deferred = this.#deferred;
    if (deferred.length === 0) return;
    this.#deferred = [];
    for (const operation of deferred) operation.settle(operation.code, operation.bytes);
  }

  /** Takes completions for as long as the kernel holds operations. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#pending > 0) {
      // The turn lets everything that waited for these operations run, and start the next ones.
      if (this.#drain() || this.#poll()) await nextTurn();
      else await this.#park();
    }
    this.#isRunning = false;
    this.#poller.letGo();
  }

  /** Sleeps until the worker has filled a batch. */
  async #park(): Promise<void> {
    const control = this.#control;
    this.#poller.need(this.#pendingRefs > 0);
    const wake = Atomics.load(control, WORDS.WAKE);
    Atomics.store(control, WORDS.PARKED, 1);
    if (Atomics.load(control, WORDS.HEAD) === this.#tail) {
      Atomics.add(control, WORDS.GATE, 1);
      Atomics.notify(control, WORDS.GATE);
      const start = performance.now();
      const { async: isAsync, value } = Atomics.waitAsync(control, WORDS.WAKE, wake);
      if (isAsync) await value;
      this.#direct.slept(performance.now() - start);
    }
    Atomics.store(control, WORDS.PARKED, 0);
  }

  /** Looks at the port from here; false when that is left to the worker. */
  #poll(): boolean {
    // The next turn keeps the process alive, which operations of unref'd sockets must not.
    const count = this.#pendingRefs > 0 ? this.#direct.take() : undefined;
    if (count === undefined) return false;
    this.#settleDirect(count);
    return true;
  }

  #settleDirect(count: number): void {
    this.#isSettling = true;
    this.#settleDeferred(); // they ended before
    for (let index = 0; index < count; index++) this.#complete(this.#direct.entries, index * ENTRY_WORDS);
    this.#isSettling = false;
  }

  /** Settles the operations in the batches that are filled; false when there were none. */
  #drain(): boolean {
    const control = this.#control;
    const head = Atomics.load(control, WORDS.HEAD);
    if (head === this.#tail) return false;
    this.#isSettling = true;
    this.#settleDeferred(); // they ended before
    for (; this.#tail !== head; Atomics.store(control, WORDS.TAIL, ++this.#tail)) {
      const batch = this.#tail % BATCHES;
      const count = Atomics.load(control, WORDS.COUNTS + batch);
      for (let index = 0; index < count; index++) {
        this.#complete(this.#words, (batch * BATCH_SIZE + index) * ENTRY_WORDS);
      }
    }
    this.#isSettling = false;
    return true;
  }

  /** Settles what ends within moments, until `isEnough` says so; not while operations are being settled already. */
  settleNow(isEnough: () => boolean): void {
    const pending = this.#pending;
    for (let looks = 0; looks < LOOKS && !this.#isSettling && !isEnough(); looks++) {
      if (!this.#drain()) this.#settleDirect(this.#direct.look(0));
    }
    if (this.#pending === pending) return;
    // Whoever sleeps until the worker has found something may have nothing left to wait for.
    Atomics.add(this.#control, WORDS.WAKE, 1);
    Atomics.notify(this.#control, WORDS.WAKE);
  }

  #complete(words: Uint32Array, entry: number): void {
    const operation = operationAt(words[entry + OVERLAPPED_LOW], words[entry + OVERLAPPED_HIGH]);
    if (operation === undefined) return; // the packet that stops the poller
    if (operation.isInDoubt) return endDoubt(operation);
    const socket = operation.socket;
    if (socket === undefined) return;
    this.#pending--;
    if (socket.isRef) this.#pendingRefs--;
    operation.settle(winsockCodeOf(words[entry + STATUS]), words[entry + BYTES]);
    socket.operationEnded();
  }

  /** The worker is gone: nothing pending will be heard of again. What the kernel holds stays where it is. */
  #fail(reason: string): void {
    this.#failure = new Error(`The completion port has failed: ${reason}`);
    for (const operation of startedOperations()) operation.abandon(this.#failure);
  }
}

/** Resolves in the next turn of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

let port: CompletionPort | undefined;

/** The completion port of this isolate, made on first use. */
export function completionPort(): CompletionPort {
  return port ??= new CompletionPort();
}

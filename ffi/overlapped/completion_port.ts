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
 * - *The data.* It lies in a native buffer that belongs to the slot for as long. A caller's array is never given to an
 *   operation: bytes are copied out of it when a send starts, and into it when a receive has ended. The caller may
 *   therefore do with the array what it likes, even transfer it away. Only a call without an OVERLAPPED, on a socket that
 *   never blocks, is given the array itself: when it returns it is over, and most sends are such calls.
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
 * Sockets are told to send no packet for a call that succeeds at once. Such an operation ends here and now; but after
 * too many of them in one turn the next ones stand in line.
 *
 * # Turns
 *
 * What has ended is settled slice by slice, with a turn of the event loop after each, so that timers and whatever else the
 * program does come in between. First comes everything that was taken from the port at once, then everything that stands
 * in line by then, then the port again. So a connection whose next message is always there already cannot get ahead of
 * those that have to wait for theirs.
 *
 * # Waking
 *
 * See {@linkcode pollerMain} for the other side. This thread parks (PARKED = 1), looks once more, opens the gate and
 * sleeps in `Atomics.waitAsync`. While it is awake the worker stays behind the gate and completions gather in the port,
 * to be taken in one batch: waking a thread costs more than the work it is woken for. While completions follow each other
 * closely, and before there is a worker, this thread looks at the port itself (see {@linkcode DirectPoll}).
 */

import { setImmediate } from "node:timers";
import { WinsockError } from "../win32/errors.ts";
import { INVALID_HANDLE_VALUE } from "../win32/headers/minwinbase.ts";
import { winsockCodeOf } from "../win32/ntstatus.ts";
import { kernel32 } from "../win32/symbols/kernel32.ts";
import { DirectPoll } from "./direct_poll.ts";
import { Line } from "./line.ts";
import { type Operation, operationAt, startedOperations } from "./operation.ts";
import { Poller } from "./poller.ts";
import { BATCH_SIZE, BATCHES, ENTRY_SIZE, FIRST_BATCH, WORDS } from "./poller_worker.ts";

/** How many operations are settled in a turn of the event loop: between so few and so many, as long as they take. */
const SMALLEST_SLICE = 16;
const LARGEST_SLICE = 256;
/** How long a turn is to take at most, with everything that the program does on what has ended, in milliseconds. */
const LONGEST_TURN = 4;

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
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #poller: Poller;
  readonly #direct: DirectPoll;

  /** Operations the kernel holds, and how many of them keep the process alive. */
  #pending = 0;
  #pendingRefs = 0;
  #isRunning = false;
  #isSettling = false;
  #tail = FIRST_BATCH;
  #failure: Error | undefined;

  /** The words of the entries that have been taken from the port and are not settled yet. */
  #batch: Int32Array;
  #batchNext = 0;
  #batchEnd = 0;
  readonly #line = new Line();
  #isLineMoving = false;
  #immediates = 0;
  #slice = 2 * SMALLEST_SLICE;
  #isSliceFull = false;
  #turnStart = 0;

  constructor() {
    const handle = kernel32().CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0n, 0n, 0);
    if (handle === 0n) throw new WinsockError(kernel32().GetLastError(), "CreateIoCompletionPort");
    this.#handle = handle;
    this.#control[WORDS.HEAD] = this.#control[WORDS.TAIL] = FIRST_BATCH;
    const entries = new SharedArrayBuffer(BATCHES * BATCH_SIZE * ENTRY_SIZE);
    this.#batch = this.#words = new Int32Array(entries);
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
    else if (isRef && this.#pendingRefs === 1 && this.#poller.isStarted) this.#poller.need(true);
  }

  /** Changes how many of the operations that the kernel holds keep the process alive. */
  changeRefs(by: number): void {
    this.#pendingRefs += by;
    if (this.#isRunning && this.#poller.isStarted) this.#poller.need(this.#pendingRefs > 0);
  }

  /** Counts an operation that has ended at once; true when it must stand in line, as the turn has had enough of them. */
  mustDefer(): boolean {
    return ++this.#immediates > this.#slice;
  }

  /** Settles an operation that has ended at once when its turn has come. */
  defer(operation: Operation, code: number, bytes: number): void {
    this.#line.add(operation, code, bytes);
    if (this.#isLineMoving) return;
    this.#isLineMoving = true;
    setImmediate(this.#moveLine);
  }

  readonly #moveLine = (): void => {
    // What has been taken from the port comes first.
    if (this.#batchNext === this.#batchEnd) {
      this.#line.advance();
      this.#immediates = 0;
      this.#line.settle(this.#slice);
    }
    this.#isLineMoving = !this.#line.isEmpty;
    if (this.#isLineMoving) setImmediate(this.#moveLine);
  };

  /** Takes completions for as long as the kernel holds operations. */
  #run(): void {
    this.#isRunning = true;
    this.#turn();
  }

  /** Settles a slice, then lets everything run that has waited for these operations, and starts the next ones. */
  readonly #turn = (): void => {
    if (this.#pending === 0 && this.#batchNext === this.#batchEnd) {
      this.#isRunning = false;
      return this.#poller.letGo();
    }
    this.#turnStart = performance.now();
    if (this.#line.isDue || this.#settleSlice() || this.#poll()) setImmediate(this.#endTurn);
    else this.#park().then(this.#turn);
  };

  readonly #endTurn = (): void => {
    this.#adaptSlice(performance.now() - this.#turnStart);
    this.#turn();
  };

  #adaptSlice(time: number): void {
    if (time > LONGEST_TURN) this.#slice = Math.max(this.#slice / 2, SMALLEST_SLICE);
    else if (time < LONGEST_TURN / 4 && this.#isSliceFull) this.#slice = Math.min(this.#slice * 2, LARGEST_SLICE);
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
    if (this.#pendingRefs === 0) return false;
    const count = this.#poller.isStarted ? this.#direct.take(!this.#isLineMoving) : this.#direct.takeFirst();
    if (count === undefined) return false;
    this.#settleDirect(count);
    return true;
  }

  /** Settles a slice of what this thread has taken from the port itself. */
  #settleDirect(count: number): void {
    if (count === 0) return;
    this.#batch = this.#direct.entries;
    this.#batchNext = 0;
    this.#batchEnd = count * ENTRY_WORDS;
    this.#settleSlice();
  }

  /** Settles a slice of the operations that have been taken from the port; false when there are none. */
  #settleSlice(): boolean {
    if (this.#batchNext === this.#batchEnd && !this.#takeFilled()) return false;
    this.#isSettling = true;
    this.#immediates = 0;
    const full = this.#batchNext + this.#slice * ENTRY_WORDS;
    const end = Math.min(full, this.#batchEnd);
    this.#isSliceFull = end === full;
    for (; this.#batchNext < end; this.#batchNext += ENTRY_WORDS) this.#complete(this.#batch, this.#batchNext);
    this.#isSettling = false;
    if (end < this.#batchEnd) return true;
    if (this.#batch === this.#words) {
      this.#tail = this.#tail + 1 | 0;
      Atomics.store(this.#control, WORDS.TAIL, this.#tail);
    }
    this.#line.advance();
    return true;
  }

  /** Takes a batch that the worker has filled. */
  #takeFilled(): boolean {
    if (Atomics.load(this.#control, WORDS.HEAD) === this.#tail) return false;
    const batch = this.#tail & (BATCHES - 1);
    this.#batch = this.#words;
    this.#batchNext = batch * BATCH_SIZE * ENTRY_WORDS;
    this.#batchEnd = this.#batchNext + Atomics.load(this.#control, WORDS.COUNTS + batch) * ENTRY_WORDS;
    return true;
  }

  /** Settles what ends within moments, until `isEnough` says so; not while operations are being settled already. */
  settleNow(isEnough: () => boolean): void {
    const pending = this.#pending;
    for (let looks = 0; looks < LOOKS && !this.#isSettling && !isEnough(); looks++) {
      if (!this.#settleSlice()) this.#settleDirect(this.#direct.look(0));
    }
    if (this.#pending === pending) return;
    // Whoever sleeps until the worker has found something may have nothing left to wait for.
    Atomics.add(this.#control, WORDS.WAKE, 1);
    Atomics.notify(this.#control, WORDS.WAKE);
  }

  /** At the end of the program: takes what has been cancelled from the port, for nobody to hear of. */
  discard(operations: number): void {
    for (let looks = 0; looks < LOOKS && operations > 0; looks++) operations -= this.#direct.look(0);
    this.#poller.wake(); // the packet that was to stop the worker may have been among those
  }

  #complete(words: Int32Array, entry: number): void {
    const operation = operationAt(words[entry + OVERLAPPED_LOW], words[entry + OVERLAPPED_HIGH]);
    if (operation === undefined) return; // the packet that stops the poller
    const status = words[entry + STATUS];
    if (!operation.isEndedBy(status)) return;
    const socket = operation.socket!;
    this.#pending--;
    if (socket.isRef) this.#pendingRefs--;
    operation.settle(winsockCodeOf(status), operation.isInDoubt ? operation.transferred : words[entry + BYTES]);
    socket.operationEnded();
  }

  /** The worker is gone: nothing pending will be heard of again. What the kernel holds stays where it is. */
  #fail(reason: string): void {
    this.#failure = new Error(`The completion port has failed: ${reason}`);
    for (const operation of startedOperations()) operation.abandon(this.#failure);
  }
}

let port: CompletionPort | undefined;

/** The completion port of this isolate, made on first use. */
export function completionPort(): CompletionPort {
  return port ??= new CompletionPort();
}

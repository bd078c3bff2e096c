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
 *   addresses, control messages) lies in one slot of 512 bytes, of an `Operation`. From the call that starts it until its
 *   packet is dequeued, the slot belongs to the kernel; then `settle()` reads the results, settles the promise, and frees
 *   the slot.
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
 * Whatever has ended, and has not been told yet, stands in one line: what comes from the port, and what has ended at once
 * but must wait. In each turn of the event loop the first few are settled, and then everything else that the program does
 * comes in between. So a connection whose next message is always there already cannot get ahead of those that have to
 * wait for theirs, and a timer is not held up by any number of them.
 *
 * # Waking
 *
 * See {@linkcode pollerMain} for the other side. This thread parks (PARKED = 1), looks once more, opens the gate and
 * sleeps in `Atomics.waitAsync`. While it is awake the worker stays behind the gate, and this thread looks at the port
 * itself in each turn, which costs less than to be woken. While completions follow each other closely, and before there
 * is a worker, it does so also when nothing stands in line (see {@linkcode DirectPoll}).
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
import { TurnBudget } from "./turn_budget.ts";
import { BATCH_SIZE, BATCHES, ENTRY_SIZE, FIRST_BATCH, WORDS } from "./poller_worker.ts";

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

  /** Operations that have not been settled, how many of them the kernel holds, and how many keep the process alive. */
  #pending = 0;
  #held = 0;
  #pendingRefs = 0;
  #tail = FIRST_BATCH;
  #failure: Error | undefined;

  /** What may be done in each turn. */
  readonly budget = new TurnBudget();
  readonly #line = new Line();
  #isRunning = false;
  #isParked = false;
  #isSettling = false;
  #isTurnDue = false;

  constructor() {
    const handle = kernel32().CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0n, 0n, 0);
    if (handle === 0n) throw new WinsockError(kernel32().GetLastError(), "CreateIoCompletionPort");
    this.#handle = handle;
    this.#control[WORDS.HEAD] = this.#control[WORDS.TAIL] = FIRST_BATCH;
    const entries = new SharedArrayBuffer(BATCHES * BATCH_SIZE * ENTRY_SIZE);
    this.#words = new Int32Array(entries);
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
    this.#held++;
    if (isRef) this.#pendingRefs++;
    if (!this.#isRunning) this.#run();
    else if (isRef && this.#pendingRefs === 1 && this.#poller.isStarted) this.#poller.need(true);
  }

  /** Changes how many of the operations that the kernel holds keep the process alive. */
  changeRefs(by: number): void {
    this.#pendingRefs += by;
    if (this.#isRunning && this.#poller.isStarted) this.#poller.need(this.#pendingRefs > 0);
  }

  /** Settles an operation that has ended at once when its turn has come. */
  defer(operation: Operation, code: number, bytes: number): void {
    this.#enqueue(operation, code, bytes, false);
    if (this.#isRunning && !this.#isParked || this.#isTurnDue) return;
    this.budget.start();
    this.#nextTurn();
  }

  #enqueue(operation: Operation, code: number, bytes: number, wasHeld: boolean): void {
    operation.code = code;
    operation.bytes = bytes;
    operation.wasHeld = wasHeld;
    this.#line.add(operation);
  }

  /** Takes completions for as long as the kernel holds operations. */
  #run(): void {
    this.#isRunning = true;
    if (this.#isSettling) return this.#nextTurn(); // begun by what is being settled
    this.budget.start();
    this.#turn();
  }

  #nextTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(this.#beginTurn);
  }

  readonly #beginTurn = (): void => {
    this.#isTurnDue = false;
    this.budget.next();
    if (this.#isRunning && !this.#isParked) return this.#turn();
    // Only what stands in line: for the rest this thread sleeps.
    this.#settleSlice();
    if (this.#line.length > 0) this.#nextTurn();
  };

  /** Settles a slice of what has ended, then lets everything run that has waited for it, and starts what comes next. */
  #turn(): void {
    this.#takeBatches();
    if (this.#line.length === 0) {
      if (this.#pending === 0) {
        this.#isRunning = false;
        return this.#poller.letGo();
      }
      if (!this.#poll()) return void this.#park().then(this.#awake);
    } else if (this.#held > 0) {
      this.#takeDirect(this.#direct.glance(this.#poller.isStarted));
    }
    this.#settleSlice();
    this.#nextTurn();
  }

  readonly #awake = (): void => {
    this.#isParked = false;
    if (this.#isTurnDue) return; // it is a whole one now
    this.budget.start();
    this.#turn();
  };

  /** Sleeps until the worker has filled a batch. */
  async #park(): Promise<void> {
    const control = this.#control;
    this.#isParked = true;
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

  /** Looks at the port from here, as nothing stands in line; false when that is left to the worker. */
  #poll(): boolean {
    // The next turn keeps the process alive, which operations of unref'd sockets must not.
    if (this.#pendingRefs === 0) return false;
    const count = this.#poller.isStarted ? this.#direct.take() : this.#direct.takeFirst();
    if (count === undefined) return false;
    this.#takeDirect(count);
    return true;
  }

  #takeDirect(count: number): void {
    for (let entry = 0; entry < count; entry++) this.#take(this.#direct.entries, entry * ENTRY_WORDS);
  }

  /** Takes the batches that the worker has filled. */
  #takeBatches(): void {
    while (Atomics.load(this.#control, WORDS.HEAD) !== this.#tail) {
      const batch = this.#tail & (BATCHES - 1);
      const count = Atomics.load(this.#control, WORDS.COUNTS + batch);
      for (let entry = 0; entry < count; entry++) this.#take(this.#words, (batch * BATCH_SIZE + entry) * ENTRY_WORDS);
      this.#tail = this.#tail + 1 | 0;
      Atomics.store(this.#control, WORDS.TAIL, this.#tail);
    }
  }

  /** Has an operation stand in line whose packet has come. The kernel is done with it. */
  #take(words: Int32Array, entry: number): void {
    const operation = operationAt(words[entry + OVERLAPPED_LOW], words[entry + OVERLAPPED_HIGH]);
    if (operation === undefined) return; // the packet that stops the poller
    const status = words[entry + STATUS];
    if (!operation.isEndedBy(status)) return;
    this.#held--;
    const bytes = operation.isInDoubt ? operation.transferred : words[entry + BYTES];
    this.#enqueue(operation, winsockCodeOf(status), bytes, true);
  }

  /** Settles a slice of what stands in line. */
  #settleSlice(): void {
    this.#isSettling = true;
    for (let left = this.budget.take(this.#line.length); left > 0; left--) this.#settle(this.#line.take());
    this.#isSettling = false;
  }

  #settle(operation: Operation): void {
    const socket = operation.socket!;
    if (!operation.wasHeld) {
      operation.settle(operation.code, operation.bytes);
      return socket.deferredEnded();
    }
    this.#pending--;
    if (socket.isRef) this.#pendingRefs--;
    operation.settle(operation.code, operation.bytes);
    socket.operationEnded();
  }

  /** Settles what ends within moments, until `isEnough` says so; not while operations are being settled already. */
  settleNow(isEnough: () => boolean): void {
    const pending = this.#pending;
    for (let looks = 0; looks < LOOKS && !this.#isSettling && !isEnough(); looks++) {
      this.#takeBatches();
      if (this.#line.length === 0) this.#takeDirect(this.#direct.look(0));
      this.#settleSlice();
    }
    if (this.#pending === pending) return;
    // Whoever sleeps until the worker has found something is to see what is left in line, or that nothing is left.
    Atomics.add(this.#control, WORDS.WAKE, 1);
    Atomics.notify(this.#control, WORDS.WAKE);
  }

  /** At the end of the program: takes what has been cancelled from the port, for nobody to hear of. */
  discard(operations: number): void {
    for (let looks = 0; looks < LOOKS && operations > 0; looks++) operations -= this.#direct.look(0);
    this.#poller.wake(); // the packet that was to stop the worker may have been among those
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

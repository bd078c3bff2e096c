/**
 * The completion port of this isolate, which gets a packet for every operation that did not complete synchronously.
 *
 * # Who owns which memory, when
 *
 * An overlapped operation promises the kernel that its memory stays in place until the kernel is done with it. The kernel
 * says so in one way only: by a packet that is dequeued from the completion port (or by completing the call synchronously,
 * see below). Closing the socket or cancelling the operation does not end the promise. So:
 *
 * - *The slot.* Everything but the data that the kernel reads or writes for an operation (OVERLAPPED, WSABUF, flags, WSAMSG,
 *   addresses, control messages) lies in the slot of an `Operation`, 512 bytes. The kernel owns the slot from the call
 *   until the packet is dequeued. Then `settle()` reads the results, settles the promise, and frees the slot.
 * - *The data* lies in a native buffer that belongs to the slot for the same time. An operation never gets the caller's
 *   array: bytes are copied out of it when a send starts, and into it when a receive is settled. So the caller can use the
 *   array freely meanwhile, even transfer it. Only a nonblocking call without an OVERLAPPED gets the array itself, because
 *   the kernel keeps no pointer when it returns; most sends are such calls.
 * - *Why not the caller's memory.* V8 frees the memory of an isolate when its Worker is terminated, even while the kernel
 *   still uses it; the kernel would write into memory that belongs to something else by then. Slots come from
 *   `VirtualAlloc` and buffers from a heap of their own, which V8 does not own. An isolate never returns its slots to the
 *   system, and returns buffers only after their operation is settled.
 * - *The socket.* `closesocket` is called when every operation of the socket is settled. Before that, `close()` cancels
 *   what is in flight and waits for the packets: Windows may reuse the handle of a closed socket, and a send in flight
 *   would go out on the wrong connection.
 * - *Abort* is `CancelIoEx`, followed by waiting as for any other completion. An operation that completed before the
 *   cancellation reached it resolves with its result: data is never lost.
 * - *The ring.* A worker waits in `GetQueuedCompletionStatusEx`; the kernel writes the packets into batches in a
 *   SharedArrayBuffer. The worker owns a batch until it increments HEAD, then this thread owns it until it increments
 *   TAIL. Packets without a free batch stay in the port, so nothing here grows with the number of operations.
 *
 * # When a Worker ends
 *
 * No code of a Worker runs after it was terminated or ended by an error. But its poller, which is a thread of its own,
 * still runs: every 250 ms it checks whether the Worker's thread has ended. Then it cancels what is in flight, dequeues
 * packets until no OVERLAPPED says STATUS_PENDING, closes the sockets and the port, frees slots and heap, and ends. It
 * finds these in a record that it shares with the Worker (worker_resources.ts). A socket is removed from the record before
 * it is closed, because Windows may reuse its handle afterwards.
 *
 * For that, each OVERLAPPED must tell the truth, see `Operation.clearStatus`. If one says STATUS_PENDING forever, because
 * the Worker ended between a failed call and its cleanup, its memory is leaked and nothing else.
 *
 * The poller of a Worker starts when an operation has to wait, or when a socket has been open for a moment. Deno makes a
 * Worker's Worker wait a second for a debugger first; meanwhile the Worker polls the port itself, and what it leaves open
 * if it ends then stays open until the process ends. So does what a Worker leaves where `Worker` has no private unref (see
 * poller.ts): a poller without it would keep the process alive.
 *
 * # When a socket changes hands
 *
 * A socket belongs to one port for good, and so do its duplicates, which are handles of the same file object. Windows since
 * 8.1 takes it away again (`FileReplaceCompletionInformation`), when nothing of it is in flight; Wine does not. So sockets
 * join as late as possible: one that was accepted joins by its first call with an OVERLAPPED, a listener by its first
 * `AcceptEx`. Until then they can be handed to another isolate on any system. While nobody has adopted a socket, no record
 * has it: if its Worker ends, it stays open.
 *
 * # When a call fails
 *
 * The last error says whether an operation is in flight (`WSA_IO_PENDING`), and the last error can be wrong: see
 * last_error.ts. If an operation in flight were taken for a failed one, its slot and buffer would go to the next operation
 * while the kernel uses them: one client's bytes would reach another. So the code of a failure is never trusted.
 *
 * - `CancelIoEx` is called for that very operation; its *result* needs no last error. TRUE: the operation was in flight, is
 *   cancelled now, and its packet will come. It is started again where that loses nothing (a receive, a connection
 *   attempt); otherwise the error says that the outcome is unknown.
 * - FALSE: the operation never began, or it has completed and its packet is in the port. The library posts a packet of its
 *   own, a mark, which is queued behind: whichever is dequeued first decides.
 *
 * `OVERLAPPED.Internal` proves nothing here: calls that failed or completed synchronously leave it at STATUS_PENDING.
 *
 * # Whose packet it is
 *
 * A packet completes an operation only if the slot is in flight, the key is that of its socket (each socket has its own),
 * and the OVERLAPPED is the current one of the four in the slot. Any other packet is late or a duplicate: it is counted and
 * ignored. Status and byte count are read from the OVERLAPPED, where the kernel wrote them first.
 *
 * Some systems send a packet for an operation that completed synchronously with a warning (WSAEMSGSIZE), others do not.
 * Such a call did not succeed either, so the mark decides.
 *
 * # Synchronous completion
 *
 * Sockets are set to send no packet for a call that succeeds synchronously. Its result is returned immediately; after too
 * many of them in one turn, further ones are queued.
 *
 * # Turns
 *
 * All operations that have completed and are not settled are in one queue: those from the port, and those that completed
 * synchronously but must wait. Each turn of the event loop settles a slice of the queue, then the rest of the program runs.
 * So a connection whose next message has always arrived already cannot overtake the others, and no number of completions
 * delays a timer for long. Nothing is settled outside a turn: starting an operation never settles another one or itself.
 *
 * # Waking
 *
 * {@linkcode pollerMain} is the other side. This thread parks (PARKED = 1), checks once more, opens the gate and sleeps in
 * `Atomics.waitAsync`. While it is awake, the worker stays behind the gate, and this thread polls the port in each turn,
 * which is cheaper than being woken. While completions follow each other closely, and before there is a worker, it also
 * polls when nothing is queued (see {@linkcode DirectPoll}).
 */

import { ERROR_CODES, WinsockError } from "../win32/errors.ts";
import {
  FILE_COMPLETION_INFORMATION,
  FileReplaceCompletionInformation,
  INVALID_HANDLE_VALUE,
  kernel32,
  ntdll,
} from "../win32/kernel32.ts";
import { winsockCodeOf } from "../win32/ntstatus.ts";
import { bytesOf, layout } from "../layout/mod.ts";
import { CompletedQueue, TurnBudget } from "./turns.ts";
import { DirectPoll } from "./direct_poll.ts";
import { type Operation, startedOperations, STATE } from "./operation.ts";
import { FIRST_KEY, MARK_KEY, type PacketCounts, Packets } from "./packets.ts";
import { Poller } from "./poller.ts";
import { BATCH_SIZE, BATCHES, ENTRY_SIZE, WORDS } from "./poller_worker.ts";

const [WSAEMSGSIZE] = ERROR_CODES.WSAEMSGSIZE;
const STATUS_NOT_IMPLEMENTED = 0xc0000002 | 0;
const STATUS_INVALID_INFO_CLASS = 0xc0000003 | 0;

/** How often the port is polled for operations that were just cancelled: some 50 µs. */
const POLLS = 50;

/** The completion port of an isolate, and its operations. */
export class CompletionPort {
  readonly #handle: bigint;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * (WORDS.COUNTS + BATCHES)));
  readonly #poller: Poller;
  readonly #direct: DirectPoll;
  readonly #packets: Packets;

  /** The number of operations that were started and are not settled, and of those that keep the process alive. */
  #unsettled = 0;
  #refs = 0;
  #lastKey = FIRST_KEY - 1;
  #failure: Error | undefined;

  /** What may be done in each turn. */
  readonly budget = new TurnBudget();
  readonly #completed = new CompletedQueue();
  #isRunning = false;
  #isParked = false;
  #isSettling = false;
  #isTurnDue = false;

  constructor() {
    const handle = kernel32().CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0n, 0n, 0);
    if (handle === 0n) throw new WinsockError(kernel32().GetLastError(), "CreateIoCompletionPort");
    this.#handle = handle;
    const entries = new SharedArrayBuffer(BATCHES * BATCH_SIZE * ENTRY_SIZE);
    this.#direct = new DirectPoll(handle, this.#control);
    this.#poller = new Poller(handle, this.#control, entries, (reason) => this.#fail(reason));
    this.#packets = new Packets({
      port: handle,
      control: this.#control,
      batches: new Int32Array(entries),
      direct: this.#direct,
      poller: this.#poller,
      complete: (operation, code, bytes) => this.complete(operation, code, bytes),
    });
  }

  /** The counts of packets without an operation, and of wrong codes. */
  get counts(): PacketCounts {
    return this.#packets.counts;
  }

  /** Whether the worker waits at the port yet. */
  get isPollerRunning(): boolean {
    return this.#poller.isRunning;
  }

  /**
   * In a Worker, resolves when its poller runs: from then on what the Worker has open is closed when it ends. See "When a
   * Worker ends".
   */
  async watched(): Promise<void> {
    while (this.#poller.watch() && !this.#poller.isRunning) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Finds out whether an operation began although its call failed. */
  mark(operation: Operation, code: number): void {
    this.#packets.mark(operation, code);
  }

  /** Throws when the port has failed: an operation started now would never be settled. */
  checkUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Joins a socket to the port for its lifetime; returns the key of its packets. */
  associate(socket: bigint): number {
    const next = this.#lastKey + 1 | 0; // keys wrap after 2^32 sockets
    const key = next === MARK_KEY ? FIRST_KEY : next;
    if (kernel32().CreateIoCompletionPort(socket, this.#handle, BigInt(key >>> 0), 0) === 0n) {
      throw new WinsockError(kernel32().GetLastError(), "CreateIoCompletionPort");
    }
    return this.#lastKey = key;
  }

  /**
   * Takes a socket away from its port, so that another isolate can join it to its own. Nothing of it may be in flight.
   * A handle belongs to one port for good otherwise, and its duplicates with it.
   *
   * @throws {WinsockError} With `WSAEOPNOTSUPP` where the system cannot do that: Windows before 8.1, and Wine.
   */
  dissociate(socket: bigint): void {
    const information = layout(FILE_COMPLETION_INFORMATION).view(); // no port
    const bytes = bytesOf(information);
    const { NtSetInformationFile } = ntdll();
    const status = NtSetInformationFile(
      socket,
      new Uint8Array(16),
      bytes,
      bytes.length,
      FileReplaceCompletionInformation,
    );
    if (status >= 0) return;
    const isMissing = status === STATUS_NOT_IMPLEMENTED || status === STATUS_INVALID_INFO_CLASS;
    const code = isMissing ? ERROR_CODES.WSAEOPNOTSUPP[0] : winsockCodeOf(status);
    throw new WinsockError(code, "NtSetInformationFile");
  }

  /** Counts operations of a socket that have been started. */
  began(isRef: boolean): void {
    this.#unsettled++;
    if (isRef) this.#refs++;
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.budget.start();
      this.#scheduleTurn();
    } else if (isRef && this.#refs === 1 && this.#poller.isStarted) this.#poller.need(true);
  }

  /** Changes how many operations keep the process alive. */
  changeRefs(by: number): void {
    this.#refs += by;
    if (this.#isRunning && this.#poller.isStarted) this.#poller.need(this.#refs > 0);
  }

  /** Queues an operation that has completed. */
  complete(operation: Operation, code: number, bytes: number): void {
    operation.state = STATE.COMPLETED;
    operation.code = code;
    operation.bytes = bytes;
    if (operation.series === undefined) this.#completed.add(operation);
    else this.#completeInOrder(operation, operation.series);
    if (!this.#isParked || this.#isTurnDue) return;
    this.budget.start();
    this.#scheduleTurn();
  }

  /**
   * Queues an operation when those of its series that were started before it have completed: packets are dequeued in the
   * order of completion, but by two threads, and what completes synchronously has none. Those that have failed need not
   * wait: nothing was received.
   */
  #completeInOrder(operation: Operation, series: Operation[]): void {
    const hasFailed = operation.code !== 0 && operation.code !== WSAEMSGSIZE;
    if (hasFailed && series[0] !== operation) {
      series.splice(series.indexOf(operation), 1);
      this.#completed.add(operation);
    }
    while (series.length > 0 && series[0].state === STATE.COMPLETED) this.#completed.add(series.shift()!);
  }

  #scheduleTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(this.#beginTurn);
  }

  readonly #beginTurn = (): void => {
    this.#isTurnDue = false;
    this.budget.next();
    if (!this.#isParked) return this.#turn();
    // Only what is queued: this thread sleeps for the rest.
    this.#settleSlice();
    if (this.#completed.length > 0) this.#scheduleTurn();
  };

  /** Settles a slice of the queue, lets the continuations run, and schedules what comes next. */
  #turn(): void {
    this.#packets.takeBatches();
    if (this.#completed.length === 0) {
      if (this.#unsettled === 0) {
        this.#isRunning = false;
        return this.#poller.letGo();
      }
      if (!this.#poll()) return void this.#park().then(this.#awake);
    } else if (this.#unsettled > this.#completed.length) {
      this.#packets.takeDirect(this.#direct.pollOnce(this.#poller.isRunning));
    }
    this.#settleSlice();
    this.#scheduleTurn();
  }

  readonly #awake = (): void => {
    this.#isParked = false;
    if (this.#isTurnDue) return; // that turn does everything
    this.budget.start();
    this.#turn();
  };

  /** Sleeps until the worker has filled a batch. */
  async #park(): Promise<void> {
    const control = this.#control;
    this.#isParked = true;
    this.#poller.need(this.#refs > 0);
    const wake = Atomics.load(control, WORDS.WAKE);
    Atomics.store(control, WORDS.PARKED, 1);
    if (!this.#packets.hasBatch) {
      Atomics.add(control, WORDS.GATE, 1);
      Atomics.notify(control, WORDS.GATE);
      const start = performance.now();
      const { async: isAsync, value } = Atomics.waitAsync(control, WORDS.WAKE, wake);
      if (isAsync) await value;
      this.#direct.slept(performance.now() - start);
    }
    Atomics.store(control, WORDS.PARKED, 0);
  }

  /** Polls the port because nothing is queued; false when that is left to the worker. */
  #poll(): boolean {
    // The next turn keeps the process alive, which operations of unref'd sockets must not do.
    if (this.#refs === 0) return false;
    let count = this.#poller.isRunning ? this.#direct.take() : this.#direct.takeFirst();
    if (count === undefined && !this.#poller.isRunning && this.#poller.watch()) count = this.#direct.takeMeanwhile();
    if (count === undefined) return false;
    this.#packets.takeDirect(count);
    return true;
  }

  /** Settles a slice of the queue. */
  #settleSlice(): void {
    this.#isSettling = true;
    for (let left = this.budget.take(this.#completed.length); left > 0; left--) this.#settle(this.#completed.take());
    this.#isSettling = false;
  }

  #settle(operation: Operation): void {
    const { isSynchronous } = operation;
    const socket = operation.socket!;
    this.#unsettled--;
    if (socket.isRef) this.#refs--;
    operation.settle();
    socket.settled(isSynchronous);
  }

  /** Settles what completes within moments, until `isEnough` returns true; not while operations are being settled. */
  settleNow(isEnough: () => boolean): void {
    const unsettled = this.#unsettled;
    for (let polls = 0; polls < POLLS && !this.#isSettling && !isEnough(); polls++) {
      this.#packets.takeBatches();
      if (this.#completed.length === 0) this.#packets.takeDirect(this.#direct.poll(0));
      this.#settleSlice();
    }
    if (this.#unsettled === unsettled) return;
    // A sleep until the worker has found something must end: the queue or the count has changed.
    Atomics.add(this.#control, WORDS.WAKE, 1);
    Atomics.notify(this.#control, WORDS.WAKE);
  }

  /** At the end of the program: dequeues what was cancelled, and settles nothing. */
  discard(operations: number): void {
    for (let polls = 0; polls < POLLS && operations > 0; polls++) operations -= this.#direct.poll(0);
    this.#poller.wake(); // its stop packet may have been among those
  }

  /** The worker has failed: no packet will be dequeued any more. Memory of operations in flight stays in place. */
  #fail(reason: string): void {
    this.#failure = new Error(`The completion port has failed: ${reason}`);
    const [code] = ERROR_CODES.WSA_OPERATION_ABORTED;
    for (const operation of startedOperations()) {
      if (operation.state === STATE.IN_FLIGHT) operation.abandon(code, this.#failure);
    }
  }
}

let port: CompletionPort | undefined;

/** The completion port of this isolate, made on first use. */
export function completionPort(): CompletionPort {
  return port ??= new CompletionPort();
}

/** The counts of this isolate's port; undefined before it exists. */
export function packetCounts(): PacketCounts | undefined {
  return port?.counts;
}

/**
 * The completion port of this isolate: where every operation that could not complete synchronously reports that it has.
 *
 * # Who owns which memory, when
 *
 * An overlapped operation is a promise to the kernel: these bytes stay where they are until you say that you are done.
 * The kernel says so in one way only, by a packet that is dequeued from the completion port (or by completing the call
 * synchronously, see below). Closing the socket, cancelling the operation or losing interest in it does not take the
 * promise back. So:
 *
 * - *The slot.* Everything the kernel reads or writes for an operation but the data (OVERLAPPED, WSABUF, flags, WSAMSG,
 *   addresses, control messages) lies in one slot of 512 bytes, of an `Operation`. From the call that starts it until its
 *   packet is dequeued, the slot belongs to the kernel; then `settle()` reads the results, settles the promise, and frees
 *   the slot.
 * - *The data.* It lies in a native buffer that belongs to the slot for as long. A caller's array is never given to an
 *   operation: bytes are copied out of it when a send starts, and into it when a receive is settled. The caller may
 *   therefore do with the array what it likes, even transfer it away. Only a call without an OVERLAPPED, on a socket that
 *   never blocks, is given the array itself: when it returns it is over, and most sends are such calls.
 * - *Why not the caller's memory.* V8 frees the memory of an isolate when its worker is terminated, whatever the kernel
 *   still holds; the next owner of that memory would find a stranger's bytes in it. Slots come from `VirtualAlloc` and
 *   buffers from a heap of their own, which V8 does not own. An isolate never gives its slots back to the system, and
 *   buffers only after their operation has been settled.
 * - *The socket.* `closesocket` is called when everything that was started on the socket has been settled. Before,
 *   `close()` cancels what is in flight and waits for the packets: the handle of a closed socket can be given to the next
 *   one, and a send still in flight would go out there.
 * - *Abort* is `CancelIoEx` and then waiting, as for any other end. An operation that completed before the cancellation
 *   reached it resolves with its result: data is never lost.
 * - *The ring.* A worker waits in `GetQueuedCompletionStatusEx`, and the kernel writes the packets into batches in a
 *   SharedArrayBuffer, which both threads hold. The worker owns a batch until it increments HEAD, then this thread does
 *   until it increments TAIL. Packets that find no free batch stay in the port, so that nothing here has to grow with the
 *   number of operations.
 *
 * # When a Worker ends
 *
 * Nothing of a Worker runs when it has been terminated, or has ended by an error. Its poller does, a thread of its own: every
 * 250 ms it asks whether the Worker's thread has ended. Then it cancels what is in flight, takes packets until no OVERLAPPED
 * says STATUS_PENDING any more, closes the sockets and the port, frees slots and heap, and ends. To know what there is, it
 * shares a record with the Worker (worker_resources.ts). A socket is struck out of it before it is closed: afterwards
 * its handle may be somebody else's.
 *
 * Each OVERLAPPED has to tell the truth for that, see `Operation.clearStatus`. Where one says STATUS_PENDING for ever, as
 * the Worker ended between a call that failed and the finding, memory stays behind and nothing else.
 *
 * The poller of a Worker is started when an operation has to wait, or when a socket has been open for a moment. Deno lets
 * a Worker's Worker wait a second for a debugger first; meanwhile the Worker polls the port itself, and what it leaves
 * behind, if it ends then, stays until the process ends. So does what a Worker leaves where `Worker` has no private unref
 * (see poller.ts): a poller that cannot be let go would keep the process alive.
 *
 * # When a call fails
 *
 * "In flight" is what the last error says (`WSA_IO_PENDING`), and the last error can be wrong: see last_error.ts. To take
 * an operation in flight for a failed one would give its slot and its buffer to the next operation while the kernel uses
 * them: one client's bytes would reach another. So no failure is believed on the word of its code.
 *
 * - `CancelIoEx` is asked for that very operation; its *result* needs no last error. TRUE: it is in flight, cancelled
 *   now, and its packet will come. Whoever started it starts it again where that loses nothing (a receive, a connection
 *   attempt), and otherwise reports that the outcome is unknown.
 * - FALSE: it was never begun, or has completed already and its packet is in the port. A packet of our own, posted now, is
 *   behind that one: whichever is dequeued first says which it was.
 *
 * `OVERLAPPED.Internal` proves nothing here: it is left at STATUS_PENDING by calls that failed or completed synchronously.
 *
 * # Whose packet it is
 *
 * A packet counts for an operation only if the slot is in flight, the key is that of its socket (each has its own), and
 * the OVERLAPPED is the one in use of the four that the slot has. Anything else is late, or came twice: it is counted and
 * passed over. Status and byte count are read from the OVERLAPPED, where the kernel has put them before.
 *
 * Some systems send a packet for an operation that completed synchronously with a warning (WSAEMSGSIZE), others do not:
 * that call did not succeed either, and our own packet says which it is.
 *
 * # Synchronous completion
 *
 * Sockets are told to send no packet for a call that succeeds synchronously. Its result is there at once; but after too
 * many of them in one turn the next ones are queued.
 *
 * # Turns
 *
 * Whatever has completed, and has not been settled, is in one queue: what comes from the port, and what completed
 * synchronously but must wait. In each turn of the event loop the first few are settled, and then everything else that
 * the program does comes in between. So a connection whose next message is always there already cannot get ahead of those
 * that have to wait for theirs, and a timer is not held up by any number of them. Nothing is settled outside of a turn:
 * starting an operation never settles another one, nor itself.
 *
 * # Waking
 *
 * See {@linkcode pollerMain} for the other side. This thread parks (PARKED = 1), looks once more, opens the gate and
 * sleeps in `Atomics.waitAsync`. While it is awake the worker stays behind the gate, and this thread polls the port
 * itself in each turn, which costs less than to be woken. While completions follow each other closely, and before there
 * is a worker, it does so also when nothing is queued (see {@linkcode DirectPoll}).
 */

import { ERROR_CODES, WinsockError } from "../win32/errors.ts";
import { INVALID_HANDLE_VALUE, kernel32 } from "../win32/kernel32.ts";
import { CompletedQueue, TurnBudget } from "./turns.ts";
import { DirectPoll } from "./direct_poll.ts";
import { type Operation, startedOperations, STATE } from "./operation.ts";
import { FIRST_KEY, MARK_KEY, type PacketCounts, Packets } from "./packets.ts";
import { Poller } from "./poller.ts";
import { BATCH_SIZE, BATCHES, ENTRY_SIZE, WORDS } from "./poller_worker.ts";

const [WSAEMSGSIZE] = ERROR_CODES.WSAEMSGSIZE;

/** How often the port is polled for operations that have just been cancelled: some 50 µs. */
const POLLS = 50;

/** The completion port of an isolate and the operations under way. */
export class CompletionPort {
  readonly #handle: bigint;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * (WORDS.COUNTS + BATCHES)));
  readonly #poller: Poller;
  readonly #direct: DirectPoll;
  readonly #packets: Packets;

  /** How many operations have been started and not settled, and how many of those keep the process alive. */
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

  /** What was dequeued that belonged to no operation, and how many codes were wrong. */
  get counts(): PacketCounts {
    return this.#packets.counts;
  }

  /** Whether the worker has come as far as to wait at the port. */
  get isPollerRunning(): boolean {
    return this.#poller.isRunning;
  }

  /** Finds out whether an operation was begun whose call failed with a code. */
  mark(operation: Operation, code: number): void {
    this.#packets.mark(operation, code);
  }

  /** Throws when the port has failed: what is started now would never be settled. */
  checkUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Joins a socket to the port, for as long as the socket lives; returns the key that its packets have. */
  associate(socket: bigint): number {
    const next = this.#lastKey + 1 | 0; // after 2^32 sockets they begin again
    const key = next === MARK_KEY ? FIRST_KEY : next;
    if (kernel32().CreateIoCompletionPort(socket, this.#handle, BigInt(key >>> 0), 0) === 0n) {
      throw new WinsockError(kernel32().GetLastError(), "CreateIoCompletionPort");
    }
    return this.#lastKey = key;
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
    // Only what is queued: for the rest this thread sleeps.
    this.#settleSlice();
    if (this.#completed.length > 0) this.#scheduleTurn();
  };

  /** Settles a slice of what has completed, then lets everything run that has waited for it, and starts what comes next. */
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

  /** Polls the port from here, as nothing is queued; false when that is left to the worker. */
  #poll(): boolean {
    // The next turn keeps the process alive, which operations of unref'd sockets must not.
    if (this.#refs === 0) return false;
    let count = this.#poller.isRunning ? this.#direct.take() : this.#direct.takeFirst();
    if (count === undefined && !this.#poller.isRunning && this.#poller.watch()) count = this.#direct.takeMeanwhile();
    if (count === undefined) return false;
    this.#packets.takeDirect(count);
    return true;
  }

  /** Settles a slice of what is queued. */
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

  /** Settles what completes within moments, until `isEnough` says so; not while operations are being settled already. */
  settleNow(isEnough: () => boolean): void {
    const unsettled = this.#unsettled;
    for (let polls = 0; polls < POLLS && !this.#isSettling && !isEnough(); polls++) {
      this.#packets.takeBatches();
      if (this.#completed.length === 0) this.#packets.takeDirect(this.#direct.poll(0));
      this.#settleSlice();
    }
    if (this.#unsettled === unsettled) return;
    // Whoever sleeps until the worker has found something is to see what is left in the queue, or that nothing is left.
    Atomics.add(this.#control, WORDS.WAKE, 1);
    Atomics.notify(this.#control, WORDS.WAKE);
  }

  /** At the end of the program: dequeues what has been cancelled, for nobody to be told. */
  discard(operations: number): void {
    for (let polls = 0; polls < POLLS && operations > 0; polls++) operations -= this.#direct.poll(0);
    this.#poller.wake(); // the packet that was to stop the worker may have been among those
  }

  /** The worker is gone: no packet will be dequeued again. What the kernel has stays where it is. */
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

/** The counts of this isolate's port; undefined before there is one. */
export function packetCounts(): PacketCounts | undefined {
  return port?.counts;
}

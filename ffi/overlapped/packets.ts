/** The packets of the completion port, and the operation of each: see "Whose packet it is" in completion_port.ts. */

import { ERROR_CODES } from "../win32/errors.ts";
import { isCodeOfCall } from "../win32/last_error.ts";
import { winsockCodeOf } from "../win32/ntstatus.ts";
import { layout } from "../layout/mod.ts";
import { kernel32, OVERLAPPED_ENTRY } from "../win32/kernel32.ts";
import type { DirectPoll } from "./direct_poll.ts";
import { markTaken, type Operation, operationAt, STATE } from "./operation.ts";
import type { Poller } from "./poller.ts";
import { BATCH_SIZE, BATCHES, ENTRY_SIZE, FIRST_BATCH, WORDS } from "./poller_worker.ts";

const [WSAEMSGSIZE] = ERROR_CODES.WSAEMSGSIZE;

/** The words of an OVERLAPPED_ENTRY that are read: the low halves of the key and of the address of the OVERLAPPED. */
const { offsets: ENTRY } = layout(OVERLAPPED_ENTRY);
const ENTRY_WORDS = ENTRY_SIZE / 4;
const KEY = ENTRY.lpCompletionKey / 4;
const OVERLAPPED = ENTRY.lpOverlapped / 4;

// The keys of packets that the library posts itself. No socket has them.
/** Ends the worker. */
const STOP_KEY = 0;
/** See {@linkcode Packets.mark}. */
export const MARK_KEY = -1;
const MARK = BigInt(MARK_KEY >>> 0);

/** The first key of a socket. */
export const FIRST_KEY = STOP_KEY + 1;

/** The counts of packets without an operation, and of wrong codes, since the start. */
export interface PacketCounts {
  /** Packets that belonged to no operation in flight. */
  latePackets: number;
  /** Failures whose code was wrong: the operation was in flight, or the call cannot fail with it. */
  mistakenCodes: number;
}

/** Where packets come from, and where they go. */
export interface PacketSource {
  /** The handle of the port. */
  readonly port: bigint;
  /** The words shared with the worker. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** The batches that the worker fills. */
  readonly batches: Int32Array<SharedArrayBuffer>;
  readonly direct: DirectPoll;
  readonly poller: Poller;
  /** Called for each operation that has completed. */
  complete(operation: Operation, code: number, bytes: number): void;
}

/** Dequeues packets, and finds the operation of each. */
export class Packets {
  readonly #from: PacketSource;
  #tail = FIRST_BATCH;
  /** The counts. */
  readonly counts: PacketCounts = { latePackets: 0, mistakenCodes: 0 };

  constructor(from: PacketSource) {
    this.#from = from;
    from.control[WORDS.HEAD] = from.control[WORDS.TAIL] = FIRST_BATCH;
  }

  /** Whether the worker has filled a batch that is not taken yet. */
  get hasBatch(): boolean {
    return Atomics.load(this.#from.control, WORDS.HEAD) !== this.#tail;
  }

  /**
   * Posts a mark. If it is dequeued before a packet of the kernel, the operation never began.
   *
   * @param code What its call failed with.
   */
  mark(operation: Operation, code: number): void {
    operation.code = code;
    const { low } = operation;
    const isPosted = kernel32().PostQueuedCompletionStatus(this.#from.port, 0, MARK, operation.address) !== 0;
    if (isPosted) operation.marks++;
    else setImmediate(() => this.#repeatMark(operation, low)); // there was no memory
  }

  /** Posts the mark of an operation again, unless its packet was dequeued meanwhile. */
  #repeatMark(operation: Operation | undefined, low: number): void {
    if (operation !== undefined && isMarked(operation, low)) this.mark(operation, operation.code);
  }

  /** Takes the packets that {@linkcode DirectPoll} has dequeued. */
  takeDirect(count: number): void {
    const { entries } = this.#from.direct;
    for (let entry = 0; entry < count; entry++) {
      const at = entry * ENTRY_WORDS;
      if (entries[at + KEY] === MARK_KEY) this.#takeMark(entries, at);
      else this.#take(entries, at);
    }
  }

  /** Takes a mark that was dequeued here: the worker may have dequeued the packet before it and not published it yet. */
  #takeMark(entries: Int32Array, at: number): void {
    const hasPublished = !this.#from.poller.isRunning || Atomics.load(this.#from.control, WORDS.GATED) === 1;
    this.takeBatches();
    if (hasPublished) return this.#take(entries, at);
    const low = entries[at + OVERLAPPED];
    const operation = operationAt(low);
    this.#repeatMark(operation, low);
    if (operation !== undefined) markTaken(operation);
  }

  /** Takes the batches that the worker has filled. */
  takeBatches(): void {
    while (Atomics.load(this.#from.control, WORDS.HEAD) !== this.#tail) {
      const batch = this.#tail & (BATCHES - 1);
      const count = Atomics.load(this.#from.control, WORDS.COUNTS + batch);
      for (let entry = 0; entry < count; entry++) {
        this.#take(this.#from.batches, (batch * BATCH_SIZE + entry) * ENTRY_WORDS);
      }
      this.#tail = this.#tail + 1 | 0;
      Atomics.store(this.#from.control, WORDS.TAIL, this.#tail);
    }
  }

  /** Queues the operation whose packet was dequeued. The kernel is done with it. */
  #take(words: Int32Array, entry: number): void {
    const key = words[entry + KEY];
    const low = words[entry + OVERLAPPED];
    const operation = operationAt(low);
    if (key === STOP_KEY) return;
    if (key === MARK_KEY) {
      if (operation !== undefined) this.#completeMarked(operation, low);
    } else if (operation === undefined || !isInFlight(operation, low) || key !== operation.socket!.key) {
      this.counts.latePackets++;
    } else {
      if (operation.isMistaken || operation.code !== 0) this.counts.mistakenCodes++;
      this.#from.complete(operation, winsockCodeOf(operation.status), operation.transferred);
    }
  }

  /** Queues an operation whose mark was dequeued, unless its packet was dequeued first: then it is queued or settled. */
  #completeMarked(operation: Operation, low: number): void {
    markTaken(operation);
    if (!isMarked(operation, low)) return;
    const { code } = operation;
    operation.isCodeWrong = !isCodeOfCall(code);
    if (operation.isCodeWrong) this.counts.mistakenCodes++;
    const bytes = code === WSAEMSGSIZE ? operation.transferredWithWarning : 0;
    operation.clearStatus(); // the failed call left it at STATUS_PENDING
    this.#from.complete(operation, code, bytes);
  }
}

/** Whether the kernel has an operation, and this is the OVERLAPPED of it, by the low half of its address. */
function isInFlight({ state, low }: Operation, overlappedLow: number): boolean {
  return state === STATE.IN_FLIGHT && low === overlappedLow;
}

/** The same, for an operation whose call did not succeed. */
function isMarked(operation: Operation, overlappedLow: number): boolean {
  return isInFlight(operation, overlappedLow) && operation.code !== 0;
}

/** The operations that have completed, and how many of them are settled in one turn of the event loop. */

import type { Operation } from "./operation.ts";

/** The least operations that are settled in a turn, however long they take. */
export const SMALLEST_SLICE = 16;
/** The most operations that are settled in a turn, however quick they are. */
export const LARGEST_SLICE = 256;
/** The longest that a turn should take, with everything that the program does on completions, in milliseconds. */
export const LONGEST_TURN = 4;
/** The synchronous completions that each socket may have in a turn, however many sockets share it. */
export const SMALLEST_SHARE = 2;

/** Counts turns, and what may be done in each. */
export class TurnBudget {
  readonly #now: () => number;
  #slice = 2 * SMALLEST_SLICE;
  #isUsedUp = false;
  #start = 0;
  #number = 0;
  /** The synchronous completions of this turn, and the share of each socket. */
  #immediates = 0;
  #share = 2 * SMALLEST_SLICE;

  /** @param now The time in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The number of the turn. */
  get number(): number {
    return this.#number;
  }

  /** A turn begins after a sleep. */
  start(): void {
    this.#start = this.#now();
  }

  /** A turn begins after another one, which lasted until now: its length decides how much the next may do. */
  next(): void {
    const now = this.#now();
    const time = now - this.#start;
    this.#start = now;
    if (time > LONGEST_TURN) this.#slice = Math.max(this.#slice / 2, SMALLEST_SLICE);
    else if (time < LONGEST_TURN / 2 && this.#isUsedUp) this.#slice = Math.min(this.#slice * 2, LARGEST_SLICE);
  }

  /** The number of operations to settle in this turn, of so many that are queued. */
  take(operations: number): number {
    const count = Math.min(operations, this.#slice);
    this.#number++;
    this.#isUsedUp = count === this.#slice;
    this.#immediates = 0;
    this.#share = Math.max(this.#slice / Math.max(count, 1), SMALLEST_SHARE);
    return count;
  }

  /**
   * Counts a synchronous completion. Returns whether it must be queued for another turn, because this turn or the share of
   * its socket is used up.
   *
   * @param ofSocket The number of its socket in this turn, with this one.
   */
  isOver(ofSocket: number): boolean {
    const isOver = ++this.#immediates > this.#slice;
    if (isOver) this.#isUsedUp = true;
    return isOver || ofSocket > this.#share;
  }
}

/** Operations that have completed and are not settled, first in, first out. A ring that grows, so that queueing allocates nothing. */
export class CompletedQueue {
  #slots: (Operation | undefined)[] = new Array(64).fill(undefined); // a power of two
  #first = 0;
  #length = 0;

  /** How many operations are queued. */
  get length(): number {
    return this.#length;
  }

  /** Adds an operation at the end. */
  add(operation: Operation): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[this.#indexOf(this.#length++)] = operation;
  }

  /** Takes the first operation; there must be one. */
  take(): Operation {
    const operation = this.#slots[this.#first]!;
    this.#slots[this.#first] = undefined;
    this.#first = this.#indexOf(1);
    this.#length--;
    return operation;
  }

  #indexOf(place: number): number {
    return (this.#first + place) & (this.#slots.length - 1);
  }

  #grow(): void {
    const slots = Array.from(this.#slots, (_, place) => this.#slots[this.#indexOf(place)]);
    this.#slots = slots.concat(new Array(slots.length).fill(undefined));
    this.#first = 0;
  }
}

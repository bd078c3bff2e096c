/** How much is done in one turn of the event loop, before everything else of the program has its turn. */

/** How many operations are settled in a turn: between so few and so many, as long as they take. */
const SMALLEST_SLICE = 16;
const LARGEST_SLICE = 256;
/** How long a turn is to take at most, with everything that the program does on what has ended, in milliseconds. */
const LONGEST_TURN = 4;
/** How many operations of one socket may end at once in a turn, however many others have a part in it. */
const SMALLEST_SHARE = 2;

/** Counts turns, and what may be done in each. */
export class TurnBudget {
  #slice = 2 * SMALLEST_SLICE;
  #isUsedUp = false;
  #start = 0;
  #number = 0;
  /** How many operations have ended at once in this turn, and how many of them each socket may have. */
  #immediates = 0;
  #share = 2 * SMALLEST_SLICE;

  /** The number of the turn. */
  get number(): number {
    return this.#number;
  }

  /** A turn begins after a sleep. */
  start(): void {
    this.#start = performance.now();
  }

  /** A turn begins after another one, which has lasted until now: its length says how much may be done in the next. */
  next(): void {
    const now = performance.now();
    const time = now - this.#start;
    this.#start = now;
    if (time > LONGEST_TURN) this.#slice = Math.max(this.#slice / 2, SMALLEST_SLICE);
    else if (time < LONGEST_TURN / 2 && this.#isUsedUp) this.#slice = Math.min(this.#slice * 2, LARGEST_SLICE);
  }

  /** How many of so many operations are to be settled in this turn. */
  take(operations: number): number {
    const count = Math.min(operations, this.#slice);
    this.#number++;
    this.#isUsedUp = count === this.#slice;
    this.#immediates = 0;
    this.#share = Math.max(this.#slice / Math.max(count, 1), SMALLEST_SHARE);
    return count;
  }

  /**
   * Counts an operation that has ended at once; whether it must wait for another turn, as this one has had enough of them,
   * or of those of one socket.
   *
   * @param ofSocket How many it is for its socket in this turn.
   */
  isOver(ofSocket: number): boolean {
    const isOver = ++this.#immediates > this.#slice;
    if (isOver) this.#isUsedUp = true;
    return isOver || ofSocket > this.#share;
  }
}

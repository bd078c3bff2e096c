/** Numbers that look random, the same for the same seed; cheap to begin anew for each case. */
export class Random {
  #state: number;

  /**
   * @param seed The seed of the run, any 32-bit number.
   * @param stream Which of its independent sequences.
   */
  constructor(seed: number, stream = 0) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca77);
    this.#next(); // neighbouring streams begin alike
    this.#state ^= stream;
  }

  /** A 32-bit number from 0. The generator is mulberry32. */
  #next(): number {
    this.#state = this.#state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return (mixed ^ mixed >>> 14) >>> 0;
  }

  /** A whole number from 0 to `limit` - 1; the limit is at most 2^32. */
  below(limit: number): number {
    return Math.floor(this.#next() / 2 ** 32 * limit);
  }

  /** A whole number from `min` to `max`. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** Whether one thing in `count` happens. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  /** One of several. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  /** One of the characters of a text. */
  character(text: string): string {
    return text[this.below(text.length)];
  }

  /** A new array of bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return this.fill(new Uint8Array(length));
  }

  /** Fills an array. */
  fill<T extends Uint8Array>(bytes: T): T {
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.#next();
    return bytes;
  }
}

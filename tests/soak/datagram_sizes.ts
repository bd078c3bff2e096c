/** Every size that a datagram over IPv4 can have, in an order that a seed decides. */

/** How many sizes there are: 0 to 65,507 bytes. */
export const SIZES = 65_508;

/** Has no divisor in common with the number of sizes, so that steps of it come to each. */
const STEP = 27_011;

/** Deals the sizes out, each once before any comes again. */
export class DatagramSizes {
  readonly #seen = new Uint8Array(SIZES);
  #next: number;
  #covered = 0;

  constructor(seed: number) {
    this.#next = (seed >>> 0) % SIZES;
  }

  /** How many sizes have been received whole. */
  get covered(): number {
    return this.#covered;
  }

  /** The next size to send. */
  next(): number {
    return this.#next = (this.#next + STEP) % SIZES;
  }

  /** A datagram of this size has arrived as it was sent. */
  received(size: number): void {
    if (this.#seen[size] !== 0) return;
    this.#seen[size] = 1;
    this.#covered++;
  }
}

/** Numbers that look random and are the same for the same seed. */

/** Scrambles 32 bits so that each of them depends on all (the finalizer of MurmurHash3). */
export function scramble(word: number): number {
  word = Math.imul(word ^ word >>> 16, 0x85ebca6b);
  word = Math.imul(word ^ word >>> 13, 0xc2b2ae35);
  return word ^ word >>> 16;
}

/** A sequence of numbers. */
export class Random {
  #state: number;

  /**
   * @param seed What the sequence depends on.
   * @param index Which of the sequences of this seed.
   */
  constructor(seed: number, index = 0) {
    this.#state = scramble(seed) ^ scramble(index + 0x51ed27 | 0);
  }

  /** 32 bits, without a sign. */
  word(): number {
    this.#state = this.#state + 0x9e3779b9 | 0;
    return scramble(this.#state) >>> 0;
  }

  /** From 0 up to 1, which is left out. */
  fraction(): number {
    return this.word() / 2 ** 32;
  }

  /** A whole number between two, which are both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** A whole number from 1 to `most`: as many small ones as large ones, counted in digits. */
  size(most: number): number {
    return Math.min(most, Math.floor(2 ** (this.fraction() * Math.log2(most + 1))));
  }

  /** Whether something happens that has this probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of several. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)];
  }

  /** One of several, by their weights. */
  weighted<T extends { readonly weight: number }>(choices: readonly T[]): T {
    let left = this.fraction() * choices.reduce((sum, { weight }) => sum + weight, 0);
    return choices.find(({ weight }) => (left -= weight) < 0) ?? choices[choices.length - 1];
  }
}

/** The queue of operations that have completed and have not been settled. */

import type { Operation } from "./operation.ts";

/** First in, first out. A ring that grows, so that nothing is allocated for what comes and goes. */
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

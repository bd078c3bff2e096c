/** The line in which operations stand that have ended, until it is their turn to be settled. */

import type { Operation } from "./operation.ts";

/** First in, first out. A ring that grows, so that nothing is allocated for those who come and go. */
export class Line {
  #places: (Operation | undefined)[] = new Array(64).fill(undefined); // a power of two
  #first = 0;
  #length = 0;

  /** How many stand in line. */
  get length(): number {
    return this.#length;
  }

  /** Adds an operation at the end. */
  add(operation: Operation): void {
    if (this.#length === this.#places.length) this.#grow();
    this.#places[this.#placeOf(this.#length++)] = operation;
  }

  /** Takes the first one, of at least one. */
  take(): Operation {
    const operation = this.#places[this.#first]!;
    this.#places[this.#first] = undefined;
    this.#first = this.#placeOf(1);
    this.#length--;
    return operation;
  }

  #placeOf(index: number): number {
    return (this.#first + index) & (this.#places.length - 1);
  }

  #grow(): void {
    const places = Array.from(this.#places, (_, index) => this.#places[this.#placeOf(index)]);
    this.#places = places.concat(new Array(places.length).fill(undefined));
    this.#first = 0;
  }
}

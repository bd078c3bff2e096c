/** The line in which operations stand that have ended at once, when a turn has had enough of them. */

import type { Operation } from "./operation.ts";

/** Operations that wait to be settled, in order. */
export class Line {
  /** Those whose turn has come, and how many of them have been settled. */
  #due: Operation[] = [];
  #settled = 0;
  #later: Operation[] = [];

  /** Whether nobody stands in line. */
  get isEmpty(): boolean {
    return !this.isDue && this.#later.length === 0;
  }

  /** Whether there are any whose turn has come. */
  get isDue(): boolean {
    return this.#settled < this.#due.length;
  }

  /** Adds an operation, with how it has ended. */
  add(operation: Operation, code: number, bytes: number): void {
    operation.code = code;
    operation.bytes = bytes;
    this.#later.push(operation);
  }

  /** Lets the turn of all come that stand in line by now, unless there are some whose turn has come before. */
  advance(): void {
    if (this.isDue) return;
    this.#due = this.#later;
    this.#settled = 0;
    this.#later = [];
  }

  /** Settles some of those whose turn has come, at most as many as the limit says. */
  settle(limit: number): void {
    for (const end = Math.min(this.#settled + limit, this.#due.length); this.#settled < end;) {
      const operation = this.#due[this.#settled++];
      const socket = operation.socket!;
      operation.settle(operation.code, operation.bytes);
      socket.deferredEnded();
    }
  }
}

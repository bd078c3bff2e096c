/**
 * Keeps V8 busy beside the traffic: functions that become hot, are compiled by each of its compilers and are thrown away,
 * and megabytes that are allocated, live for a moment or for a while, and are dropped. What V8 does meanwhile calls the
 * system in between the library's own calls.
 */

import { Random } from "./random.ts";

/** The share of the time that this takes. */
const SHARE = 0.25;
/** How many lots of objects live on for a while, so that the old generation is collected too. */
const KEPT = 8;

/** Keeps V8 busy until it is disposed of. */
export class Pressure implements AsyncDisposable {
  readonly #random: Random;
  readonly #kept: unknown[] = [];
  #functions = 0;
  #bytes = 0;
  #isOver = false;
  readonly #running: Promise<void>;

  constructor(seed: number) {
    this.#random = new Random(seed, -1);
    this.#running = this.#run();
  }

  /** How many functions have been made and thrown away. */
  get functions(): number {
    return this.#functions;
  }

  /** How many bytes have been allocated and dropped. */
  get bytes(): number {
    return this.#bytes;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const start = performance.now();
      this.#compile();
      this.#allocate();
      const took = performance.now() - start;
      await new Promise((resolve) => setTimeout(resolve, took / SHARE - took));
    }
  }

  /** Makes a function that no other one is like, and has it run until it has been optimised, and optimised anew. */
  #compile(): void {
    const [a, b] = [this.#random.word(), this.#random.word()];
    const body = `let sum = ${a}; for (let i = 0; i < n; i++) sum = (sum * 31 + i ^ ${b}) + o.x | 0; return sum;`;
    const hot = new Function("o", "n", body) as (o: { x: unknown }, n: number) => number;
    for (let i = 0; i < 200; i++) hot({ x: i }, 100);
    hot({ x: 0.5 }, 20_000); // another type: the optimised code is given up
    this.#functions++;
  }

  #allocate(): void {
    const bytes = this.#random.size(4 << 20);
    const array = new Uint8Array(bytes).fill(1);
    const objects = Array.from({ length: this.#random.size(20_000) }, (_, index) => ({ index, text: `${index}` }));
    this.#kept[this.#random.between(0, KEPT - 1)] = this.#random.chance(0.3) ? [array, objects] : undefined;
    this.#bytes += bytes + 60 * objects.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#running;
    this.#kept.length = 0;
  }
}

/** Holds many conversations at once, of kinds drawn by lot, until the time is up. */

import type { Ledger } from "./ledger.ts";
import type { Meeting } from "./meeting.ts";
import { Random } from "./random.ts";

/** What a conversation has to work with. */
export interface Table {
  readonly ledger: Ledger;
  readonly meeting: Meeting;
  /** Decides what the conversation does; a sequence of its own for each. */
  readonly random: Random;
  /** What it is called in the ledger. */
  readonly label: string;
}

/** A kind of traffic. */
export interface Traffic {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Seconds between the starts of two, of which there is one at a time then; without them it is drawn by lot. */
  readonly every?: number;
  /** One conversation. */
  run(table: Table): Promise<void>;
}

/** How long a conversation may take before it counts as stuck, in milliseconds: far more than any does. */
const PATIENCE = 180_000;

/** Holds conversations. */
export class Scheduler {
  readonly #ledger: Ledger;
  readonly #meeting: Meeting;
  readonly #traffic: readonly Traffic[];
  readonly #seed: number;
  #number = 0;
  #underWay = 0;

  constructor(ledger: Ledger, meeting: Meeting, traffic: readonly Traffic[], seed: number) {
    this.#ledger = ledger;
    this.#meeting = meeting;
    this.#traffic = traffic;
    this.#seed = seed;
  }

  /** How many conversations are under way. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Holds `places` conversations at a time until `isOver`, and waits for the last of them. */
  async run(places: number, isOver: () => boolean): Promise<void> {
    const drawn = this.#traffic.filter(({ every }) => every === undefined);
    const order = new Random(this.#seed);
    const place = async () => {
      while (!isOver()) await this.#hold(order.weighted(drawn));
    };
    const regular = async (traffic: Traffic, every: number) => {
      for (let next = 0; !isOver();) {
        if (performance.now() >= next) {
          next = performance.now() + 1000 * every;
          await this.#hold(traffic);
        } else await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    await Promise.all([
      ...Array.from({ length: places }, place),
      ...this.#traffic.flatMap((traffic) => traffic.every === undefined ? [] : regular(traffic, traffic.every)),
    ]);
  }

  async #hold(traffic: Traffic): Promise<void> {
    const number = ++this.#number;
    const label = `${traffic.name} ${number}`;
    const random = new Random(this.#seed, number);
    const { promise: tooLong, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Stuck()), PATIENCE);
    this.#underWay++;
    try {
      await Promise.race([
        traffic.run({ ledger: this.#ledger, meeting: this.#meeting, random, label }),
        tooLong,
      ]);
    } catch (error) {
      if (error instanceof Stuck) this.#ledger.wrong("stuck", 1, label);
      else this.#ledger.wrong("unexpected", 1, `${label}: ${Deno.inspect(error)}`);
    } finally {
      this.#underWay--;
      this.#ledger.conversations.add(traffic.name);
      clearTimeout(timer);
    }
  }
}

class Stuck extends Error {}

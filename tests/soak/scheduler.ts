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

/** How often it is looked whether anything has moved, in milliseconds. */
const TICK = 500;
/**
 * After how many looks in a row without any call settling nothing ever will. Looks, not seconds: on a busy machine those
 * that look are as late as those that they look after.
 */
const PATIENCE = 120;

/** Holds conversations. */
export class Scheduler {
  readonly #ledger: Ledger;
  readonly #meeting: Meeting;
  readonly #traffic: readonly Traffic[];
  readonly #seed: number;
  #number = 0;
  /** What is called what in the ledger, and has not ended. */
  readonly #underWay = new Set<string>();

  constructor(ledger: Ledger, meeting: Meeting, traffic: readonly Traffic[], seed: number) {
    this.#ledger = ledger;
    this.#meeting = meeting;
    this.#traffic = traffic;
    this.#seed = seed;
  }

  /** How many conversations are under way. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /**
   * Holds `places` conversations at a time until `isOver`, and waits for the last of them. When no call of any of them has
   * settled for a long time, those that have not ended are stuck.
   */
  async run(places: number, isOver: () => boolean): Promise<void> {
    const drawn = this.#traffic.filter(({ every }) => every === undefined);
    const order = new Random(this.#seed);
    const place = async () => {
      while (!isOver() && drawn.length > 0) await this.#hold(order.weighted(drawn));
    };
    const regular = async (traffic: Traffic, every: number) => {
      for (let next = 0; !isOver();) {
        if (performance.now() >= next) {
          next = performance.now() + 1000 * every;
          await this.#hold(traffic);
        } else await new Promise((resolve) => setTimeout(resolve, TICK));
      }
    };
    const all = Promise.all([
      ...Array.from({ length: places }, place),
      ...this.#traffic.flatMap((traffic) => traffic.every === undefined ? [] : regular(traffic, traffic.every)),
    ]);
    const { promise: stuck, resolve } = Promise.withResolvers<void>();
    const timer = this.#watch(resolve);
    await Promise.race([all, stuck]);
    clearInterval(timer);
    for (const label of this.#underWay) this.#ledger.wrong("stuck", 1, label);
    if (this.#underWay.size > 0) { for (const { what } of this.#ledger.awaited) this.#ledger.wrong("lost", 1, what); }
  }

  #watch(stuck: () => void): ReturnType<typeof setInterval> {
    let [settled, looks] = [0, 0];
    return setInterval(() => {
      const { total } = this.#ledger.operations;
      looks = total === settled ? looks + 1 : 0;
      settled = total;
      if (looks === PATIENCE) stuck();
    }, TICK);
  }

  async #hold(traffic: Traffic): Promise<void> {
    const number = ++this.#number;
    const label = `${traffic.name} ${number}`;
    this.#underWay.add(label);
    try {
      const random = new Random(this.#seed, number);
      await traffic.run({ ledger: this.#ledger, meeting: this.#meeting, random, label });
    } catch (error) {
      this.#ledger.wrong("unexpected", 1, `${label}: ${Deno.inspect(error)}`);
    } finally {
      this.#underWay.delete(label);
      this.#ledger.conversations.add(traffic.name);
    }
  }
}

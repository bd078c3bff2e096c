/** Runs the cases of a target: each is made of the seed and its own number, so that any one can be repeated alone. */

import { Random } from "./random.ts";

/** Counts what the cases came to. A fuzzer that only ever sees one outcome proves nothing. */
export class Tally {
  readonly counts: Map<string, number> = new Map();

  add(outcome: string, count = 1): void {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + count);
  }

  toString(): string {
    return [...this.counts].sort().map(([outcome, count]) => `${outcome} ${count}`).join(", ");
  }
}

/** Something to fuzz. */
export interface Target {
  /** How `--only` names it. */
  readonly name: string;
  /** What it checks, on one line. */
  readonly about: string;
  /** Whether it opens sockets or calls functions of Windows. */
  readonly needsWindows: boolean;
  /** How many cases the short form runs: some seconds of them. */
  readonly short: number;
  /** How many cases the long form runs. */
  readonly long: number;
  /** What must have happened at least once in the short form. */
  readonly outcomes: readonly string[];
  /** Runs one case; throws when anything is wrong. */
  run(random: Random, tally: Tally): void | Promise<void>;
  /** Checks, after the last case, what only shows then. */
  end?(tally: Tally): void | Promise<void>;
}

/** Which cases of a target to run. */
export interface Cases {
  readonly seed: number;
  /** The number of the first one. */
  readonly from: number;
  readonly count: number;
  /** Called before each case. */
  readonly before?: (number: number) => void;
}

/** How long a case may take before it counts as hanging. Far more than any needs. */
const LIMIT = 60_000;

/** Runs cases; throws at the first that fails, and says how to repeat it. */
export async function fuzz(target: Target, { seed, from, count, before }: Cases): Promise<Tally> {
  const tally = new Tally();
  let number = from;
  const failed = (cause: unknown, what: string, replay: string): Error => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const command = `deno task fuzz --only ${target.name} --seed ${seed} ${replay}`;
    return new Error(`${target.name}: ${what} failed: ${reason}\nRepeat it with: ${command}`, { cause });
  };
  for (; number < from + count; number++) {
    before?.(number);
    try {
      const running = target.run(new Random(seed, number), tally);
      if (running !== undefined) await withinLimit(running);
    } catch (error) {
      throw failed(error, `case ${number} of seed ${seed}`, `--from ${number} --cases 1`);
    }
  }
  try {
    await target.end?.(tally);
  } catch (error) {
    throw failed(error, `what is left after ${count} cases of seed ${seed}`, `--from ${from} --cases ${count}`);
  }
  return tally;
}

async function withinLimit(running: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it hangs: not over after ${LIMIT / 1000} s`)), LIMIT);
  try {
    await Promise.race([running, promise]);
  } finally {
    clearTimeout(timer);
  }
}

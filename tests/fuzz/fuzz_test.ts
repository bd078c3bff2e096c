// The short form: the same cases each time. `deno task fuzz` runs more of them, from any seed.
import { assert } from "@std/assert";
import { LIMIT } from "../support/limit.ts";
import { NEEDS_BOTH } from "../support/families.ts";
import { fuzz } from "./runner.ts";
import { TARGETS } from "./targets.ts";

const SEED = 20261127;

for (const target of TARGETS) {
  const needs = target.needsWindows ? NEEDS_BOTH : LIMIT;
  Deno.test(`fuzz ${target.name}: ${target.about}`, needs, async () => {
    const tally = await fuzz(target, { seed: SEED, from: 0, count: target.short });
    // Or the cases would say nothing.
    for (const outcome of target.outcomes) assert(tally.counts.has(outcome), `${outcome} never happened: ${tally}`);
  });
}

Deno.test("fuzz() names the seed and the case that failed, and that case alone fails again", LIMIT, async () => {
  const target = {
    ...TARGETS[0],
    run: (random: { below(limit: number): number }) => assert(random.below(100) !== 7, "seven"),
    end: undefined,
  };
  const failureOf = (from: number, count: number) =>
    fuzz(target, { seed: 1, from, count }).then(() => undefined, (error: Error) => error.message);
  const message = await failureOf(0, 10_000);
  const [, number] = /failed: seven\nRepeat it with: deno task fuzz .* --seed 1 --from (\d+) --cases 1$/.exec(
    message!,
  )!;
  assert(await failureOf(Number(number), 1) === message, "the same failure");
  assert(await failureOf(0, Number(number)) === undefined, "those before it pass");
});

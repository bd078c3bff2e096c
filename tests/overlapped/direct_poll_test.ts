// When this thread polls the port itself. The port, its cost and the clock are the test's: no time passes.
import { assert, assertEquals } from "@std/assert";
import {
  CHEAP_POLL,
  DirectPoll,
  FIRST_PHASE,
  FIRST_SPIN,
  FIRST_STREAK,
  LONGEST_STREAK,
  SHORT_SLEEP,
  SPIN,
} from "../../ffi/overlapped/direct_poll.ts";
import { WORDS } from "../../ffi/overlapped/poller_worker.ts";

const LONG_SLEEP = SHORT_SLEEP + 0.1;

/** Polls a port that the test fills, by a clock that the test sets. */
class ScriptedPoll extends DirectPoll {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly clock: { time: number };
  readonly measured: { times: number };
  /** How many entries each of the next polls finds; then none. */
  readonly found: number[] = [];
  /** The timeout of each poll, in milliseconds. */
  readonly timeouts: number[] = [];

  /** @param cost What a poll costs, in milliseconds. */
  constructor(cost: number) {
    const control = new Int32Array(new SharedArrayBuffer(4 * WORDS.COUNTS));
    const clock = { time: 5000 };
    const measured = { times: 0 };
    const measure = () => {
      measured.times++;
      return cost;
    };
    super(0n, control, () => clock.time, measure);
    [this.control, this.clock, this.measured] = [control, clock, measured];
    control[WORDS.GATED] = 1;
  }

  get isYielding(): boolean {
    return this.control[WORDS.YIELD] === 1;
  }

  override poll(timeout: number): number {
    this.timeouts.push(timeout);
    return this.found.shift() ?? 0;
  }

  /** Sleeps shortly until polling begins; how often that was. */
  begin(): number {
    let sleeps = 0;
    while (!this.isYielding && sleeps <= LONGEST_STREAK) {
      this.slept(SHORT_SLEEP);
      sleeps++;
    }
    return sleeps;
  }

  /** Polls until that ends: with so many hits before the miss that ends it. */
  pollUntilMiss(hits: number): void {
    for (let i = 0; i < hits; i++) {
      this.found.push(1);
      assertEquals(this.take(), 1);
    }
    while (this.take() !== undefined) this.clock.time += SPIN;
  }
}

const dear = () => new ScriptedPoll(CHEAP_POLL);
const cheap = () => new ScriptedPoll(CHEAP_POLL / 2);

Deno.test("DirectPoll.take() leaves the port to the worker until there were enough short sleeps in a row", () => {
  const direct = dear();
  for (let i = 1; i < FIRST_STREAK; i++) direct.slept(SHORT_SLEEP);
  direct.slept(LONG_SLEEP);
  for (let i = 1; i < FIRST_STREAK; i++) direct.slept(SHORT_SLEEP);
  assertEquals([direct.take(), direct.isYielding, direct.timeouts], [undefined, false, []]);
  direct.found.push(3);
  direct.slept(SHORT_SLEEP);
  assertEquals([direct.take(), direct.isYielding], [3, true]);
});

Deno.test("DirectPoll.take() does not poll while the worker waits at the port", () => {
  const direct = dear();
  direct.begin();
  direct.control[WORDS.GATED] = 0;
  direct.found.push(1);
  assertEquals([direct.take(), direct.timeouts, direct.isYielding], [undefined, [], true]);
  direct.control[WORDS.GATED] = 1;
  assertEquals(direct.take(), 1);
});

Deno.test("DirectPoll.take() polls once with a wait where a poll is dear", () => {
  const direct = dear();
  direct.begin();
  direct.found.push(2, 1);
  assertEquals([direct.take(), direct.take(), direct.take()], [2, 1, undefined]);
  assertEquals(direct.timeouts, [1, 1, 1]);
  assertEquals([direct.isYielding, direct.take(), direct.timeouts.length], [false, undefined, 3]);
});

Deno.test("DirectPoll.take() polls again and again without a wait where a poll is cheap", () => {
  const direct = cheap();
  direct.begin();
  direct.found.push(0, 0, 4);
  const results = Array.from({ length: 3 }, () => {
    const result = direct.take();
    direct.clock.time += SPIN / 4;
    return result;
  });
  assertEquals(results, [0, 0, 4]);
  // A hit begins another spin, which ends when its time is over.
  assertEquals(direct.take(), 0);
  direct.clock.time += SPIN * 0.9;
  assertEquals([direct.take(), direct.isYielding], [0, true]);
  direct.clock.time += SPIN * 0.2;
  assertEquals([direct.take(), direct.isYielding], [undefined, false]);
  assertEquals(direct.timeouts.every((timeout) => timeout === 0), true);
});

Deno.test("DirectPoll.slept() measures once what a poll costs", () => {
  const direct = cheap();
  direct.slept(SHORT_SLEEP);
  assertEquals(direct.measured.times, 0, "not before it has to know");
  for (let i = 0; i < 3; i++) {
    direct.begin();
    direct.pollUntilMiss(0);
  }
  assertEquals(direct.measured.times, 1);
});

for (const [name, make] of [["dear", dear], ["cheap", cheap]] as const) {
  Deno.test(`DirectPoll needs twice the streak each time that polling did not pay, where a poll is ${name}`, () => {
    const direct = make();
    const streaks = Array.from({ length: 12 }, () => {
      const sleeps = direct.begin();
      direct.pollUntilMiss(1);
      return sleeps;
    });
    assertEquals(streaks, Array.from({ length: 12 }, (_, i) => Math.min(FIRST_STREAK * 2 ** i, LONGEST_STREAK)));
  });

  Deno.test(`DirectPoll needs the first streak again after polling has paid, where a poll is ${name}`, () => {
    const direct = make();
    for (let i = 0; i < 3; i++) {
      direct.begin();
      direct.pollUntilMiss(0);
    }
    const needed = direct.begin();
    assertEquals(needed, 8 * FIRST_STREAK);
    direct.pollUntilMiss(needed); // as many hits as sleeps before: that has not paid
    assertEquals(direct.begin(), 2 * needed);
    direct.pollUntilMiss(2 * needed + 1);
    assertEquals(direct.begin(), FIRST_STREAK);
    direct.pollUntilMiss(FIRST_STREAK); // hits of before do not count
    assertEquals(direct.begin(), 2 * FIRST_STREAK);
  });
}

Deno.test("DirectPoll.takeFirst() polls until nothing has come for a while", () => {
  const direct = dear();
  assertEquals(direct.takeFirst(), 0);
  direct.clock.time += FIRST_SPIN * 0.9;
  direct.found.push(2);
  assertEquals(direct.takeFirst(), 2);
  direct.clock.time += FIRST_SPIN * 0.9;
  assertEquals(direct.takeFirst(), 0, "a hit begins another spin");
  direct.clock.time += FIRST_SPIN * 0.2;
  assertEquals(direct.takeFirst(), undefined);
  assertEquals(direct.timeouts, [0, 0, 0, 0], "the event loop is never held up");
});

Deno.test("DirectPoll.takeFirst() leaves the port to a worker after its phase, whatever has come", () => {
  const direct = dear();
  const start = direct.clock.time;
  while (direct.clock.time < start + FIRST_PHASE) {
    direct.found.push(1);
    assertEquals(direct.takeFirst(), 1);
    direct.clock.time += FIRST_SPIN / 2;
  }
  direct.found.push(1);
  assertEquals(direct.takeFirst(), 1, "what it finds it takes");
  assertEquals(direct.takeFirst(), undefined);
  assert(FIRST_PHASE >= FIRST_SPIN);
});

Deno.test("DirectPoll.pollOnce() polls without a wait unless the worker waits at the port", () => {
  const direct = dear();
  direct.found.push(1, 2, 3);
  direct.control[WORDS.GATED] = 0;
  assertEquals([direct.pollOnce(true), direct.timeouts], [0, []]);
  assertEquals(direct.pollOnce(false), 1);
  direct.control[WORDS.GATED] = 1;
  assertEquals([direct.pollOnce(true), direct.timeouts], [2, [0, 0]]);
});

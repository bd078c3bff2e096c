// How much is done in a turn. The clock is the test's: no turn takes any real time.
import { assert, assertEquals } from "@std/assert";
import { LARGEST_SLICE, LONGEST_TURN, SMALLEST_SHARE, SMALLEST_SLICE, TurnBudget } from "../../ffi/overlapped/turns.ts";

/** As many as are never settled in one turn. */
const MANY = 10 * LARGEST_SLICE;
const SHORT = LONGEST_TURN / 4;
const LONG = 2 * LONGEST_TURN;

/** A budget, and what its turns are given when they last so long. */
class Turns {
  #time = 1000;
  readonly budget = new TurnBudget(() => this.#time);

  constructor() {
    this.budget.start();
  }

  /** Settles some of so many operations in a turn that lasts so long, in milliseconds; how many that were. */
  run(operations: number, time: number): number {
    const count = this.budget.take(operations);
    this.#time += time;
    this.budget.next();
    return count;
  }

  /** Sleeps for so long after a turn. */
  sleep(time: number): void {
    this.#time += time;
    this.budget.start();
  }
}

Deno.test("TurnBudget keeps a turn within a few milliseconds", () => {
  assert(LONGEST_TURN <= 8, "or a timer, or a frame, is late whenever there is traffic");
});

Deno.test("TurnBudget.take() gives twice as much after a short turn that used up its slice, up to a limit", () => {
  const turns = new Turns();
  const slices = Array.from({ length: 10 }, () => turns.run(MANY, SHORT));
  const first = slices[0];
  assert(first >= SMALLEST_SLICE && first < LARGEST_SLICE, `${first}`);
  assertEquals(slices, Array.from({ length: 10 }, (_, i) => Math.min(first * 2 ** i, LARGEST_SLICE)));
});

Deno.test("TurnBudget.take() gives half as much after a turn that was too long, down to a limit", () => {
  const turns = new Turns();
  for (let slice = 1; slice < LARGEST_SLICE; slice *= 2) turns.run(MANY, SHORT);
  const slices = Array.from({ length: 10 }, () => turns.run(MANY, LONG));
  assertEquals(slices, Array.from({ length: 10 }, (_, i) => Math.max(LARGEST_SLICE / 2 ** i, SMALLEST_SLICE)));
});

Deno.test("TurnBudget.take() gives half as much also when a turn was too long for few operations", () => {
  const turns = new Turns();
  const first = turns.run(1, LONG);
  assertEquals([first, turns.run(MANY, SHORT)], [1, SMALLEST_SLICE]);
});

Deno.test("TurnBudget.take() gives as much after a turn that was neither short nor too long", () => {
  const turns = new Turns();
  const first = turns.run(MANY, LONGEST_TURN / 2);
  assertEquals(turns.run(MANY, LONGEST_TURN), first);
  assertEquals(turns.run(MANY, LONGEST_TURN * 0.75), first);
  assertEquals(turns.run(MANY, 0), first);
});

Deno.test("TurnBudget.take() gives as much after a short turn that did not use up its slice", () => {
  const turns = new Turns();
  const first = turns.run(MANY, LONGEST_TURN);
  for (let i = 0; i < 5; i++) assertEquals(turns.run(first - 1, 0), first - 1);
  assertEquals(turns.run(MANY, 0), first);
});

Deno.test("TurnBudget.take() gives what there is when that is less than its slice", () => {
  const turns = new Turns();
  assertEquals([0, 1, 5].map((count) => turns.run(count, 0)), [0, 1, 5]);
});

Deno.test("TurnBudget.start() leaves a sleep out of the length of a turn", () => {
  const turns = new Turns();
  const first = turns.run(MANY, LONGEST_TURN);
  turns.sleep(1000 * LONGEST_TURN);
  assertEquals([turns.run(MANY, LONGEST_TURN), turns.run(MANY, LONGEST_TURN)], [first, first]);
});

Deno.test("TurnBudget.number is another one in each turn", () => {
  const turns = new Turns();
  const numbers = Array.from({ length: 100 }, () => {
    turns.run(0, 0);
    return turns.budget.number;
  });
  assertEquals(new Set(numbers).size, 100);
});

/** How many operations may complete synchronously in a turn, each of them the first, second, third … of its socket. */
function immediates(budget: TurnBudget, ofSocket: (index: number) => number): number {
  let count = 0;
  while (count < MANY && !budget.isOver(ofSocket(count))) count++;
  return count;
}

Deno.test("TurnBudget.isOver() says so when a slice has completed synchronously, of however many sockets", () => {
  const { budget } = new Turns();
  const slice = budget.take(MANY);
  assertEquals(immediates(budget, () => 1), slice);
  assertEquals(budget.isOver(1), true, "for the rest of the turn");
  budget.take(MANY);
  assertEquals(immediates(budget, () => 1), slice, "every turn has as many");
});

Deno.test("TurnBudget.isOver() leaves one socket the whole turn when there is no other", () => {
  const { budget } = new Turns();
  for (const operations of [0, 1]) {
    const slice = new Turns().run(MANY, 0);
    budget.take(operations);
    assertEquals(immediates(budget, (index) => index + 1), slice);
  }
});

Deno.test("TurnBudget.isOver() gives each socket the less of a turn the more operations it has settled", () => {
  const slice = new Turns().run(MANY, 0);
  for (let operations = 1; operations <= slice; operations *= 2) {
    const { budget } = new Turns();
    budget.take(operations);
    const share = Math.max(slice / operations, SMALLEST_SHARE);
    assertEquals(immediates(budget, (index) => index + 1), share, `${operations} operations`);
    if (share < slice) assertEquals(budget.isOver(1), false, "another socket still has its share");
  }
});

Deno.test("TurnBudget.isOver() of a slice makes the next one larger, that of one socket's share does not", () => {
  const slice = new Turns().run(MANY, 0);
  const [busy, shared] = [new Turns(), new Turns()];
  busy.budget.take(0);
  immediates(busy.budget, () => 1);
  busy.budget.next();
  assertEquals(busy.budget.take(MANY), 2 * slice);
  shared.budget.take(slice - 1);
  assertEquals(shared.budget.isOver(SMALLEST_SHARE + 1), true);
  shared.budget.next();
  assertEquals(shared.budget.take(MANY), slice);
});

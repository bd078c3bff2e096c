// What the library counts on, and only Windows itself can confirm. The README lists it, examples/dual_stack_doctor.ts
// tells it to whoever asks.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CONFIRMATIONS, findOut, isExpected } from "../../examples/confirmations/mod.ts";
import { NEEDS_REAL_WINDOWS } from "../support/real_windows.ts";
import { NEEDS_BOTH } from "../support/families.ts";

for (const confirmation of CONFIRMATIONS) {
  const { what, expected } = confirmation;
  Deno.test(`${what} ${expected.join(", or ")}`, NEEDS_REAL_WINDOWS, async () => {
    const found = await findOut(confirmation);
    console.log(found);
    assert(isExpected(confirmation, found) !== false, found);
  });
}

// The questions are asked under Wine as well, though the answers say nothing of Windows.
Deno.test("every question of the confirmations has an answer", NEEDS_BOTH, async () => {
  const answers = new Map<string, string>();
  for (const confirmation of CONFIRMATIONS) answers.set(confirmation.what, await findOut(confirmation));
  assertEquals([...answers].filter(([, found]) => found.startsWith("fails: ")), []);
  assertEquals(answers.size, CONFIRMATIONS.length, "each has a name of its own");
  assertEquals(answers.get("port of a server that is restarted"), "is free at once");
  assertEquals(answers.get("datagram without a receiver"), "the next receive waits");
});

Deno.test("the README lists what Windows is to confirm, and nothing else", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const [, list] = readme.match(/^\| What .*For Windows to confirm.*\n(?:.*\n)((?:\|.*\n)+)/m) ?? [];
  assert(list !== undefined, "there is a table");
  const named = list.trim().split("\n").flatMap((row) => {
    const cell = row.split("|").at(-2)!;
    return Array.from(cell.matchAll(/_([^_]+)_/g), ([, what]) => what);
  });
  assertEquals(named.toSorted(), CONFIRMATIONS.map(({ what }) => what).toSorted());
  for (const [, path] of list.matchAll(/\]\(([^)]+)\)/g)) await Deno.stat(new URL(`../../${path}`, import.meta.url));
  assertStringIncludes(readme, "dual_stack_doctor.ts --report");
});

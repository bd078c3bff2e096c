// The long form of the fuzz tests: see HELP. The short form is fuzz_test.ts.
import { parseArgs } from "@std/cli/parse-args";
import { fuzz, type Target } from "./runner.ts";
import { TARGETS } from "./targets.ts";

const HELP = `Usage: deno task fuzz [OPTIONS]

Runs random cases against the library. A case is made of the seed and its number: a failure names both, and can be
repeated alone. Off Windows, what needs Windows is left out.

  --only NAMES   the targets, separated by commas (default: all)
  --seed N       the seed, from 0 to 4294967295 (default: a new one, which is printed)
  --from N       the number of the first case (default: 0)
  --cases N      how many cases of each target (default: 1,000,000 of those without sockets, fewer of the others)
  --short        as many cases as the tests run
  --trace        print the number of each case before it: the last one is that of a crash
  --list         name the targets
  --help         show this text`;

function fail(message: string): never {
  console.error(`fuzz: ${message}`);
  Deno.exit(2);
}

const flags = parseArgs(Deno.args, {
  string: ["only", "seed", "from", "cases"],
  boolean: ["short", "trace", "list", "help"],
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});

function number(name: "seed" | "from" | "cases", min: number, max: number): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : fail(`--${name} must be a whole number from ${min}, got "${text}"`);
}

function chosen(): readonly Target[] {
  if (flags.only === undefined) return TARGETS;
  return flags.only.split(",").map((name) =>
    TARGETS.find((target) => target.name === name) ?? fail(`no target ${name}, see --list`)
  );
}

if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
if (flags.list) {
  for (const { name, about, needsWindows } of TARGETS) {
    console.log(`${name.padEnd(16)} ${about}${needsWindows ? " (Windows)" : ""}`);
  }
  Deno.exit();
}

const seed = number("seed", 0, 0xffffffff) ?? Math.floor(Math.random() * 2 ** 32);
const from = number("from", 0, 0xffffffff) ?? 0;
const cases = number("cases", 1, 0xffffffff);
const PROGRESS = 10_000;

console.log(`seed ${seed}, ${Deno.build.os}, Deno ${Deno.version.deno}`);
let failures = 0;
for (const target of chosen()) {
  if (target.needsWindows && Deno.build.os !== "windows") {
    console.log(`${target.name.padEnd(16)} left out: it needs Windows`);
    continue;
  }
  const count = cases ?? (flags.short ? target.short : target.long);
  const before = (number: number) => {
    if (flags.trace) console.log(`${target.name} case ${number}`);
    else if ((number - from) % PROGRESS === 0 && Deno.stderr.isTerminal()) {
      Deno.stderr.writeSync(new TextEncoder().encode(`\r${target.name} case ${number} of ${from + count}`));
    }
  };
  const start = performance.now();
  try {
    const tally = await fuzz(target, { seed, from, count, before });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode("\r\x1b[K"));
    console.log(`${target.name.padEnd(16)} ${count} cases in ${seconds} s: ${tally}`);
  } catch (error) {
    failures++;
    console.error(error instanceof Error ? `${error.message}\n${(error.cause as Error)?.stack ?? ""}` : error);
  }
}
if (failures > 0) Deno.exit(1);

// The bench: see HELP. Started by the script `run` beside it, which sets up what it needs.
import { parseArgs } from "@std/cli/parse-args";
import { chart } from "./chart.ts";
import { describeMachine } from "./machine.ts";
import { cleanUp, Unavailable } from "./processes.ts";
import { Progress } from "./progress.ts";
import { type Scenario, type Times, type Variant, VARIANTS } from "./scenario.ts";
import { FAIRNESS } from "./scenarios/fairness.ts";
import { HTTP } from "./scenarios/http.ts";
import { IDLE } from "./scenarios/idle.ts";
import { MARSHALLING } from "./scenarios/marshalling.ts";
import { OWN_CLIENT } from "./scenarios/own_client.ts";
import { START } from "./scenarios/start.ts";
import { TCP } from "./scenarios/tcp.ts";
import { UDP } from "./scenarios/udp.ts";
import { type Results, table } from "./table.ts";

const SCENARIOS: readonly Scenario[] = [...TCP, ...OWN_CLIENT, IDLE, ...FAIRNESS, ...UDP, ...HTTP, START, MARSHALLING];
const FULL: Times = { warmup: 500, time: 1000, idle: 5000 };
const SHORT: Times = { warmup: 50, time: 150, idle: 200 };

const HELP = `Usage: tests/bench/run [OPTIONS]

  --only NAMES       scenarios, by the beginning of their names, separated by commas (default: all)
  --variants NAMES   out of ${Object.keys(VARIANTS).join(", ")} (default: all)
  --rounds N         how often each is measured; the variants take turns (default: 5)
  --time MS          how long each measurement takes (default: ${FULL.time})
  --warmup MS        how long each runs before (default: ${FULL.warmup})
  --out FOLDER       where to write results.json and chart.svg (default: nowhere)
  --short            ours only, one quick round: fails on a wrong answer, a crash or a hang, never on a time
  --list             name the scenarios
  --help             show this text`;

function fail(message: string): never {
  console.error(`bench: ${message}`);
  Deno.exit(2);
}

const flags = parseArgs(Deno.args, {
  string: ["only", "variants", "rounds", "time", "warmup", "out"],
  boolean: ["short", "list", "help"],
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
if (flags.list) {
  for (const { name, title } of SCENARIOS) console.log(`${name.padEnd(12)} ${title}`);
  Deno.exit();
}

function count(name: "rounds" | "time" | "warmup", fallback: number): number {
  const text = flags[name];
  if (text === undefined) return fallback;
  return /^[1-9]\d*$/.test(text) ? Number(text) : fail(`--${name} must be a whole number from 1, got "${text}"`);
}

function chosen(): Scenario[] {
  if (flags.only === undefined) return [...SCENARIOS];
  return flags.only.split(",").flatMap((prefix) => {
    const found = SCENARIOS.filter(({ name }) => name === prefix || name.startsWith(`${prefix}-`));
    return found.length > 0 ? found : fail(`no scenario ${prefix}, see --list`);
  });
}

function chosenVariants(): Variant[] {
  const text = flags.variants ?? (flags.short ? "ours" : Object.keys(VARIANTS).join(","));
  return text.split(",").map((name) => name in VARIANTS ? name as Variant : fail(`no variant ${name}, see --help`));
}

const base = flags.short ? SHORT : FULL;
const times: Times = { ...base, warmup: count("warmup", base.warmup), time: count("time", base.time) };
const rounds = count("rounds", flags.short ? 1 : 5);
const variants = chosenVariants();
const scenarios = chosen();

const results: Results = {};
const failures: string[] = [];
const jobs = scenarios.map((scenario) => ({
  scenario,
  variants: variants.filter((variant) => scenario.variants.includes(variant)),
  rounds: Math.min(rounds, scenario.mostRounds ?? rounds),
}));
const progress = new Progress(jobs.reduce((total, job) => total + job.variants.length * job.rounds, 0));
try {
  for (const { scenario, variants, rounds } of jobs) {
    const { name } = scenario;
    results[name] = Object.fromEntries(variants.map((variant) => [variant, []]));
    for (let round = 0; round < rounds; round++) {
      for (const index of variants.keys()) {
        // Each round begins with another variant, so that none always follows the same one.
        const variant = variants[(index + round) % variants.length];
        progress.show(`${name}: ${variant}, round ${round + 1}`);
        try {
          results[name][variant]!.push(await scenario.run(variant, times));
        } catch (error) {
          if (!(error instanceof Unavailable)) {
            failures.push(`${name}: ${variant}, round ${round + 1}: ${(error as Error).message}`);
          }
        }
        progress.advance();
      }
    }
  }
} finally {
  progress.end();
  cleanUp();
}

console.log(table(scenarios, results));
if (flags.out !== undefined) {
  await Deno.mkdir(flags.out, { recursive: true });
  const date = new Date().toISOString();
  const machine = await describeMachine();
  const record = { date, machine, rounds, times, results, failures };
  await Deno.writeTextFile(`${flags.out}/results.json`, `${JSON.stringify(record, null, 1)}\n`);
  const { cpu, system, wine, deno, node, bun, gcc } = machine;
  const notes = [
    `A native client in another process drives each server; medians of ${rounds} rounds, ${date.slice(0, 10)}.`,
    "Packet information is what ws2 and the native program alone have: the others answer without it.",
    `Deno ${deno}, Node ${node}, Bun ${bun}, gcc ${gcc}${wine === undefined ? "" : `, ${wine}`}, ${system}; ${cpu}`,
  ];
  await Deno.writeTextFile(`${flags.out}/chart.svg`, chart(scenarios, results, notes));
}
for (const failure of failures) console.error(`bench: ${failure}`);
if (failures.length > 0) Deno.exit(1);

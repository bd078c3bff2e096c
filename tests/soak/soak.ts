// The soak: see HELP.
import { parseArgs } from "@std/cli/parse-args";
import { isFlat } from "./flat.ts";
import { saltStreams } from "./keyed_stream.ts";
import { Ledger } from "./ledger.ts";
import { Meeting } from "./meeting.ts";
import { Pressure } from "./pressure.ts";
import { inUse, resources } from "./resources.ts";
import { Scheduler } from "./scheduler.ts";
import { progress, summary } from "./summary.ts";
import { TRAFFIC } from "./traffic/all.ts";

const HELP = `Usage: deno task soak [OPTIONS]

Clients and servers of every kind at once, with connections that are reset, closed, aborted and ended halfway, while the
compilers and the garbage collector are busy. Every byte is compared with what was sent. Exits with 1 when anything is
lost, mixed up or leaked.

  --minutes N        how long, fractions allowed (default: 1)
  --seed N           what everything that is drawn by lot depends on (default: another one each time)
  --places N         how many conversations are held at a time (default: 40)
  --only NAMES       kinds of traffic, separated by commas (default: all)
  --list             name the kinds of traffic
  --flat             something else: whether what is in use stays the same over 100,000 connections and 1,000,000
                     operations, beside Deno's own sockets; exits with 1 when it grows
  --share N          a part of these only, such as 0.01 (default: 1)
  --help             show this text`;

function fail(message: string): never {
  console.error(`soak: ${message}`);
  Deno.exit(2);
}

const flags = parseArgs(Deno.args, {
  string: ["minutes", "seed", "places", "only", "share"],
  boolean: ["flat", "list", "help"],
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help || flags.list) {
  console.log(flags.help ? HELP : TRAFFIC.map(({ name }) => name).join("\n"));
  Deno.exit();
}

function number(name: "minutes" | "seed" | "places" | "share", fallback: number, pattern: RegExp): number {
  const text = flags[name];
  if (text === undefined) return fallback;
  return pattern.test(text) ? Number(text) : fail(`--${name} must be a number, got "${text}"`);
}

const WHOLE = /^\d{1,9}$/;
const FRACTION = /^\d+(\.\d+)?$/;
if (flags.flat) {
  const share = number("share", 1, FRACTION);
  Deno.exit(await isFlat({ connections: 100_000 * share, operations: 1_000_000 * share }) ? 0 : 1);
}
const total = 60 * number("minutes", 1, FRACTION);
const seed = number("seed", crypto.getRandomValues(new Uint32Array(1))[0] % 1e9, WHOLE);
const places = number("places", 40, WHOLE);
const traffic = flags.only === undefined
  ? TRAFFIC
  : flags.only.split(",").map((name) =>
    TRAFFIC.find((kind) => kind.name === name) ?? fail(`no traffic "${name}", see --list`)
  );

const encoder = new TextEncoder();
/** Keeps one line up to date on a terminal, and prints one from time to time elsewhere. */
function showProgress(scheduler: Scheduler): () => void {
  const isTerminal = Deno.stderr.isTerminal();
  const timer = setInterval(() => {
    const line = progress(ledger, scheduler.underWay, seconds(), total);
    Deno.stderr.writeSync(encoder.encode(isTerminal ? `\r\x1b[K${line}` : `${line}\n`));
  }, isTerminal ? 500 : 15_000);
  return () => {
    clearInterval(timer);
    if (isTerminal) Deno.stderr.writeSync(encoder.encode("\r\x1b[K"));
  };
}

console.log(`soak: seed ${seed}, ${total} s`);
saltStreams(seed);
const ledger = new Ledger(seed);
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  ledger.wrong("unexpected", 1, `nobody handled ${Deno.inspect(event.reason)}`);
});
const start = performance.now();
const seconds = () => (performance.now() - start) / 1000;
const before = resources();
const pressure = new Pressure(seed);
{
  await using _pressure = pressure;
  await using meeting = new Meeting(ledger);
  const scheduler = new Scheduler(ledger, meeting, traffic, seed);
  const stop = showProgress(scheduler);
  await scheduler.run(places, () => seconds() > total);
  stop();
}
const after = resources();
for (const [what, count] of Object.entries(inUse(after))) {
  const left = count - inUse(before)[what];
  if (left !== 0) ledger.wrong("leaked", Math.abs(left), `${left} more ${what} than before`);
}
console.log(summary({ ledger, pressure, seed, seconds: seconds(), before, after }));
Deno.exit(ledger.hasWrongs ? 1 : 0);

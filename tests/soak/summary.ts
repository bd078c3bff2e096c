/** The summary of a soak. */

import { SIZES } from "./datagram_sizes.ts";
import { type Counts, type Ledger, type Wrong, WRONGS } from "./ledger.ts";
import type { Pressure } from "./pressure.ts";
import { inUse, type Resources } from "./resources.ts";

function row(name: string, value: string, indent = 0): string {
  return `${" ".repeat(indent)}${name.padEnd(44 - indent)}${value.padStart(16)}`;
}

/** A number with commas between the thousands. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function counted(title: string, counts: Counts): string[] {
  const rows = [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => row(name, grouped(count), 2));
  return [row(title, grouped(counts.total)), ...rows];
}

/** What there is to say about a soak. */
export interface Outcome {
  readonly ledger: Ledger;
  readonly pressure: Pressure;
  readonly seed: number;
  readonly seconds: number;
  readonly before: Resources;
  readonly after: Resources;
}

/** The summary as a table, and what went wrong in words below it. */
export function summary({ ledger, pressure, seed, seconds, before, after }: Outcome): string {
  const change = (title: string, of: (resources: Resources) => number | undefined) =>
    of(after) === undefined ? [] : [row(title, `${grouped(of(before)!)} → ${grouped(of(after)!)}`)];
  const wrongs = (Object.keys(WRONGS) as Wrong[]).map((kind) => row(kind, grouped(ledger.wrongs[kind])));
  return [
    `soak: seed ${seed}, ${seconds.toFixed(0)} s`,
    ...counted("operations", ledger.operations),
    ...counted("conversations", ledger.conversations),
    ...counted("faults met", ledger.faults),
    row("bytes compared", grouped(ledger.bytesCompared)),
    row("sizes of datagrams", `${grouped(ledger.sizes.covered)} of ${grouped(SIZES)}`),
    row("functions made and thrown away", grouped(pressure.functions)),
    row("megabytes allocated and dropped", grouped(Math.round(pressure.bytes / 1e6))),
    row("late packets", grouped(after.library.latePackets)),
    row("mistaken codes", grouped(after.library.mistakenCodes)),
    ...Object.keys(inUse(after)).flatMap((what) => change(what, (resources) => inUse(resources)[what])),
    ...change("handles", ({ handles }) => handles),
    ...change("descriptors", ({ descriptors }) => descriptors),
    ...change("resident memory in MB", ({ memory }) => Math.round(memory.rss / 1e6)),
    ...change("V8's memory in use in MB", ({ memory }) => Math.round(memory.heapUsed / 1e6)),
    ...change("V8's memory reserved in MB", ({ memory }) => Math.round(memory.heapTotal / 1e6)),
    ...wrongs,
    ...ledger.stories.map((story) => `  ${story}`),
  ].join("\n");
}

/** What is happening, in one line. */
export function progress(ledger: Ledger, underWay: number, seconds: number, total: number): string {
  const wrongs = Object.entries(ledger.wrongs).filter(([, count]) => count > 0);
  return [
    `${seconds.toFixed(0)} of ${total.toFixed(0)} s`,
    `${underWay} conversations`,
    `${grouped(ledger.operations.total)} operations`,
    `${grouped(ledger.faults.total)} faults`,
    `${grouped(Math.round(ledger.bytesCompared / 1e6))} MB compared`,
    ...wrongs.map(([kind, count]) => `${grouped(count)} ${kind}`),
  ].join(", ");
}

// The results as text: medians with their spread, and the ratios of ours to the others.
import { type Metric, type Scenario, type Variant, VARIANTS } from "./scenario.ts";
import type { Result } from "./processes.ts";
import { median, spread } from "./statistics.ts";

/** The results of each round, by scenario and variant. */
export type Results = Record<string, Partial<Record<Variant, Result[]>>>;

/** The values of a metric over the rounds; empty where there are none. */
export function valuesOf(results: Results, scenario: string, variant: Variant, key: string): number[] {
  return (results[scenario]?.[variant] ?? []).map((result) => result[key]).filter((value) => value !== undefined);
}

/** A number with as many digits as say something. */
export function formatNumber(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(digits, 2));
}

/** Whether a ratio of ours to another reaches a goal. */
export function reaches(metric: Metric, ratio: number, goal: number): boolean {
  return metric.better === "lower" ? ratio <= goal : ratio >= goal;
}

function ratio(metric: Metric, ours: readonly number[], others: readonly number[], than: Variant): string {
  if (ours.length === 0 || others.length === 0) return "";
  const value = median(ours) / median(others);
  if (!Number.isFinite(value) || value < 0) return ""; // there is nothing to compare with
  const goal = metric.goals?.[than];
  if (goal === undefined) return value.toFixed(2);
  const sign = metric.better === "lower" ? "≤" : "≥";
  return `${value.toFixed(2)} ${reaches(metric, value, goal) ? "✓" : "✗"} ${sign} ${goal.toFixed(2)}`;
}

function align(rows: readonly string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])).join("  ");
  return [line(rows[0]), widths.map((width) => "-".repeat(width)).join("  "), ...rows.slice(1).map(line)].join("\n");
}

/** The table: a row a metric; medians ± half the distance of the quartiles; ratios of medians, with the goals. */
export function table(scenarios: readonly Scenario[], results: Results): string {
  const variants = (Object.keys(VARIANTS) as Variant[]).filter((variant) =>
    scenarios.some(({ name }) => (results[name]?.[variant] ?? []).length > 0)
  );
  const others = variants.includes("ours") ? variants.filter((variant) => variant !== "ours") : [];
  const rows = [["", "", ...variants, ...others.map((other) => `ours ÷ ${other}`)]];
  for (const { name, metrics } of scenarios) {
    for (const metric of metrics) {
      const valuesFor = (variant: Variant) => valuesOf(results, name, variant, metric.key);
      rows.push([
        metric.ownGoal === undefined ? metric.title : `${metric.title} (goal: ${metric.ownGoal})`,
        `${metric.unit} ${metric.better === "lower" ? "↓" : "↑"}`,
        ...variants.map((variant) => {
          const values = valuesFor(variant);
          if (values.length === 0) return "";
          const goal = variant === "ours" && metric.ownGoal !== undefined
            ? ` ${reaches(metric, median(values), metric.ownGoal) ? "✓" : "✗"}`
            : "";
          return `${formatNumber(median(values))} ±${Math.round(100 * spread(values))}%${goal}`;
        }),
        ...others.map((other) => ratio(metric, valuesFor("ours"), valuesFor(other), other)),
      ]);
    }
  }
  return align(rows);
}

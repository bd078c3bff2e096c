// What a scenario is: something that is done with each variant and yields figures.
import type { Result } from "./processes.ts";

/** What is compared. */
export const VARIANTS = {
  ours: "this library",
  c: "a native completion-port program",
  deno: "Deno's own sockets",
  node: "Node",
  bun: "Bun",
} as const;

/** The name of a variant. */
export type Variant = keyof typeof VARIANTS;

/** How long to measure, in milliseconds. */
export interface Times {
  readonly warmup: number;
  readonly time: number;
  /** How many connections are idle at most. */
  readonly idle: number;
}

/** A figure that a scenario yields. */
export interface Metric {
  /** What the result calls it. */
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  /** The ratio to another variant that is to be reached. */
  readonly goals?: Partial<Record<Variant, number>>;
  /** What our own figure is to reach. */
  readonly ownGoal?: number;
  /** Whether the chart shows it. */
  readonly isCharted?: boolean;
}

/** Something to measure. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly variants: readonly Variant[];
  readonly metrics: readonly Metric[];
  /** How many rounds are enough, where one takes long. */
  readonly mostRounds?: number;
  /** Measures once. */
  run(variant: Variant, times: Times): Promise<Result>;
}

// Round trips with our own client: a server in another process, or both ends in one.
import { measure } from "../processes.ts";
import type { Scenario, Times } from "../scenario.ts";
import { tcpServer, withServer } from "./tcp.ts";

function options(port: number, { warmup, time }: Times): string[] {
  return [`port=${port}`, `warmup=${warmup}`, `time=${time}`];
}

/** The client is ours. */
const REMOTE: Scenario = {
  name: "own-client",
  title: "64 bytes to and fro, our client and each server",
  variants: ["ours", "c", "deno", "node", "bun"],
  metrics: [
    { key: "p50", title: "round trip, our client, median", unit: "µs", better: "lower" },
    { key: "p99", title: "round trip, our client, 99 %", unit: "µs", better: "lower" },
  ],
  run: (variant, times) =>
    withServer(
      tcpServer(variant, "echo", 1024),
      ({ port }) => measure(["deno", "servers/ping_pong_ours.ts", ...options(port, times)]),
    ),
};

/** Both ends are one program's. */
const IN_PROCESS: Scenario = {
  name: "in-process",
  title: "64 bytes to and fro, both ends in one process",
  variants: ["ours", "deno", "node", "bun"],
  metrics: [
    { key: "p50", title: "round trip in one process, median", unit: "µs", better: "lower", goals: { deno: 0.85 } },
    { key: "p99", title: "round trip in one process, 99 %", unit: "µs", better: "lower" },
  ],
  run(variant, times) {
    const isDeno = variant === "ours" || variant === "deno";
    return isDeno
      ? measure(["deno", `servers/ping_pong_${variant}.ts`, ...options(0, times)])
      : measure([variant as "node" | "bun", "servers/ping_pong_node.mjs", ...options(0, times)]);
  },
};

/** The scenarios with clients of our own. */
export const OWN_CLIENT: readonly Scenario[] = [REMOTE, IN_PROCESS];

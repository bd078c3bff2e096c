// What connections that do nothing cost: memory, and time of the one that does something.
import { type Result, runClient } from "../processes.ts";
import type { Scenario } from "../scenario.ts";
import { tcpServer, withServer } from "./tcp.ts";

const FEW = 10;

/** One round trip, and the memory of the server, with 10 idle connections and with thousands. */
export const IDLE: Scenario = {
  name: "idle",
  title: "one connection among up to 5,000 idle ones",
  variants: ["ours", "c", "deno", "node", "bun"],
  mostRounds: 3,
  metrics: [
    { key: "p50 few", title: `round trip with ${FEW} idle connections, median`, unit: "µs", better: "lower" },
    { key: "p50 many", title: "round trip with 5,000 idle connections, median", unit: "µs", better: "lower" },
    { key: "growth", title: "the latter ÷ the former", unit: "", better: "lower", ownGoal: 1.1 },
    { key: "memory", title: "memory of an idle connection", unit: "KiB", better: "lower", goals: { node: 0.5 } },
  ],
  run: (variant, { warmup, time, idle }) =>
    withServer(tcpServer(variant, "echo", 1024), async (server) => {
      const levels: Array<{ idle: number; p50: number; memory: number }> = [];
      await runClient(
        ["native", "tcp_client", `${server.port}`, "idle", `conns=${idle}`, `warmup=${warmup}`, `time=${time / 2}`],
        async ({ idle, p50 }) => {
          levels.push({ idle, p50, memory: await server.memory() });
        },
      );
      const few = levels[0];
      const many = levels.at(-1)!;
      const result: Result = {
        "p50 few": few.p50,
        "p50 many": many.p50,
        growth: many.p50 / few.p50,
        memory: (many.memory - few.memory) / (many.idle - few.idle) / 1024,
      };
      for (const { idle, p50, memory } of levels) {
        result[`p50 at ${idle}`] = p50;
        result[`memory at ${idle}`] = memory;
      }
      return result;
    }),
};

// What others of the program get while connections are busy, and what a peer that does not read costs.
import { measure, runClient } from "../processes.ts";
import type { Scenario } from "../scenario.ts";
import { tcpServer, withServer } from "./tcp.ts";

const MIB = 1024 * 1024;

/** A timer of 10 ms in a server that echoes on 64 connections. */
const TIMER: Scenario = {
  name: "timer",
  title: "a timer of 10 ms while 64 connections are busy",
  variants: ["ours", "deno", "node", "bun"],
  metrics: [{ key: "late", title: "a timer of 10 ms is late at most", unit: "ms", better: "lower", ownGoal: 10 }],
  run: (variant, { warmup, time }) =>
    withServer(tcpServer(variant, "timer", 1024), async (server) => {
      const client = ["ping-pong", "conns=64", `warmup=${warmup}`, `time=${time}`];
      await measure(["native", "tcp_client", `${server.port}`, ...client]);
      return { late: Number(await server.note()) };
    }),
};

/** The memory of a server whose peer asks for 1 GiB and does not read. */
const UNREAD: Scenario = {
  name: "unread",
  title: "memory while a peer does not read",
  variants: ["ours", "c", "deno", "node", "bun"],
  mostRounds: 3,
  metrics: [{ key: "growth", title: "memory for a peer that does not read", unit: "MiB", better: "lower", ownGoal: 4 }],
  run: (variant) =>
    withServer(tcpServer(variant, "source", 1024), async (server) => {
      const memory: number[] = [];
      await runClient(["native", "tcp_client", `${server.port}`, "unread"], async () => {
        memory.push(await server.memory());
      });
      return { growth: (memory[1] - memory[0]) / MIB };
    }),
};

/** The scenarios of fairness. */
export const FAIRNESS: readonly Scenario[] = [TIMER, UNREAD];

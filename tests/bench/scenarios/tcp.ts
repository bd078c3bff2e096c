// TCP with a server of each variant and the native client in another process.
import type { Command } from "../machine.ts";
import { measure, type Result, Server } from "../processes.ts";
import type { Metric, Scenario, Times, Variant } from "../scenario.ts";

const ALL: readonly Variant[] = ["ours", "c", "deno", "node", "bun"];

/** The server of a variant. */
export function tcpServer(variant: Variant, mode: string, buffer: number): Command {
  const rest = [mode, `buffer=${buffer}`];
  switch (variant) {
    case "c":
      return ["native", "tcp_server", ...rest];
    case "node":
    case "bun":
      return [variant, `servers/tcp_${variant}.mjs`, ...rest];
    default:
      return ["deno", `servers/tcp_${variant}.ts`, ...rest];
  }
}

/** Starts a server, has a client measure it, and stops it. */
export async function withServer<T>(command: Command, use: (server: Server) => Promise<T>): Promise<T> {
  const server = await Server.start(command);
  let result: T;
  try {
    result = await use(server);
  } catch (error) {
    // What the server said explains more than that the client got no answer.
    await server.stop().catch((cause) => {
      throw new Error(`${(error as Error).message}\n${(cause as Error).message}`);
    });
    throw error;
  }
  await server.stop();
  return result;
}

const SMALL = 1024;
const LARGE = 64 * 1024;

function scenario(
  name: string,
  title: string,
  mode: string,
  buffer: number,
  client: readonly string[],
  metrics: readonly Metric[],
): Scenario {
  const run = (variant: Variant, { warmup, time }: Times): Promise<Result> =>
    withServer(
      tcpServer(variant, mode, buffer),
      ({ port }) => measure(["native", "tcp_client", `${port}`, ...client, `warmup=${warmup}`, `time=${time}`]),
    );
  return { name, title, variants: ALL, metrics, run };
}

function rate(title: string, unit: string, goals?: Metric["goals"]): Metric {
  return { key: "rate", title, unit, better: "higher", goals, isCharted: true };
}

const BULK_GOALS = { c: 0.9, deno: 1, node: 1, bun: 1 };
const MANY_GOALS = { c: 0.95, deno: 1.05, node: 1, bun: 1 };

function many(count: number): Scenario {
  return scenario(`many-${count}`, `64 bytes to and fro on ${count} connections`, "echo", SMALL, [
    "ping-pong",
    `conns=${count}`,
  ], [
    rate(`${count} × 64 bytes, round trips`, "1/s", MANY_GOALS),
    {
      key: "wait",
      title: `${count} × 64 bytes, longest wait ÷ median`,
      unit: "",
      better: "lower",
      ownGoal: 4,
    },
  ]);
}

function bulk(mode: string, title: string, count: number): Scenario {
  const what = `64 KiB ${title}, ${count} connection${count > 1 ? "s" : ""}`;
  return scenario(`${mode}-${count}`, what, mode, LARGE, [mode, `conns=${count}`], [rate(what, "MB/s", BULK_GOALS)]);
}

/** The scenarios with one client for all. */
export const TCP: readonly Scenario[] = [
  scenario("rtt", "64 bytes to and fro on one connection", "echo", SMALL, ["ping-pong"], [
    {
      key: "p50",
      title: "round trip of 64 bytes, median",
      unit: "µs",
      better: "lower",
      goals: { c: 1.3, deno: 0.9 },
      isCharted: true,
    },
    { key: "p99", title: "round trip of 64 bytes, 99 %", unit: "µs", better: "lower" },
  ]),
  many(64),
  many(256),
  ...[1, 8].flatMap((count) => [
    bulk("sink", "received", count),
    bulk("source", "sent", count),
    bulk("echo", "echoed", count),
  ]),
  scenario("accept", "connections accepted and closed", "close", SMALL, ["accept"], [
    rate("connections accepted and closed", "1/s", { deno: 1.2 }),
  ]),
];

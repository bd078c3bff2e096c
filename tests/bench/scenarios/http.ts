// HTTP/1.1 with a server of each variant and the native client in another process.
import type { Command } from "../machine.ts";
import { measure } from "../processes.ts";
import type { Metric, Scenario, Variant } from "../scenario.ts";
import { withServer } from "./tcp.ts";

const BODIES = { empty: 0, "64k": 64 * 1024 } as const;

function server(variant: Variant, kind: "serve" | "node", body: number): Command {
  const rest = [kind, `body=${body}`];
  if (variant === "node" || variant === "bun") return [variant, `servers/http_${variant}.mjs`, ...rest];
  return ["deno", `servers/http_${variant}.ts`, ...rest];
}

function scenario(kind: "serve" | "node", body: keyof typeof BODIES, count: number): Scenario {
  const bytes = BODIES[body];
  const api = kind === "serve" ? "fetch handler" : "node:http";
  const what = `HTTP, ${api}, ${bytes === 0 ? "no body" : "64 KiB"}, ${count} connections`;
  const goal = bytes > 0 ? 1 : kind === "serve" ? 1.1 : 1.15;
  const metrics: Metric[] = [
    { key: "rate", title: what, unit: "1/s", better: "higher", goals: { deno: goal }, isCharted: count === 16 },
    {
      key: "p99",
      title: `${what}: 99 %`,
      unit: "µs",
      better: "lower",
      goals: kind === "serve" && bytes === 0 ? { deno: 0.25 } : undefined,
    },
  ];
  return {
    name: `http-${kind}-${body}-${count}`,
    title: `${what}: requests and answers`,
    variants: ["ours", "deno", "node", "bun"],
    metrics,
    run: (variant, { warmup, time }) =>
      withServer(server(variant, kind, bytes), ({ port }) => {
        const options = [`conns=${count}`, `body=${bytes}`, `warmup=${warmup}`, `time=${time}`];
        return measure(["native", "tcp_client", `${port}`, "http", ...options]);
      }),
  };
}

/** The scenarios of HTTP. */
export const HTTP: readonly Scenario[] = (["serve", "node"] as const).flatMap((kind) =>
  (["empty", "64k"] as const).flatMap((body) => [scenario(kind, body, 16), scenario(kind, body, 256)])
);

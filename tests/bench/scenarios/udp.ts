// UDP with a server of each variant and the native client in another process.
import type { Command } from "../machine.ts";
import { measure } from "../processes.ts";
import type { Metric, Scenario, Variant } from "../scenario.ts";
import { withServer } from "./tcp.ts";

/** How many datagrams are under way where their rate is measured. */
const WINDOW = 32;

function udpServer(variant: Variant, info: boolean): Command {
  const rest = ["echo", `info=${info ? 1 : 0}`];
  if (variant === "c") return ["native", "udp_server", ...rest];
  const runtime = variant === "ours" ? "deno" : variant;
  return [runtime, `servers/udp_${variant}.${runtime === "deno" ? "ts" : "mjs"}`, ...rest];
}

/** Only ours and the native program have packet information; it is compared with the others without. */
function scenario(
  name: string,
  title: string,
  info: boolean,
  client: readonly string[],
  metrics: readonly Metric[],
): Scenario {
  return {
    name,
    title,
    variants: ["ours", "c", "deno", "node", "bun"],
    metrics,
    run: (variant, { warmup, time }) =>
      withServer(
        udpServer(variant, info),
        ({ port }) => measure(["native", "udp_client", `${port}`, ...client, `warmup=${warmup}`, `time=${time}`]),
      ),
  };
}

function rate(bytes: number, info: boolean): Scenario {
  const title = `UDP of ${bytes} bytes${info ? " with packet information" : ""}`;
  const goals = info ? { deno: 1.3 } : undefined;
  return scenario(`udp-${bytes}${info ? "-info" : ""}`, title, info, [`bytes=${bytes}`, `window=${WINDOW}`], [
    { key: "rate", title, unit: "1/s", better: "higher", goals, isCharted: true },
  ]);
}

/** The scenarios of UDP. */
export const UDP: readonly Scenario[] = [
  scenario("udp-rtt", "a UDP datagram of 64 bytes to and fro", true, [], [
    { key: "p50", title: "UDP round trip of 64 bytes, median", unit: "µs", better: "lower", isCharted: true },
    { key: "p99", title: "UDP round trip of 64 bytes, 99 %", unit: "µs", better: "lower" },
  ]),
  ...[64, 1400].flatMap((bytes) => [rate(bytes, true), rate(bytes, false)]),
];

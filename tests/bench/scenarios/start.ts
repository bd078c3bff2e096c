// How long it takes from the start of a process until it has accepted a connection.
import { windowsCommand, windowsPath } from "../machine.ts";
import { measure, newFile } from "../processes.ts";
import type { Scenario } from "../scenario.ts";
import { tcpServer } from "./tcp.ts";

/** The first accepted connection, beside a program that does nothing. */
export const START: Scenario = {
  name: "start",
  title: "from the start of the process to the first accepted connection",
  variants: ["ours", "c", "deno", "node", "bun"],
  metrics: [
    { key: "accepted", title: "first accepted connection after", unit: "ms", better: "lower", goals: { deno: 1.25 } },
    { key: "ended", title: "an empty program ends after", unit: "ms", better: "lower" },
  ],
  async run(variant) {
    const [runtime, program, ...args] = tcpServer(variant, "close", 1024);
    const portFile = windowsPath(newFile("port"));
    const server = windowsCommand([runtime, program, portFile, ...args]);
    const { accepted } = await measure(["native", "starter", "accept", portFile, ...server]);
    const empty = windowsCommand(runtime === "native" ? ["native", "empty"] : [runtime, "servers/empty.mjs"]);
    const { ended } = await measure(["native", "starter", "end", ...empty]);
    return { accepted, ended };
  },
};

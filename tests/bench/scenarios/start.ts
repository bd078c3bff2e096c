// How long it takes from the start of a process until it has accepted a connection.
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Command, windowsCommand, windowsPath } from "../machine.ts";
import { measure, newFile } from "../processes.ts";
import type { Scenario, Variant } from "../scenario.ts";
import { tcpServer } from "./tcp.ts";

/** How long it takes until a server has accepted. */
async function firstAccept([runtime, program, ...args]: Command): Promise<number> {
  const portFile = windowsPath(newFile("port"));
  const server = windowsCommand([runtime, program, portFile, ...args]);
  const { accepted } = await measure(["native", "starter", "accept", portFile, ...server]);
  return accepted;
}

let bundle: Promise<string> | undefined;

/**
 * Makes one file of our server and all of the library, once: V8 has the code of a program that was run before in its cache,
 * as it has that of the other servers. Those have hardly more than one file.
 */
async function bundled(variant: Variant): Promise<Command> {
  const [runtime, program, ...args] = tcpServer(variant, "close", 1024);
  return [runtime, pathToFileURL(await (bundle ??= makeBundle(program))).href, ...args];
}

async function makeBundle(program: string): Promise<string> {
  const output = newFile("js");
  const script = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const command = new Deno.Command(Deno.execPath(), { args: ["bundle", "--quiet", "--output", output, script] });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`deno bundle failed: ${new TextDecoder().decode(stderr)}`);
  return output;
}

/** The first accepted connection, beside a program that does nothing. */
export const START: Scenario = {
  name: "start",
  title: "from the start of the process to the first accepted connection",
  variants: ["ours", "c", "deno", "node", "bun"],
  metrics: [
    { key: "accepted", title: "first accepted connection after", unit: "ms", better: "lower", goals: { deno: 1.5 } },
    {
      key: "bundled",
      title: "the same, bundled into one file",
      unit: "ms",
      better: "lower",
      goals: { deno: 1.2 },
    },
    { key: "ended", title: "an empty program ends after", unit: "ms", better: "lower" },
  ],
  async run(variant) {
    const accepted = await firstAccept(tcpServer(variant, "close", 1024));
    const inOne = variant === "ours" ? await firstAccept(await bundled(variant)) : accepted;
    const isNative = variant === "c";
    const runtime = isNative ? "native" : variant === "ours" ? "deno" : variant;
    const empty = windowsCommand([runtime, isNative ? "empty" : "servers/empty.mjs"]);
    const { ended } = await measure(["native", "starter", "end", ...empty]);
    return { accepted, bundled: inOne, ended };
  },
};

// Ctrl-C and Ctrl-Break. Those that a terminal sends are tested from Linux, in tests/peers.
import { assertEquals, assertNotEquals } from "@std/assert";
import { connect, listen, listenDatagram } from "@winsock/ws2";
import { RunningProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const STATUS_CONTROL_C_EXIT = 0xc000013a;

/** Starts the program, is its client, and waits until both have ended; checks that its ports are free then. */
async function run(...args: string[]) {
  await using program = new RunningProgram("tests/overlapped/programs/console_event.ts", ...args);
  const [port, datagramPort] = (await program.line()).split(" ").map(Number);
  await using client = await connect({ hostname: "127.0.0.1", port });
  const buffer = new Uint8Array(2);
  assertEquals(await client.read(buffer), 1);
  const rest = await client.read(buffer).catch(({ name }: Error) => name);
  const { code, stdout, stderr } = await program.ended();
  listen({ port, exclusive: true }).close();
  listenDatagram({ port: datagramPort }).close();
  return { rest, code, lines: stdout.trim().split(/\r?\n/), stderr };
}

for (const signal of ["SIGINT", "SIGBREAK"]) {
  Deno.test(`a server that listens for ${signal} closes what it has, and ends by itself`, NEEDS_WINDOWS, async () => {
    const { rest, code, lines, stderr } = await run(signal, "handled");
    assertEquals([rest, code, stderr], [null, 0, ""]);
    assertEquals(lines[0], signal);
    assertEquals(lines.slice(1).sort(), ["BadResource", "Interrupted", "Interrupted", "Interrupted", "closed"]);
  });

  Deno.test(`a server that does not listen for ${signal} is ended, and its ports are free`, NEEDS_WINDOWS, async () => {
    const { rest, code, lines, stderr } = await run(signal);
    assertNotEquals(rest, 1);
    assertEquals([code >>> 0, lines, stderr], [STATUS_CONTROL_C_EXIT, [""], ""]);
  });
}

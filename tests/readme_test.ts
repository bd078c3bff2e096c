// The programs of the README, run as they stand there but for the port and what tells it.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { listenDatagram } from "@winsock/ws2";
import { randomBytes, readAll, writeAll } from "./support/bytes.ts";
import { RunningProgram } from "./support/program.ts";
import { NEEDS_WINDOWS } from "./support/windows.ts";

const README = await Deno.readTextFile(new URL("../README.md", import.meta.url));
const programs = Array.from(README.matchAll(/^```ts\n([^]*?)^```$/gm), ([, program]) => program);

/** Starts the one program that opens its socket by `call`, on a free port. */
async function start(call: string): Promise<[program: RunningProgram, port: number]> {
  const [source] = programs.filter((program) => program.includes(call));
  const tellingPort = "((socket) => (console.log(socket.addr.port), socket))";
  const told = source.replace(call, `${tellingPort}(${call.replace(/port: \d+/, "port: 0")})`);
  const program = new RunningProgram("--config", "deno.json", `data:text/typescript,${encodeURIComponent(told)}`);
  return [program, Number(await program.line())];
}

Deno.test("the TCP server of the README echoes, in at most ten lines", NEEDS_WINDOWS, async () => {
  assert(programs.find((program) => program.includes("listen({"))!.trim().split("\n").length <= 10);
  const [program, port] = await start("listen({ port: 5001 })");
  await using _ = program;
  for (const hostname of ["127.0.0.1", "::1"]) {
    using conn = await Deno.connect({ hostname, port });
    const sent = randomBytes(1 << 20);
    const [received] = await Promise.all([readAll(conn), writeAll(conn, sent).then(() => conn.closeWrite())]);
    assertEquals(received, sent);
    assertEquals(await program.line(), `hello ${hostname}`);
  }
});

Deno.test("the HTTP server of the README answers both families", NEEDS_WINDOWS, async () => {
  const handler = programs[0].slice(programs[0].indexOf("serve({")).trim().replace(/;$/, "");
  const [program, port] = await start(handler);
  await using _ = program;
  for (const [host, address] of [["127.0.0.1", "127.0.0.1"], ["[::1]", "::1"]]) {
    assertEquals(await (await fetch(`http://${host}:${port}/page`)).text(), `hello ${address}, this is /page`);
  }
});

Deno.test("the Node server of the README answers both families", NEEDS_WINDOWS, async () => {
  const [program, port] = await start("listenServer(server, { port: 8080 })");
  await using _ = program;
  for (const [host, address] of [["127.0.0.1", "127.0.0.1"], ["[::1]", "::1"]]) {
    assertEquals(await (await fetch(`http://${host}:${port}/`)).text(), `hello ${address}`);
  }
});

Deno.test("the UDP server of the README answers, and says which address it was asked at", NEEDS_WINDOWS, async () => {
  const [program, port] = await start("listenDatagram({ port: 5002 })");
  await using _ = program;
  using client = listenDatagram();
  for (const hostname of ["127.0.0.2", "::1"]) {
    const sent = randomBytes(100);
    await client.send(sent, { transport: "udp", hostname, port });
    const [data] = await client.receive();
    assertEquals(data, sent);
    assertMatch(await program.line(), new RegExp(`^\\S+ asked ${hostname} on interface \\d+$`));
  }
});

Deno.test("the README names files that exist", async () => {
  for (const [, path] of README.matchAll(/\]\(([^):]+)\)/g)) await Deno.stat(new URL(`../${path}`, import.meta.url));
});

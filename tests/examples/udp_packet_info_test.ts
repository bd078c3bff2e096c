// The example as a user starts it. Peers that are not ours come from Linux, in tests/peers.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { listenDatagram } from "@winsock/ws2";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { randomBytes } from "../support/bytes.ts";
import { RunningProgram, runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const EXAMPLE = "examples/udp_packet_info.ts";

/** A socket of Node on loopback. */
async function nodeSocket(hostname: "127.0.0.1" | "::1"): Promise<Socket> {
  const socket = createSocket(hostname === "::1" ? "udp6" : "udp4");
  socket.bind(0, hostname);
  await once(socket, "listening");
  return socket;
}

/** Starts the example on a free port; what it says first, and the port. */
async function start(...args: string[]): Promise<[program: RunningProgram, line: string, port: number]> {
  const program = new RunningProgram(EXAMPLE, "--port", "0", ...args);
  const line = await program.line();
  return [program, line, Number(/:(\d+)$/.exec(line)?.[1])];
}

for (const [hostname, family] of [["127.0.0.1", "IPv4"], ["::1", "IPv6"]] as const) {
  Deno.test(`udp_packet_info.ts says where datagrams to ${hostname} came to, and replies`, NEEDS_WINDOWS, async () => {
    const [program, line, port] = await start();
    await using _ = program;
    assertEquals(line, `Receiving on [::]:${port}`);
    const socket = await nodeSocket(hostname);
    try {
      for (const data of [new Uint8Array(0), randomBytes(1), randomBytes(1400), randomBytes(9000)]) {
        const reply = once(socket, "message");
        socket.send(data, port, hostname);
        const [received, sender] = await reply;
        assertEquals(new Uint8Array(received), data);
        assertEquals([sender.address, sender.port], [hostname, port]);
        const from = socket.address().port;
        const said = await program.line();
        const start = `${family} from ${hostname} port ${from} to ${hostname} on interface `;
        assertEquals(said.slice(0, start.length), start);
        const rest = /^\d+, hop limit (\d+|\?), traffic class (\d+|\?), (\d+) bytes$/.exec(said.slice(start.length));
        assertEquals(Number(rest?.[3]), data.length, said);
      }
    } finally {
      socket.close();
    }
  });
}

Deno.test("udp_packet_info.ts tells the local addresses 127.0.0.1 and 127.0.0.2 apart", NEEDS_WINDOWS, async () => {
  const [program, , port] = await start();
  await using _ = program;
  using socket = listenDatagram({ hostname: "127.0.0.1" });
  for (const hostname of ["127.0.0.1", "127.0.0.2", "127.0.0.1"]) {
    await socket.send(new Uint8Array(1), { ...socket.addr, hostname, port });
    assertStringIncludes(await program.line(), ` to ${hostname} on interface `);
  }
});

Deno.test("udp_packet_info.ts --hostname and --ipv6-only choose what it receives", NEEDS_WINDOWS, async () => {
  for (const [args, place] of [[["--hostname", "127.0.0.1"], "127.0.0.1"], [["--ipv6-only"], "[::]"]] as const) {
    const [program, line, port] = await start(...args);
    await using _ = program;
    assertEquals(line, `Receiving on ${place}:${port}`);
  }
});

Deno.test("udp_packet_info.ts --help describes every flag", async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE, "--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["--port", "--hostname", "--ipv6-only", "--help"]) assertStringIncludes(stdout, flag);
});

for (
  const [args, message] of [
    [["--prot", "80"], "unknown argument --prot, see --help"],
    [["--port", "http"], '--port must be a number, got "http"'],
    [["--port", "65536"], "port must be a whole number from 0 to 65535, got 65536"],
    [["--hostname", "1.2.3"], 'hostname must be an IP address or a host name, got "1.2.3"'],
  ] as const
) {
  Deno.test(`udp_packet_info.ts refuses ${args.join(" ")} in one line, and ends with code 2`, async () => {
    const { code, stdout, stderr } = await runProgram([EXAMPLE, ...args]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^udp_packet_info: [^\n]+\n$/);
    assertStringIncludes(stderr, message);
  });
}

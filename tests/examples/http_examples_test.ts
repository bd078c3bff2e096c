// The HTTP examples and the forwarder as a user starts them. Ctrl-C, curl and a browser are in tests/peers.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { connect, listen } from "@winsock/ws2";
import { checksumOf, randomBytes, readAll, writeAll } from "../support/bytes.ts";
import { NEEDS_BOTH } from "../support/families.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { RunningProgram, runProgram } from "../support/program.ts";

const EXAMPLES = ["http_server", "node_server", "port_forward"];

for (const name of EXAMPLES) {
  const needed = name === "port_forward" ? ["--to", "1"] : [];

  Deno.test(`${name}.ts --help explains itself`, NEEDS_WINDOWS, async () => {
    const { code, stdout, stderr } = await runProgram([`examples/${name}.ts`, "--help"]);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `Usage: ${name}.ts`);
    for (const line of stdout.split("\n")) assert(line.length <= 100, line);
  });

  Deno.test(`${name}.ts says what is wrong with its arguments, and ends with 2`, NEEDS_WINDOWS, async () => {
    for (const args of [["--unknown"], ["--port", "x"], ["--port", "65536"], ["--port", "-1"]]) {
      const { code, stdout, stderr } = await runProgram([`examples/${name}.ts`, ...needed, ...args]);
      assertEquals([code, stdout], [2, ""], `${args}`);
      assertMatch(stderr, new RegExp(`^${name}: .*(${args[0]}|port|-1)`));
    }
  });

  Deno.test(`${name}.ts ends with 1 when the port is taken, and names it`, NEEDS_WINDOWS, async () => {
    using taken = listen();
    const port = `${taken.addr.port}`;
    const { code, stderr } = await runProgram([`examples/${name}.ts`, ...needed, "--port", port]);
    assertEquals(code, 1);
    assertMatch(stderr, new RegExp(`^${name}: Cannot listen on .*:${port}: address already in use`));
  });
}

Deno.test("http_server.ts answers both families, echoes bodies, and knows what it has not", NEEDS_BOTH, async () => {
  await using program = new RunningProgram("examples/http_server.ts", "--port", "0");
  const line = await program.line();
  assertMatch(line, /^Listening on http:\/\/\[::\]:\d+\/$/);
  const port = /:(\d+)\/$/.exec(line)![1];
  for (const [host, address] of [["127.0.0.1", "127.0.0.1"], ["[::1]", "::1"]]) {
    const base = `http://${host}:${port}`;
    assertEquals(await (await fetch(base)).text(), `hello ${address}\n`);
    const sent = randomBytes(1 << 20);
    const echo = await fetch(`${base}/echo`, { method: "POST", body: sent });
    assertEquals(checksumOf(await echo.bytes()), checksumOf(sent));
    assertEquals(await (await fetch(`${base}/sum`, { method: "POST", body: "12345" })).json(), { bytes: 5 });
    const none = await fetch(`${base}/none`);
    assertEquals([none.status, await none.text()], [404, "there is no /none\n"]);
  }
});

Deno.test("http_server.ts wants a certificate and its key together", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await runProgram(["examples/http_server.ts", "--cert", "x.pem"]);
  assertEquals([code, stderr], [2, "http_server: --cert and --key go together\n"]);
});

Deno.test("port_forward.ts joins clients of one family to a server of the other", NEEDS_BOTH, async () => {
  for (const [host, client] of [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]]) {
    using server = listen({ hostname: host, ipv6Only: host === "::1" });
    const echoing = server.accept().then((conn) => conn.readable.pipeTo(conn.writable));
    const to = `${server.addr.port}`;
    await using program = new RunningProgram("examples/port_forward.ts", "--port", "0", "--host", host, "--to", to);
    const line = await program.line();
    assertStringIncludes(line, ` to ${host} port ${to}`);
    using conn = await connect({ hostname: client, port: Number(/port (\d+) to/.exec(line)![1]) });
    const sent = randomBytes(2 << 20);
    const [received] = await Promise.all([readAll(conn), writeAll(conn, sent).then(() => conn.closeWrite())]);
    assertEquals(checksumOf(received), checksumOf(sent));
    await echoing;
  }
});

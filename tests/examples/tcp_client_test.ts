// The example as a user starts it, with Deno's own sockets at the other end.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { echo, readAll, readExactly, writeAll } from "../support/bytes.ts";
import { type Ended, RunningProgram, runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const EXAMPLE = "examples/tcp_client.ts";

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test(`tcp_client.ts sends what is typed to ${hostname} and prints what comes back`, NEEDS_WINDOWS, async () => {
    using listener = Deno.listen({ hostname, port: 0 });
    const serving = listener.accept().then((conn) => echo(conn).finally(() => conn.close()));
    await using client = new RunningProgram(EXAMPLE, "--hostname", hostname, "--port", String(listener.addr.port));
    await client.type("first\n");
    assertEquals(await client.line(), "first");
    await client.type("second\n");
    assertEquals(await client.line(), "second");
    await client.endInput();
    const { port } = listener.addr;
    assertEquals(await client.ended(), { code: 0, stdout: "", stderr: `Connected to ${hostname} port ${port}\n` });
    await serving;
  });
}

Deno.test("tcp_client.ts prints what comes after its input has ended", NEEDS_WINDOWS, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ending = runProgram(
    [EXAMPLE, "--hostname", "127.0.0.1", "--port", String(listener.addr.port)],
    "question",
  );
  using server = await listener.accept();
  assertEquals(new TextDecoder().decode(await readAll(server)), "question");
  await writeAll(server, new TextEncoder().encode("answer"));
  server.closeWrite();
  const { code, stdout } = await ending;
  assertEquals([code, stdout], [0, "answer"]);
});

Deno.test("tcp_client.ts sends on after the server has ended its side", NEEDS_WINDOWS, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  await using client = new RunningProgram(EXAMPLE, "--hostname", "127.0.0.1", "--port", String(port));
  using server = await listener.accept();
  await writeAll(server, new TextEncoder().encode("welcome\n"));
  await server.closeWrite();
  assertEquals(await client.line(), "welcome");
  await client.type("thanks");
  assertEquals(await readExactly(server, 6), new TextEncoder().encode("thanks"));
  await client.endInput();
  assertEquals(await readAll(server), new Uint8Array());
  assertEquals((await client.ended()).code, 0);
});

/** Runs the example with arguments that end it. */
function run(...args: string[]): Promise<Ended> {
  return runProgram([EXAMPLE, ...args]);
}

Deno.test("tcp_client.ts says in one line that nobody listens, and ends with code 1", NEEDS_WINDOWS, async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { code, stdout, stderr } = await run("--hostname", "127.0.0.1", "--port", String(port));
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, new RegExp(`^tcp_client: .*127\\.0\\.0\\.1:${port}.*WSAECONNREFUSED.*\\n$`));
});

// These need no Windows: the example ends before it has opened anything.
Deno.test("tcp_client.ts --help describes every flag", async () => {
  const { code, stdout, stderr } = await run("--help");
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["--hostname", "--port", "--timeout", "--help"]) assertStringIncludes(stdout, flag);
});

for (
  const [args, message] of [
    [["--host", "::1"], "unknown argument --host, see --help"],
    [["::1"], "unknown argument ::1, see --help"],
    [["--port", "echo"], '--port must be a number, got "echo"'],
    [["--port", "0"], "port must be a whole number from 1 to 65535, got 0"],
    [["--timeout", "soon"], '--timeout must be a number, got "soon"'],
    [["--timeout", "0"], "timeout must be a whole number from 1 to 2147483647, got 0"],
    [["--hostname", "a b"], 'hostname must be an IP address or a host name, got "a b"'],
  ] as const
) {
  Deno.test(`tcp_client.ts refuses ${args.join(" ")} in one line, and ends with code 2`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^tcp_client: [^\n]+\n$/);
    assertStringIncludes(stderr, message);
  });
}

// The example as a user starts it. How it ends on Ctrl-C is tested from Linux, in tests/peers: here that would reach this
// process too.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { checksumOf, randomBytes, readAll, readExactly, writeAll } from "../support/bytes.ts";
import { type Ended, RunningProgram, runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const EXAMPLE = "examples/tcp_echo.ts";

/** Starts the example on a free port; what it says first, and the port. */
async function start(...args: string[]): Promise<[program: RunningProgram, line: string, port: number]> {
  const program = new RunningProgram(EXAMPLE, "--port", "0", ...args);
  const line = await program.line();
  return [program, line, Number(/:(\d+)/.exec(line.replace("[::", "["))?.[1])];
}

for (const [hostname, family] of [["127.0.0.1", "IPv4"], ["::1", "IPv6"]]) {
  Deno.test(`tcp_echo.ts answers Deno.connect() to ${hostname} and logs it as ${family}`, NEEDS_WINDOWS, async () => {
    const [program, line, port] = await start();
    await using _ = program;
    assertEquals(line, `Listening on [::]:${port} (dual-stack)`);
    using conn = await Deno.connect({ hostname, port });
    const { port: from } = conn.localAddr as Deno.NetAddr;
    assertEquals(await program.line(), `${family} client ${hostname} port ${from}`);
    await writeAll(conn, Uint8Array.of(1)); // an answer before the end of the request
    assertEquals(await readExactly(conn, 1), Uint8Array.of(1));
    const sent = randomBytes(10 << 20);
    const [received] = await Promise.all([readAll(conn), writeAll(conn, sent).then(() => conn.closeWrite())]);
    assertEquals(checksumOf(received), checksumOf(sent));
  });
}

Deno.test("tcp_echo.ts serves clients of both families at once", NEEDS_WINDOWS, async () => {
  const [program, , port] = await start();
  await using _ = program;
  const answers = await Promise.all(Array.from({ length: 50 }, async (_, index) => {
    using conn = await Deno.connect({ hostname: index % 2 ? "::1" : "127.0.0.1", port });
    const sent = randomBytes(1000 + index, index + 1);
    const [received] = await Promise.all([readAll(conn), writeAll(conn, sent).then(() => conn.closeWrite())]);
    return checksumOf(received) === checksumOf(sent);
  }));
  assertEquals(answers, new Array(50).fill(true));
});

Deno.test("tcp_echo.ts outlives a client that resets its connection", NEEDS_WINDOWS, async () => {
  const [program, , port] = await start();
  await using _ = program;
  // What has come back and is never read makes a reset of the close.
  const rude = await Deno.connect({ hostname: "::1", port });
  await writeAll(rude, randomBytes(1 << 20));
  rude.close();
  using conn = await Deno.connect({ hostname: "::1", port });
  await writeAll(conn, Uint8Array.of(2));
  assertEquals(await readExactly(conn, 1), Uint8Array.of(2));
});

Deno.test("tcp_echo.ts --ipv6-only refuses IPv4 clients", NEEDS_WINDOWS, async () => {
  const [program, line, port] = await start("--ipv6-only");
  await using _ = program;
  assertEquals(line, `Listening on [::]:${port}`);
  const refused = await Deno.connect({ hostname: "127.0.0.1", port }).then((conn) => conn.close(), (error) => error);
  assert(refused instanceof Deno.errors.ConnectionRefused, String(refused));
  using conn = await Deno.connect({ hostname: "::1", port });
  await writeAll(conn, Uint8Array.of(3));
  assertEquals(await readExactly(conn, 1), Uint8Array.of(3));
});

Deno.test("tcp_echo.ts --hostname listens on that address", NEEDS_WINDOWS, async () => {
  const [program, line, port] = await start("--hostname", "127.0.0.1");
  await using _ = program;
  assertEquals(line, `Listening on 127.0.0.1:${port}`);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, Uint8Array.of(4));
  assertEquals(await readExactly(conn, 1), Uint8Array.of(4));
});

Deno.test("tcp_echo.ts says in one line that its port is taken, and ends with code 1", NEEDS_WINDOWS, async () => {
  const [program, , port] = await start();
  await using _ = program;
  const { code, stdout, stderr } = await run("--port", String(port));
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, new RegExp(`^tcp_echo: .*\\[::\\]:${port}.*WSAE(ADDRINUSE|ACCES).*\\n$`));
});

/** Runs the example with arguments that end it. */
function run(...args: string[]): Promise<Ended> {
  return runProgram([EXAMPLE, ...args]);
}

// These need no Windows: the example ends before it has opened anything.
Deno.test("tcp_echo.ts --help describes every flag", async () => {
  const { code, stdout, stderr } = await run("--help");
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["--port", "--hostname", "--ipv6-only", "--help"]) assertStringIncludes(stdout, flag);
});

for (
  const [args, message] of [
    [["--prot", "80"], "unknown argument --prot, see --help"],
    [["-x"], "unknown argument -x, see --help"],
    [["80"], "unknown argument 80, see --help"],
    [["--port", "http"], '--port must be a number, got "http"'],
    [["--port=-1"], '--port must be a number, got "-1"'],
    [["--port", "1.5"], '--port must be a number, got "1.5"'],
    [["--port="], '--port must be a number, got ""'],
    [["--port", "65536"], "port must be a whole number from 0 to 65535, got 65536"],
    [["--hostname", "1.2.3"], 'hostname must be an IP address or a host name, got "1.2.3"'],
    [["--hostname="], 'hostname must be an IP address or a host name, got ""'],
    [["--hostname", "127.0.0.1", "--ipv6-only"], "ipv6Only"],
  ] as const
) {
  Deno.test(`tcp_echo.ts refuses ${args.join(" ")} in one line, and ends with code 2`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^tcp_echo: [^\n]+\n$/);
    assertStringIncludes(stderr, message);
  });
}

Deno.test("tcp_echo.ts has under 40 lines of its own", async () => {
  const text = await Deno.readTextFile(new URL(`../../${EXAMPLE}`, import.meta.url));
  const code = text.replace(/^const HELP = `[^`]*`;$/m, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const lines = code.split("\n").filter((line) => line.trim() !== "");
  assert(lines.length > 10 && lines.length < 40, `${lines.length} lines`);
});

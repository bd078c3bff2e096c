// The example as a user starts it.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const EXAMPLE = "examples/raw_ffi.ts";

Deno.test("raw_ffi.ts exchanges datagrams over IPv6 and IPv4 and tells where they went", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE]);
  assertEquals([code, stderr], [0, ""]);
  const ipv6 = [
    "client: sends to \\[::1\\]:(\\d+)",
    'server: "hello" from \\[::1\\]:\\d+ to ::1 by interface \\d+',
    'client: "hello yourself" from \\[::1\\]:\\1',
  ];
  const ipv4 = [
    "client: sends to \\[::ffff:127\\.0\\.0\\.1\\]:\\1",
    'server: "hello" from \\[::ffff:127\\.0\\.0\\.1\\]:\\d+ to 127\\.0\\.0\\.1 by interface \\d+',
    'client: "hello yourself" from \\[::ffff:127\\.0\\.0\\.1\\]:\\1',
  ];
  assertMatch(stdout, new RegExp(`^server: dual-stack, port \\d+\n${[...ipv6, ...ipv4].join("\n")}\n$`));
});

// These need no Windows: the example ends before it has opened anything.
Deno.test("raw_ffi.ts --help says what it does", async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE, "--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const text of ["Usage: raw_ffi.ts", "dual-stack", "--help"]) assertStringIncludes(stdout, text);
});

Deno.test("raw_ffi.ts refuses what it does not know in one line, and ends with code 2", async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE, "--port"]);
  assertEquals([code, stdout, stderr], [2, "", "raw_ffi: unknown argument --port, see --help\n"]);
});

Deno.test("raw_ffi.ts says off Windows in one line that it needs Windows, and ends with code 1", {
  ignore: Deno.build.os === "windows", // there it runs
}, async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^raw_ffi: Sockets of ws2_32\.dll need Windows; this is \w+\n$/);
});

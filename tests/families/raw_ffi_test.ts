// The example of the raw layer on machines that lack a family; see without_ipv4_test.ts.
import { assertEquals, assertMatch } from "@std/assert";
import { probeStack } from "@winsock/ws2";
import { LIMIT } from "../support/limit.ts";
import { runProgram } from "../support/program.ts";

const { ipv4, ipv6 } = Deno.build.os === "windows" ? probeStack() : { ipv4: true, ipv6: true };

Deno.test(
  "raw_ffi.ts exchanges datagrams over IPv6 alone when IPv4 is disabled",
  { ...LIMIT, ignore: ipv4 },
  async () => {
    const { code, stdout, stderr } = await runProgram(["examples/raw_ffi.ts"]);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(
      stdout,
      /^server: dual-stack, port \d+\nclient: sends to \[::1\]:\d+\nserver: "hello" from [^\n]+\nclient: "hello yourself" from \[::1\]:\d+\n$/,
    );
  },
);

Deno.test("raw_ffi.ts says in one line that there is no IPv6", { ...LIMIT, ignore: ipv6 }, async () => {
  const { code, stdout, stderr } = await runProgram(["examples/raw_ffi.ts"]);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(stderr, "raw_ffi: socket failed: the address family is not supported (WSAEAFNOSUPPORT, 10047)\n");
});

// The example as a user starts it.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { listen } from "@winsock/ws2";
import { NEEDS_BOTH } from "../support/families.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { RunningProgram, runProgram } from "../support/program.ts";

const EXAMPLE = ["--allow-read=.", "examples/multicore_http.ts"];

Deno.test("multicore_http.ts answers both families from all its Workers", NEEDS_BOTH, async () => {
  await using program = new RunningProgram(...EXAMPLE, "--port", "0", "--workers", "2");
  const line = await program.line();
  assertMatch(line, /^Listening on http:\/\/localhost:\d+\/ with 2 Workers$/);
  const port = /:(\d+)\//.exec(line)![1];
  const workers = new Set<string>();
  while (workers.size < 2) {
    for (const [host, address] of [["127.0.0.1", "127.0.0.1"], ["[::1]", "::1"]]) {
      const answer = await (await fetch(`http://${host}:${port}/`, { headers: { connection: "close" } })).text();
      const [, from, worker] = /^hello (\S+) from (\S+)\n$/.exec(answer)!;
      assertEquals(from, address);
      workers.add(worker);
    }
  }
});

Deno.test("multicore_http.ts explains itself, and what is wrong with its arguments", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runProgram([...EXAMPLE, "--help"]);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "Usage: multicore_http.ts");
  for (const line of stdout.split("\n")) assert(line.length <= 100, line);
  for (const args of [["--unknown"], ["--port", "x"], ["--port", "65536"], ["--workers", "0"]]) {
    const { code, stdout, stderr } = await runProgram([...EXAMPLE, ...args]);
    assertEquals([code, stdout], [2, ""], `${args}`);
    assertMatch(stderr, new RegExp(`^multicore_http: .*(${args[0]}|port|workers)`));
  }
});

Deno.test("multicore_http.ts ends with 1 when the port is taken, and names it", NEEDS_WINDOWS, async () => {
  using taken = listen();
  const { code, stderr } = await runProgram([...EXAMPLE, "--port", `${taken.addr.port}`]);
  assertEquals(code, 1);
  assertMatch(stderr, /^multicore_http: Cannot listen on .*: address already in use/);
});

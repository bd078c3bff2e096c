// The soak as a program, as short as it can be; in its 60 s form it is a step of the gate.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runDeno } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

function soak(...args: string[]) {
  const permissions = ["--allow-ffi", "--allow-read", "--allow-net=127.0.0.1"];
  return runDeno(["run", "--no-prompt", ...permissions, "tests/soak/soak.ts", ...args]);
}

Deno.test("soak ends with a summary that counts what was done and what went wrong", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await soak("--minutes", "0.02", "--seed", "5", "--only", "echo,reset,datagrams");
  assertEquals([code, stdout.match(/\n(lost|mixed up|leaked|stuck|unexpected) +0$/gm)?.length], [0, 5], stdout);
  assertMatch(stdout, /^soak: seed 5, 1\.2 s\n/);
  assertMatch(stdout, /\n {2}ConnectionReset \(WSAECONNRESET\) +[1-9]/);
  assertMatch(stdout, /\nbytes compared +[1-9]/);
});

Deno.test("soak --flat tells that nothing grows", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await soak("--flat", "--share", "0.002");
  assertEquals([code, stdout.trimEnd().split("\n").at(-1)], [0, "flat"], stdout);
  assertMatch(stdout, /^ +ws2 +200 +2000 +0 +0 +0 /m);
});

Deno.test("soak refuses what it does not know, and says so", NEEDS_WINDOWS, async () => {
  for (const [args, said] of [[["--bogus"], "--bogus"], [["--seed", "x"], '"x"'], [["--only", "y"], '"y"']] as const) {
    const { code, stderr } = await soak(...args);
    assertEquals(code, 2);
    assertStringIncludes(stderr, said);
  }
});

import { assertEquals } from "@std/assert";
import { runDeno, runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

// The worker that waits at the completion port is made from the text of a function, which a minifier has rewritten here.
Deno.test("a bundled and minified program works", NEEDS_WINDOWS, async () => {
  const bundle = await runDeno(["bundle", "--minify", "--platform", "deno", "tests/overlapped/programs/echo_once.ts"]);
  assertEquals(bundle.code, 0, bundle.stderr);
  const { code, stdout, stderr } = await runProgram(["-"], bundle.stdout);
  assertEquals([code, stdout, stderr], [0, "127.0.0.1 hello\n::1 hello\n", ""]);
});

import { assertEquals } from "@std/assert";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { runProgram } from "../support/program.ts";

Deno.test(
  "garbage collection takes nothing that an operation needs, and what none needs any more",
  NEEDS_WINDOWS,
  async () => {
    const program = new URL("programs/garbage_collection.ts", import.meta.url);
    const { code, stdout, stderr } = await runProgram(program, "--v8-flags=--expose-gc");
    assertEquals(stderr, "");
    assertEquals(stdout.split("\n"), [
      "buffers that wait are kept: true",
      "bytes arrive: true",
      "buffers that are filled are freed: true",
      "data is not needed while it is sent: true",
      "data arrives: true",
      "writes are complete: true",
      "forgotten connections answer: true",
      "",
    ]);
    assertEquals(code, 0);
  },
);

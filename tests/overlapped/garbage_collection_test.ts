import { assertEquals } from "@std/assert";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { runProgram } from "../support/program.ts";

Deno.test(
  "garbage collection takes nothing that an operation needs, and what none needs any more",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout, stderr } = await runProgram([
      "--v8-flags=--expose-gc",
      "tests/overlapped/programs/garbage_collection.ts",
    ]);
    assertEquals(stderr, "");
    assertEquals(stdout.split("\n"), [
      "buffers that wait are kept: true",
      "bytes arrive: true",
      "buffers that are filled are freed: true",
      "data that waits is kept: true true",
      "data arrives: true",
      "writes are complete: true",
      "data that is sent is freed: true",
      "forgotten connections answer: true",
      "",
    ]);
    assertEquals(code, 0);
  },
);

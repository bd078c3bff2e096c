import { assertEquals } from "@std/assert";
import { runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test("workers use the library beside the main thread", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runProgram(
    new URL("programs/workers.ts", import.meta.url),
    "--allow-read=.", // for the worker's file
  );
  assertEquals([code, stdout, stderr], [0, '[ "from a worker", "from a worker", "from a worker" ]\n42\n', ""]);
});

Deno.test(
  "terminating a worker whose operations wait harms neither memory nor the end of the process",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout, stderr } = await runProgram(
      new URL("programs/terminated_workers.ts", import.meta.url),
      "--allow-read=.",
    );
    assertEquals([code, stdout, stderr], [0, "memory is untouched: true\nclosed\n", ""]);
  },
);

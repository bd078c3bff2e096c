import { assertEquals } from "@std/assert";
import { runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

/** A worker from a file needs leave to read it; one from a registry needs none. */
const WORKER_FILES = ["--allow-read=."];

Deno.test("workers use the library beside the main thread", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runProgram([...WORKER_FILES, "tests/overlapped/programs/workers.ts"]);
  assertEquals([code, stdout, stderr], [0, '[ "from a worker", "from a worker", "from a worker" ]\n42\n', ""]);
});

Deno.test(
  "terminating a worker whose operations wait harms neither memory nor the end of the process",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout, stderr } = await runProgram([
      ...WORKER_FILES,
      "tests/overlapped/programs/terminated_workers.ts",
    ]);
    assertEquals([code, stdout, stderr], [0, "memory is untouched: true\nclosed\n", ""]);
  },
);

// What is left of Workers that end without closing what they have opened: terminate(), self.close(), Deno.exit(), an
// uncaught error and an unhandled rejection in the Worker.
import { assertEquals } from "@std/assert";
import { runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test(
  "a Worker that ends in whatever way leaves no socket, no port and no memory behind, and disturbs nobody",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout } = await runProgram([
      "--allow-read=.",
      "tests/overlapped/programs/ended_workers.ts",
      "3", // of each kind
    ]);
    assertEquals([code, stdout], [0, "wrong traffic: 0\nleft: 0 sockets, 0 ranges\nclosed\n"]);
  },
);

Deno.test("a Worker of node:worker_threads that is terminated leaves no port behind", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runProgram([
    "--allow-read=.",
    "tests/overlapped/programs/ended_node_worker.ts",
  ]);
  assertEquals([code, stdout, stderr], [0, "free\n", ""]);
});

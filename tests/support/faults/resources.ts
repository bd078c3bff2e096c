/** What the library holds, to see that nothing of it stays behind. */

import { assertEquals } from "@std/assert";
import { resourceUse } from "../../../ffi/overlapped/usage.ts";
import { allInFlight, openHandles, playKernel } from "./kernel.ts";

function inUse() {
  const { operations, buffers, sockets } = resourceUse();
  return { operations, buffers, sockets, handles: [...openHandles], inFlight: allInFlight().length };
}

/** Runs a test and checks that no slot, no buffer, no socket and no operation is left of it. */
export async function leavesNothing(test: () => Promise<void>): Promise<void> {
  playKernel();
  const before = inUse();
  await test();
  assertEquals(inUse(), before);
}

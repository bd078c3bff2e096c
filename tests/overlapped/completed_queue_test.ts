import { assertEquals } from "@std/assert";
import { CompletedQueue } from "../../ffi/overlapped/turns.ts";
import { Operation } from "../../ffi/overlapped/operation.ts";

function operations(count: number): Operation[] {
  return Array.from({ length: count }, (_, i) => new Operation(BigInt(i), new DataView(new ArrayBuffer(512))));
}

Deno.test("take() takes in the order of add(), however many are queued and wherever the first is", () => {
  const queue = new CompletedQueue();
  const all = operations(1000);
  let [added, taken] = [0, 0];
  // Longer and shorter by turns, over several times as many places as there are at first.
  for (let round = 1; taken < all.length; round++) {
    for (let i = 0; i < 7 * round && added < all.length; i++) queue.add(all[added++]);
    for (let i = 0; i < 5 * round && taken < added; i++) assertEquals(queue.take() === all[taken++], true);
    assertEquals(queue.length, added - taken);
  }
  assertEquals(queue.length, 0);
});

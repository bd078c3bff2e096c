// What the budget of a turn is told of each socket.
import { assertEquals } from "@std/assert";
import { completionPort } from "../../ffi/overlapped/completion_port.ts";
import { TurnBudget } from "../../ffi/overlapped/turns.ts";
import { connectedPair } from "../support/pair.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test(
  "operations that complete synchronously are counted for their socket, in each turn anew",
  NEEDS_WINDOWS,
  async () => {
    await using a = await connectedPair();
    await using b = await connectedPair();
    const counts: number[] = [];
    using _stand = standIn(TurnBudget.prototype, "isOver", () => (ofSocket) => {
      counts.push(ofSocket);
      return false;
    });
    const writes: Promise<number>[] = [];
    for (let turn = 0; turn < 2; turn++) {
      completionPort().budget.take(0); // another turn begins
      for (const { client } of [a, b, a, a, b]) writes.push(client.write(Uint8Array.of(1)));
    }
    assertEquals(counts, [1, 1, 2, 3, 2, 1, 1, 2, 3, 2]);
    assertEquals(await Promise.all(writes), writes.map(() => 1));
  },
);

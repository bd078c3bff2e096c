// Operations that end at once, until they must wait for another turn.
import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers";
import { connect, listen } from "@winsock/ws2";
import { ERROR_CODES } from "@winsock/ws2/ffi";
import { completionPort } from "../../ffi/overlapped/completion_port.ts";
import { LARGEST_SLICE, TurnBudget } from "../../ffi/overlapped/turns.ts";
import { tcpProvider } from "../../ffi/win32/provider.ts";
import { AF_INET } from "../../ffi/win32/winsock.ts";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { NEEDS_IPV4 } from "../support/families.ts";
import { connectedPair } from "../support/pair.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test("writes resolve while nothing is heard from the port, however many end at once", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const reading = pair.client.read(new Uint8Array(1)); // so that there is something to sleep for
  await untilParked();
  const MORE = 3 * LARGEST_SLICE; // than one turn settles
  const writes = Array.from({ length: MORE }, () => pair.client.write(Uint8Array.of(1)));
  assertEquals((await Promise.all(writes)).length, MORE);
  await pair.server.write(Uint8Array.of(1));
  assertEquals(await reading, 1);
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits until the port is left to the worker: while it is not, each turn of the event loop is one of the port. */
async function untilParked(): Promise<void> {
  const { budget } = completionPort();
  for (let number = -1; number !== budget.number;) {
    number = budget.number;
    for (let i = 0; i < 2; i++) await turn();
  }
}

/** Has turns settle at most so many operations, until the end of the block. */
function sliceOf(largest: number): Disposable {
  return standIn(TurnBudget.prototype, "take", (original) =>
    function (this: TurnBudget, operations: number) {
      return Math.min(original.call(this, operations), largest);
    });
}

const SLICES = [1, 2, 3, 5];
const COUNTS = [1, 2, 3, 4, 5, 6, 7, 16];

Deno.test("accept() goes on when calls that stand in line are followed by ones that wait", NEEDS_IPV4, async () => {
  // Wine has every AcceptEx wait, and Windows ends it at once when a client is there already. These end at once because
  // their client is gone, and are followed by others.
  let atOnce = 0;
  let calls = 0;
  const { AcceptEx } = tcpProvider(AF_INET);
  const original = AcceptEx.call.bind(AcceptEx);
  Object.defineProperty(AcceptEx, "call", {
    configurable: true,
    value(...parameters: Parameters<typeof original>) {
      if (++calls > atOnce) return original(...parameters);
      ws2_32().WSASetLastError(ERROR_CODES.WSAECONNRESET[0]);
      return 0;
    },
  });
  try {
    // However many they are, and a turn settles: the first one that waits is made by one listener while the call of the
    // other is queued, or not.
    for (const [slice, count] of SLICES.flatMap((slice) => COUNTS.map((count) => [slice, count]))) {
      using _slice = sliceOf(slice);
      [atOnce, calls] = [count, 0];
      await untilParked();
      await using first = listen({ hostname: "127.0.0.1" });
      await using second = listen({ hostname: "127.0.0.1" });
      const accepting = [first.accept(), second.accept()];
      for (let turns = 0; turns < 1000 && calls <= atOnce; turns++) await turn(); // nothing else has it run meanwhile
      assert(calls > atOnce, `${calls} calls of ${atOnce}, ${slice} a turn`);
      for (const [index, { addr: { port } }] of [first, second].entries()) {
        using client = await connect({ hostname: "127.0.0.1", port });
        using server = await accepting[index];
        assertEquals(server.remoteAddr.port, client.localAddr.port);
      }
    }
  } finally {
    Reflect.deleteProperty(AcceptEx, "call");
  }
});

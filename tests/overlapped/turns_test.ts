// Operations that end at once, until they must wait for another turn.
import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers";
import { connect, listen } from "@winsock/ws2";
import { ERROR_CODES } from "@winsock/ws2/ffi";
import { completionPort } from "../../ffi/overlapped/completion_port.ts";
import { tcpProvider } from "../../ffi/win32/provider.ts";
import { AF_INET } from "../../ffi/win32/winsock.ts";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { NEEDS_IPV4 } from "../support/families.ts";
import { connectedPair } from "../support/pair.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test("writes resolve while nothing is heard from the port, however many end at once", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const reading = pair.client.read(new Uint8Array(1)); // so that there is something to sleep for
  const { budget } = completionPort();
  for (let number = -1; number !== budget.number;) { // until the port is left to the worker
    number = budget.number;
    await turns(20);
  }
  const writes = Array.from({ length: 700 }, () => pair.client.write(Uint8Array.of(1)));
  assertEquals((await Promise.all(writes)).length, 700);
  await pair.server.write(Uint8Array.of(1));
  assertEquals(await reading, 1);
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

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
    // However many they are: the first one that waits is made by one listener while the other stands in line, or not.
    for (atOnce = 30; atOnce <= 130; atOnce += 5) {
      calls = 0;
      await turns(4); // the port comes to rest
      await using first = listen({ hostname: "127.0.0.1" });
      await using second = listen({ hostname: "127.0.0.1" });
      const accepting = [first.accept(), second.accept()];
      await turns(20); // nothing else has it run meanwhile
      for (const [index, { addr: { port } }] of [first, second].entries()) {
        using client = await connect({ hostname: "127.0.0.1", port });
        using server = await accepting[index];
        assertEquals(server.remoteAddr.port, client.localAddr.port);
      }
      assert(calls > atOnce, `${calls} calls`);
    }
  } finally {
    Reflect.deleteProperty(AcceptEx, "call");
  }
});

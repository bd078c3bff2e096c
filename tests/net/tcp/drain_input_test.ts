// Closing with input that nobody has read: by itself the system resets the connection then, and what has been written but
// not been read by the peer is lost.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { resourceUse } from "../../../ffi/overlapped/usage.ts";
import { ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { FIONREAD } from "@winsock/ws2/ffi";
import { checksumOf, randomBytes, readAll } from "../../support/bytes.ts";
import { connectedPair } from "../../support/pair.ts";
import { standIn } from "../../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

const MIB = 1024 * 1024;

Deno.test(
  "close() loses nothing of what was written, though the peer has sent more than was read",
  NEEDS_WINDOWS,
  async () => {
    for (const unread of [1, 100_000]) {
      await using pair = await connectedPair();
      await pair.client.write(randomBytes(unread));
      if (unread > 1) await pair.server.read(new Uint8Array(1)); // what it has received ahead is unread too
      const answer = randomBytes(MIB);
      assertEquals(await pair.server.write(answer), MIB);
      pair.server.close();
      assertEquals(checksumOf(await readAll(pair.client)), checksumOf(answer));
    }
  },
);

Deno.test("close() leaves nothing behind when the peer goes on sending, or never ends", NEEDS_WINDOWS, async () => {
  for (const sending of [0, 64 * MIB]) {
    const { operations, buffers, sockets } = resourceUse();
    {
      await using pair = await connectedPair();
      await pair.client.write(Uint8Array.of(1));
      await pair.server.write(Uint8Array.of(2));
      const writing = pair.client.write(new Uint8Array(sending)).catch(() => 0);
      await pair.server[Symbol.asyncDispose](); // resolves though the client neither closes nor ends sending
      assert(await writing < 64 * MIB);
    }
    const after = resourceUse();
    assertEquals([after.operations, after.buffers, after.sockets], [operations, buffers, sockets]);
  }
});

Deno.test("close() loses nothing of what was written when linger is more than 0", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await pair.client.write(Uint8Array.of(1));
  await pair.server.write(Uint8Array.of(2));
  pair.server.options.linger = 60;
  const closing = pair.server[Symbol.asyncDispose]();
  assertEquals(await readAll(pair.client), Uint8Array.of(2));
  await pair.client.closeWrite();
  await closing;
});

Deno.test("close() resets the connection at once when linger is 0, whatever was not read", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await pair.client.write(Uint8Array.of(1));
  await pair.server.write(Uint8Array.of(2));
  pair.server.options.linger = 0;
  await pair.server[Symbol.asyncDispose]();
  await assertRejects(() => readAll(pair.client), Deno.errors.ConnectionReset);
});

Deno.test("close() does not ask for unread input when nothing was written", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  let asked = 0;
  using _stand = standIn(ws2_32(), "WSAIoctl", (original) => (socket, code, ...parameters) => {
    if (code === FIONREAD) asked++;
    return original(socket, code, ...parameters);
  });
  await pair.client.write(Uint8Array.of(1));
  pair.server.close();
  assertEquals(asked, 0);
  pair.client.close();
  assertEquals(asked, 1);
});

// How much memory a waiting read holds: what its WSARecv asks for.
import { assertEquals } from "@std/assert";
import { FIRST_READ, LARGEST_READ } from "../../../ffi/net/tcp/reader.ts";
import { FIONREAD } from "../../../ffi/win32/winsock.ts";
import { streamCalls, ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { connectedPair } from "../../support/pair.ts";
import { standIn } from "../../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

Deno.test(
  "read() asks for more while reads fill what it asks for, and for less again after small ones",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const asked: number[] = [];
    let sent = 0;
    using _stand = standIn(streamCalls(), "WSARecv", (original) => (socket, buffers, ...parameters) => {
      asked.push(new Deno.UnsafePointerView(Deno.UnsafePointer.create(buffers)!).getUint32(0)); // the member len
      const [unread, length] = [new Uint32Array(1), new Uint32Array(1)];
      while (unread[0] < sent) { // what was sent has arrived, so that one call receives it
        assertEquals(ws2_32().WSAIoctl(socket, FIONREAD, null, 0, unread, 4, length, null, null), 0);
      }
      return original(socket, buffers, ...parameters);
    });
    const room = new Uint8Array(2 * LARGEST_READ); // which nothing fills, so that nothing is received ahead
    const receive = async (bytes: number) => {
      sent = bytes;
      await pair.client.write(new Uint8Array(bytes));
      assertEquals(await pair.server.read(room), bytes);
      return asked.at(-1);
    };
    for (let size = FIRST_READ; size < LARGEST_READ; size *= 2) assertEquals(await receive(size), size);
    assertEquals(await receive(LARGEST_READ), LARGEST_READ);
    assertEquals(await receive(LARGEST_READ / 4), LARGEST_READ, "and no more than that");
    for (let size = LARGEST_READ; size > FIRST_READ; size /= 2) assertEquals(await receive(1), size);
    for (let i = 0; i < 2; i++) assertEquals(await receive(1), FIRST_READ);
  },
);

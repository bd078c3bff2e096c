import { assertEquals, assertRejects } from "@std/assert";
import { streamCalls } from "../../../ffi/win32/ws2_32.ts";
import { randomBytes, readAll, readExactly } from "../../support/bytes.ts";
import { connectedPair } from "../../support/pair.ts";
import { countCalls } from "../../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("writev() sends several arrays in order, by one call", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  using overlapped = countCalls(streamCalls(), "WSASend");
  using nonblocking = countCalls(streamCalls(), "send");
  const view = bytes("__view__").subarray(2, 6);
  assertEquals(await pair.server.writev([bytes("one "), new Uint8Array(0), view, bytes(" three")]), 14);
  assertEquals([overlapped.calls, nonblocking.calls], [0, 1]);
  assertEquals(text(await readExactly(pair.client, 14)), "one view three");
  assertEquals(await pair.server.writev([]), 0);
  assertEquals(await pair.server.writev([new Uint8Array(0)]), 0);
});

Deno.test(
  "writev() sends all when the system takes parts only, and keeps its place among writes",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const parts = [1, 100_000, 7, 200_000, 3 << 20].map((length, seed) => randomBytes(length, seed + 1));
    const sending = Promise.all([
      ...Array.from({ length: 20 }, () => pair.server.writev(parts.slice(0, 4))),
      pair.server.write(parts[0]),
      pair.server.writev(parts),
      pair.server.closeWrite(),
    ]);
    const expected = new Uint8Array(
      await new Blob([
        ...Array.from({ length: 20 }, () => parts.slice(0, 4)).flat(),
        parts[0],
        ...parts,
      ] as BlobPart[]).arrayBuffer(),
    );
    const received = await readAll(pair.client);
    await sending;
    assertEquals(received.length, expected.length);
    assertEquals(received.findIndex((byte, index) => byte !== expected[index]), -1);
  },
);

Deno.test("readv() fills several arrays in order with what has arrived, by one call", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  using calls = countCalls(streamCalls(), "WSARecv");
  const targets = [2, 0, 3, 10].map((length) => new Uint8Array(length));
  const reading = pair.client.readv(targets);
  await pair.server.write(bytes("0123456"));
  assertEquals(await reading, 7);
  assertEquals(calls.calls, 1);
  assertEquals(targets.map((target) => text(target).replaceAll("\0", ".")), ["01", "", "234", "56........"]);
  await pair.server.closeWrite();
  assertEquals(await pair.client.readv(targets), null);
});

Deno.test("readv() leaves what has no room for the next read, and waits its turn", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const [first, second, third] = [new Uint8Array(2), new Uint8Array(2), new Uint8Array(10)];
  const reads = Promise.all([pair.client.readv([first, second]), pair.client.read(third)]);
  await pair.server.write(bytes("abcdef"));
  assertEquals(await reads, [4, 2]);
  assertEquals([first, second, third.subarray(0, 2)].map(text), ["ab", "cd", "ef"]);
});

Deno.test("readv() is aborted as read() is", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const controller = new AbortController();
  const reading = pair.client.readv([new Uint8Array(4)], { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => reading, Error, "enough");
  await pair.server.write(bytes("data"));
  assertEquals(text(await readExactly(pair.client, 4)), "data");
});

Deno.test("readv() and writev() name what they cannot take", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const { client } = pair;
  const detached = new Uint8Array(4);
  detached.buffer.transfer();
  for (const call of [(p: unknown) => client.readv(p as never), (p: unknown) => client.writev(p as never)]) {
    await assertRejects(() => call(new Uint8Array(1)), TypeError, "buffers must be an array");
    await assertRejects(() => call([new Uint8Array(1), "x"]), TypeError, 'buffers[1] must be a Uint8Array, got "x"');
    await assertRejects(() => call([detached]), TypeError, "buffers[0] must be a Uint8Array with memory");
  }
  await assertRejects(() => client.readv([new Uint8Array(0)]), RangeError, "buffers must have room");
  client.close();
  await assertRejects(() => client.readv([new Uint8Array(1)]), Deno.errors.BadResource);
  await assertRejects(() => client.writev([new Uint8Array(1)]), Deno.errors.BadResource);
});

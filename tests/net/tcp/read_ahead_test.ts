// What is received ahead of a reader: with small arrays, while there is more than they have room for.
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { TcpConn } from "@winsock/ws2";
import { LONGEST_STREAK } from "../../../ffi/net/tcp/read_ahead.ts";
import { SMALLEST_SLICE, TurnBudget } from "../../../ffi/overlapped/turns.ts";
import { FIONREAD } from "../../../ffi/win32/winsock.ts";
import { streamCalls, ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { randomBytes } from "../../support/bytes.ts";
import { connectedPair, type Pair } from "../../support/pair.ts";
import { countCalls, standIn } from "../../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

const LENGTH = 200_000;
const DATA = randomBytes(LENGTH);
const SMALL = 1000;
/** How many small reads {@linkcode begin} makes. */
const READS = 20;

/** Both ends of a connection on which everything has been sent already. */
async function filledPair(): Promise<Pair> {
  const pair = await connectedPair();
  assertEquals(await pair.client.write(DATA), LENGTH);
  return pair;
}

/** Reads so often that the connection has begun to receive ahead, and returns how many bytes that were. */
async function begin(conn: TcpConn): Promise<number> {
  let total = 0;
  for (let i = 0; i < READS; i++) {
    const part = new Uint8Array(SMALL);
    const bytes = await conn.read(part) ?? 0;
    assertEquals(part.subarray(0, bytes), DATA.subarray(total, total + bytes));
    total += bytes;
  }
  return total;
}

Deno.test("read() with a small array gets all that was sent, in order, then the end", NEEDS_WINDOWS, async () => {
  await using pair = await filledPair();
  await pair.client.closeWrite();
  let total = await begin(pair.server);
  const received = new Uint8Array(LENGTH);
  received.set(DATA.subarray(0, total));
  for (let bytes; (bytes = await pair.server.read(received.subarray(total, total + 777))) !== null; total += bytes) {
    assert(bytes > 0);
    if (total + bytes === LENGTH) break;
  }
  assertEquals(received, DATA);
  assertEquals(await pair.server.read(new Uint8Array(1)), null);
  assertEquals(await pair.server.read(new Uint8Array(1)), null);
});

Deno.test(
  "reads that wait at once are served in order when there is more than they ask for",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await filledPair();
    let total = await begin(pair.server);
    while (total < LENGTH) {
      const parts = Array.from({ length: 40 }, (_, i) => new Uint8Array(1 + 37 * i));
      const waiting = parts.map((part) => pair.server.read(part));
      if (total + 40 * 40 * 37 > LENGTH) await pair.client.write(DATA); // so that none waits for ever
      const counts = await Promise.all(waiting);
      for (const [index, part] of parts.entries()) {
        for (const byte of part.subarray(0, counts[index]!)) assertEquals(byte, DATA[total++ % LENGTH]);
      }
    }
  },
);

/** Has `recv` wait until so many bytes have arrived, which have been sent already: until the end of the block. */
function whenArrived(bytes: number): Disposable {
  return standIn(streamCalls(), "recv", (original) => (socket, ...parameters) => {
    const [unread, length] = [new Uint32Array(1), new Uint32Array(1)];
    while (unread[0] < bytes) {
      assertEquals(ws2_32().WSAIoctl(socket, FIONREAD, null, 0, unread, 4, length, null, null), 0);
    }
    return original(socket, ...parameters);
  });
}

/** Has turns settle as few as they ever do, and nothing that completes synchronously before the next one. */
function smallTurns(): Disposable {
  const stands = [
    standIn(TurnBudget.prototype, "isOver", () => () => true),
    standIn(TurnBudget.prototype, "take", (original) =>
      function (this: TurnBudget, operations: number) {
        return Math.min(original.call(this, operations), SMALLEST_SLICE);
      }),
  ];
  return { [Symbol.dispose]: () => stands.forEach((stand) => stand[Symbol.dispose]()) };
}

Deno.test(
  "read() needs one call for many small arrays, also when more ends at once than a turn settles",
  NEEDS_WINDOWS,
  async () => {
    const pairs = await Promise.all(Array.from({ length: SMALLEST_SLICE + 4 }, filledPair));
    {
      using _small = smallTurns();
      using _arrived = whenArrived(READS * SMALL - SMALL);
      using count = countCalls(streamCalls(), "WSARecv");
      await Promise.all(pairs.map(({ server }) => begin(server)));
      assertEquals(count.calls, pairs.length); // the first read of each; the others are of what a second call has brought
    }
    for (const pair of pairs) await pair[Symbol.asyncDispose]();
  },
);

Deno.test("read() seldom looks for more where messages just fill the array", NEEDS_WINDOWS, async () => {
  using count = countCalls(streamCalls(), "recv");
  await using pair = await connectedPair();
  const room = new Uint8Array(10);
  const looks: number[] = [];
  for (let round = 1; round <= 4 * LONGEST_STREAK; round++) {
    const calls = count.calls;
    const waiting = pair.server.read(room);
    if (count.calls > calls) looks.push(round);
    await pair.client.write(DATA.subarray(0, 10));
    assertEquals(await waiting, 10);
  }
  // Each time after twice as many reads as before, until that is seldom enough.
  const doubling = Array.from({ length: Math.log2(2 * LONGEST_STREAK) }, (_, i) => 2 ** (i + 1));
  assertEquals(looks, [...doubling, 3 * LONGEST_STREAK, 4 * LONGEST_STREAK]);
});

Deno.test("read() waits for what is not there yet, after all that was", NEEDS_WINDOWS, async () => {
  await using pair = await filledPair();
  let total = await begin(pair.server);
  while (total < LENGTH) total += await pair.server.read(new Uint8Array(SMALL)) ?? 0;
  for (let round = 0; round < 20; round++) {
    const part = new Uint8Array(SMALL);
    const waiting = pair.server.read(part);
    await pair.client.write(DATA.subarray(round, round + 10));
    assertEquals(await waiting, 10);
    assertEquals(part.subarray(0, 10), DATA.subarray(round, round + 10));
  }
});

Deno.test("read() rejects when the connection is reset, however much it had received", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  pair.client.options.linger = 0;
  await pair.client.write(DATA);
  let total = await begin(pair.server);
  pair.client.close();
  const rest = async () => {
    for (let bytes; (bytes = await pair.server.read(new Uint8Array(SMALL))) !== null;) total += bytes;
  };
  await assertRejects(rest, Deno.errors.ConnectionReset, "Cannot read from 127.0.0.1");
  assert(total <= LENGTH);
});

Deno.test("read() rejects with BadResource after close(), whatever has been received", NEEDS_WINDOWS, async () => {
  const pair = await filledPair();
  await begin(pair.server);
  pair.server.close();
  await assertRejects(() => pair.server.read(new Uint8Array(1)), Deno.errors.BadResource);
  await pair[Symbol.asyncDispose]();
});

// What each of many gets. Counted in turns and round trips, never in time.
import { assert, assertEquals } from "@std/assert";
import type { TcpConn } from "@winsock/ws2";
import { setImmediate } from "node:timers";
import { readExactly } from "../../support/bytes.ts";
import { connectedPair } from "../../support/pair.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

Deno.test("write() lets the rest of the program run when a thousand in a row end at once", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  for (let i = 0; i < 1000; i++) await pair.client.write(Uint8Array.of(i));
  const turnsWhileWriting = turns;
  isOver = true;
  assert(turnsWhileWriting >= 3, `the others had ${turnsWhileWriting} turns`);
  assertEquals(await readExactly(pair.server, 1000), Uint8Array.from({ length: 1000 }, (_, i) => i));
});

Deno.test("writes that were not waited for resolve in order", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const resolved: number[] = [];
  const writes = Array.from({ length: 700 }, (_, i) => {
    return pair.client.write(Uint8Array.of(i)).then(() => void resolved.push(i));
  });
  await Promise.all(writes);
  assertEquals(resolved, Array.from({ length: 700 }, (_, i) => i));
  assertEquals(await readExactly(pair.server, 700), Uint8Array.from({ length: 700 }, (_, i) => i));
});

Deno.test("of 64 busy connections none has less than half of another's round trips", NEEDS_WINDOWS, async () => {
  const MOST = 100;
  const pairs = await Promise.all(Array.from({ length: 64 }, () => connectedPair()));
  const counts = pairs.map(() => 0);
  let isOver = false;
  let least = 0;
  async function echo(conn: TcpConn): Promise<void> {
    const buffer = new Uint8Array(64);
    for (let bytes; (bytes = await conn.read(buffer)) !== null;) await conn.write(buffer.subarray(0, bytes));
  }
  async function say(conn: TcpConn, index: number): Promise<void> {
    const buffer = new Uint8Array(64);
    while (!isOver) {
      await conn.write(buffer);
      await conn.read(buffer);
      if (++counts[index] < MOST || isOver) continue;
      isOver = true;
      least = Math.min(...counts);
    }
    await conn.closeWrite();
  }
  await Promise.all(pairs.flatMap(({ client, server }, index) => [echo(server), say(client, index)]));
  assert(least >= MOST / 2, `one had ${least} when another had ${MOST}`);
  for (const pair of pairs) await pair[Symbol.asyncDispose]();
});

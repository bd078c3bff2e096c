import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { connect, listen, type TcpConn } from "@winsock/ws2";
import {
  acquireOperation,
  type Operation,
  releaseOperation,
  startedOperations,
} from "../../ffi/overlapped/operation.ts";
import { randomBytes, readExactly } from "../support/bytes.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

/** Takes `count` slots and gives them back. */
function takeSlots(count: number): Operation[] {
  const operations = Array.from({ length: count }, () => acquireOperation());
  operations.forEach(releaseOperation);
  return operations;
}

/** Checks that no operation is under way, and that no slot was given back twice: two operations would share it. */
function assertAllSlotsFree(atLeast: number): void {
  assertEquals(startedOperations().length, 0);
  const operations = takeSlots(atLeast);
  assertEquals(new Set(operations).size, atLeast);
  assertEquals(new Set(operations.map(({ address }) => address)).size, atLeast);
}

async function connections(count: number): Promise<[clients: TcpConn[], servers: TcpConn[]]> {
  await using listener = listen({ backlog: count });
  const accepting = Promise.all(Array.from({ length: count }, () => listener.accept()));
  const clients = await Promise.all(Array.from({ length: count }, (_, index) => {
    return connect({ hostname: index % 2 ? "127.0.0.1" : "::1", port: listener.addr.port });
  }));
  return [clients, await accepting];
}

Deno.test(
  "acquireOperation() takes turns at the four OVERLAPPEDs of a slot, so that a late packet is told",
  NEEDS_WINDOWS,
  () => {
    const taken = Array.from({ length: 8 }, () => {
      const [operation] = takeSlots(1);
      return { operation, address: operation.address, low: operation.low };
    });
    assertEquals(new Set(taken.map(({ operation }) => operation)).size, 1); // the slot that was given back last
    for (let i = 0; i + 4 <= taken.length; i++) {
      assertEquals(new Set(taken.slice(i, i + 4).map(({ address }) => address)).size, 4);
    }
    for (const { address, low } of taken) assertEquals(low, Number(BigInt.asIntN(32, address)));
  },
);

Deno.test("20,000 reads wait at once, and each gets its own bytes", NEEDS_WINDOWS, async () => {
  const [perConnection, length] = [1000, 16];
  const [clients, servers] = await connections(20);
  const buffers = clients.map(() => Array.from({ length: perConnection }, () => new Uint8Array(length)));
  const reading = clients.map((client, index) => Promise.all(buffers[index].map((buffer) => client.read(buffer))));
  assertEquals(startedOperations().length, 20); // one for each connection; the others are queued
  const sent = servers.map((_, index) => randomBytes(perConnection * length, index + 1));
  await Promise.all(servers.map((server, index) => server.write(sent[index])));
  for (const [index, counts] of (await Promise.all(reading)).entries()) {
    const parts = counts.map((count, read) => buffers[index][read].subarray(0, count!));
    const received = concat(parts);
    // The network may cut the stream elsewhere than every 16 bytes: then some are left.
    const rest = await readExactly(clients[index], sent[index].length - received.length);
    assertEquals(concat([received, rest]), sent[index]);
  }
  await Promise.all([...clients, ...servers].map((conn) => conn[Symbol.asyncDispose]()));
  assertAllSlotsFree(25_000);
});

Deno.test("closing ends each of 20,000 reads that wait", NEEDS_WINDOWS, async () => {
  const [clients, servers] = await connections(20);
  const reading = clients.flatMap((client) => Array.from({ length: 1000 }, () => client.read(new Uint8Array(1))));
  const settled = Promise.allSettled(reading);
  await Promise.all([...clients, ...servers].map((conn) => conn[Symbol.asyncDispose]()));
  for (const end of await settled) {
    assert(end.status === "rejected" && end.reason instanceof Deno.errors.Interrupted, Deno.inspect(end));
  }
  assertAllSlotsFree(25_000);
});

/** Numbers that look random, the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (;;) for (const number of new Uint32Array(randomBytes(4096, seed++).buffer)) yield number;
}

Deno.test(
  "operations that are aborted, closed, reset and completed at random settle once each",
  NEEDS_WINDOWS,
  async () => {
    const random = numbers(7);
    const below = (limit: number) => random.next().value % limit;
    let [started, settled] = [0, 0];
    const track = (promise: Promise<unknown>) => {
      started++;
      const count = () => void settled++;
      promise.then(count, count);
    };
    for (let round = 0; round < 30; round++) {
      const listener = listen();
      const clients: TcpConn[] = [];
      const servers: TcpConn[] = [];
      for (let i = 0; i < 8; i++) {
        const controller = new AbortController();
        const signal = below(3) === 0 ? controller.signal : undefined;
        track(listener.accept({ signal }).then((conn) => servers.push(conn)));
        track(connect({ hostname: "::1", port: listener.addr.port, signal }).then((conn) => clients.push(conn)));
        if (below(2) === 0) controller.abort();
      }
      for (let step = 0; step < 200; step++) {
        const conns = below(2) === 0 ? clients : servers;
        const conn = conns[below(conns.length || 1)];
        const controller = new AbortController();
        const signal = below(2) === 0 ? controller.signal : undefined;
        if (conn === undefined) {
          await new Promise((resolve) => setTimeout(resolve));
          continue;
        }
        switch (below(6)) {
          case 0:
          case 1:
            track(conn.read(new Uint8Array(1 + below(5000)), { signal }));
            break;
          case 2:
          case 3:
            track(conn.write(new Uint8Array(1 + below(500_000)), { signal }));
            break;
          case 4:
            if (below(8) === 0) track(conn.closeWrite());
            break;
          case 5:
            if (below(8) === 0) conn[Symbol.dispose]();
            else await null;
        }
        if (below(2) === 0) controller.abort();
        else if (below(4) === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      const all = [listener, ...clients, ...servers];
      await Promise.all(all.map((socket) => socket[Symbol.asyncDispose]()));
      // A connection that came about while the rest was being closed.
      await Promise.all([...clients, ...servers].map((socket) => socket[Symbol.asyncDispose]()));
    }
    await new Promise((resolve) => setTimeout(resolve)); // what was settled last is told in a turn of its own
    assertEquals(settled, started);
    assert(started > 2000, `${started} operations`);
    const [clients, servers] = await connections(2);
    await servers[0].write(Uint8Array.of(1, 2, 3));
    assertEquals(await readExactly(clients[0], 3), Uint8Array.of(1, 2, 3));
    await Promise.all([...clients, ...servers].map((conn) => conn[Symbol.asyncDispose]()));
    assertAllSlotsFree(5000);
  },
);

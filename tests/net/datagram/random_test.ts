import { assert, assertEquals, assertGreater } from "@std/assert";
import type { DatagramConn } from "@winsock/ws2";
import { acquireOperation, releaseOperation, startedOperations } from "../../../ffi/overlapped/operation.ts";
import { randomBytes } from "../../support/bytes.ts";
import { ALL_KINDS, bytes, loopback, open, speaks, text } from "../../support/datagrams.ts";
import { socketCount } from "../../support/handles.ts";
import { NEEDS_BOTH } from "../../support/families.ts";

/** Numbers that look random, the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (;;) for (const number of new Uint32Array(randomBytes(4096, seed++).buffer)) yield number;
}

const random = numbers(11);
const below = (limit: number) => random.next().value % limit;
const HOSTS = ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1", "localhost"];

/**
 * What an operation may end with that is aborted, whose socket is closed or not for the address, or which asks for a hop
 * limit that the system does not take for a single datagram.
 */
function mayFailWith(error: unknown): boolean {
  if (error instanceof Deno.errors.NotSupported) return error.message.includes("does not take hopLimit");
  return error === "aborted" || error instanceof TypeError || error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BadResource;
}

/** Counts operations, and how they end. */
class Tracker {
  started = 0;
  settled = 0;
  delivered = 0;
  readonly unexpected: unknown[] = [];

  track(promise: Promise<unknown>): void {
    this.started++;
    promise.then((value) => {
      this.settled++;
      if (typeof value === "object") this.delivered++;
    }, (error) => {
      this.settled++;
      if (!mayFailWith(error)) this.unexpected.push(error);
    });
  }
}

/** Does one thing with a socket that is chosen at random. */
function step(sockets: readonly DatagramConn[], tracker: Tracker): void {
  const socket = sockets[below(sockets.length)];
  const other = sockets[below(sockets.length)];
  const controller = new AbortController();
  const signal = below(2) === 0 ? controller.signal : undefined;
  const p = below(2) === 0 ? undefined : new Uint8Array(1 + below(300));
  const to = loopback(other, HOSTS[below(HOSTS.length)]);
  switch (below(8)) {
    case 0:
      return tracker.track(socket.receive(p));
    case 1:
    case 2:
      tracker.track(socket.receiveMessage(p, { signal }));
      break;
    case 3:
    case 4:
      return tracker.track(socket.send(randomBytes(below(600)), to));
    case 5:
    case 6:
      tracker.track(
        socket.sendMessage(randomBytes(below(600)), to, below(2) ? { signal } : { signal, hopLimit: 1 + below(255) }),
      );
      break;
    case 7:
      if (below(12) === 0) socket[Symbol.dispose]();
      return;
  }
  if (below(2) === 0) controller.abort("aborted");
}

Deno.test(
  "datagram operations that are aborted, closed and completed at random settle once each",
  NEEDS_BOTH,
  async () => {
    let before = 0;
    const tracker = new Tracker();
    for (let round = 0; round < 40; round++) {
      if (round === 1) before = socketCount(); // the worker that waits at the port has handles of its own
      const sockets = [...ALL_KINDS, ...ALL_KINDS].map((kind) => open(kind));
      for (let i = 0; i < 150; i++) {
        step(sockets, tracker);
        if (below(4) === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()));
    }
    while (tracker.settled < tracker.started) await new Promise((resolve) => setTimeout(resolve)); // names are looked up
    assertEquals(tracker.unexpected, []);
    assertGreater(tracker.started, 4000);
    assertGreater(tracker.delivered, 300);
    assertEquals(startedOperations().length, 0);
    assertEquals(socketCount(), before);

    // No slot has been given back twice: two operations would share it.
    const operations = Array.from({ length: 2000 }, acquireOperation);
    assertEquals(new Set(operations).size, operations.length);
    operations.forEach(releaseOperation);

    for (const kind of ALL_KINDS) {
      using socket = open(kind);
      const hostname = speaks(kind, 6) ? "::1" : "127.0.0.1";
      await socket.send(bytes("and all is well"), loopback(socket, hostname));
      const { data, info } = await socket.receiveMessage();
      assertEquals([text(data), info.localAddress], ["and all is well", hostname]);
    }
    assert(tracker.settled === tracker.started);
  },
);

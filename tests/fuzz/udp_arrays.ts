/** Datagrams that are sent from and received into arrays of every kind, which change while the calls are pending. */

import { assert, assertEquals } from "@std/assert";
import { type DatagramConn, listenDatagram } from "@winsock/ws2";
import { resourceUse } from "../../ffi/overlapped/usage.ts";
import { type MadeArray, makeArray } from "./arrays.ts";
import type { Random } from "./random.ts";
import type { Tally, Target } from "./runner.ts";

function lengthOf(random: Random): number {
  return random.pick([0, 1, random.below(64), random.below(1500), random.oneIn(8) ? random.below(65508) : 100]);
}

/** An array that says it is longer than it is. */
function lying(array: Uint8Array<ArrayBuffer>, extra: number): Uint8Array<ArrayBuffer> {
  class Liar extends Uint8Array<ArrayBuffer> {
    override get byteLength(): number {
      return super.byteLength + extra;
    }
    override get length(): number {
      return super.length + extra;
    }
  }
  return new Liar(array.buffer, array.byteOffset, array.length);
}

/** Receives one datagram; returns what was there of it, or undefined where the receive was refused. */
async function receive(
  random: Random,
  tally: Tally,
  socket: DatagramConn,
  made: MadeArray,
): Promise<Uint8Array | undefined> {
  const { array } = made;
  const wasEmpty = array.byteLength === 0;
  const receiving = random.oneIn(2)
    ? socket.receiveMessage(array).then(({ data }) => data)
    : socket.receive(array).then(([data]) => data);
  // The memory of these may end before them, which is refused by the wrong error.
  const mayVanish = made.kind === "resizable" || made.kind === "tracking";
  const isChanged = random.oneIn(3) && !mayVanish && made.change(random);
  try {
    const data = await receiving;
    assert(!wasEmpty, "an empty receive");
    assert(data.length <= array.byteLength && data.buffer === array.buffer && data.byteOffset === array.byteOffset);
    made.check(data.length);
    tally.add(isChanged ? "changed receive" : `received into ${made.kind}`);
    return Uint8Array.from(data);
  } catch (error) {
    if (wasEmpty) assert(error instanceof RangeError && error.message.startsWith("p must have room"), String(error));
    else assert(isChanged && error instanceof TypeError && error.message.startsWith("p was detached"), String(error));
    tally.add(wasEmpty ? "empty receive" : "refused receive");
    return undefined;
  }
}

async function run(random: Random, tally: Tally): Promise<void> {
  const hostname = random.pick(["127.0.0.1", "::1"]);
  await using client = listenDatagram({ hostname });
  await using server = listenDatagram({ hostname });
  using source = makeArray(random, lengthOf(random));
  using target = makeArray(random, random.oneIn(3) ? lengthOf(random) : source.array.length + 1);
  const data = Uint8Array.from(source.array);
  const receiving = receive(random, tally, server, target);
  const isLying = random.oneIn(4);
  const given = isLying ? lying(source.array, 1 + random.below(100_000)) : source.array;
  const sending = random.oneIn(2) ? client.send(given, server.addr) : client.sendMessage(given, server.addr);
  if (random.oneIn(3)) source.change(random); // it may be used freely after the call
  assertEquals(await sending, data.length);
  tally.add(isLying ? "sent from a liar" : `sent from ${source.kind}`);
  const room = target.array.byteLength;
  const received = await receiving;
  if (received === undefined) return;
  // One that shrinks has room for less.
  const shorter = Math.min(data.length, received.length);
  assert(received.length === Math.min(data.length, room) || room !== target.array.byteLength, "the length");
  assertEquals(received, data.subarray(0, shorter));
}

/** Nothing of the sockets may be left. */
function end(): void {
  const { operations, buffers, sockets } = resourceUse();
  assertEquals({ operations, buffers, sockets }, { operations: 0, buffers: 0, sockets: 0 });
}

const KINDS = ["window", "Buffer", "subclass", "shared", "growable", "resizable", "tracking", "guarded"];

/** `DatagramConn.send`, `receive` and `receiveMessage`. */
export const UDP_ARRAYS: Target = {
  name: "udp-arrays",
  about: "arrays of datagrams that change while calls are pending, or lie about their length",
  needsWindows: true,
  short: 800,
  long: 100_000,
  outcomes: [
    ...["empty receive", "changed receive", "refused receive", "sent from a liar"],
    ...KINDS.flatMap((kind) => [`received into ${kind}`, `sent from ${kind}`]),
  ],
  run,
  end,
};

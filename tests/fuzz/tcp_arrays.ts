/** Reads and writes of a connection, with arrays of every kind that change while the calls are pending. */

import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { setImmediate } from "node:timers";
import type { TcpConn } from "@winsock/ws2";
import { resourceUse } from "../../ffi/overlapped/usage.ts";
import { connectedPair } from "../support/pair.ts";
import { makeArray } from "./arrays.ts";
import type { Random } from "./random.ts";
import type { Tally, Target } from "./runner.ts";

/** Mostly small; now and then so large that a write takes several sends. */
function lengthOf(random: Random, limit: number): number {
  return random.pick([0, 1, random.below(32), random.below(5000), random.oneIn(4) ? random.below(limit) : 2048]);
}

/** Lets everything else have a turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** One read; returns what it was given, or undefined where it was refused. */
async function read(random: Random, tally: Tally, server: TcpConn): Promise<Uint8Array | undefined | null> {
  using made = makeArray(random, lengthOf(random, 100_000));
  const { array } = made;
  const wasEmpty = array.byteLength === 0;
  const before = Uint8Array.from(array);
  const reading = server.read(array);
  // What was there already is in the array now, and is gone from it when the array changes.
  const atOnce = Uint8Array.from(array);
  const isChanged = random.oneIn(3) && made.change(random);
  let bytes: number | null;
  try {
    bytes = await reading;
  } catch (error) {
    if (wasEmpty) assert(error instanceof RangeError && error.message.startsWith("p must have room"), String(error));
    else assert(isChanged && error instanceof TypeError && error.message.startsWith("p was detached"), String(error));
    made.check(0);
    tally.add(wasEmpty ? "empty read" : "changed read");
    return undefined;
  }
  assert(!wasEmpty, "an empty read");
  made.check(bytes ?? 0);
  if (bytes === null) return null;
  const room = Math.max(before.length, array.byteLength); // which grows with some memory
  assert(bytes >= 1 && bytes <= room, `${bytes} bytes in ${room}`);
  tally.add(`read into ${made.kind}`);
  const isThere = atOnce.some((byte, index) => byte !== before[index]) || array.byteLength < bytes;
  return (isThere ? atOnce : array).slice(0, bytes);
}

/** One write; returns what of it has been sent. */
async function write(random: Random, tally: Tally, client: TcpConn): Promise<Uint8Array> {
  using made = makeArray(random, lengthOf(random, 700_000));
  const { array } = made;
  const data = Uint8Array.from(array);
  const writing = client.write(array);
  const isChanged = random.oneIn(4) && made.change(random);
  let written: number;
  try {
    written = await writing;
    assertEquals(written, data.length);
    tally.add(`written from ${made.kind}`);
  } catch (error) {
    assert(isChanged && error instanceof TypeError, String(error));
    const sent = /^p was detached or made shorter after (\d+) bytes were sent$/.exec(error.message);
    assert(sent !== null, error.message);
    written = Number(sent[1]);
    tally.add("changed write");
  }
  if (!isChanged) made.check(0);
  return data.subarray(0, written);
}

async function run(random: Random, tally: Tally): Promise<void> {
  await using pair = await connectedPair();
  const { client, server } = pair;
  const received: Uint8Array[] = [];
  const take = (part: Uint8Array | undefined | null) => void received.push(...part ? [part] : []);
  const reads = Array.from({ length: random.below(4) }, () => read(random, tally, server).then(take));
  if (random.oneIn(2)) await turn();
  const writes = Array.from({ length: random.between(1, 3) }, () => write(random, tally, client));
  const drain = async () => {
    for (let part; (part = await read(random, tally, server)) !== null;) take(part);
  };
  const draining = drain();
  const sent = await Promise.all(writes);
  await client.closeWrite();
  await Promise.all([...reads, draining]);
  const [expected, found] = [concat(sent), concat(received)];
  assertEquals(found.length, expected.length, "bytes received");
  assert(found.every((byte, index) => byte === expected[index]), "the bytes that were sent, in order");
  tally.add("bytes compared", found.length);
}

/** Nothing of the connections may be left. */
function end(): void {
  const { operations, buffers, sockets } = resourceUse();
  assertEquals({ operations, buffers, sockets }, { operations: 0, buffers: 0, sockets: 0 });
}

const KINDS = ["window", "Buffer", "subclass", "shared", "growable", "resizable", "tracking", "guarded"];

/** `TcpConn.read` and `write`. */
export const TCP_ARRAYS: Target = {
  name: "tcp-arrays",
  about: "arrays of reads and writes that change while calls are pending",
  needsWindows: true,
  short: 200,
  long: 50_000,
  outcomes: [
    ...["empty read", "changed read", "changed write", "bytes compared"],
    ...KINDS.flatMap((kind) => [`read into ${kind}`, `written from ${kind}`]),
  ],
  run,
  end,
};

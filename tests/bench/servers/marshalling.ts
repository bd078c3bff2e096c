// What one step of the library costs by itself, in nanoseconds and in bytes of V8's heap:
//
//   deno run --v8-flags=--expose-gc,--min-semi-space-size=64,… marshalling.ts ours|deno ROUNDS
//
// Bytes are what the heap grows by while nothing is collected: the new space must be large enough for that.
import { getHeapStatistics } from "node:v8";
import * as ffi from "../../../ffi/mod.ts";
import { connect, listen } from "../../../mod.ts";
import { parseAddress } from "../../../ffi/marshal/ip_address.ts";
import { ControlMessageWriter } from "../../../ffi/marshal/control_message.ts";
import { readPacketInfo } from "../../../ffi/marshal/packet_info.ts";
import { decodeSockaddr, encodeSockaddr } from "../../../ffi/marshal/sockaddr.ts";

const [variant, roundsText] = Deno.args;
const rounds = Number(roundsText);
const FAST = 20_000;
const SLOW = 300;
/** So many calls that the compilers have done their work, in a measurement that counts. */
const WARMUP = rounds > 1 ? 10_000 : 1_000;

declare const gc: () => void;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

const usedHeap = () => getHeapStatistics().used_heap_size;
const result: Record<string, number> = {};

/** Measures a step that is over when it returns. */
function measure(name: string, step: () => unknown): void {
  const times: number[] = [];
  const bytes: number[] = [];
  let last: unknown;
  for (let i = 0; i < 2 * FAST; i++) last = step(); // the compilers do their work
  for (let round = 0; round < rounds; round++) {
    gc();
    const before = usedHeap();
    const start = performance.now();
    for (let i = 0; i < FAST; i++) last = step();
    times.push((performance.now() - start) / FAST * 1e6);
    bytes.push((usedHeap() - before) / FAST);
  }
  if (last === undefined) throw new Error(`${name} has no result`); // used, so that it cannot be optimised away
  result[`${name} ns`] = median(times);
  result[`${name} bytes`] = median(bytes);
}

/** Measures a step that says itself how long the part of interest took, in milliseconds. */
async function measureAsync(name: string, step: () => Promise<number>): Promise<void> {
  const times: number[] = [];
  const bytes: number[] = [];
  for (let i = 0; i < WARMUP; i++) await step();
  for (let round = 0; round < rounds; round++) {
    gc();
    const before = usedHeap();
    let time = 0;
    for (let i = 0; i < SLOW; i++) time += await step();
    times.push(time / SLOW * 1e6);
    bytes.push((usedHeap() - before) / SLOW);
  }
  result[`${name} ns`] = median(times);
  result[`${name} bytes`] = median(bytes);
}

function measureAddresses(): void {
  for (const [name, text] of [["IPv4", "192.0.2.1"], ["IPv6", "2001:db8::1"]]) {
    const endpoint = { address: parseAddress(text)!, port: 5001, flowInfo: 0 };
    const bytes = encodeSockaddr(endpoint);
    measure(`encode ${name}`, () => encodeSockaddr(endpoint));
    measure(`decode ${name}`, () => decodeSockaddr(bytes));
  }
}

/** Packet information and a time to live, as they come with a datagram. */
function measureControlMessages(): void {
  const info = Uint8Array.of(127, 0, 0, 1, 1, 0, 0, 0);
  const buffer = new Uint8Array(64);
  const writer = new ControlMessageWriter(buffer);
  const write = () => {
    writer.reset();
    writer.add(ffi.IPPROTO_IP, ffi.IP_PKTINFO, info).add(ffi.IPPROTO_IP, ffi.IP_TTL, 64);
    return writer.length;
  };
  const control = buffer.subarray(0, write());
  const { localAddress, hopLimit } = readPacketInfo(control);
  if (localAddress !== "127.0.0.1" || hopLimit !== 64) throw new Error("wrong answer: not what was written");
  measure("encode control", write);
  measure("decode control", () => readPacketInfo(control));
}

/** A write, which ends at once, and a read, which waits: what the calls take, and what both allocate. */
async function measureOperations(): Promise<void> {
  const api = variant === "ours" ? { listen, connect } : Deno;
  const listener = api.listen({ hostname: "127.0.0.1", port: 0 });
  const [accepted, conn] = await Promise.all([
    listener.accept(),
    api.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
  ]);
  const message = new Uint8Array(64);
  const room = new Uint8Array(1024);
  let unread = 0;
  // What a step allocates by itself, with a promise that is there already: taken off the others.
  await measureAsync("step", async () => {
    const start = performance.now();
    await Promise.resolve(message.length);
    return performance.now() - start;
  });
  await measureAsync("write", async () => {
    const start = performance.now();
    await conn.write(message);
    const time = performance.now() - start;
    if ((unread += message.length) < 64 * 1024) return time;
    for (const rest = new Uint8Array(64 * 1024); unread > 0;) unread -= await accepted.read(rest) ?? NaN;
    return time;
  });
  while (unread > 0) unread -= await accepted.read(room) ?? NaN;
  await measureAsync("read", async () => {
    const start = performance.now();
    const reading = accepted.read(room);
    const time = performance.now() - start;
    await conn.write(message);
    if (await reading !== message.length) throw new Error("wrong answer: another number of bytes");
    return time;
  });
  result["read bytes"] -= result["write bytes"]; // a read has a write in it
  result["write bytes"] -= result["step bytes"];
  conn.close();
  accepted.close();
  listener.close();
}

if (variant === "ours") {
  measureAddresses();
  measureControlMessages();
}
await measureOperations();
console.log(JSON.stringify(result));

/** Bytes of socket addresses, read and written by the offsets of the C headers. */

import { assert, assertEquals } from "@std/assert";
import { formatAddress } from "../../ffi/marshal/ip_address.ts";
import { decodeSockaddr, encodeSockaddr, type Endpoint, toNetAddr } from "../../ffi/marshal/sockaddr.ts";
import { guarded } from "../support/guarded.ts";
import type { Random } from "./random.ts";
import type { Tally, Target } from "./runner.ts";

const AF_INET = 2;
const AF_INET6 = 23;

/** What C reads from the bytes: the offsets are those of ws2def.h and ws2ipdef.h. */
function expected(bytes: Uint8Array): Endpoint | undefined {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = bytes.length < 2 ? -1 : data.getUint16(0, true);
  if (family === AF_INET && bytes.length >= 16) {
    return { address: { bytes: bytes.slice(4, 8), scopeId: 0 }, port: data.getUint16(2), flowInfo: 0 };
  }
  if (family !== AF_INET6 || bytes.length < 28) return undefined;
  const address = { bytes: bytes.slice(8, 24), scopeId: data.getUint32(24, true) };
  return { address, port: data.getUint16(2), flowInfo: data.getUint32(4) };
}

/** Reads bytes that end where their memory ends, with poison before them. */
function decode(random: Random, tally: Tally): void {
  const length = random.oneIn(3) ? random.pick([0, 1, 2, 15, 16, 17, 27, 28, 29, 128]) : random.below(64);
  const memory = random.bytes(random.below(16) + length);
  const bytes = memory.subarray(memory.length - length);
  if (length >= 2 && !random.oneIn(8)) bytes.set([random.pick([AF_INET, AF_INET6]), random.oneIn(16) ? 1 : 0]);
  const before = memory.slice();
  const wanted = expected(bytes);
  for (const given of [bytes, guarded(bytes)]) {
    if (wanted === undefined) {
      const family = length < 2 ? undefined : bytes[0] | bytes[1] << 8;
      const message = `Not a sockaddr_in or sockaddr_in6: family ${family}, ${length} bytes`;
      assertEquals(errorOf(() => decodeSockaddr(given)), new TypeError(message));
      continue;
    }
    const endpoint = decodeSockaddr(given);
    assertEquals(endpoint, wanted);
    // What it returns is its own: neither the next call nor the buffer changes it.
    decodeSockaddr(encodeSockaddr({ ...endpoint, port: endpoint.port ^ 1 }));
    assertEquals(endpoint, wanted);
    assertEquals(expected(encodeSockaddr(endpoint)), wanted);
    assertEquals(toNetAddr(endpoint, "udp").hostname.split("%").length, hasScope(endpoint) ? 2 : 1);
  }
  assertEquals(memory, before, "nothing is written");
  tally.add(wanted === undefined ? "refused" : wanted.address.bytes.length === 4 ? "IPv4" : "IPv6");
}

/** Whether an endpoint is shown with a scope id: one that is IPv4 in its mapped form has none. */
function hasScope({ address }: Endpoint): boolean {
  return address.scopeId !== 0 && !formatAddress({ ...address, scopeId: 0 }).startsWith("::ffff:");
}

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

const NUMBERS = [-1, -0.5, 0.5, 65536, 2 ** 32, 2 ** 53, NaN, Infinity, -Infinity, 2 ** 32 - 1, 65535, 0, 1];

/** Writes endpoints that nobody should make: all of it is written as it is, or refused by name. */
function encode(random: Random, tally: Tally): void {
  const number = (limit: number) => random.oneIn(6) ? random.pick(NUMBERS) : random.below(limit);
  const length = random.oneIn(4) ? random.below(40) : random.pick([4, 16]);
  const bytes = random.bytes(length);
  const [port, flowInfo, scopeId] = [number(65536), number(2 ** 32), number(2 ** 32)];
  const isWhole = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;
  const isIpv4 = length === 4;
  const isRight = (isIpv4 || length === 16) && isWhole(port, 65535) &&
    (isIpv4 || isWhole(flowInfo, 2 ** 32 - 1) && isWhole(scopeId, 2 ** 32 - 1));
  const error = errorOf(() => {
    const encoded = encodeSockaddr({ address: { bytes, scopeId }, port, flowInfo });
    const wanted = isIpv4
      ? { address: { bytes, scopeId: 0 }, port, flowInfo: 0 }
      : { address: { bytes, scopeId }, port, flowInfo };
    assertEquals(encoded.length, isIpv4 ? 16 : 28);
    assertEquals(expected(encoded), wanted);
    if (isIpv4) assertEquals(encoded.subarray(8), new Uint8Array(8), "sin_zero");
  });
  if (isRight) assertEquals(error, undefined);
  else {
    assert(error instanceof RangeError || error instanceof TypeError, String(error));
    assert(/^(port|flowInfo|address\.(bytes|scopeId)) must /.test(error.message), error.message);
  }
  tally.add(isRight ? "written" : "not written");
}

function run(random: Random, tally: Tally): void {
  (random.oneIn(4) ? encode : decode)(random, tally);
}

/** `decodeSockaddr` and `encodeSockaddr`. */
export const SOCKADDR: Target = {
  name: "sockaddr",
  about: "bytes of socket addresses, at the end of their memory and behind a guard",
  needsWindows: false,
  short: 10_000,
  long: 1_000_000,
  outcomes: ["refused", "IPv4", "IPv6", "written", "not written"],
  run,
};

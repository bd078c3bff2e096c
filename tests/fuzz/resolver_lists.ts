/**
 * What the resolver returns: lists of ADDRINFOW in native memory. Each entry and each sockaddr ends right before a page
 * that nobody may touch. The lists come from a stand-in for GetAddrInfoW, as no resolver makes such ones on demand; what
 * waits for one and what does not read them alike.
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { WinsockError } from "@winsock/ws2";
import { AddressInfoList, ADDRINFOW } from "@winsock/ws2/ffi";
import { bytesOf, layout } from "@winsock/ws2/layout";
import { lookUpNow } from "../../ffi/net/resolve.ts";
import type { Endpoint } from "../../ffi/marshal/sockaddr.ts";
import { resolverCalls } from "../../ffi/win32/ws2_32.ts";
import { memoryAt } from "../../ffi/win32/msvcrt.ts";
import { standIn } from "../support/stand_in.ts";
import { GuardedMemory } from "../support/guard_page.ts";
import type { Random } from "./random.ts";
import type { Tally, Target } from "./runner.ts";

const AF_INET = 2;
const AF_INET6 = 23;
const MOST = 6;
const HUGE = [2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 16n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

/** Memory of its own for each entry and each sockaddr. */
let memory: GuardedMemory[] | undefined;

/** An entry as it is made: what a caller should find of it is `endpoint`. */
interface Entry {
  readonly bytes: Uint8Array;
  readonly endpoint: Endpoint | undefined;
}

function makeEntry(random: Random, sockaddrs: GuardedMemory): Entry {
  const family = random.pick([AF_INET, AF_INET, AF_INET6, AF_INET6, 0, 1, -1]);
  const wanted = family === AF_INET ? 16 : 28;
  const length = random.oneIn(3) ? random.pick([0, 1, 2, 15, 16, 27, 28, 128]) : wanted;
  const sockaddr = random.bytes(length);
  const inside = random.oneIn(8) ? random.pick([AF_INET, AF_INET6, 0]) : family;
  sockaddr.set([inside & 0xff, inside >> 8 & 0xff].slice(0, length));
  const view = layout(ADDRINFOW).view();
  view.ai_flags = random.below(2 ** 31);
  view.ai_family = family;
  view.ai_socktype = 1;
  view.ai_addrlen = BigInt(length);
  view.ai_addr = sockaddrs.put(sockaddr).address;
  let isThere = family === inside && length >= wanted && (family === AF_INET || family === AF_INET6);
  const oddity = random.below(12);
  if (oddity === 0) {
    view.ai_addr = 0n;
    isThere = false;
  } else if (oddity === 1 && length >= 28) view.ai_addrlen = random.pick(HUGE); // what it has room for is there
  if (!isThere) return { bytes: bytesOf(view), endpoint: undefined };
  const data = new DataView(sockaddr.buffer);
  const port = data.getUint16(2);
  const endpoint = family === AF_INET ? { address: { bytes: sockaddr.slice(4, 8), scopeId: 0 }, port, flowInfo: 0 } : {
    address: { bytes: sockaddr.slice(8, 24), scopeId: data.getUint32(24, true) },
    port,
    flowInfo: data.getUint32(4),
  };
  return { bytes: bytesOf(view), endpoint };
}

/** Puts a list into memory, the last entry first; returns the address of the first one. */
function link(entries: readonly Entry[], places: readonly GuardedMemory[]): bigint {
  let next = 0n;
  for (let index = entries.length - 1; index >= 0; index--) {
    layout(ADDRINFOW).view(entries[index].bytes).ai_next = next;
    next = places[index].put(entries[index].bytes).address;
  }
  return next;
}

function run(random: Random, tally: Tally): void {
  memory ??= Array.from({ length: 2 * MOST }, () => new GuardedMemory(1));
  const [places, sockaddrs] = [memory.slice(0, MOST), memory.slice(MOST)];
  const entries = Array.from({ length: random.below(MOST + 1) }, (_, index) => makeEntry(random, sockaddrs[index]));
  const first = link(entries, places);

  let freed = 0;
  const answer = (_node: bigint, _service: bigint, _hints: bigint, result: bigint) => {
    new BigUint64Array(memoryAt(result, 8))[0] = first;
    return 0;
  };
  using _free = standIn(resolverCalls(), "FreeAddrInfoW", () => (list) => {
    assertEquals(list, first);
    freed++;
  });
  const found = entries.flatMap(({ endpoint }) => endpoint ?? []);
  using _answer = standIn(resolverCalls(), "GetAddrInfoW", () => answer as never);
  try {
    const endpoints = lookUpNow("host.example", 80, undefined);
    assertEquals(endpoints, found.map((endpoint) => ({ ...endpoint, port: 80 })));
    assert(endpoints.length > 0);
    tally.add("found");
  } catch (error) {
    if (found.length > 0) throw error;
    assertInstanceOf(error, Deno.errors.NotFound, "a list without an address");
    assertInstanceOf(error.cause, WinsockError);
    tally.add("not found");
  }
  assertEquals(freed, 1, "freed once");
  walk(entries, first);
}

/** The list of the raw layer shows every entry as it is. */
function walk(entries: readonly Entry[], first: bigint): void {
  const list = new AddressInfoList(ADDRINFOW, first); // nothing of it is Windows's to free
  const shown = [...list];
  assertEquals(shown.map((entry) => bytesOf(entry)), entries.map(({ bytes }) => bytes));
  for (const [index, entry] of shown.entries()) {
    if (entries[index].endpoint === undefined || entry.ai_addrlen > 128n) continue;
    const length = Number(entry.ai_addrlen);
    assertEquals(list.sockaddr(entry), new Uint8Array(memoryAt(entry.ai_addr, length)));
  }
}

/** `resolve`, and all that looks names up. */
export const RESOLVER_LISTS: Target = {
  name: "resolver-lists",
  about: "lists of the resolver, each part before a guard page",
  needsWindows: true,
  short: 3000,
  long: 1_000_000,
  outcomes: ["found", "not found"],
  run,
};

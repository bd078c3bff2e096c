// Lists that no resolver should return. They come from a stand-in for GetAddrInfoW: none makes such ones on demand.
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { WinsockError } from "@winsock/ws2";
import { ADDRINFOW, AF_INET, AF_INET6 } from "@winsock/ws2/ffi";
import { bytesOf, layout } from "@winsock/ws2/layout";
import { formatAddress, parseAddress } from "../../ffi/marshal/ip_address.ts";
import { lookUpNow } from "../../ffi/net/resolve.ts";
import { encodeSockaddr } from "../../ffi/marshal/sockaddr.ts";
import { memoryAt } from "../../ffi/win32/msvcrt.ts";
import { resolverCalls } from "../../ffi/win32/ws2_32.ts";
import { GuardedMemory } from "../support/guard_page.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

interface Entry {
  readonly family: number;
  readonly sockaddr?: Uint8Array;
  /** What the entry says of the length, where that is not the length. */
  readonly length?: bigint;
}

/** Looks a name up that the entries are found for; returns the addresses. */
function found(...entries: Entry[]): string[] {
  let next = 0n;
  for (const { family, sockaddr, length } of entries.toReversed()) {
    const info = layout(ADDRINFOW).view();
    info.ai_family = family;
    info.ai_addrlen = length ?? BigInt(sockaddr?.length ?? 0);
    info.ai_addr = sockaddr === undefined ? 0n : new GuardedMemory(1).put(sockaddr).address;
    info.ai_next = next;
    next = new GuardedMemory(1).put(bytesOf(info)).address;
  }
  const freed: bigint[] = [];
  using _free = standIn(resolverCalls(), "FreeAddrInfoW", () => (list) => void freed.push(list));
  using _answer = standIn(resolverCalls(), "GetAddrInfoW", () => (_node, _service, _hints, result) => {
    new BigUint64Array(memoryAt(result, 8))[0] = next;
    return 0;
  });
  try {
    return lookUpNow("host.example", 80, undefined).map(({ address }) => formatAddress(address));
  } finally {
    assertEquals(freed, [next]);
  }
}

const sockaddr = (text: string) => encodeSockaddr({ address: parseAddress(text)!, port: 0, flowInfo: 0 });
const RIGHT: Entry = { family: AF_INET6, sockaddr: sockaddr("::1") };

Deno.test("a lookup passes over entries without a whole sockaddr of their family", NEEDS_WINDOWS, () => {
  const wrong: Entry[] = [
    { family: AF_INET },
    { family: AF_INET, length: 16n },
    { family: AF_INET, sockaddr: sockaddr("192.0.2.1").subarray(0, 15) },
    { family: AF_INET6, sockaddr: sockaddr("2001:db8::1").subarray(0, 27) },
    { family: AF_INET6, sockaddr: sockaddr("192.0.2.1"), length: 16n },
    { family: AF_INET, sockaddr: sockaddr("2001:db8::1") },
    { family: 17, sockaddr: sockaddr("192.0.2.1") },
  ];
  for (const entry of wrong) assertEquals(found(entry, RIGHT, entry), ["::1"]);
});

Deno.test("a lookup reads no more of a sockaddr than its family has", NEEDS_WINDOWS, () => {
  for (const length of [2n ** 32n, 2n ** 53n, 2n ** 64n - 1n]) {
    assertEquals(found({ ...RIGHT, length }, { family: AF_INET, sockaddr: sockaddr("192.0.2.1"), length }), [
      "::1",
      "192.0.2.1",
    ]);
  }
});

Deno.test("a lookup that finds no address fails with NotFound", NEEDS_WINDOWS, () => {
  for (const entries of [[], [{ family: AF_INET }], [{ family: 17, sockaddr: sockaddr("192.0.2.1") }]]) {
    const error = assertThrows(() => found(...entries), Deno.errors.NotFound, "WSANO_DATA, 11004");
    assertInstanceOf(error.cause, WinsockError);
  }
});

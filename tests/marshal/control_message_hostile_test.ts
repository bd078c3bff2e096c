// Control buffers that no system should make: whatever they hold, nothing is read outside of them and nothing loops.
import { assert, assertEquals, assertGreater } from "@std/assert";
import {
  controlMessages,
  IP_ECN,
  IP_PKTINFO,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_ECN,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  UDP_COALESCED_INFO,
  WSA_CMSG_DATA,
  WSA_CMSG_FIRSTHDR,
  WSA_CMSG_NXTHDR,
} from "@winsock/ws2/ffi";
import { readPacketInfo } from "../../ffi/marshal/packet_info.ts";
import { randomBytes } from "../support/bytes.ts";
import { guarded } from "../support/guarded.ts";

const LONGEST = 128;

/** Reads a control buffer in every way there is; returns how many messages it holds. */
function readAll(bytes: Uint8Array): number {
  const control = guarded(bytes);
  const offsets: number[] = [];
  for (let at = WSA_CMSG_FIRSTHDR(control); at !== undefined; at = WSA_CMSG_NXTHDR(control, at)) {
    assert(at >= 0 && at % 8 === 0 && at + 16 <= bytes.length, `header at ${at} of ${bytes.length}`);
    assert(at >= (offsets.at(-1) ?? -16) + 16, `header at ${at} after ${offsets}`); // so it ends
    offsets.push(at);
    assert(WSA_CMSG_DATA(control, at).length <= bytes.length - at - 16);
  }
  assertEquals([...controlMessages(control)].length, offsets.length);
  const info = readPacketInfo(control);
  for (const member of ["interfaceIndex", "hopLimit", "trafficClass", "ecn", "segmentSize"] as const) {
    const value = info[member];
    assert(value === undefined || Number.isInteger(value), `${member} is ${value}`);
  }
  return offsets.length;
}

const HEADER = 16;
/** Lengths that lie: too short for the header, just so, and far too long, also where only 32 bits are looked at. */
const LENGTHS = [
  ...[0n, 1n, 7n, 8n, 15n, 16n, 17n, 20n, 23n, 24n, 25n, 36n, 127n, 128n, 129n],
  ...[2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 8n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 16n, 2n ** 32n + 24n],
  ...[2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 63n + 16n, 2n ** 64n - 16n, 2n ** 64n - 8n, 2n ** 64n - 1n],
];

/** A buffer whose message at `at` says that it is `length` long. */
function claiming(size: number, at: number, length: bigint, level: number, type: number): Uint8Array {
  const bytes = new Uint8Array(size + HEADER);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(at, length, true);
  view.setInt32(at + 8, level, true);
  view.setInt32(at + 12, type, true);
  return bytes.subarray(0, size);
}

const KINDS = [[IPPROTO_IP, IP_PKTINFO], [IPPROTO_IPV6, IPV6_PKTINFO], [IPPROTO_IP, IP_TTL], [1, 2]] as const;

Deno.test("a first message of any length is read within buffers of every length", () => {
  for (let size = 0; size <= LONGEST; size++) {
    for (const length of LENGTHS) {
      for (const [level, type] of KINDS) {
        const fits = length >= HEADER && length <= size;
        const messages = readAll(claiming(size, 0, length, level, type));
        // behind it there are zeros: messages whose length is wrong
        assertEquals(messages, fits ? 1 : 0, `${length} in ${size}`);
      }
    }
  }
});

Deno.test("a second message of any length is read within buffers of every length", () => {
  for (let size = 24; size <= LONGEST; size++) {
    for (const length of LENGTHS) {
      for (const [level, type] of KINDS) {
        if (size < 24 + HEADER) continue;
        const bytes = claiming(size, 24, length, level, type);
        bytes.set([24], 0);
        const fits = length >= HEADER && length <= size - 24;
        assertEquals(readAll(bytes), fits ? 2 : 1, `${length} in ${size}`);
      }
    }
  }
});

Deno.test("a length of 2^32 + 16 is not taken for 16", () => {
  assertEquals(readAll(claiming(64, 0, 2n ** 32n + 16n, 0, 0)), 0);
  assertEquals(readAll(claiming(64, 0, 16n, 0, 0)), 1);
});

Deno.test("random bytes are read within buffers of every length", () => {
  let found = 0;
  for (let size = 0; size <= LONGEST; size++) {
    for (let seed = 1; seed <= 60; seed++) {
      const bytes = randomBytes(size, size * 1000 + seed);
      readAll(bytes);
      // Bytes that are random throughout hardly ever make a message: give some a length that may be right.
      const view = new DataView(bytes.buffer, bytes.byteOffset, size);
      for (let at = 0; at + HEADER <= size; at += 8) {
        if (view.getUint8(at + 8) % 4 === 0) continue;
        view.setBigUint64(at, BigInt(bytes[at] % 48), true);
        const [level, type] = KINDS[bytes[at + 9] % KINDS.length];
        view.setInt32(at + 8, level, true);
        view.setInt32(at + 12, type, true);
      }
      found += readAll(bytes);
    }
  }
  assertGreater(found, 1000); // or the test would say nothing
});

Deno.test("packet information that is too short is left out, and nothing behind it is taken for it", () => {
  for (const [level, type, full] of [[IPPROTO_IP, IP_PKTINFO, 8], [IPPROTO_IPV6, IPV6_PKTINFO, 20]] as const) {
    for (let length = 0; length <= full; length++) {
      const bytes = claiming(128, 0, BigInt(HEADER + length), level, type);
      bytes.fill(0xff, HEADER, HEADER + full);
      // What was left of the data reads as the length of a next message, which is wrong.
      const info = readPacketInfo(guarded(bytes));
      assertEquals(Object.keys(info), length === full ? ["localAddress", "interfaceIndex"] : [], `${length} bytes`);
    }
  }
});

Deno.test("a number that is shorter than 32 bits is left out", () => {
  for (let length = 0; length < 4; length++) {
    const bytes = claiming(24, 0, BigInt(HEADER + length), IPPROTO_IP, IP_TTL);
    assertEquals(readPacketInfo(guarded(bytes)), {});
  }
  const bytes = claiming(24, 0, 20n, IPPROTO_IP, IP_TTL);
  bytes[HEADER] = 64;
  assertEquals(readPacketInfo(guarded(bytes)), { hopLimit: 64 });
});

Deno.test("a number that is out of the range of its member is left out", () => {
  const numbers = [
    [IPPROTO_IP, IP_TTL, 256],
    [IPPROTO_IP, IP_TTL, -1],
    [IPPROTO_IP, IP_ECN, 4],
    [IPPROTO_IPV6, IPV6_HOPLIMIT, 256],
    [IPPROTO_IPV6, IPV6_ECN, -1],
    [IPPROTO_UDP, UDP_COALESCED_INFO, 65536],
  ] as const;
  for (const [level, type, value] of numbers) {
    const bytes = claiming(24, 0, 20n, level, type);
    new DataView(bytes.buffer).setInt32(HEADER, value, true);
    assertEquals(readPacketInfo(guarded(bytes)), {}, `${value} of type ${type}`);
  }
});

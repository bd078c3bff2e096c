/** Control buffers, read in every way there is and compared with what C makes of the same bytes, and written. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type ControlMessage,
  controlMessages,
  ControlMessageWriter,
  WSA_CMSG_DATA,
  WSA_CMSG_FIRSTHDR,
  WSA_CMSG_NXTHDR,
} from "../../ffi/marshal/control_message.ts";
import { parseAddress } from "../../ffi/marshal/ip_address.ts";
import { type PacketInfo, readPacketInfo } from "../../ffi/marshal/packet_info.ts";
import { guarded } from "../support/guarded.ts";
import type { Random } from "./random.ts";
import type { Tally, Target } from "./runner.ts";

const HEADER = 16;
const LENGTHS = [0n, 1n, 15n, 2n ** 31n, 2n ** 32n, 2n ** 32n + 16n, 2n ** 32n + 24n, 2n ** 63n, 2n ** 64n - 8n];
/** IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP and none of them. */
const LEVELS = [0, 0, 41, 41, 17, 1, -1];
/** PKTINFO, HOPLIMIT, TTL, TOS, TCLASS, ECN, UDP_COALESCED_INFO and none of them. */
const TYPES = [19, 19, 21, 4, 3, 39, 50, 3, 0, -1];

/** A control buffer: messages that are right, nearly right, or nothing but bytes. */
function makeControl(random: Random): Uint8Array<ArrayBuffer> {
  const bytes = random.bytes(random.below(160));
  const data = new DataView(bytes.buffer);
  for (let at = 0; at + HEADER <= bytes.length;) {
    const room = bytes.length - at;
    const length = random.oneIn(12)
      ? random.pick(LENGTHS)
      : BigInt(HEADER + (random.oneIn(3) ? random.below(room) : random.pick([0, 3, 4, 7, 8, 19, 20, 24])));
    if (!random.oneIn(12)) {
      data.setBigUint64(at, length, true);
      data.setInt32(at + 8, random.pick(LEVELS), true);
      data.setInt32(at + 12, random.pick(TYPES), true);
    }
    at += Number((length + 7n) / 8n * 8n) || HEADER;
  }
  return bytes;
}

/** What the macros of ws2def.h find, with 64-bit arithmetic and a check of each length. */
function expectedMessages(bytes: Uint8Array): ControlMessage[] {
  const messages: ControlMessage[] = [];
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0n; at + 16n <= BigInt(bytes.length);) {
    const length = data.getBigUint64(Number(at), true);
    if (length < 16n || at + length > BigInt(bytes.length)) break;
    messages.push({
      level: data.getInt32(Number(at) + 8, true),
      type: data.getInt32(Number(at) + 12, true),
      data: bytes.subarray(Number(at) + HEADER, Number(at + length)),
    });
    at += (length + 7n) & ~7n;
  }
  return messages;
}

/** A message with data of its own, behind no guard. */
function copyOf({ level, type, data }: ControlMessage): ControlMessage {
  return { level, type, data: Uint8Array.from(data) };
}

const RANGES = { hopLimit: 255, trafficClass: 255, ecn: 3, segmentSize: 65535, interfaceIndex: 2 ** 32 - 1 } as const;

/** Whether every member is what PacketInfo documents. */
function checkInfo(info: PacketInfo): void {
  for (const [name, max] of Object.entries(RANGES)) {
    const value = info[name as keyof typeof RANGES];
    assert(value === undefined || Number.isInteger(value) && value >= 0 && value <= max, `${name} is ${value}`);
  }
  if (info.localAddress !== undefined) assert(parseAddress(info.localAddress), info.localAddress);
}

const OFFSETS = [-8, -1, 0.5, 7.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53)];

function read(random: Random, tally: Tally): void {
  const bytes = makeControl(random);
  const before = bytes.slice();
  const wanted = expectedMessages(bytes);
  // Poison behind the buffer must not matter.
  const poisoned = random.bytes(bytes.length + 64);
  poisoned.set(bytes, 8);
  for (const control of [guarded(bytes), poisoned.subarray(8, 8 + bytes.length)]) {
    const found = [...controlMessages(control)].map(copyOf);
    assertEquals(found, wanted.map(copyOf));
    checkInfo(readPacketInfo(control));
    let at = WSA_CMSG_FIRSTHDR(control);
    for (const { data } of wanted) {
      assertEquals(WSA_CMSG_DATA(control, at!).length, data.length);
      at = WSA_CMSG_NXTHDR(control, at!);
    }
    assertEquals(at, undefined);
    // Offsets that no function has returned.
    const offset = random.oneIn(2) ? random.pick(OFFSETS) : random.below(200);
    const next = WSA_CMSG_NXTHDR(control, offset);
    assert(next === undefined || next > offset && next + HEADER <= bytes.length, `${next} after ${offset}`);
    try {
      assert(WSA_CMSG_DATA(control, offset).length <= bytes.length - offset - HEADER);
    } catch (error) {
      assert(error instanceof RangeError && error.message.startsWith("header must"), String(error));
    }
  }
  assertEquals(bytes, before, "nothing is written");
  tally.add(wanted.length === 0 ? "no message" : wanted.length === 1 ? "one message" : "several messages");
}

function write(random: Random, tally: Tally): void {
  const memory = random.bytes(random.below(160) + 32);
  const before = memory.slice();
  const [start, end] = [8, memory.length - 8 - random.below(16)];
  const writer = new ControlMessageWriter(memory.subarray(start, end));
  const wanted: ControlMessage[] = [];
  for (let calls = random.below(8); calls > 0; calls--) {
    const [level, type] = [random.below(2 ** 32) | 0, random.below(2 ** 32) | 0];
    const number = random.oneIn(4) ? random.pick([-(2 ** 31), 2 ** 32 - 1, 0, -1]) : random.below(256);
    const data = random.oneIn(2) ? number : random.bytes(random.below(48));
    const bytes = typeof data === "number" ? new Uint8Array(Int32Array.of(data).buffer) : data;
    const space = HEADER + Math.ceil(bytes.length / 8) * 8;
    const length = writer.length;
    if (length + space > end - start) {
      const written = writer.bytes.slice();
      assertThrows(() => writer.add(level, type, data), RangeError, "does not fit");
      assertEquals([writer.length, writer.bytes], [length, written], "nothing is half written");
      tally.add("does not fit");
    } else {
      assertEquals(writer.add(level, type, data).length, length + space);
      wanted.push({ level, type, data: bytes });
      tally.add("written");
    }
    if (random.oneIn(16)) {
      writer.reset();
      wanted.length = 0;
    }
  }
  const found = expectedMessages(writer.bytes);
  assertEquals(found.map(copyOf), wanted);
  assertEquals(memory.subarray(0, start), before.subarray(0, start), "before the buffer");
  assertEquals(memory.subarray(end), before.subarray(end), "behind the buffer");
}

function run(random: Random, tally: Tally): void {
  (random.oneIn(3) ? write : read)(random, tally);
}

/** `controlMessages`, `WSA_CMSG_…`, `readPacketInfo` and `ControlMessageWriter`. */
export const CONTROL: Target = {
  name: "control",
  about: "control buffers, read behind a guard and written between poison",
  needsWindows: false,
  short: 10_000,
  long: 1_000_000,
  outcomes: ["no message", "one message", "several messages", "written", "does not fit"],
  run,
};

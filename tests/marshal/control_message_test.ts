import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  controlMessages,
  ControlMessageWriter,
  IP_PKTINFO,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  WSA_CMSG_DATA,
  WSA_CMSG_FIRSTHDR,
  WSA_CMSG_LEN,
  WSA_CMSG_NXTHDR,
  WSA_CMSG_SPACE,
  WSA_CMSGDATA_ALIGN,
  WSA_CMSGHDR_ALIGN,
} from "@winsock/ws2/ffi";
import { randomBytes } from "../support/bytes.ts";

// That the macros agree with those of the C headers for every length is compared in tests/oracle.

Deno.test("WSA_CMSG_LEN() and WSA_CMSG_SPACE() are what each kind of packet information takes", () => {
  const lengths = [0, 4, 8, 20]; // nothing, an INT, an in_pktinfo, an in6_pktinfo
  assertEquals(lengths.map(WSA_CMSG_LEN), [16, 20, 24, 36]);
  assertEquals(lengths.map(WSA_CMSG_SPACE), [16, 24, 24, 40]);
});

Deno.test("WSA_CMSGHDR_ALIGN() and WSA_CMSGDATA_ALIGN() go up to the next multiple of 8", () => {
  for (const align of [WSA_CMSGHDR_ALIGN, WSA_CMSGDATA_ALIGN]) {
    assertEquals([0, 1, 7, 8, 9, 16, 17, 4095].map(align), [0, 8, 8, 8, 16, 16, 24, 4096]);
  }
});

Deno.test("ControlMessageWriter writes a header, the data, and zeros up to the next header", () => {
  const buffer = new Uint8Array(128).fill(0xee);
  const writer = new ControlMessageWriter(buffer);
  assertEquals([writer.length, writer.bytes.length], [0, 0]);
  writer.add(IPPROTO_IP, IP_PKTINFO, Uint8Array.of(1, 2, 3)).add(IPPROTO_IPV6, -2, -3);
  assertEquals(writer.length, 48);
  assertEquals([...writer.bytes], [
    ...[19, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0],
    ...[20, 0, 0, 0, 0, 0, 0, 0, 41, 0, 0, 0, 254, 255, 255, 255, 253, 255, 255, 255, 0, 0, 0, 0],
  ]);
  assertStrictEquals(writer.bytes.buffer, buffer.buffer); // in place
  assertEquals(buffer.subarray(48), new Uint8Array(80).fill(0xee)); // and nothing else
});

Deno.test("ControlMessageWriter takes messages up to the last byte and refuses what does not fit", () => {
  for (let room = 0; room <= 64; room++) {
    const whole = new Uint8Array(room + 16).fill(0xee);
    const writer = new ControlMessageWriter(whole.subarray(8, 8 + room));
    for (let length = 0; length <= 64; length++) {
      writer.reset();
      if (WSA_CMSG_SPACE(length) <= room) {
        assertEquals(writer.add(1, 2, new Uint8Array(length)).length, WSA_CMSG_SPACE(length));
      } else {
        const error = assertThrows(() => writer.add(1, 2, new Uint8Array(length)), RangeError);
        assertEquals(error.message, `A control message of ${length} bytes does not fit in ${room} bytes`);
        assertEquals(writer.length, 0);
      }
    }
    assertEquals([...whole.subarray(0, 8), ...whole.subarray(8 + room)], Array(16).fill(0xee));
  }
});

Deno.test("ControlMessageWriter leaves what it has written when a further message does not fit", () => {
  const writer = new ControlMessageWriter(new Uint8Array(40));
  writer.add(1, 2, 3);
  const before = writer.bytes.slice();
  assertThrows(() => writer.add(1, 2, 3), RangeError, "4 bytes does not fit in 16 bytes");
  assertEquals(writer.bytes, before);
});

Deno.test("ControlMessageWriter begins anew after reset(), and nothing of before is left over", () => {
  const writer = new ControlMessageWriter(new Uint8Array(64));
  writer.add(0xff, 0xff, new Uint8Array(40).fill(0xff));
  writer.reset();
  assertEquals(writer.length, 0);
  writer.add(1, 2, Uint8Array.of(3));
  assertEquals([...writer.bytes], [17, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("controlMessages() reads back what ControlMessageWriter wrote, for data of every length", () => {
  for (let first = 0; first <= 40; first++) {
    for (let second = 0; second <= 40; second++) {
      const messages = [
        { level: IPPROTO_IP, type: -1, data: randomBytes(first, first + 1) },
        { level: -2147483648, type: 2147483647, data: randomBytes(second, second + 99) },
        { level: IPPROTO_IPV6, type: IPV6_HOPLIMIT, data: Uint8Array.of(64, 0, 0, 0) },
      ];
      const writer = new ControlMessageWriter(new Uint8Array(256));
      for (const { level, type, data } of messages) writer.add(level, type, data);
      assertEquals([...controlMessages(writer.bytes)], messages);
    }
  }
});

Deno.test("controlMessages() gives the data in place", () => {
  const buffer = new Uint8Array(64);
  const [message] = controlMessages(new ControlMessageWriter(buffer.subarray(8)).add(1, 2, 0x04030201).bytes);
  assertStrictEquals(message.data.buffer, buffer.buffer);
  assertEquals(message.data.byteOffset, 8 + 16);
  buffer[24] = 9;
  assertEquals([...message.data], [9, 2, 3, 4]);
});

Deno.test("controlMessages() takes a last message without padding behind it", () => {
  const writer = new ControlMessageWriter(new Uint8Array(64)).add(1, 2, 3).add(4, 5, 6);
  const unpadded = writer.bytes.subarray(0, 24 + 20); // the sum of WSA_CMSG_SPACE(4) and WSA_CMSG_LEN(4)
  assertEquals([...controlMessages(unpadded)].map(({ level }) => level), [1, 4]);
  assertEquals([...controlMessages(unpadded.subarray(0, 43))].map(({ level }) => level), [1]);
});

Deno.test("WSA_CMSG_FIRSTHDR(), WSA_CMSG_NXTHDR() and WSA_CMSG_DATA() walk over the messages", () => {
  const { bytes } = new ControlMessageWriter(new Uint8Array(128)).add(1, 2, new Uint8Array(20).fill(7)).add(3, 4, 5);
  const first = WSA_CMSG_FIRSTHDR(bytes)!;
  const second = WSA_CMSG_NXTHDR(bytes, first)!;
  assertEquals([first, second, WSA_CMSG_NXTHDR(bytes, second)], [0, 40, undefined]);
  assertEquals([...WSA_CMSG_DATA(bytes, first)], Array(20).fill(7));
  assertEquals([...WSA_CMSG_DATA(bytes, second)], [5, 0, 0, 0]);
  assertEquals(WSA_CMSG_FIRSTHDR(new Uint8Array(0)), undefined);
});

Deno.test("WSA_CMSG_NXTHDR() and WSA_CMSG_DATA() refuse an offset where no message is", () => {
  const { bytes } = new ControlMessageWriter(new Uint8Array(64)).add(1, 2, 3);
  for (const header of [-1, -8, 0.5, NaN, Infinity, 16, 24, 1000, 2 ** 32, 2 ** 53]) {
    assertEquals(WSA_CMSG_NXTHDR(bytes, header), undefined, String(header));
    const error = assertThrows(() => WSA_CMSG_DATA(bytes, header), RangeError);
    assertEquals(error.message, `header must be the offset of a control message, got ${header}`);
  }
});

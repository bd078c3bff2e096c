// Whether the soak would notice: what the ledger says of bytes that are not those that were sent.
import { assertEquals, assertMatch } from "@std/assert";
import { concat } from "@std/bytes";
import { DatagramSizes, SIZES } from "./datagram_sizes.ts";
import { keyedBytes, originOf, saltStreams } from "./keyed_stream.ts";
import { Ledger, nameOf, type Stream, type Wrong } from "./ledger.ts";
import { Random } from "./random.ts";

/** Two streams that have offered 1000 bytes each and received the first 100. */
function streams(): { ledger: Ledger; stream: Stream; bytes: Uint8Array; others: Uint8Array } {
  const ledger = new Ledger(1);
  const [stream, other] = [ledger.stream("one"), ledger.stream("another")];
  const [bytes, others] = [stream.offer(1000), other.offer(1000)];
  stream.receive(bytes.subarray(0, 100));
  return { ledger, stream, bytes, others };
}

/** The counts that are not 0. */
function wrongs({ wrongs }: Ledger): Partial<Record<Wrong, number>> {
  return Object.fromEntries(Object.entries(wrongs).filter(([, count]) => count > 0));
}

Deno.test("Stream.receive() finds nothing wrong with what was sent, in pieces of any size", () => {
  const { ledger, stream, bytes } = streams();
  const random = new Random(1);
  for (let at = 100; at < 1000;) {
    const piece = bytes.subarray(at, at + random.size(40));
    stream.receive(piece);
    at += piece.length;
  }
  stream.resolve(1000, 1000);
  stream.mustBeComplete();
  assertEquals([wrongs(ledger), ledger.bytesCompared], [{}, 1000]);
});

Deno.test("Stream.receive() tells lost bytes, and goes on after them", () => {
  const { ledger, stream, bytes } = streams();
  stream.receive(bytes.subarray(107, 500));
  stream.receive(bytes.subarray(500));
  assertEquals(wrongs(ledger), { lost: 7 });
  assertMatch(ledger.stories[0], /stream 1, one: at byte 100 came 393 bytes from byte 107 on/);
});

Deno.test("Stream.receive() tells bytes that come once more, and bytes of another stream", () => {
  const { ledger, stream, bytes, others } = streams();
  stream.receive(bytes.subarray(50, 150));
  assertMatch(ledger.stories[0], /came 100 bytes once more, from byte 50 on/);
  stream.receive(concat([bytes.subarray(150, 163), others.subarray(333, 400)]));
  assertMatch(ledger.stories[1], /at byte 163 came 67 bytes of stream 2, from its byte 333 on/);
  assertEquals(wrongs(ledger), { "mixed up": 167 });
});

Deno.test("Stream.receive() tells bytes that nobody sent, and those of another run", () => {
  const { ledger, stream, bytes } = streams();
  stream.receive(new Uint8Array(40));
  saltStreams(7);
  stream.receive(bytes.subarray(140, 180));
  saltStreams(0);
  assertEquals(wrongs(ledger), { "mixed up": 80 });
  assertMatch(ledger.stories.join(), /bytes of nobody.*bytes of nobody/);
});

Deno.test("Stream.receive() tells bytes that came before they were sent", () => {
  const { ledger, stream } = streams();
  stream.receive(keyedBytes(stream.key, 100, 910));
  assertEquals(wrongs(ledger), { "mixed up": 10 });
});

Deno.test("Stream.mustBeComplete() tells what a write resolved for that has not come", () => {
  const { ledger, stream, bytes } = streams();
  stream.resolve(600, 1000);
  stream.mustBeComplete();
  assertEquals(wrongs(ledger), { lost: 500 });
  // What the write has not sent comes first in the next one.
  assertEquals(stream.offer(10), bytes.slice(600, 610));
});

Deno.test("originOf() finds a block wherever it begins", () => {
  for (let offset = 0; offset < 40; offset++) {
    const bytes = keyedBytes(5, offset, 31);
    assertEquals(originOf(bytes)!.offset - originOf(bytes)!.at, offset);
  }
  assertEquals(originOf(keyedBytes(5, 1, 15)), undefined);
});

Deno.test("DatagramSizes deals every size out before any comes again", () => {
  const sizes = new DatagramSizes(123);
  const dealt = new Set(Array.from({ length: SIZES }, () => sizes.next()));
  assertEquals([dealt.size, Math.min(...dealt), Math.max(...dealt)], [65508, 0, 65507]);
  for (const size of [...dealt, 1, 2, 3]) sizes.received(size);
  assertEquals(sizes.covered, SIZES);
});

Deno.test("Random gives the same for the same seed, and stays in its bounds", () => {
  const numbers = (seed: number, index: number) => {
    const random = new Random(seed, index);
    return Array.from({ length: 200 }, () => [random.between(-2, 2), random.size(9), random.word()]);
  };
  assertEquals(numbers(3, 4), numbers(3, 4));
  const all = [...numbers(3, 4), ...numbers(3, 5), ...numbers(4, 4)];
  assertEquals(new Set(all.map(([, , word]) => word)).size, 600);
  assertEquals([...new Set(all.map(([number]) => number))].sort(), [-1, -2, 0, 1, 2]);
  assertEquals([...new Set(all.map(([, size]) => size))].sort(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("nameOf() is the class of an error, with the code where there is one", () => {
  const cause = Object.assign(new Error(), { symbol: "WSAECONNRESET" });
  assertEquals(nameOf(new Deno.errors.ConnectionReset("gone", { cause })), "ConnectionReset (WSAECONNRESET)");
  assertEquals(nameOf(new DOMException("", "AbortError")), "AbortError");
});

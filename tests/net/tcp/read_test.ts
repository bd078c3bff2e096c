import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { listen } from "@winsock/ws2";
import { randomBytes, readAll, readExactly } from "../../support/bytes.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { NEEDS_IPV4 } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";
import { connectedPair } from "../../support/pair.ts";
import { RawSocket } from "../../support/raw.ts";
import { countCalls } from "../../support/stand_in.ts";
import { kernel32 } from "../../../ffi/win32/kernel32.ts";
import { streamCalls } from "../../../ffi/win32/ws2_32.ts";

Deno.test("read() resolves with what is there, up to the room there is", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await pair.client.write(randomBytes(100));
  const buffer = new Uint8Array(60);
  assertEquals(await pair.server.read(buffer), 60);
  assertEquals(buffer, randomBytes(100).subarray(0, 60));
  assertEquals(await pair.server.read(buffer), 40);
  assertEquals(buffer.subarray(0, 40), randomBytes(100).subarray(60));
  assertEquals(buffer.subarray(40), randomBytes(100).subarray(40, 60)); // the rest is left as it was
});

Deno.test("read() waits for data that comes later", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const buffer = new Uint8Array(8);
  const reading = pair.server.read(buffer);
  await pair.client.write(Uint8Array.of(1, 2, 3));
  assertEquals(await reading, 3);
  assertEquals([...buffer], [1, 2, 3, 0, 0, 0, 0, 0]);
});

Deno.test("read() fills a part of a larger buffer only", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const whole = new Uint8Array(10).fill(9);
  await pair.client.write(Uint8Array.of(1, 2, 3, 4, 5, 6));
  assertEquals(await pair.server.read(whole.subarray(4, 7)), 3);
  assertEquals([...whole], [9, 9, 9, 9, 1, 2, 3, 9, 9, 9]);
});

Deno.test("read() reads into shared memory", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  await pair.client.write(Uint8Array.of(1, 2, 3));
  assertEquals(await pair.server.read(shared), 3);
  assertEquals([...shared], [1, 2, 3, 0]);
});

Deno.test("read() resolves with null at the end, again and again", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const buffer = new Uint8Array(8);
  const waiting = [pair.server.read(buffer), pair.server.read(buffer)];
  await pair.client.closeWrite();
  assertEquals(await Promise.all(waiting), [null, null]);
  assertEquals(await pair.server.read(buffer), null);
  await pair.server.write(Uint8Array.of(1));
  pair.server.close();
  assertEquals(await readAll(pair.client), Uint8Array.of(1));
  assertEquals(await pair.client.read(buffer), null);
});

Deno.test("read() gives many outstanding reads their bytes in order", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const sent = randomBytes(4000);
  const buffers = Array.from({ length: 400 }, () => new Uint8Array(10));
  const reading = buffers.map((buffer) => pair.server.read(buffer));
  for (let i = 0; i < sent.length; i += 10) await pair.client.write(sent.subarray(i, i + 10));
  await pair.client.closeWrite();
  const lengths = await Promise.all(reading);
  // A read may get less than it has room for, never bytes of another one.
  const received = buffers.flatMap((buffer, i) => [...buffer.subarray(0, lengths[i] ?? 0)]);
  received.push(...await readAll(pair.server));
  assertEquals(Uint8Array.from(received), sent);
});

Deno.test("read() takes buffers of every size in turn", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const sent = randomBytes(600_000);
  const sending = pair.client.write(sent).then(() => pair.client.closeWrite());
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let room = 1;; room = room * 3 % 100_003) {
    const buffer = new Uint8Array(room);
    const bytes = await pair.server.read(buffer);
    if (bytes === null) break;
    assert(bytes > 0 && bytes <= room);
    parts.push(buffer.subarray(0, bytes));
  }
  await sending;
  assertEquals(new Uint8Array(await new Blob(parts).arrayBuffer()), sent);
});

Deno.test("read() rejects with ConnectionReset when the peer resets the connection", NEEDS_IPV4, async () => {
  await using listener = listen();
  const raw = new RawSocket().connect("127.0.0.1", listener.addr.port);
  using conn = await listener.accept();
  const { remoteAddr: { port } } = conn;
  const waiting = conn.read(new Uint8Array(1)).catch((error) => error);
  raw.reset();
  const error = await waiting;
  assertFailedCall(error, Deno.errors.ConnectionReset, "WSARecv", "WSAECONNRESET");
  assertStringIncludes(error.message, `127.0.0.1:${port}`);
  // and so does what begins afterwards
  assertFailedCall(
    await assertRejects(() => conn.read(new Uint8Array(1))),
    Deno.errors.ConnectionReset,
    "WSARecv",
    "WSAECONNRESET",
  );
});

Deno.test("read() rejects every outstanding read when the peer resets the connection", NEEDS_IPV4, async () => {
  await using listener = listen();
  const raw = new RawSocket().connect("127.0.0.1", listener.addr.port);
  using conn = await listener.accept();
  const waiting = Array.from({ length: 20 }, () => conn.read(new Uint8Array(1)).catch((error) => error));
  raw.reset();
  for (const error of await Promise.all(waiting)) {
    assertFailedCall(error, Deno.errors.ConnectionReset, "WSARecv", "WSAECONNRESET");
  }
});

Deno.test(
  "read() rejects with the reason of a signal that is aborted before, and takes nothing",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    await pair.client.write(Uint8Array.of(1, 2));
    const reason = new Error("enough");
    const buffer = new Uint8Array(8);
    assertEquals(await assertRejects(() => pair.server.read(buffer, { signal: AbortSignal.abort(reason) })), reason);
    assertEquals(await pair.server.read(buffer), 2);
  },
);

Deno.test(
  "read() rejects with the reason of a signal that is aborted while it waits, and ends no other",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const reason = "any value";
    const controller = new AbortController();
    const buffers = [new Uint8Array(3), new Uint8Array(3), new Uint8Array(3)];
    const first = pair.server.read(buffers[0]);
    const aborted = pair.server.read(buffers[1], { signal: controller.signal });
    const last = pair.server.read(buffers[2], { signal: new AbortController().signal });
    controller.abort(reason);
    assertEquals(await aborted.catch((error) => error), reason);
    await pair.client.write(Uint8Array.of(1, 2, 3, 4, 5, 6));
    assertEquals(await Promise.all([first, last]), [3, 3]);
    assertEquals(buffers.map((buffer) => [...buffer]), [[1, 2, 3], [0, 0, 0], [4, 5, 6]]);
  },
);

Deno.test("read() is not changed by a signal that is aborted afterwards", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const controller = new AbortController();
  const reading = pair.server.read(new Uint8Array(3), { signal: controller.signal });
  await pair.client.write(Uint8Array.of(1));
  assertEquals(await reading, 1);
  controller.abort();
  await pair.client.write(Uint8Array.of(2));
  assertEquals(await pair.server.read(new Uint8Array(3)), 1);
});

Deno.test("read() loses no byte when it is aborted as data comes", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const sent = randomBytes(2000);
  const received: number[] = [];
  const buffer = new Uint8Array(100);
  let aborted = 0;
  for (let i = 0; i < sent.length; i++) {
    const controller = new AbortController();
    const reading = pair.server.read(buffer, { signal: controller.signal });
    reading.catch(() => {});
    if (i % 2) controller.abort();
    const writing = pair.client.write(sent.subarray(i, i + 1));
    controller.abort();
    await writing;
    const bytes = await reading.catch(() => aborted++ && 0);
    received.push(...buffer.subarray(0, bytes ?? 0));
  }
  await pair.client.closeWrite();
  received.push(...await readAll(pair.server));
  assertEquals(Uint8Array.from(received), sent);
  assert(aborted > 0);
});

Deno.test("read() refuses what is no room for data, and takes nothing", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await pair.client.write(Uint8Array.of(1, 2, 3));
  const detached = new Uint8Array(8);
  structuredClone(detached, { transfer: [detached.buffer] });
  const cases: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [new Uint8Array(0), RangeError, "p must have room for at least one byte, got 0 bytes"],
    [detached, TypeError, "detached"],
    [undefined, TypeError, "undefined"],
    [null, TypeError, "null"],
    [10, TypeError, "10"],
    ["text", TypeError, '"text"'],
    [new ArrayBuffer(8), TypeError, "ArrayBuffer"],
    [new Uint16Array(4), TypeError, "Uint16Array"],
    [new DataView(new ArrayBuffer(8)), TypeError, "DataView"],
    [[1, 2, 3], TypeError, "[ 1, 2, 3 ]"],
  ];
  for (const [p, errorClass, message] of cases) {
    const error = await assertRejects(() => pair.server.read(p as Uint8Array), errorClass, message);
    assert(error.message.startsWith("p must"), error.message);
  }
  await assertRejects(
    () => pair.server.read(new Uint8Array(8), { signal: {} as AbortSignal }),
    TypeError,
    "signal must",
  );
  assertEquals(await readExactly(pair.server, 3), Uint8Array.of(1, 2, 3));
});

Deno.test(
  "read() rejects with a TypeError when its buffer is transferred away while it waits, and the next gets the bytes",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const [inFlight, queued] = [new Uint8Array(8), new Uint8Array(8)];
    const reading = [inFlight, queued].map((buffer) => pair.server.read(buffer).catch((error) => error));
    for (const buffer of [inFlight, queued]) structuredClone(buffer, { transfer: [buffer.buffer] });
    await pair.client.write(Uint8Array.of(1, 2, 3));
    for (const error of await Promise.all(reading)) {
      assert(error instanceof TypeError, String(error));
      assertStringIncludes(error.message, "p was detached");
    }
    await pair.client.write(Uint8Array.of(4));
    assertEquals(await readExactly(pair.server, 4), Uint8Array.of(1, 2, 3, 4));
  },
);

Deno.test("read() leaves the bytes to the next one when its resizable buffer shrinks", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const memory = new ArrayBuffer(8, { maxByteLength: 8 });
  const reading = pair.server.read(new Uint8Array(memory)).catch((error) => error);
  memory.resize(2);
  await pair.client.write(Uint8Array.of(1, 2, 3));
  assert(await reading instanceof TypeError);
  const one = new Uint8Array(1); // takes them one by one
  for (const byte of [1, 2, 3]) assertEquals([await pair.server.read(one), one[0]], [1, byte]);
});

Deno.test("read() settles in the order of the calls, whatever has arrived meanwhile", NEEDS_WINDOWS, async () => {
  for (const [before, after] of [[1, 25], [3, 40], [0, 30]]) {
    await using pair = await connectedPair();
    const settled: number[] = [];
    const read = (index: number) => pair.server.read(new Uint8Array(1)).then(() => settled.push(index));
    const reads = Array.from({ length: before }, (_, index) => read(index));
    await pair.client.write(randomBytes(before + after));
    for (let index = before; index < before + after; index++) reads.push(read(index));
    await Promise.all(reads);
    assertEquals(settled, Array.from({ length: before + after }, (_, index) => index));
  }
});

Deno.test(
  "one receive at most is in flight for a connection, and an abort cancels no other",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    using receives = countCalls(streamCalls(), "WSARecv");
    using cancels = countCalls(kernel32(), "CancelIoEx");
    const controllers = Array.from({ length: 5 }, () => new AbortController());
    const buffers = controllers.map(() => new Uint8Array(1));
    const reads = controllers.map(({ signal }, i) => pair.server.read(buffers[i], { signal }).catch((error) => error));
    controllers[3].abort("queued");
    assertEquals(await reads[3], "queued");
    assertEquals([receives.calls, cancels.calls], [1, 0]);
    controllers[0].abort("in flight");
    assertEquals(await reads[0], "in flight");
    assertEquals([receives.calls, cancels.calls], [2, 1]);
    await pair.client.write(Uint8Array.of(1, 2, 3));
    assertEquals([await reads[1], await reads[2], await reads[4]], [1, 1, 1]);
    assertEquals(buffers.map(([byte]) => byte), [0, 1, 2, 0, 3]);
  },
);

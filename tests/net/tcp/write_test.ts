import { assert, assertEquals, assertGreater, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { listen, type TcpConn } from "@winsock/ws2";
import { ERROR_CODES, SOCKET_ERROR } from "@winsock/ws2/ffi";
import { streamCalls, ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { checksumOf, randomBytes, readAll } from "../../support/bytes.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { NEEDS_IPV4 } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";
import { connectedPair } from "../../support/pair.ts";
import { RawSocket } from "../../support/raw.ts";
import { countCalls, standIn } from "../../support/stand_in.ts";

const MIB = 1024 * 1024;

/** More than the systems keep for a peer that does not read. */
const TOO_MUCH = 64 * MIB;

/** Writes until writes have to wait for the peer to read; the promises of those that do. */
function fill(conn: TcpConn): Promise<number>[] {
  const part = new Uint8Array(128 * 1024);
  return Array.from({ length: TOO_MUCH / part.length }, () => conn.write(part));
}

Deno.test("write() resolves with the length, also of nothing", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  assertEquals(await pair.client.write(new Uint8Array(0)), 0);
  assertEquals(await pair.client.write(randomBytes(10)), 10);
  await pair.client.closeWrite();
  assertEquals(await readAll(pair.server), randomBytes(10));
});

Deno.test("write() sends a part of a larger buffer only, and shared memory", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const whole = Uint8Array.of(0, 1, 2, 3, 4, 5);
  assertEquals(await pair.client.write(whole.subarray(2, 4)), 2);
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  shared.set([8, 9]);
  assertEquals(await pair.client.write(shared), 2);
  await pair.client.closeWrite();
  assertEquals([...await readAll(pair.server)], [2, 3, 8, 9]);
});

Deno.test("write() sends what was in the buffer when it was called", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const bytes = randomBytes(1000);
  const writing = pair.client.write(bytes);
  bytes.fill(0);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  assertEquals(await writing, 1000);
  await pair.client.closeWrite();
  assertEquals(await readAll(pair.server), randomBytes(1000));
});

Deno.test("write() keeps the order of many outstanding writes, long and short", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const lengths = [1, 300_000, 2, 3, MIB, 4, 5, 262_144, 6, 262_145, 7, ...new Array(200).fill(11), 500_000, 1];
  const parts = lengths.map((length, i) => randomBytes(length, i + 1));
  const writing = Promise.all(parts.map((part) => pair.client.write(part)));
  const [received, written] = await Promise.all([
    readAll(pair.server),
    writing.then(async (written) => {
      await pair.client.closeWrite();
      return written;
    }),
  ]);
  assertEquals(written, lengths);
  assertEquals(checksumOf(received), checksumOf(new Uint8Array(await new Blob(parts).arrayBuffer())));
});

Deno.test("write() sends all when the system takes only parts at once, short and long", NEEDS_WINDOWS, async () => {
  // As Windows may do with a send that must not wait; Wine takes all or nothing.
  using _part = standIn(
    streamCalls(),
    "send",
    (original) => (socket, data, length, flags) => original(socket, data, Math.ceil(length / 3), flags),
  );
  await using pair = await connectedPair();
  const lengths = [1, 2, 100_000, 3, 262_144, 1_000_000, 5];
  const parts = lengths.map((length, i) => randomBytes(length, i + 1));
  const writing = Promise.all(parts.map((part) => pair.client.write(part)));
  const [received, written] = await Promise.all([readAll(pair.server), writing, pair.client.closeWrite()]);
  assertEquals(written, lengths);
  assertEquals(checksumOf(received), checksumOf(new Uint8Array(await new Blob(parts).arrayBuffer())));
});

Deno.test("write() gives the system at most 256 KiB at once", NEEDS_WINDOWS, async () => {
  const lengths: number[] = [];
  using _record = standIn(streamCalls(), "send", (original) => (socket, data, length, flags) => {
    lengths.push(length);
    return original(socket, data, length, flags);
  });
  await using pair = await connectedPair();
  const [received] = await Promise.all([
    readAll(pair.server),
    pair.client.write(randomBytes(MIB)).then(() => pair.client.closeWrite()),
  ]);
  assertEquals(checksumOf(received), checksumOf(randomBytes(MIB)));
  assertEquals(Math.max(...lengths), 256 * 1024);
});

Deno.test("write() says what it tried when the socket cannot be told not to wait", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  using _refuse = standIn(ws2_32(), "WSAIoctl", () => () => {
    ws2_32().WSASetLastError(ERROR_CODES.WSAECONNRESET[0]);
    return SOCKET_ERROR;
  });
  for (const length of [1, MIB]) {
    const error = await assertRejects(() => pair.client.write(new Uint8Array(length)));
    assertFailedCall(error, Deno.errors.ConnectionReset, "WSAIoctl", "WSAECONNRESET");
    assertStringIncludes(error.message, "Cannot write to 127.0.0.1");
  }
});

Deno.test("write() sends nothing at once while another write waits", NEEDS_WINDOWS, async () => {
  using count = countCalls(streamCalls(), "send");
  await using pair = await connectedPair();
  const writing = fill(pair.client);
  assertLess(count.calls, writing.length);
  const callsBefore = count.calls;
  writing.push(pair.client.write(Uint8Array.of(1)));
  assertEquals(count.calls, callsBefore);
  const received = readAll(pair.server);
  await Promise.all(writing);
  await pair.client.closeWrite();
  assertEquals((await received).lastIndexOf(1), TOO_MUCH);
});

Deno.test("write() waits for a peer that does not read", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const sent = randomBytes(TOO_MUCH);
  let isOver = false;
  const writing = pair.client.write(sent).finally(() => isOver = true);
  assertEquals(await pair.server.read(new Uint8Array(1)), 1);
  assertEquals(isOver, false);
  const [rest, written] = await Promise.all([
    readAll(pair.server),
    writing.finally(() => pair.client.closeWrite()),
  ]);
  assertEquals(written, TOO_MUCH);
  assertEquals(checksumOf(rest), checksumOf(sent.subarray(1)));
});

Deno.test("closeWrite() ends the stream after everything that was written before", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const parts = [100, 5 * MIB, 3].map((length, i) => randomBytes(length, i + 1));
  const writing = parts.map((part) => pair.client.write(part));
  const ending = pair.client.closeWrite(); // not waited for
  const received = await readAll(pair.server);
  await ending;
  assertEquals(await Promise.all(writing), [100, 5 * MIB, 3]);
  assertEquals(checksumOf(received), checksumOf(new Uint8Array(await new Blob(parts).arrayBuffer())));
});

Deno.test("closeWrite() leaves the other direction open, either way round", NEEDS_WINDOWS, async () => {
  for (const side of ["client", "server"] as const) {
    await using pair = await connectedPair();
    const [first, second] = side === "client" ? [pair.client, pair.server] : [pair.server, pair.client];
    await first.write(Uint8Array.of(1));
    await first.closeWrite();
    assertEquals([...await readAll(second)], [1]);
    assertEquals(await second.write(randomBytes(MIB)), MIB);
    const reading = readAll(first);
    await second.closeWrite();
    assertEquals(checksumOf(await reading), checksumOf(randomBytes(MIB)));
  }
});

Deno.test("write() after closeWrite() rejects with BrokenPipe", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await pair.client.closeWrite();
  const error = await assertRejects(() => pair.client.write(Uint8Array.of(1)));
  assertFailedCall(error, Deno.errors.BrokenPipe, "send", "WSAESHUTDOWN");
  assertStringIncludes(error.message, `127.0.0.1:${pair.listener.addr.port}`);
});

Deno.test("write() rejects when the peer has reset the connection", NEEDS_IPV4, async () => {
  await using listener = listen();
  const raw = new RawSocket().connect("127.0.0.1", listener.addr.port);
  using conn = await listener.accept();
  const reading = conn.read(new Uint8Array(1)).catch((error) => error);
  raw.reset();
  assertFailedCall(await reading, Deno.errors.ConnectionReset, "WSARecv", "WSAECONNRESET");
  const error = await assertRejects(() => conn.write(Uint8Array.of(1)));
  assert(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.ConnectionAborted, String(error));
});

Deno.test(
  "write() that waits rejects or says how much when the peer resets the connection",
  NEEDS_IPV4,
  async () => {
    for (const how of ["one long write", "many short ones"]) {
      await using listener = listen();
      const raw = new RawSocket().connect("127.0.0.1", listener.addr.port);
      using conn = await listener.accept();
      const writing = how === "one long write" ? [conn.write(new Uint8Array(TOO_MUCH))] : fill(conn);
      raw.receive(1);
      raw.reset();
      const outcomes = await Promise.allSettled(writing);
      if (how === "one long write") {
        assert(outcomes[0].status === "fulfilled", how);
        assertGreater(outcomes[0].value, 0);
        assertLess(outcomes[0].value, TOO_MUCH);
      } else {
        const failed = outcomes.filter(({ status }) => status === "rejected");
        assert(failed.length > 0 && outcomes.at(-1)!.status === "rejected", how);
        for (const { reason } of failed as PromiseRejectedResult[]) {
          // The first is the one that was being sent; those behind it find the connection reset, or gone.
          assert(
            reason instanceof Deno.errors.ConnectionReset || reason instanceof Deno.errors.ConnectionAborted,
            reason,
          );
        }
      }
      // the next one says why
      const error = await assertRejects(() => conn.write(Uint8Array.of(1)));
      assert(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.ConnectionAborted, how);
    }
  },
);

Deno.test(
  "write() rejects with the reason of a signal that is aborted before, and sends nothing",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    for (const length of [1, MIB]) {
      assertEquals(await assertRejects(() => pair.client.write(randomBytes(length), { signal })), reason);
    }
    await pair.client.closeWrite();
    assertEquals(await readAll(pair.server), new Uint8Array(0));
  },
);

/** A write that the peer's not reading keeps waiting: it has been resolved for in part, and a `WSASend` is in flight. */
async function stuckWrite(
  conn: TcpConn,
  data: Uint8Array,
  signal: AbortSignal,
): Promise<{ writing: Promise<number> }> {
  const { WSASend } = streamCalls();
  const { promise, resolve } = Promise.withResolvers<void>();
  using _stand = standIn(streamCalls(), "WSASend", () => (...parameters) => {
    const result = WSASend(...parameters);
    if (result !== 0) resolve(); // it waits
    return result;
  });
  const writing = conn.write(data, { signal });
  await promise;
  return { writing };
}

Deno.test(
  "write() that is aborted while it is being sent says how much went out, and the next one fails",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const controller = new AbortController();
    const sent = randomBytes(TOO_MUCH);
    const { writing } = await stuckWrite(pair.client, sent, controller.signal);
    const behind = pair.client.write(Uint8Array.of(1)).catch((error) => error);
    controller.abort();
    const written = await writing;
    assertGreater(written, 0);
    assertLess(written, TOO_MUCH);
    const { addr: { port } } = pair.listener;
    for (const error of [await behind, await assertRejects(() => pair.client.write(Uint8Array.of(1, 2, 3)))]) {
      assertFailedCall(error, Deno.errors.BrokenPipe, "WSASend", "WSA_OPERATION_ABORTED");
      assertStringIncludes(error.message, `Cannot write to 127.0.0.1:${port}: an earlier write was aborted`);
    }
    const error = await assertRejects(() => pair.client.closeWrite());
    assertFailedCall(error as Error, Deno.errors.BrokenPipe, "WSASend", "WSA_OPERATION_ABORTED");
    pair.client.close();
    // At least what was told has arrived, and nothing else in its place.
    const received = await readAll(pair.server);
    assert(received.length >= written, `${received.length} bytes of ${written}`);
    assertEquals(checksumOf(received), checksumOf(sent.subarray(0, received.length)));
  },
);

Deno.test(
  "write() that is aborted before it is sent leaves the stream whole",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const [first, controller] = [randomBytes(TOO_MUCH), new AbortController()];
    const { writing } = await stuckWrite(pair.client, first, new AbortController().signal);
    const aborted = pair.client.write(Uint8Array.of(1), { signal: controller.signal }).catch((error) => error);
    const last = pair.client.write(Uint8Array.of(2));
    controller.abort("enough");
    assertEquals(await aborted, "enough");
    const reading = readAll(pair.server);
    assertEquals([await writing, await last], [TOO_MUCH, 1]);
    await pair.client.closeWrite();
    const received = await reading;
    assertEquals(received.length, TOO_MUCH + 1);
    assertEquals(received.at(-1), 2);
  },
);

Deno.test("write() rejects with the reason of a signal when nothing of it went out", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const before = fill(pair.client);
  const reason = new Error("enough");
  const controller = new AbortController();
  const aborted = pair.client.write(Uint8Array.of(1, 2, 3), { signal: controller.signal });
  const behindLong = [pair.client.write(new Uint8Array(MIB)), pair.client.write(Uint8Array.of(7), controller)];
  controller.abort(reason);
  assertEquals(await aborted.catch((error) => error), reason);
  assertEquals(await behindLong[1].catch((error) => error), reason);
  const reading = readAll(pair.server);
  assertEquals((await Promise.all(before)).reduce((sum, bytes) => sum + bytes), TOO_MUCH);
  assertEquals(await behindLong[0], MIB);
  await pair.client.closeWrite();
  assertEquals((await reading).length, TOO_MUCH + MIB);
});

Deno.test("write() is not changed by a signal that is aborted afterwards", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const controller = new AbortController();
  assertEquals(await pair.client.write(randomBytes(10), { signal: controller.signal }), 10);
  controller.abort();
  assertEquals(await pair.client.write(randomBytes(10, 2)), 10);
  await pair.client.closeWrite();
  assertEquals((await readAll(pair.server)).length, 20);
});

Deno.test(
  "write() aborted at any time: the peer gets at least the bytes that were said to have gone out, in order",
  NEEDS_WINDOWS,
  async () => {
    let cutOff = 0;
    for (let round = 0; round < 40; round++) {
      await using pair = await connectedPair();
      const receiving = readAll(pair.server);
      const sent: Uint8Array<ArrayBuffer>[] = [];
      let told = 0;
      // One write after another, until one is cut off.
      for (let part = 0; part < 20; part++) {
        const data = randomBytes(1 + (20 * round + part) * 3001 % 700_000, 20 * round + part + 1);
        const controller = new AbortController();
        const writing = pair.client.write(data, { signal: controller.signal });
        for (let turn = 0; turn < part % 8; turn++) await null;
        controller.abort();
        const written = await writing.catch((error) => error instanceof Deno.errors.BrokenPipe ? undefined : 0);
        if (written === undefined) break;
        sent.push(written > 0 ? data : data.subarray(0, 0));
        told += written;
        if (written < data.length && written > 0) {
          if (await pair.client.write(Uint8Array.of()) === 0 && await isCutOff(pair.client)) {
            cutOff++;
            break;
          }
          sent[sent.length - 1] = data.subarray(0, written); // exactly, as nothing was being sent
          sent.push(Uint8Array.of(7));
          told++;
        }
      }
      pair.client.close();
      const received = await receiving;
      const expected = new Uint8Array(await new Blob(sent).arrayBuffer());
      assert(received.length >= told, `${received.length} of ${told} bytes`);
      assertEquals(checksumOf(received), checksumOf(expected.subarray(0, received.length)));
    }
    assertLess(cutOff, 41);
  },
);

/** Whether nothing can be written any more; writes a 7 otherwise. */
async function isCutOff(conn: TcpConn): Promise<boolean> {
  return await conn.write(Uint8Array.of(7)).then(() => false, () => true);
}

Deno.test("write() refuses what is no data", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const detached = new Uint8Array(8);
  structuredClone(detached, { transfer: [detached.buffer] });
  const cases: [unknown, string][] = [
    [detached, "detached"],
    [undefined, "undefined"],
    [null, "null"],
    ["text", '"text"'],
    [new ArrayBuffer(8), "ArrayBuffer"],
    [new Uint16Array(4), "Uint16Array"],
    [[1, 2, 3], "[ 1, 2, 3 ]"],
  ];
  for (const [p, message] of cases) {
    const error = await assertRejects(() => pair.client.write(p as Uint8Array), TypeError, message);
    assert(error.message.startsWith("p must"), error.message);
  }
  await assertRejects(() => pair.client.write(new Uint8Array(8), { signal: 1 as never }), TypeError, "signal must");
  await pair.client.closeWrite();
  assertEquals(await readAll(pair.server), new Uint8Array(0));
});

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { connect, listen, type TcpConn } from "@winsock/ws2";
import { randomBytes, readAll } from "../../support/bytes.ts";
import { socketCount } from "../../support/handles.ts";
import { NEEDS_IPV4, NEEDS_IPV6 } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";
import { connectedPair } from "../../support/pair.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** How each of several promises ended: what it resolved with, or the class of its error. */
function outcomes(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(promises.map((promise) => promise.then((value) => value, (error) => error.constructor)));
}

Deno.test("close() rejects reads that wait with Interrupted, aborted or not", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const signal = new AbortController().signal;
  const reading = [pair.client.read(new Uint8Array(1)), pair.client.read(new Uint8Array(MIB), { signal })];
  pair.client.close();
  assertEquals(await outcomes(reading), [Deno.errors.Interrupted, Deno.errors.Interrupted]);
  for (const read of reading) {
    const error = await assertRejects(() => read, Deno.errors.Interrupted);
    assert(error.message.includes(`127.0.0.1:${pair.listener.addr.port}`), error.message);
  }
});

Deno.test(
  "close() rejects writes that wait with Interrupted, or they say how much went out",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const writing = Array.from({ length: 512 }, () => pair.client.write(new Uint8Array(128 * KIB)));
    pair.client.close();
    const ends = await outcomes(writing);
    for (const end of ends) assert(typeof end === "number" || end === Deno.errors.Interrupted, String(end));
    // 64 MiB are more than the systems keep, so the last ones had to wait
    assertEquals(ends.at(-1), Deno.errors.Interrupted);
  },
);

Deno.test("close() ends a long write that waits, which says how much went out", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const long = pair.client.write(new Uint8Array(64 * MIB));
  const behind = [pair.client.write(new Uint8Array(1)), pair.client.write(new Uint8Array(MIB))];
  await pair.server.read(new Uint8Array(1));
  pair.client.close();
  const written = await long;
  assert(written > 0 && written < 64 * MIB, String(written));
  assertEquals(await outcomes(behind), [Deno.errors.Interrupted, Deno.errors.Interrupted]);
});

Deno.test("close() rejects a closeWrite() that waits with Interrupted", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const writing = Array.from({ length: 512 }, () => pair.client.write(new Uint8Array(128 * KIB)));
  const ends = outcomes([...writing, pair.client.closeWrite()]);
  pair.client.close();
  assertEquals((await ends).at(-1), Deno.errors.Interrupted);
});

Deno.test("every method refuses a closed connection with BadResource", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const { client } = pair;
  client.close();
  const place = `127.0.0.1:${pair.listener.addr.port}`;
  await assertRejects(() => client.read(new Uint8Array(1)), Deno.errors.BadResource, place);
  await assertRejects(() => client.write(new Uint8Array(1)), Deno.errors.BadResource, place);
  await assertRejects(() => client.write(new Uint8Array(0)), Deno.errors.BadResource, place);
  await assertRejects(() => client.closeWrite(), Deno.errors.BadResource, place);
  assertThrows(() => client.close(), Deno.errors.BadResource, place);
  assertThrows(() => client.setNoDelay(), Deno.errors.BadResource, place);
  assertThrows(() => client.setKeepAlive(), Deno.errors.BadResource, place);
  client.ref();
  client.unref();
  client[Symbol.dispose](); // closing it by a block is no mistake
  await client[Symbol.asyncDispose]();
  assertEquals(client.remoteAddr, pair.server.localAddr); // the addresses stay known
});

Deno.test("close() tells the peer that the connection has ended", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await pair.client.write(randomBytes(MIB / 4));
  pair.client.close();
  assertEquals((await readAll(pair.server)).length, MIB / 4);
});

Deno.test("closing leaves no socket behind, whatever waits", NEEDS_IPV4, async () => {
  async function round(): Promise<void> {
    await using pair = await connectedPair();
    const pending = [pair.client, pair.server].flatMap((conn) => [
      conn.read(new Uint8Array(10)),
      conn.write(new Uint8Array(300 * KIB)),
      conn.write(new Uint8Array(10)),
      conn.read(new Uint8Array(10), { signal: new AbortController().signal }),
    ]);
    void Promise.allSettled([...pending, pair.listener.accept()]);
  }
  await round();
  const before = socketCount();
  for (let i = 0; i < 20; i++) await round();
  assertEquals(socketCount(), before);
});

Deno.test("asyncDispose waits until the kernel has let go of everything", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const settled: string[] = [];
  for (let i = 0; i < 20; i++) {
    pair.client.read(new Uint8Array(1)).catch(() => settled.push("read"));
    pair.client.write(new Uint8Array(4 * MIB)).then(() => settled.push("write"), () => settled.push("write"));
  }
  await pair.client[Symbol.asyncDispose]();
  assertEquals(settled.filter((what) => what === "read").length, 20);
  await pair.client[Symbol.asyncDispose](); // again, at once
});

Deno.test("a connection that is closed while its peer closes settles everything", NEEDS_IPV6, async () => {
  await using listener = listen();
  for (let round = 0; round < 100; round++) {
    const [client, server] = await Promise.all([
      connect({ hostname: round % 2 ? "::1" : "127.0.0.1", port: listener.addr.port }),
      listener.accept(),
    ]);
    const pending = [client, server].flatMap((conn) => [
      conn.read(new Uint8Array(10)),
      conn.write(new Uint8Array(10)),
      conn.read(new Uint8Array(10)),
    ]);
    const closing: TcpConn[] = round % 3 ? [client, server] : [server, client];
    for (let turn = 0; turn < round % 5; turn++) await null;
    for (const conn of closing) conn.close();
    for (const end of await outcomes(pending)) {
      const allowed = [null, 10, Deno.errors.Interrupted, Deno.errors.ConnectionReset, Deno.errors.ConnectionAborted];
      assert(allowed.includes(end as null), String(end));
    }
  }
});

Deno.test("nothing that was written goes out on a later connection", NEEDS_IPV6, async () => {
  await using listener = listen();
  const { port } = listener.addr;
  for (let round = 0; round < 30; round++) {
    const [first, firstServer] = await Promise.all([connect({ hostname: "::1", port }), listener.accept()]);
    const writing = outcomes(Array.from({ length: 64 }, () => first.write(new Uint8Array(256 * KIB).fill(0xee))));
    first.close();
    // the next socket may get the handle of the first
    const [second, secondServer] = await Promise.all([connect({ hostname: "::1", port }), listener.accept()]);
    void readAll(firstServer).catch(() => {}).finally(() => firstServer.close());
    await second.write(Uint8Array.of(1, 2, 3));
    await second.closeWrite();
    assertEquals([...await readAll(secondServer)], [1, 2, 3]);
    second.close();
    secondServer.close();
    await writing;
  }
});

Deno.test("setNoDelay() and setKeepAlive() take a boolean", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  pair.client.setNoDelay();
  pair.client.setNoDelay(false);
  pair.client.setKeepAlive();
  pair.client.setKeepAlive(false);
  const error = assertThrows(() => pair.client.setNoDelay(1 as never), TypeError, "noDelay must be a boolean, got 1");
  assertInstanceOf(error, TypeError);
  assertThrows(() => pair.client.setKeepAlive("no" as never), TypeError, 'keepAlive must be a boolean, got "no"');
});

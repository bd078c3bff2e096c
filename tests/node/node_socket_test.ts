import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import net from "node:net";
import { connect, listen } from "@winsock/ws2";
import { toNodeSocket } from "@winsock/ws2/node";
import { checksumOf, randomBytes, readExactly } from "../support/bytes.ts";
import { NEEDS_BOTH, NEEDS_IPV4 } from "../support/families.ts";
import { nodePair, recordEvents } from "./support.ts";

const encoder = new TextEncoder();

Deno.test("toNodeSocket() gives a net.Socket with the addresses of the connection", NEEDS_BOTH, async () => {
  for (const [hostname, family] of [["127.0.0.1", "IPv4"], ["::1", "IPv6"]]) {
    const { socket, peer } = await nodePair({}, hostname);
    assert(socket instanceof net.Socket);
    const { localAddress, localPort, localFamily, remoteAddress, remotePort, remoteFamily } = socket;
    assertEquals([localAddress, localPort, localFamily], [hostname, peer.remoteAddr.port, family]);
    assertEquals([remoteAddress, remotePort, remoteFamily], [hostname, peer.localAddr.port, family]);
    assertEquals(socket.address(), { address: hostname, family, port: peer.remoteAddr.port });
    assertEquals([socket.connecting, socket.pending, socket.readyState], [false, false, "open"]);
    socket.destroy();
    await once(socket, "close");
    assertEquals([socket.destroyed, socket.readyState, socket.remoteAddress], [true, "closed", hostname]);
    peer.close();
  }
});

Deno.test("a Node socket reads and writes, counts the bytes, and ends in Node's order", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  const events = recordEvents(socket, "end", "finish", "close");
  const closed = once(socket, "close");
  socket.write("hel");
  socket.write(Buffer.from("lo "));
  socket.write("d2VsdA==", "base64");
  assertEquals(new TextDecoder().decode(await readExactly(peer, 10)), "hello welt");
  await peer.write(encoder.encode("and back"));
  await peer.closeWrite();
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "end"); // after which the other side ends too, as half-open is not allowed
  assertEquals(Buffer.concat(chunks).toString(), "and back");
  assertEquals(await peer.read(new Uint8Array(1)), null);
  await closed;
  assertEquals([socket.bytesRead, socket.bytesWritten], [8, 10]);
  assertEquals(events, ["end", "finish", "close"]);
  peer.close();
});

Deno.test("a Node socket that allows half-open connections writes after the end", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair({ allowHalfOpen: true });
  await peer.closeWrite();
  socket.resume();
  await once(socket, "end");
  assertEquals(socket.readyState, "writeOnly");
  socket.end("still here");
  const text: string[] = [];
  for await (const chunk of peer.readable) text.push(new TextDecoder().decode(chunk));
  assertEquals(text.join(""), "still here");
  await once(socket, "close");
});

Deno.test("a Node socket sends what is written together in one call", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  socket.cork();
  for (const part of ["head", "er,", "body"]) socket.write(part);
  socket.uncork();
  const buffer = new Uint8Array(100);
  assertEquals(await peer.read(buffer), 11);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, 11)), "header,body");
  socket.destroy();
  peer.close();
});

Deno.test("a Node socket does not overwrite data that it has handed out", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  const kept: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => kept.push(chunk));
  for (let i = 0; i < 200; i++) {
    await peer.write(new Uint8Array(50).fill(i));
    if (i % 10 === 0) await once(socket, "data");
  }
  await peer.closeWrite();
  await once(socket, "end");
  const all = Buffer.concat(kept);
  assertEquals(all.length, 10_000);
  for (let i = 0; i < 200; i++) assert(all.subarray(50 * i, 50 * i + 50).every((byte) => byte === i), `${i}`);
  peer.close();
});

Deno.test("a Node socket carries megabytes both ways, with backpressure", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair({ allowHalfOpen: true });
  const sent = randomBytes(8 << 20, 1);
  const echoing = peer.readable.pipeTo(peer.writable);
  let waits = 0;
  const writing = (async () => {
    for (let at = 0; at < sent.length; at += 100_000) {
      if (!socket.write(sent.subarray(at, at + 100_000))) {
        waits++;
        await once(socket, "drain");
      }
    }
    socket.end();
  })();
  const received: Buffer[] = [];
  for await (const chunk of socket) received.push(chunk);
  await Promise.all([writing, echoing]);
  assertEquals(checksumOf(Buffer.concat(received)), checksumOf(sent));
  assert(waits > 0);
});

Deno.test("a Node socket stops reading when nobody takes the data", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  socket.pause();
  const signal = AbortSignal.timeout(60_000);
  let written = 0;
  // As much as the system and one chunk of the stream take.
  const stuck = (async () => {
    const piece = new Uint8Array(1 << 20);
    while (written < 256 << 20) written += await peer.write(piece, { signal });
  })().catch(() => {});
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  }
  assert(socket.bytesRead <= 256 * 1024, `${socket.bytesRead} bytes were read for nobody`);
  socket.destroy();
  peer.close();
  await stuck;
});

Deno.test("a Node socket emits a reset as ECONNRESET", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  peer.options.linger = 0;
  peer.close();
  const [error] = await once(socket, "error");
  assertEquals([error.code, error.errno, error.syscall], ["ECONNRESET", -4077, "read"]);
  const [hadError] = await once(socket, "close");
  assertEquals(hadError, true);
});

Deno.test("resetAndDestroy() resets the connection", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  // It waits already: Wine forgets a reset that nobody waits for.
  const reading = assertRejects(() => peer.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
  socket.resetAndDestroy();
  await once(socket, "close");
  await reading;
  peer.close();
});

Deno.test("destroySoon() sends what was written before it closes", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  const closed = once(socket, "close");
  socket.write("the rest");
  (socket as net.Socket & { destroySoon(): void }).destroySoon();
  assertEquals(await new Response(peer.readable).text(), "the rest");
  await closed;
});

Deno.test("destroy() with an error emits it, and close with it", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  const events: unknown[] = [];
  socket.on("error", (error) => events.push(error.message));
  socket.on("close", (hadError) => events.push(hadError));
  socket.destroy(new Error("enough"));
  await new Promise((resolve) => socket.on("close", resolve));
  assertEquals(events, ["enough", true]);
  peer.close();
});

Deno.test("setTimeout() emits timeout when the socket is idle, and not while it is used", NEEDS_IPV4, async () => {
  const { socket, peer } = await nodePair();
  let isUsed = true;
  let timeouts = 0;
  socket.on("timeout", () => timeouts++);
  socket.setTimeout(60_000);
  socket.resume();
  for (let i = 0; i < 20; i++) await peer.write(encoder.encode("x"));
  assertEquals(timeouts, 0);
  isUsed = false;
  socket.setTimeout(1);
  if (timeouts === 0) await once(socket, "timeout");
  assertEquals([isUsed, socket.timeout], [false, 1]);
  socket.setTimeout(0);
  socket.destroy();
  peer.close();
});

Deno.test("setNoDelay() and setKeepAlive() set the options of the connection", NEEDS_IPV4, async () => {
  using listener = listen();
  const [conn, peer] = await Promise.all([connect({ port: listener.addr.port }), listener.accept()]);
  const { options } = conn;
  const socket = toNodeSocket(conn);
  assertStrictEquals(socket.setNoDelay(), socket);
  assertStrictEquals(socket.setKeepAlive(true, 5000), socket);
  assertEquals([options.noDelay, options.keepAlive, options.keepAliveIdle], [true, true, 5]);
  socket.setNoDelay(false).setKeepAlive(false);
  assertEquals([options.noDelay, options.keepAlive], [false, false]);
  socket.destroy();
  peer.close();
});

Deno.test("toNodeSocket() refuses what is no open connection", NEEDS_IPV4, async () => {
  using listener = listen();
  const [conn, peer] = await Promise.all([connect({ port: listener.addr.port }), listener.accept()]);
  peer.close();
  conn.close();
  assertThrows(() => toNodeSocket(conn), Deno.errors.BadResource, "conn must be open");
  for (const value of [undefined, null, 5, "conn", {}, listener]) {
    assertThrows(() => toNodeSocket(value as never), TypeError, "conn must be a TcpConn");
  }
});

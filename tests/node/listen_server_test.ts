import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import { connect, listen } from "@winsock/ws2";
import { createConnection, listenServer } from "@winsock/ws2/node";
import { NEEDS_BOTH, NEEDS_IPV4 } from "../support/families.ts";
import { runProgram } from "../support/program.ts";
import { ask, cert, closeServer, key, recordEvents, textOf } from "./support.ts";

Deno.test("listenServer() has a net.Server listen: its events, address and connections", NEEDS_BOTH, async () => {
  const server = net.createServer((socket) => socket.end(`hello ${socket.remoteAddress}`));
  const events = recordEvents(server, "listening", "connection", "close", "error");
  const listener = listenServer(server);
  const { port } = listener.addr;
  assertEquals([server.listening, listener.dualStack], [true, true]);
  assertEquals(server.address(), { address: "::", family: "IPv6", port });
  await once(server, "listening");
  for (const hostname of ["127.0.0.1", "::1"]) {
    const conn = await connect({ hostname, port });
    assertEquals(await new Response(conn.readable).text(), `hello ${hostname}`);
    conn[Symbol.dispose]();
  }
  const closed = once(server, "close");
  server.close();
  assertEquals(server.listening, false);
  assertEquals(server.address(), null);
  await closed;
  assertEquals(events, ["listening", "connection", "connection", "close"]);
  await assertRejects(() => connect({ port }), Deno.errors.ConnectionRefused);
});

Deno.test("close() of a server waits for its connections and calls back", NEEDS_IPV4, async () => {
  const server = net.createServer();
  const { addr: { port } } = listenServer(server);
  const accepted = once(server, "connection");
  const conn = await connect({ port });
  const [socket] = await accepted as [net.Socket];
  const count = () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  assertEquals(await count(), 1);
  let isClosed = false;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  closed.then(() => isClosed = true);
  await assertRejects(() => connect({ port }), Deno.errors.ConnectionRefused);
  assertEquals(isClosed, false); // the connection is still there
  socket.resume();
  conn.close();
  await closed;
  assertEquals(await count(), 0);
  const error = await new Promise<Error & { code?: string } | undefined>((resolve) => server.close(resolve));
  assertEquals(error?.code, "ERR_SERVER_NOT_RUNNING");
});

Deno.test("closing the listener closes its server; a signal too", NEEDS_IPV4, async () => {
  const byListener = net.createServer();
  const listener = listenServer(byListener);
  const closed = once(byListener, "close");
  listener.close();
  await closed;
  const bySignal = http.createServer();
  const controller = new AbortController();
  listenServer(bySignal, { signal: controller.signal });
  const aborted = once(bySignal, "close");
  controller.abort();
  await aborted;
});

Deno.test("a server can listen again after it was closed", NEEDS_IPV4, async () => {
  const server = http.createServer((_request, response) => response.end("again"));
  for (let i = 0; i < 3; i++) {
    const { addr: { port } } = listenServer(server);
    assertEquals((await ask(http.request({ host: "127.0.0.1", port, createConnection }))).body, "again");
    await closeServer(server);
  }
});

Deno.test("maxConnections drops further connections, and says so", NEEDS_IPV4, async () => {
  const server = net.createServer();
  server.maxConnections = 1;
  const { addr: { port } } = listenServer(server);
  const first = await connect({ port });
  if ((await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))) === 0) {
    await once(server, "connection");
  }
  const dropped = once(server, "drop");
  const second = await connect({ port });
  const [data] = await dropped;
  assertEquals([data.remotePort, data.remoteFamily], [second.localAddr.port, "IPv4"]);
  assertEquals(await second.read(new Uint8Array(1)).catch(() => null), null);
  first.close();
  second.close();
  await closeServer(server);
});

Deno.test(
  "node:http over listenServer() keeps connections alive, and answers pipelined requests",
  NEEDS_BOTH,
  async () => {
    const server = http.createServer((request, response) => response.end(request.url));
    const { addr: { port } } = listenServer(server);
    const conn = await connect({ hostname: "::1", port });
    const count = 100;
    const requests = Array.from({ length: count }, (_, i) => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join("");
    await conn.write(new TextEncoder().encode(requests));
    let text = "";
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65536);
    while (!text.endsWith(`/${count - 1}`)) text += decoder.decode(buffer.subarray(0, (await conn.read(buffer))!));
    const bodies = Array.from(text.matchAll(/\r\n\r\n(\/\d+)/g), ([, body]) => body);
    assertEquals(bodies, Array.from({ length: count }, (_, i) => `/${i}`));
    conn.close();
    await closeServer(server);
  },
);

Deno.test("keepAliveTimeout ends an idle connection", NEEDS_IPV4, async () => {
  const server = http.createServer((_request, response) => response.end("once"));
  server.keepAliveTimeout = 1;
  (server as http.Server & { keepAliveTimeoutBuffer?: number }).keepAliveTimeoutBuffer = 0;
  const { addr: { port } } = listenServer(server);
  const conn = await connect({ port });
  await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  const text = await new Response(conn.readable).text(); // to the end, which the server makes
  assert(text.endsWith("once"), text);
  await closeServer(server);
});

Deno.test("headersTimeout cuts a slowloris off with 408", NEEDS_IPV4, async () => {
  const server = http.createServer({ connectionsCheckingInterval: 10, headersTimeout: 50 });
  const { addr: { port } } = listenServer(server);
  const conn = await connect({ port });
  await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "));
  const answer = await new Response(conn.readable).text();
  assert(answer.startsWith("HTTP/1.1 408"), answer);
  await closeServer(server);
});

Deno.test("node:https over listenServer() serves both families, and knows the peers", NEEDS_BOTH, async () => {
  const server = https.createServer({ cert, key }, (request, response) => response.end(request.socket.remoteAddress));
  const { addr: { port } } = listenServer(server);
  for (const host of ["127.0.0.1", "::1"]) {
    const request = https.request({ host, port, ca: cert, servername: "localhost", agent: false });
    assertEquals((await ask(request)).body, host);
  }
  await closeServer(server);
});

Deno.test("node:http2 over listenServer() speaks HTTP/2 in TLS, and HTTP/1.1 where it may", NEEDS_BOTH, async () => {
  const server = http2.createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
    response.end(`HTTP/${request.httpVersion}`);
  });
  const { addr: { port } } = listenServer(server);
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: cert, servername: "localhost" });
  assertEquals(await textOf(session.request({ ":path": "/" })), "HTTP/2.0");
  session.close();
  const request = https.request({ host: "127.0.0.1", port, ca: cert, servername: "localhost", agent: false });
  assertEquals((await ask(request)).body, "HTTP/1.1");
  await closeServer(server);
});

Deno.test("a WebSocket upgrade goes through listenServer()", NEEDS_BOTH, async () => {
  const server = http.createServer();
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n");
    socket.pipe(socket);
  });
  const { addr: { port } } = listenServer(server);
  const request = http.request({
    host: "::1",
    port,
    createConnection,
    headers: { connection: "Upgrade", upgrade: "echo" },
  });
  request.end();
  const [, socket] = await once(request, "upgrade") as [unknown, net.Socket];
  socket.end("over the upgrade");
  assertEquals(await textOf(socket), "over the upgrade");
  await closeServer(server);
});

Deno.test("listenServer() refuses a server that listens, and what is no server", NEEDS_IPV4, async () => {
  const server = net.createServer();
  listenServer(server);
  const error = assertThrows(() => listenServer(server)) as Error & { code?: string };
  assertEquals(error.code, "ERR_SERVER_ALREADY_LISTEN");
  await closeServer(server);
  for (const value of [undefined, null, {}, "server", listen]) {
    assertThrows(() => listenServer(value as never), TypeError, "server must be");
  }
  assertThrows(() => listenServer(net.createServer(), { port: -1 }), RangeError, "port must be");
  assertThrows(() => listenServer(net.createServer(), null as never), TypeError, "options must be");
  using taken = listen();
  const { port } = taken.addr;
  assertThrows(() => listenServer(net.createServer(), { port }), Deno.errors.AddrInUse);
});

Deno.test("unref() of a server and of a socket lets the process end, with --allow-ffi alone", NEEDS_IPV4, async () => {
  const { code, stdout, stderr } = await runProgram(["tests/node/programs/unref.ts"]);
  assertEquals([code, stdout, stderr], [0, "done\n", ""]);
});

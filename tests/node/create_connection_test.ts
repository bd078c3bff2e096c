import { assert, assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import tls from "node:tls";
import { listen } from "@winsock/ws2";
import { createConnection, listenServer } from "@winsock/ws2/node";
import type { NodeError } from "../../ffi/node/node_errors.ts";
import { NEEDS_BOTH, NEEDS_IPV4 } from "../support/families.ts";
import { RawSocket } from "../support/raw.ts";
import { ask, cert, closeServer, key, recordEvents, textOf } from "./support.ts";

Deno.test("createConnection() returns at once, connects, and sends what was written before", NEEDS_BOTH, async () => {
  using listener = listen();
  for (const host of ["127.0.0.1", "::1", "localhost"]) {
    const socket = createConnection({ port: listener.addr.port, host });
    const events = recordEvents(socket, "lookup", "connect", "ready", "end", "close");
    const closed = once(socket, "close");
    assertEquals([socket.connecting, socket.pending, socket.readyState], [true, true, "opening"]);
    assertEquals([socket.remoteAddress, socket.localPort], [undefined, undefined]);
    socket.end("early");
    const conn = await listener.accept();
    assertEquals(await new Response(conn.readable).text(), "early");
    assertEquals(socket.remotePort, listener.addr.port);
    conn[Symbol.dispose]();
    socket.resume();
    await closed;
    const lookups = host === "localhost" ? ["lookup", "lookup"] : [];
    assertEquals(events, [...lookups, "connect", "ready", "end", "close"]);
  }
});

Deno.test("createConnection(port, host, listener) calls the listener", NEEDS_IPV4, async () => {
  using listener = listen();
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = createConnection(listener.addr.port, "127.0.0.1", resolve);
  await promise;
  assertEquals(socket.readyState, "open");
  socket.destroy();
  (await listener.accept()).close();
});

Deno.test("createConnection() emits ECONNREFUSED with Node's members, then close", NEEDS_BOTH, async () => {
  using closed = new RawSocket(4);
  const port = closed.bind("127.0.0.1");
  using other = new RawSocket(6);
  other.bind("::1", port);
  const socket = createConnection({ port, host: "127.0.0.1" });
  const events = recordEvents(socket, "connect", "error", "close");
  const [error] = await once(socket, "error") as [NodeError];
  const { code, errno, syscall, address, message } = error;
  assertEquals([code, errno, syscall, address, error.port], ["ECONNREFUSED", -4078, "connect", "127.0.0.1", port]);
  assertEquals(message, `connect ECONNREFUSED 127.0.0.1:${port}`);
  await once(socket, "close");
  assertEquals(events, ["error", "close"]);

  const [all] = await once(createConnection({ port, host: "localhost" }), "error") as [AggregateError & NodeError];
  assertInstanceOf(all, AggregateError);
  assertEquals(all.code, "ECONNREFUSED");
  assertEquals(all.errors.map(({ address }) => address), ["::1", "127.0.0.1"]);
});

Deno.test("createConnection() emits ENOTFOUND for a name that is not known", NEEDS_IPV4, async () => {
  const socket = createConnection({ port: 1, host: "nobody.invalid" });
  const [error] = await once(socket, "error") as [NodeError];
  assert(error.code === "ENOTFOUND" || error.code === "EAI_AGAIN", error.code);
  assertEquals([error.syscall, error.hostname], ["getaddrinfo", "nobody.invalid"]);
});

Deno.test("createConnection() takes a lookup function of its caller", NEEDS_BOTH, async () => {
  using listener = listen();
  const names: string[] = [];
  const socket = createConnection({
    port: listener.addr.port,
    host: "service.example",
    lookup(hostname, options, callback) {
      names.push(hostname);
      assertEquals(options.all, true);
      queueMicrotask(() => callback(null, [{ address: "::1", family: 6 }, { address: "127.0.0.1", family: 4 }]));
    },
  });
  await once(socket, "connect");
  assertEquals([names, socket.remoteAddress], [["service.example"], "::1"]);
  socket.destroy();
  (await listener.accept()).close();
  const failing = createConnection({
    port: 1,
    host: "service.example",
    lookup: (_hostname, _options, callback) => callback(new Error("no such service"), []),
  });
  const [error] = await once(failing, "error");
  assertEquals(error.message, "no such service");
});

Deno.test("createConnection() ends by its signal, and by destroy()", NEEDS_IPV4, async () => {
  using listener = listen();
  const { port } = listener.addr;
  const controller = new AbortController();
  const aborted = createConnection({ port, host: "127.0.0.1", signal: controller.signal });
  controller.abort();
  const [error] = await once(aborted, "error");
  assertEquals(error.name, "AbortError");
  const destroyed = createConnection({ port, host: "127.0.0.1" });
  const events = recordEvents(destroyed, "connect", "error", "close");
  destroyed.destroy();
  await once(destroyed, "close");
  assertEquals(events, ["close"]);
});

Deno.test("createConnection() refuses a path and a bad port", NEEDS_IPV4, async () => {
  assertThrows(() => createConnection({ path: "/pipe", port: 1 } as never), TypeError, "options.path");
  for (const port of [-1, 65536, "http", 1.5]) {
    const [error] = await once(createConnection({ port } as never), "error");
    assertEquals(error.code, "ERR_SOCKET_BAD_PORT");
    assertStringIncludes(error.message, Deno.inspect(port));
  }
});

Deno.test("an http.Agent with createConnection() keeps its connection alive", NEEDS_BOTH, async () => {
  const server = http.createServer((request, response) => response.end(`${request.socket.remotePort}`));
  const { addr: { port } } = listenServer(server);
  const agent = Object.assign(new http.Agent({ keepAlive: true, maxSockets: 1 }), { createConnection });
  const ports = new Set<string>();
  for (let i = 0; i < 5; i++) ports.add((await ask(http.request({ host: "localhost", port, agent }))).body);
  assertEquals(ports.size, 1);
  agent.destroy();
  await closeServer(server);
});

Deno.test("http.request({ createConnection }) sends a body and reads the response", NEEDS_BOTH, async () => {
  const server = http.createServer(async (request, response) => response.end((await textOf(request)).toUpperCase()));
  const { addr: { port } } = listenServer(server);
  for (const host of ["127.0.0.1", "::1"]) {
    const request = http.request({ host, port, method: "POST", createConnection });
    request.write("hello ");
    request.write("server");
    assertEquals((await ask(request)).body, "HELLO SERVER");
  }
  await closeServer(server);
});

Deno.test("tls.connect({ socket }) speaks TLS over createConnection()", NEEDS_BOTH, async () => {
  const server = tls.createServer({ cert, key }, (socket) => void socket.pipe(socket));
  const { addr: { port } } = listenServer(server);
  for (const host of ["127.0.0.1", "::1"]) {
    const socket = tls.connect({ socket: createConnection({ host, port }), ca: cert, servername: "localhost" });
    await once(socket, "secureConnect");
    assert(socket.authorized);
    socket.end("secret");
    assertEquals(await textOf(socket), "secret");
  }
  await closeServer(server);
});

Deno.test("http2.connect({ createConnection }) speaks HTTP/2", NEEDS_BOTH, async () => {
  const server = http2.createServer((request, response) => response.end(`hello ${request.url}`));
  const { addr: { port } } = listenServer(server);
  const session = http2.connect(`http://localhost:${port}`, {
    createConnection: () => createConnection({ host: "localhost", port }),
  });
  const bodies = ["/a", "/b", "/c"].map((path) => textOf(session.request({ ":path": path })));
  assertEquals(await Promise.all(bodies), ["hello /a", "hello /b", "hello /c"]);
  session.close();
  await closeServer(server);
});

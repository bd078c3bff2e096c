// Frameworks and packages as they are published, on one dual-stack port, each asked over both families. They look into the
// environment and read files: `deno test --allow-all tests/packages`.
// deno-lint-ignore-file no-import-prefix -- they are peers, no dependencies
import { assertEquals } from "@std/assert";
import { once } from "node:events";
import http from "node:http";
import express from "npm:express@5.1.0";
import Fastify from "npm:fastify@5.6.1";
import { Hono } from "npm:hono@4.9.9";
import Koa from "npm:koa@3.0.1";
import { Server as SocketIoServer } from "npm:socket.io@4.8.1";
import { io } from "npm:socket.io-client@4.8.1";
import { Agent as UndiciAgent, request as undiciRequest } from "npm:undici@7.16.0";
import { WebSocket as WsClient, WebSocketServer } from "npm:ws@8.18.3";
import { serve } from "@winsock/ws2/http";
import { createConnection, listenServer } from "@winsock/ws2/node";
import { closeServer } from "../node/support.ts";
import { NEEDS_BOTH } from "../support/families.ts";

const HOSTS = ["127.0.0.1", "[::1]"];
const options = { ...NEEDS_BOTH, sanitizeOps: false, sanitizeResources: false }; // packages keep timers and agents

/** As much of express's types as is used, which the package does not bring along. */
interface Asked {
  readonly params: Record<string, string>;
  readonly ip: string;
  readonly body: Record<string, number>;
}
interface Answered {
  send(text: string): void;
  json(value: unknown): void;
}

/** What a server answers over each family. */
function askAll(port: number, path: string, init?: RequestInit): Promise<string[]> {
  return Promise.all(HOSTS.map(async (host) => (await fetch(`http://${host}:${port}${path}`, init)).text()));
}

Deno.test("express serves both families through listenServer()", options, async () => {
  const app = express();
  app.use(express.json());
  app.get(
    "/hello/:name",
    ({ params, ip }: Asked, response: Answered) => response.send(`hello ${params.name} from ${ip}`),
  );
  app.post("/sum", ({ body: { a, b } }: Asked, response: Answered) => response.json({ sum: a + b }));
  const server = http.createServer(app);
  const { addr: { port } } = listenServer(server);
  assertEquals(await askAll(port, "/hello/you"), ["hello you from 127.0.0.1", "hello you from ::1"]);
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":1,"b":2}' };
  assertEquals(await askAll(port, "/sum", init), ['{"sum":3}', '{"sum":3}']);
  assertEquals((await fetch(`http://127.0.0.1:${port}/none`)).status, 404);
  await closeServer(server);
});

Deno.test("fastify serves both families through listenServer()", options, async () => {
  const app = Fastify();
  app.get("/hello", (request) => ({ from: request.ip }));
  await app.ready();
  const { addr: { port } } = listenServer(app.server);
  assertEquals(await askAll(port, "/hello"), ['{"from":"127.0.0.1"}', '{"from":"::1"}']);
  await closeServer(app.server);
});

Deno.test("koa serves both families through listenServer()", options, async () => {
  const app = new Koa();
  app.use((context: { body: string; ip: string }) => context.body = `koa for ${context.ip}`);
  const server = http.createServer(app.callback());
  const { addr: { port } } = listenServer(server);
  assertEquals(await askAll(port, "/"), ["koa for 127.0.0.1", "koa for ::1"]);
  await closeServer(server);
});

Deno.test("a hono application runs through serve() unchanged", options, async () => {
  const app = new Hono();
  app.get("/hello/:name", (context) => context.text(`hello ${context.req.param("name")}`));
  app.post("/echo", async (context) => context.json(await context.req.json(), 201));
  app.onError((error, context) => context.text(error.message, 500));
  app.get("/fail", () => {
    throw new Error("on purpose");
  });
  const server = serve({ port: 0, onListen() {} }, (request) => app.fetch(request));
  const { port } = server.addr;
  assertEquals(await askAll(port, "/hello/you"), ["hello you", "hello you"]);
  assertEquals(await askAll(port, "/echo", { method: "POST", body: "[1]" }), ["[1]", "[1]"]);
  assertEquals(await askAll(port, "/fail"), ["on purpose", "on purpose"]);
  await server.shutdown();
});

Deno.test("ws serves WebSockets over both families, to Deno's client and its own", options, async () => {
  const server = http.createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket: WsClient) => {
    socket.on("message", (data: Uint8Array, isBinary: boolean) => socket.send(data, { binary: isBinary }));
  });
  const { addr: { port } } = listenServer(server);
  for (const host of HOSTS) {
    const socket = new WebSocket(`ws://${host}:${port}/`);
    await once(socket, "open");
    socket.send("to and fro");
    const [{ data }] = await once(socket, "message") as [MessageEvent];
    assertEquals(data, "to and fro");
    const closed = once(socket, "close");
    socket.close();
    await closed;
    const own = new WsClient(`ws://${host}:${port}/`, { createConnection });
    await once(own, "open");
    const sent = new Uint8Array(300_000).fill(7);
    own.send(sent);
    const [received] = await once(own, "message") as [Uint8Array];
    assertEquals(new Uint8Array(received), sent);
    own.terminate();
  }
  sockets.close();
  await closeServer(server);
});

Deno.test("socket.io talks over both families", options, async () => {
  const server = http.createServer();
  const sockets = new SocketIoServer(server);
  sockets.on("connection", (socket) => socket.on("ask", (text, answer) => answer(text.toUpperCase())));
  const { addr: { port } } = listenServer(server);
  for (const host of HOSTS) {
    const socket = io(`http://${host}:${port}`, { forceNew: true });
    assertEquals(await socket.emitWithAck("ask", "hello"), "HELLO");
    socket.close();
  }
  const closed = once(server, "close");
  await sockets.close();
  await closed;
});

Deno.test("undici makes its requests over createConnection()", options, async () => {
  const server = http.createServer((request, response) => response.end(`${request.method} ${request.url}`));
  const { addr: { port } } = listenServer(server);
  const agent = new UndiciAgent({
    // deno-lint-ignore no-explicit-any -- undici's own types for a connector want a socket of its own Node types
    connect: (target: any, callback: any) => {
      const host = target.hostname.replace(/^\[|\]$/g, "");
      const socket = createConnection({ host, port: Number(target.port) });
      socket.once("connect", () => callback(null, socket)).once("error", (error) => callback(error, null));
    },
  });
  for (const host of HOSTS) {
    const { statusCode, body } = await undiciRequest(`http://${host}:${port}/page`, { dispatcher: agent });
    assertEquals([statusCode, await body.text()], [200, "GET /page"]);
  }
  await agent.close();
  await closeServer(server);
});

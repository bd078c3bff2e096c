import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { connect, type TcpConn } from "@winsock/ws2";
import { type Handler, type HandlerInfo, type HttpServer, serve, type ServeOptions } from "@winsock/ws2/http";
import { createConnection } from "@winsock/ws2/node";
import { checksumOf, randomBytes } from "../support/bytes.ts";
import { NEEDS_BOTH, NEEDS_IPV4 } from "../support/families.ts";
import { ask, cert, key, textOf } from "../node/support.ts";

const quiet: ServeOptions = { port: 0, onListen() {} };

/** A server, and a way to ask it over IPv4. */
function served(handler: Handler, options: ServeOptions = {}): HttpServer & { url: string } {
  const server = serve({ ...quiet, ...options }, handler);
  return Object.assign(server, { url: `http://127.0.0.1:${server.addr.port}` });
}

/** Sends text as it is over a connection, and resolves with everything that comes back until the server ends. */
async function raw(server: HttpServer, text: string): Promise<string> {
  const conn = await connect({ port: server.addr.port });
  await conn.write(new TextEncoder().encode(text));
  return await new Response(conn.readable).text();
}

const GET = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers, "", ""].join("\r\n");

Deno.test("serve() answers IPv6 and IPv4 clients on one port, and tells who they are", NEEDS_BOTH, async () => {
  await using server = served((request, { remoteAddr }) => {
    return new Response(`${request.method} ${new URL(request.url).pathname} ${remoteAddr.hostname}`);
  });
  assertEquals(server.addr.hostname, "::");
  for (const [host, address] of [["127.0.0.1", "127.0.0.1"], ["[::1]", "::1"]]) {
    const response = await fetch(`http://${host}:${server.addr.port}/page?q=1`);
    assertEquals([response.status, await response.text()], [200, `GET /page ${address}`]);
    assertEquals(response.headers.get("content-type"), "text/plain;charset=UTF-8");
  }
});

Deno.test("serve() takes its arguments as Deno.serve() does", NEEDS_IPV4, async () => {
  const handler = () => new Response("ok");
  const servers = [serve(quiet, handler), serve({ ...quiet, handler })];
  for (const server of servers) {
    assertEquals(await (await fetch(`http://127.0.0.1:${server.addr.port}`)).text(), "ok");
    await server.shutdown();
    await server.finished;
  }
  for (const value of [undefined, null, 5, {}]) {
    assertThrows(() => serve(quiet, value as never), TypeError, "handler must be a function");
  }
  assertThrows(() => serve(null as never, handler), TypeError, "options must be");
  assertThrows(() => serve({ ...quiet, port: -1 }, handler), RangeError, "port must be");
  assertThrows(() => serve({ ...quiet, onError: 5 as never }, handler), TypeError, "onError must be a function");
  assertThrows(() => serve({ ...quiet, cert }, handler), TypeError, "key must be a string of PEM");
  assertThrows(() => serve({ ...quiet, cert: "none", key }, handler), TypeError, "cert must be a certificate");
  assertThrows(() => serve({ ...quiet, cert, key: "none" }, handler), TypeError, "key must be a private key");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const other = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  assertThrows(() => serve({ ...quiet, cert, key: other }, handler), TypeError, "key must be the private key of cert");
  const reason = new Error("no more");
  assertEquals(assertThrows(() => serve({ ...quiet, signal: AbortSignal.abort(reason) }, handler)), reason);
});

Deno.test("a handler's request is a Request in every respect", NEEDS_IPV4, async () => {
  const seen: unknown[] = [];
  await using server = served(async (request) => {
    assertInstanceOf(request, Request);
    seen.push(request.method, request.url, request.headers.get("x-one"), request.headers.get("x-many"));
    seen.push(request.bodyUsed, request.redirect, request.signal.aborted, request.signal instanceof AbortSignal);
    const copy = request.clone();
    seen.push(copy.headers.get("x-one"), await copy.text(), await request.json(), request.bodyUsed);
    assert(Deno.inspect(request).startsWith("Request {"), Deno.inspect(request));
    return new Response(null, { status: 204 });
  });
  const headers = new Headers({ "x-one": "1" });
  headers.append("x-many", "a");
  headers.append("x-many", "b");
  const { status } = await fetch(`${server.url}/p`, { method: "POST", headers, body: '{"a":1}' });
  assertEquals(status, 204);
  assertEquals(seen, [
    "POST",
    `${server.url}/p`,
    "1",
    "a, b",
    false,
    "follow",
    false,
    true,
    "1",
    '{"a":1}',
    { a: 1 },
    true,
  ]);
});

Deno.test("the URL of a request is what `new URL()` makes of its target", NEEDS_IPV4, async () => {
  await using server = served((request) => new Response(request.url));
  for (
    const target of [
      "/",
      "/a/../b",
      "/a/./b",
      "/%41?x=%20y&z",
      "/ü".normalize(),
      "//host/x",
      "/a b".replace(" ", "%20"),
    ]
  ) {
    const answer = await raw(server, GET(encodeURI(decodeURI(target))));
    assertEquals(answer.split("\r\n\r\n")[1], new URL(`http://localhost${encodeURI(decodeURI(target))}`).href);
  }
  assert((await raw(server, GET("http://proxied.example/x"))).endsWith("http://proxied.example/x"));
  assert((await raw(server, GET("*").replace("GET", "OPTIONS"))).endsWith("http://localhost/*"));
  assert((await raw(server, "GET /old HTTP/1.0\r\n\r\n")).endsWith(`http://localhost:${server.addr.port}/old`));
  for (const host of ["a b", "[::1", "a/b?"]) {
    const answer = await raw(server, GET("/").replace("Host: localhost", `Host: ${host}`));
    assert(/^HTTP\/1.1 (400|200)/.test(answer), answer);
  }
});

Deno.test("responses have their status, headers and body, or none where there must be none", NEEDS_IPV4, async () => {
  const responses: Record<string, () => Response> = {
    "/text": () => new Response("text"),
    "/bytes": () => new Response(Uint8Array.of(1, 2, 3), { headers: { "x-kind": "bytes" } }),
    "/empty": () => new Response(""),
    "/null": () => new Response(null),
    "/204": () => new Response(null, { status: 204 }),
    "/304": () => new Response(null, { status: 304, headers: { etag: '"x"' } }),
    "/404": () => Response.json({ error: "none" }, { status: 404, statusText: "Nowhere" }),
    "/move": () => Response.redirect("http://localhost/there", 302),
    "/cookies": () => new Response("c", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }),
    "/length": () => new Response("12345", { headers: { "content-length": "5" } }),
  };
  await using server = served((request) => responses[new URL(request.url).pathname]());
  const answers = new Map<string, [head: string, body: string]>();
  for (const path of Object.keys(responses)) {
    const [head, body] = (await raw(server, GET(path))).split("\r\n\r\n");
    answers.set(path, [head.toLowerCase(), body]);
  }
  const of = (path: string) => answers.get(path)!;
  assert(of("/text")[0].includes("content-length: 4") && of("/text")[1] === "text");
  assertEquals(of("/bytes")[1], "\x01\x02\x03");
  assert(of("/bytes")[0].includes("x-kind: bytes"));
  for (const path of ["/empty", "/null"]) assert(of(path)[0].includes("content-length: 0") && of(path)[1] === "", path);
  for (const path of ["/204", "/304"]) {
    assert(of(path)[0].startsWith(`http/1.1 ${path.slice(1)} `) && of(path)[1] === "", path);
    assert(!of(path)[0].includes("transfer-encoding"), path);
  }
  assert(of("/404")[0].startsWith("http/1.1 404 nowhere\r\n") && of("/404")[1] === '{"error":"none"}');
  assert(of("/move")[0].includes("location: http://localhost/there"));
  assert(of("/cookies")[0].includes("set-cookie: a=1\r\nset-cookie: b=2"));
  assertEquals(of("/length")[1], "12345");
});

Deno.test("HEAD has the head of GET and no body", NEEDS_IPV4, async () => {
  await using server = served(() => new Response("body", { headers: { "x-a": "b" } }));
  const answer = await raw(server, GET("/").replace("GET", "HEAD"));
  assert(answer.startsWith("HTTP/1.1 200") && answer.includes("x-a: b") && answer.endsWith("\r\n\r\n"), answer);
});

Deno.test("bodies stream both ways, unaltered and as they come", NEEDS_IPV4, async () => {
  await using server = served((request) => new Response(request.body));
  const sent = randomBytes(5 << 20, 3);
  const response = await fetch(`${server.url}/echo`, { method: "POST", body: sent });
  assertEquals(checksumOf(await response.bytes()), checksumOf(sent));
  // Each part is answered before the next one is sent.
  const parts = new TransformStream<Uint8Array, Uint8Array>();
  const request = http.request(`${server.url}/slow`, { method: "POST", createConnection });
  request.flushHeaders();
  const [answer] = await Promise.all([once(request, "response"), request.write("first ")]) as [
    [http.IncomingMessage],
    unknown,
  ];
  const [[first]] = await Promise.all([once(answer[0], "data")]) as [[Uint8Array]];
  assertEquals(new TextDecoder().decode(first), "first ");
  request.end("last");
  assertEquals(await textOf(answer[0]), "last");
  await parts.writable.abort();
});

Deno.test("an endless response waits for a client that does not read, and ends when it goes", NEEDS_IPV4, async () => {
  let pulled = 0;
  const cancelled = Promise.withResolvers<void>();
  await using server = served(() =>
    new Response(
      new ReadableStream({
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array(64 * 1024));
        },
        cancel: () => cancelled.resolve(),
      }),
    )
  );
  const conn = await connect({ port: server.addr.port });
  await conn.write(new TextEncoder().encode(GET("/")));
  let before = -1;
  while (before !== pulled || pulled === 0) {
    before = pulled;
    for (let i = 0; i < 500; i++) await new Promise((resolve) => setImmediate(resolve));
  }
  assert(pulled < 1000, `${pulled} chunks were made for a client that reads none`); // 64 MB
  conn.options.linger = 0;
  conn.close();
  await cancelled.promise;
});

Deno.test("request.signal is aborted when the client goes, and `completed` rejects", NEEDS_IPV4, async () => {
  const asked = Promise.withResolvers<[Request, HandlerInfo]>();
  await using server = served((request, info) => {
    asked.resolve([request, info]);
    return new Promise((resolve) => {
      request.signal.addEventListener("abort", () => resolve(new Response("too late")));
    });
  });
  const conn = await connect({ port: server.addr.port });
  await conn.write(new TextEncoder().encode(GET("/")));
  const [request, info] = await asked.promise;
  assertEquals(request.signal.aborted, false);
  const { completed } = info;
  conn.options.linger = 0;
  conn.close();
  await assertRejects(() => completed, Deno.errors.ConnectionReset);
  assertEquals(request.signal.aborted, true);
});

Deno.test(
  "request.signal stays as it is when the response has been sent, and `completed` resolves",
  NEEDS_IPV4,
  async () => {
    let signal: AbortSignal | undefined;
    let completed: Promise<void> | undefined;
    await using server = served((request, info) => {
      ({ signal } = request);
      ({ completed } = info);
      return new Response("ok");
    });
    assertEquals(await (await fetch(server.url)).text(), "ok");
    await completed;
    assertEquals(signal?.aborted, false);
  },
);

Deno.test("a handler that fails is answered with 500, or as onError says", NEEDS_IPV4, async () => {
  const errors: unknown[] = [];
  const handlers: Handler[] = [
    () => {
      throw new Error("thrown");
    },
    () => Promise.reject(new Error("rejected")),
    () => "no response" as unknown as Response,
  ];
  let handler = handlers[0];
  await using server = served((request, info) => handler(request, info), {
    onError(error) {
      errors.push((error as Error).message);
      return new Response("sorry", { status: 503 });
    },
  });
  for (handler of handlers) {
    const response = await fetch(server.url);
    assertEquals([response.status, await response.text()], [503, "sorry"]);
  }
  assertEquals(errors, ["thrown", "rejected", 'The handler must return a Response, got "no response"']);
});

Deno.test("a body that fails midway breaks the response off", NEEDS_IPV4, async () => {
  await using server = served(() =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(10));
          setImmediate(() => controller.error(new Error("midway")));
        },
      }),
    )
  );
  const response = await fetch(server.url);
  await assertRejects(() => response.bytes());
});

Deno.test("Expect: 100-continue is answered before the body is sent; trailers do no harm", NEEDS_IPV4, async () => {
  await using server = served(async (request) => new Response(`got ${await request.text()}`));
  const request = http.request(server.url, {
    method: "POST",
    createConnection,
    headers: { expect: "100-continue", "transfer-encoding": "chunked", trailer: "x-sum" },
  });
  request.flushHeaders();
  await once(request, "continue");
  request.write("body");
  request.addTrailers({ "x-sum": "4" });
  assertEquals((await ask(request)).body, "got body");
});

Deno.test("requests that are not HTTP are answered with 400, and the server goes on", NEEDS_IPV4, async () => {
  await using server = served(() => new Response("fine"));
  const bad = [
    "nonsense\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  ];
  for (const request of bad) {
    const answer = await raw(server, request);
    assert(answer.startsWith("HTTP/1.1 400 "), `${JSON.stringify(request)}: ${answer}`);
  }
  assertEquals(await (await fetch(server.url)).text(), "fine");
});

Deno.test("headers beyond the limit are refused with 431 before they take memory", NEEDS_IPV4, async () => {
  await using server = served(() => new Response("fine"));
  const conn = await connect({ port: server.addr.port });
  await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\nX-Long: "));
  const piece = new Uint8Array(64 * 1024).fill(0x61);
  let sent = 0;
  try {
    while (sent < 100 << 20) sent += await conn.write(piece);
  } catch {
    // The server has closed the connection.
  }
  assert(sent < 16 << 20, `${sent} bytes of a header were taken`);
  conn[Symbol.dispose]();
  assertEquals(await (await fetch(server.url)).text(), "fine");
});

Deno.test("1,000 pipelined requests are answered in order", NEEDS_IPV4, async () => {
  await using server = served((request) => new Response(`[${new URL(request.url).pathname}]`));
  const count = 1000;
  const keep = (i: number) => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const requests = Array.from({ length: count - 1 }, (_, i) => keep(i)).join("") + GET(`/${count - 1}`);
  const answer = await raw(server, requests);
  const bodies = Array.from(answer.matchAll(/\[\/(\d+)\]/g), ([, number]) => Number(number));
  assertEquals(bodies, Array.from({ length: count }, (_, i) => i));
});

Deno.test("shutdown() lets requests finish, closes idle connections, and refuses new ones", NEEDS_IPV4, async () => {
  const held = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const server = served(async () => {
    asked.resolve();
    await held.promise;
    return new Response("in time");
  });
  const idle = await connect({ port: server.addr.port });
  const answer = fetch(server.url);
  await asked.promise;
  let isFinished = false;
  server.finished.then(() => isFinished = true);
  const shutdown = server.shutdown();
  await assertRejects(() => connect({ port: server.addr.port }), Deno.errors.ConnectionRefused);
  assertEquals(isFinished, false);
  held.resolve();
  assertEquals(await (await answer).text(), "in time");
  idle.close(); // it has asked for nothing yet: Node waits for it until its timeout
  await shutdown;
  assertEquals(isFinished, true);
});

Deno.test("the signal closes the server and all its connections", NEEDS_IPV4, async () => {
  const controller = new AbortController();
  const asked = Promise.withResolvers<void>();
  const server = served(() => {
    asked.resolve();
    return new Promise<Response>(() => {});
  }, { signal: controller.signal });
  const conn: TcpConn = await connect({ port: server.addr.port });
  await conn.write(new TextEncoder().encode(GET("/")));
  await asked.promise;
  controller.abort();
  await server.finished;
  assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
  conn.close();
});

Deno.test("serve({ cert, key }) speaks HTTPS over HTTP/1.1 and HTTP/2", NEEDS_BOTH, async () => {
  await using server = served(
    async (request) => {
      const { protocol, host } = new URL(request.url);
      return new Response(`${protocol} ${host} ${await request.text()}`, {
        headers: { connection: "keep-alive", "x-a": "b" },
      });
    },
    { cert, key },
  );
  const { port } = server.addr;
  const request = https.request({
    host: "::1",
    port,
    method: "POST",
    ca: cert,
    servername: "localhost",
    agent: false,
    headers: { host: `localhost:${port}` },
  });
  request.write("one");
  assertEquals((await ask(request)).body, `https: localhost:${port} one`);
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: cert, servername: "localhost" });
  const stream = session.request({ ":path": "/", ":method": "POST" });
  stream.end("two");
  const [headers] = await once(stream, "response");
  assertEquals([headers[":status"], headers["x-a"], headers.connection], [200, "b", undefined]);
  assertEquals(await textOf(stream), `https: localhost:${port} two`);
  session.close();
});

Deno.test("2,000 idle keep-alive connections hold no one up", { ...NEEDS_IPV4, sanitizeResources: false }, async () => {
  await using server = served(() => new Response("here"));
  const conns = await Promise.all(Array.from({ length: 2000 }, () => connect({ port: server.addr.port })));
  const buffer = new Uint8Array(1024);
  const request = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  for (const conn of conns) {
    await conn.write(request);
    assert((await conn.read(buffer))! > 0);
  }
  assertEquals(await (await fetch(server.url)).text(), "here");
  for (const conn of conns) conn.close();
});

// Clients that mean harm, or just go: the others are served, and nothing of them stays.
import { assert, assertEquals } from "@std/assert";
import http from "node:http";
import { connect, type TcpConn } from "@winsock/ws2";
import { serve } from "@winsock/ws2/http";
import { listenServer } from "@winsock/ws2/node";
import { resourceUse } from "../../ffi/overlapped/usage.ts";
import { NEEDS_IPV4 } from "../support/families.ts";
import { closeServer } from "../node/support.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";

Deno.test("requestTimeout cuts a client off that sends its body byte by byte, with 408", NEEDS_IPV4, async () => {
  const server = http.createServer({ connectionsCheckingInterval: 10, headersTimeout: 50, requestTimeout: 50 });
  server.on("request", (request) => request.resume());
  const { addr: { port } } = listenServer(server);
  const conn = await connect({ port });
  await conn.write(bytes(`${POST}x`));
  const answer = await new Response(conn.readable).text();
  assert(answer.startsWith("HTTP/1.1 408"), answer);
  await closeServer(server);
});

Deno.test("a client that ends its side after the request is answered", NEEDS_IPV4, async () => {
  await using server = serve({ port: 0, onListen() {} }, async (request) => new Response(await request.text()));
  const conn = await connect({ port: server.addr.port });
  await conn.write(bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"));
  await conn.closeWrite();
  assert((await new Response(conn.readable).text()).endsWith("body"));
});

Deno.test("clients that reset in whatever phase leave nothing behind, and others are served", NEEDS_IPV4, async () => {
  const before = resourceUse();
  const server = serve({ port: 0, onListen() {}, onError: () => new Response("failed") }, async (request) => {
    if (request.method === "POST") return new Response(await request.text());
    return new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(16 * 1024)) }),
    );
  });
  const { port } = server.addr;
  const phases: Record<string, (conn: TcpConn) => Promise<unknown>> = {
    "before anything": () => Promise.resolve(),
    "in the request line": (conn) => conn.write(bytes("GE")),
    "in the headers": (conn) => conn.write(bytes("GET / HTTP/1.1\r\nHost: ")),
    "in the body": (conn) => conn.write(bytes(`${POST}${"x".repeat(5000)}`)),
    "in a pipeline": (conn) => conn.write(bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(50))),
    "in the answer": async (conn) => {
      await conn.write(bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
      await conn.read(new Uint8Array(1000));
    },
  };
  for (const [phase, act] of Object.entries(phases)) {
    for (let i = 0; i < 10; i++) {
      const conn = await connect({ port });
      await act(conn);
      conn.options.linger = 0;
      conn.close();
    }
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: phase });
    assertEquals(await answer.text(), phase);
  }
  await server.shutdown();
  // What had been accepted is closed by the time that the server is.
  const { sockets, operations, buffers } = resourceUse();
  assertEquals([sockets, operations, buffers], [before.sockets, before.operations, before.buffers]);
});

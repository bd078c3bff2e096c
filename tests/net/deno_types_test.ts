// Code that was written for Deno's own sockets, and takes those of the library as they are.
import { assertEquals } from "@std/assert";
import { connect, listen, listenDatagram } from "@winsock/ws2";
import { readExactly } from "../support/bytes.ts";
import { NEEDS_BOTH } from "../support/families.ts";

async function serve(listener: Deno.TcpListener): Promise<void> {
  for await (const conn of listener) void conn.readable.pipeTo(conn.writable);
}

async function ask(conn: Deno.TcpConn, question: string): Promise<string> {
  conn.setNoDelay(true);
  conn.setKeepAlive();
  await conn.write(new TextEncoder().encode(question));
  await conn.closeWrite();
  const answer = await readExactly(conn, question.length);
  conn.close();
  return `${new TextDecoder().decode(answer)} from ${conn.remoteAddr.transport}`;
}

Deno.test("code for Deno.listen() and Deno.connect() takes a TcpListener and a TcpConn", NEEDS_BOTH, async () => {
  for (const [open, reach] of [[listen, connect], [listen, Deno.connect], [Deno.listen, connect]] as const) {
    using listener: Deno.TcpListener = open({ hostname: "127.0.0.1", port: 0 });
    const serving = serve(listener);
    const conn: Deno.TcpConn = await reach({ hostname: "127.0.0.1", port: listener.addr.port });
    assertEquals(await ask(conn, "hello"), "hello from tcp");
    listener.close();
    await serving;
  }
});

async function echo(socket: Deno.DatagramConn): Promise<void> {
  for await (const [data, sender] of socket) await socket.send(data, sender);
}

Deno.test("code for Deno.listenDatagram() takes a DatagramConn", NEEDS_BOTH, async () => {
  const server: Deno.DatagramConn = listenDatagram({ hostname: "127.0.0.1" });
  const echoing = echo(server);
  using client = listenDatagram();
  await client.send(Uint8Array.of(1, 2, 3), server.addr);
  const [data, sender] = await client.receive();
  assertEquals(data, Uint8Array.of(1, 2, 3));
  assertEquals(sender, server.addr as Deno.NetAddr);
  server.close();
  await echoing;
});

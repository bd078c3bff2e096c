// Programs in the shapes that Deno's manual teaches: those for Deno's own sockets, with `import` as the only change. The
// first test is that this file compiles.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect, listen, listenDatagram } from "@winsock/ws2";
import { bytes } from "../support/datagrams.ts";
import { NEEDS_BOTH, NEEDS_IPV4 } from "../support/families.ts";

type ListenOptions = Deno.TcpListenOptions & { transport?: "tcp" };
type UdpOptions = Deno.UdpListenOptions & { transport: "udp" };

// Each call of the library takes what Deno's takes, and gives what Deno's gives.
const listenAsDeno: (options: ListenOptions) => Deno.TcpListener = listen;
const connectAsDeno: (options: Deno.ConnectOptions) => Promise<Deno.TcpConn> = connect;
const listenDatagramAsDeno: (options: UdpOptions) => Deno.DatagramConn = listenDatagram;

Deno.test("listen() takes every option of Deno.listen()", NEEDS_BOTH, () => {
  const options: Required<ListenOptions>[] = [
    { hostname: "127.0.0.1", port: 0, transport: "tcp", tcpBacklog: 511, reusePort: false },
    { hostname: "[::1]", port: 0, transport: "tcp", tcpBacklog: 1, reusePort: true },
    { hostname: "localhost", port: 0, transport: "tcp", tcpBacklog: 65535, reusePort: false },
  ];
  for (const option of options) listenAsDeno(option).close();
});

Deno.test("connect() takes every option of Deno.connect(), and its default host", NEEDS_BOTH, async () => {
  using listener = listen({ port: 0 });
  const { port } = listener.addr;
  const options: Deno.ConnectOptions[] = [
    { port },
    { hostname: "[::1]", port, transport: "tcp", signal: new AbortController().signal },
    { hostname: "localhost", port, autoSelectFamily: true, autoSelectFamilyAttemptDelay: 60_000 },
    { hostname: "localhost", port, autoSelectFamily: false },
  ];
  for (const option of options) {
    using client = await connectAsDeno(option);
    using server = await listener.accept();
    assertEquals(client.localAddr, server.remoteAddr);
    if (option.hostname === undefined) assertEquals(client.remoteAddr.hostname, "127.0.0.1");
  }
  using client = await connect(listener.addr); // an address is an object of options
  assertEquals(client.remoteAddr.port, port);
});

Deno.test("listenDatagram() takes every option of Deno.listenDatagram()", NEEDS_IPV4, () => {
  for (const loopback of [true, false]) {
    const options: Required<Omit<UdpOptions, "tcpBacklog">> = {
      hostname: "127.0.0.1",
      port: 0,
      transport: "udp",
      reuseAddress: true,
      loopback,
    };
    listenDatagramAsDeno(options).close();
    using socket = listenDatagram(options);
    assertEquals(socket.options.multicastLoopback, loopback);
  }
});

Deno.test("a transport that is another's is refused", async () => {
  assertThrows(() => listen({ transport: "unix" as "tcp" }), TypeError, 'transport must be "tcp", got "unix"');
  assertThrows(() => listenDatagram({ transport: "unixpacket" as "udp" }), TypeError, 'must be "udp"');
  await assertRejects(() => connect({ port: 1, transport: "vsock" as "tcp" }), TypeError, 'must be "tcp"');
});

Deno.test("listen() refuses a tcpBacklog that is not its backlog", () => {
  assertThrows(
    () => listen({ backlog: 5, tcpBacklog: 6 }),
    TypeError,
    "tcpBacklog must be the same as backlog, 5, got 6",
  );
});

Deno.test("the manual's TCP listener and connector: a greeting for each client", NEEDS_IPV4, async () => {
  const listener = listen({ hostname: "127.0.0.1", port: 0, transport: "tcp" });
  const serving = (async () => {
    for await (const conn of listener) {
      const encoder = new TextEncoder();
      await conn.write(encoder.encode("good day"));
      conn.close();
    }
  })();
  const { port } = listener.addr;
  for (const hostname of ["127.0.0.1", undefined]) {
    const conn = await connect({ hostname, port });
    const buffer = new Uint8Array(64);
    const length = await conn.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, length ?? 0)), "good day");
    conn.close();
  }
  listener.close();
  await serving;
});

Deno.test("the manual's echo server: a connection piped to itself", NEEDS_IPV4, async () => {
  using listener = listen({ port: 0 });
  const serving = listener.accept().then((conn) => conn.readable.pipeTo(conn.writable));
  const conn = await connect({ port: listener.addr.port });
  const writer = conn.writable.getWriter();
  await writer.write(bytes("to and fro"));
  await writer.close();
  assertEquals(await new Response(conn.readable).text(), "to and fro");
  await serving;
});

Deno.test("the manual's requests over TCP: text streams both ways", NEEDS_IPV4, async () => {
  using listener = listen({ port: 0 });
  const serving = listener.accept().then((conn) =>
    conn.readable.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TransformStream({ transform: (text, out) => out.enqueue(text.toUpperCase()) }))
      .pipeThrough(new TextEncoderStream())
      .pipeTo(conn.writable)
  );
  const conn = await connect({ port: listener.addr.port });
  await new Blob(["quiet"]).stream().pipeTo(conn.writable);
  assertEquals(await new Response(conn.readable).text(), "QUIET");
  await serving;
});

Deno.test("the manual's UDP listener and connector: datagrams that are counted", NEEDS_IPV4, async () => {
  const listener = listenDatagram({ port: 0, transport: "udp", hostname: "127.0.0.1" });
  const sender = listenDatagram({ port: 0, transport: "udp", hostname: "127.0.0.1" });
  const peer: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port: (listener.addr as Deno.NetAddr).port };
  for (let i = 0; i < 3; i++) await sender.send(Uint8Array.of(i), peer);
  sender.close();
  const received: number[] = [];
  for await (const [data, address] of listener) {
    assertEquals(address.transport, "udp");
    if (received.push(data[0]) === 3) break;
  }
  listener.close();
  assertEquals(received, [0, 1, 2]);
});

Deno.test("the manual's shutdown: a signal ends the listener", NEEDS_IPV4, async () => {
  const controller = new AbortController();
  const listener = listen({ port: 0, signal: controller.signal });
  const waiting = listener.accept();
  controller.abort(new Error("shut down"));
  assertEquals((await assertRejects(() => waiting, Error)).message, "shut down");
  await assertRejects(() => listener.accept(), Deno.errors.BadResource);
});

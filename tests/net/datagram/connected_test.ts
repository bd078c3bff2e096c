// Wine tells nobody of an ICMP "port unreachable": a function in the place of WSARecvFrom or WSASendTo fails as Windows does.
import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { connectDatagram, type ConnectDatagramOptions, listenDatagram } from "@winsock/ws2";
import { ERROR_CODES, SIO_UDP_CONNRESET } from "@winsock/ws2/ffi";
import { datagramCalls, ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { bytes, text } from "../../support/datagrams.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6, needsFamiliesOf } from "../../support/families.ts";
import { recordSetUp } from "../../support/recorded_calls.ts";
import { standIn } from "../../support/stand_in.ts";

for (const hostname of ["127.0.0.1", "::1", "localhost", "::ffff:127.0.0.1"]) {
  Deno.test(
    `connectDatagram() to ${hostname} sends to its peer and receives from it alone`,
    needsFamiliesOf(hostname),
    async () => {
      using server = listenDatagram();
      using client = await connectDatagram({ hostname, port: server.addr.port });
      assertEquals(client.remoteAddr.port, server.addr.port);
      assertEquals(await client.send(bytes("question")), 8);
      const [data, from] = await server.receive();
      assertEquals([text(data), from], ["question", client.localAddr]);
      const receiving = client.receive();
      using stranger = listenDatagram();
      await stranger.send(bytes("from a stranger"), from);
      await server.send(bytes("answer"), from);
      assertEquals(text(await receiving), "answer");
      await server.send(new Uint8Array(0), from);
      assertEquals((await client.receive()).length, 0); // an empty datagram is one
      await server.send(bytes("long"), from);
      const p = new Uint8Array(2);
      const view = await client.receive(p);
      assertEquals([text(view), view.buffer === p.buffer], ["lo", true]);
    },
  );
}

Deno.test("connectDatagram() takes the local address and port that it is told", NEEDS_IPV4, async () => {
  using server = listenDatagram();
  using client = await connectDatagram({ port: server.addr.port, localAddress: "127.0.0.2" });
  assertEquals(client.localAddr.hostname, "127.0.0.2");
  const error = await assertRejects(() =>
    connectDatagram({ port: 9, localAddress: "127.0.0.2", localPort: client.localAddr.port })
  );
  assertFailedCall(error, Deno.errors.AddrInUse, "bind", "WSAEADDRINUSE");
  await assertRejects(() => connectDatagram({ port: 9, localAddress: "192.0.2.77" }), Deno.errors.AddrNotAvailable);
  await assertRejects(
    () => connectDatagram({ port: 9, localAddress: "::1" }),
    TypeError,
    'localAddress must be of the same family, got "::1"',
  );
});

Deno.test("the streams of a connected socket carry a datagram a chunk, and leave it open", NEEDS_IPV6, async () => {
  using server = listenDatagram();
  const echo = async () => {
    for await (const [data, from] of server) await server.send(data, from);
  };
  const echoing = echo();
  using client = await connectDatagram({ hostname: "::1", port: server.addr.port });
  const writer = client.writable.getWriter();
  const reader = client.readable.getReader();
  for (const chunk of ["one", "", "three"]) {
    await writer.write(bytes(chunk));
    assertEquals(text((await reader.read()).value!), chunk);
  }
  await writer.close();
  await reader.cancel();
  await client.send(bytes("still open"));
  assertEquals(text(await client.receive()), "still open");
  server.close();
  await echoing;
});

Deno.test("the readable stream and the loop of a connected socket end when it is closed", NEEDS_IPV6, async () => {
  const client = await connectDatagram({ hostname: "::1", port: 9 });
  const reading = client.readable.getReader().read();
  const looping = Array.fromAsync(client);
  const waiting = client.receive();
  await using closing = client;
  closing.close();
  assertEquals(await reading, { value: undefined, done: true });
  assertEquals(await looping, []);
  assertInstanceOf(await waiting.catch((error) => error), Deno.errors.Interrupted);
  for (const call of [() => client.send(bytes("x")), () => client.receive(), () => client.options.hopLimit]) {
    await assertRejects(async () => await call(), Deno.errors.BadResource, "is closed");
  }
});

Deno.test("signals end a look-up, a wait and the socket of connectDatagram()", NEEDS_IPV6, async () => {
  const reason = new Error("enough");
  await assertRejects(() => connectDatagram({ port: 9, signal: AbortSignal.abort(reason) }), Error, "enough");
  const { signal, ...controller } = withAbort();
  using client = await connectDatagram({ hostname: "::1", port: 9, signal });
  const one = new AbortController();
  const aborted = client.receive(undefined, { signal: one.signal });
  const waiting = client.receive();
  one.abort(reason);
  assertEquals(await aborted.catch((error) => error), reason);
  controller.abort(reason);
  assertEquals(await waiting.catch((error) => error), reason);
  await assertRejects(() => client.receive(), Deno.errors.BadResource);
});

function withAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
}

Deno.test(
  "an unreachable port fails a receive or send of a connected socket with ConnectionReset",
  NEEDS_IPV6,
  async () => {
    using client = await connectDatagram({ hostname: "::1", port: 9, connectionReset: true });
    for (const name of ["WSARecvFrom", "WSASendTo"] as const) {
      using _system = standIn(datagramCalls(), name, () => () => {
        ws2_32().WSASetLastError(ERROR_CODES.WSAECONNRESET[0]);
        return -1;
      });
      const error = await assertRejects(() => name === "WSARecvFrom" ? client.receive() : client.send(bytes("x")));
      assertFailedCall(error, Deno.errors.ConnectionReset, name, "WSAECONNRESET");
      assertStringIncludes(error.message, `on [::1]:${client.localAddr.port}`);
    }
  },
);

Deno.test("connectDatagram() switches unreachable errors off, unless connectionReset is true", NEEDS_IPV6, async () => {
  const code = `WSAIoctl 0x${SIO_UDP_CONNRESET.toString(16)}`;
  for (const connectionReset of [false, true, undefined]) {
    using calls = recordSetUp();
    using _client = await connectDatagram({ hostname: "::1", port: 9, connectionReset });
    assertEquals(calls.lines.filter((line) => line.startsWith(code)), connectionReset ? [] : [`${code} 00000000`]);
  }
});

Deno.test("connectDatagram() takes the first address of a name that there is a way to", NEEDS_BOTH, async () => {
  const { peerCalls } = await import("../../../ffi/win32/ws2_32.ts");
  using server = listenDatagram();
  let refused = 0;
  using _system = standIn(peerCalls(), "connect", (original) => (socket, name, length) => {
    if (length === 16) return original(socket, name, length);
    refused++;
    ws2_32().WSASetLastError(ERROR_CODES.WSAENETUNREACH[0]);
    return -1;
  });
  using client = await connectDatagram({ hostname: "localhost", port: server.addr.port });
  assertEquals([client.remoteAddr.hostname, refused], ["127.0.0.1", 1]);
  const error = await assertRejects(() => connectDatagram({ hostname: "localhost", port: 9, family: 6 }));
  assertFailedCall(error, Deno.errors.NetworkUnreachable, "connect", "WSAENETUNREACH");
});

Deno.test("connectDatagram(), send() and receive() refuse bad input", NEEDS_IPV4, async () => {
  const bad: [unknown, new (message: string) => Error, string][] = [
    [undefined, TypeError, "options must be an object"],
    [{}, TypeError, "port must be a number"],
    [{ port: 0 }, RangeError, "port must be a whole number from 1 to 65535, got 0"],
    [{ port: 9, hostname: "a b" }, TypeError, "hostname must be"],
    [{ port: 9, family: 5 }, TypeError, "family must be 4 or 6"],
    [{ port: 9, transport: "tcp" }, TypeError, "transport must be"],
    [{ port: 9, localPort: -1 }, RangeError, "localPort must be"],
    [{ port: 9, localAddress: "localhost" }, TypeError, "localAddress must be an IP address"],
    [{ port: 9, connectionReset: 1 }, TypeError, "connectionReset must be a boolean"],
    [{ port: 9, signal: 1 }, TypeError, "signal must be"],
  ];
  for (const [options, errorClass, message] of bad) {
    await assertRejects(() => connectDatagram(options as ConnectDatagramOptions), errorClass, message);
  }
  using client = await connectDatagram({ port: 9 });
  await assertRejects(() => client.send("x" as never), TypeError, "p must be a Uint8Array");
  await assertRejects(
    () => client.send(new Uint8Array(65508)),
    RangeError,
    "p must have at most 65507 bytes, got 65508",
  );
  await assertRejects(() => client.receive(new Uint8Array(0)), RangeError, "p must have room");
  await assertRejects(() => client.receive(undefined, 1 as never), TypeError, "options must be an object");
  assert(Deno.inspect(client).startsWith("ConnectedDatagramConn {"));
  client.options.hopLimit = 9;
  assertEquals(client.options.hopLimit, 9);
});

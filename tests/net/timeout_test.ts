import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { connectDatagram, listenDatagram } from "@winsock/ws2";
import { bytes, loopback, open, text } from "../support/datagrams.ts";
import { assertFailedCall } from "../support/errors.ts";
import { NEEDS_IPV4, NEEDS_IPV6 } from "../support/families.ts";
import { connectedPair } from "../support/pair.ts";

Deno.test("timeout ends a read that waits too long, and loses nothing", NEEDS_IPV4, async () => {
  await using pair = await connectedPair();
  const { client, server } = pair;
  assertEquals(client.timeout, undefined);
  client.timeout = 10;
  const error = await assertRejects(() => client.read(new Uint8Array(8)));
  assertFailedCall(error, Deno.errors.TimedOut, "WSARecv", "WSAETIMEDOUT");
  assert(error.message.endsWith(": not within 10 ms (WSAETIMEDOUT, 10060)"), error.message);
  await server.write(bytes("late"));
  client.timeout = undefined;
  const p = new Uint8Array(8);
  assertEquals(text(p.subarray(0, (await client.read(p))!)), "late");
});

Deno.test("timeout ends a write to a peer that does not read", NEEDS_IPV4, async () => {
  await using pair = await connectedPair();
  pair.client.options.linger = 0;
  pair.client.timeout = 50;
  let result: number | Error = 0;
  for (let sent = 0; sent < 256 && !(result instanceof Error); sent++) {
    result = await pair.client.write(new Uint8Array(1 << 20)).catch((error: Error) => error);
    if (typeof result === "number" && result < 1 << 20) break; // part of it was sent
  }
  if (result instanceof Error) assertInstanceOf(result, Deno.errors.TimedOut);
  else assert(result < 1 << 20, `${result}`);
});

Deno.test("timeout ends receives, and a signal still does", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  using connected = await connectDatagram({ hostname: "::1", port: 9 });
  socket.timeout = connected.timeout = 10;
  for (
    const [syscall, call] of [
      ["WSARecvFrom", () => socket.receive()],
      ["WSARecvMsg", () => socket.receiveMessage()],
      ["WSARecvFrom", () => connected.receive()],
    ] as const
  ) {
    const error = await assertRejects(() => call() as Promise<unknown>);
    assertFailedCall(error, Deno.errors.TimedOut, syscall, "WSAETIMEDOUT");
  }
  socket.timeout = 0x7fffffff;
  const controller = new AbortController();
  const waiting = socket.receive(undefined, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await socket.send(bytes("x"), loopback(socket, "::1"));
  assertEquals(text((await socket.receive())[0]), "x");
});

Deno.test("timeout refuses what is no time", NEEDS_IPV4, async () => {
  await using pair = await connectedPair();
  using socket = listenDatagram();
  using connected = await connectDatagram({ port: 9 });
  for (const object of [pair.client, socket, connected]) {
    for (const value of [0, -1, 1.5, 2 ** 31]) {
      assertThrows(() => object.timeout = value, RangeError, "timeout must be");
    }
    assertThrows(() => object.timeout = "1" as never, TypeError, "timeout must be");
    assertEquals(object.timeout, undefined);
  }
});

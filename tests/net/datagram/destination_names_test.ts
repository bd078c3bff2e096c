// Names with several addresses, and what is given beside a name.
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { listenDatagram } from "@winsock/ws2";
import { ERROR_CODES } from "@winsock/ws2/ffi";
import { datagramCalls, ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { bytes, loopback, open, text } from "../../support/datagrams.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { NEEDS_BOTH, NEEDS_IPV6 } from "../../support/families.ts";
import { recordSends } from "../../support/recorded_calls.ts";
import { standIn } from "../../support/stand_in.ts";

/** A system that fails the first calls of `WSASendTo`. */
function failing(count: number, symbol: "WSAENETUNREACH" | "WSAEACCES"): Disposable & { calls: number } {
  const system = { calls: 0, [Symbol.dispose]: () => stand[Symbol.dispose]() };
  const stand = standIn(datagramCalls(), "WSASendTo", (original) => (...parameters) => {
    if (system.calls++ >= count) return original(...parameters);
    ws2_32().WSASetLastError(ERROR_CODES[symbol][0]);
    return -1;
  });
  return system;
}

Deno.test("send() to a name takes the next address where the first cannot be reached", NEEDS_BOTH, async () => {
  using server = open("dual-stack");
  using client = open("dual-stack");
  const to = loopback(server, "localhost"); // ::1, then 127.0.0.1
  {
    using system = failing(1, "WSAENETUNREACH");
    const data = bytes("hello");
    const sending = client.send(data, to);
    data.fill(0);
    assertEquals(await sending, 5);
    assertEquals(system.calls, 2);
  }
  const [data, { hostname }] = await server.receive();
  assertEquals([text(data), hostname], ["hello", "127.0.0.1"]);
  {
    using _system = failing(2, "WSAENETUNREACH");
    const error = await assertRejects(() => client.send(bytes("hello"), to));
    assertFailedCall(error, Deno.errors.NetworkUnreachable, "WSASendTo", "WSAENETUNREACH");
    assertStringIncludes(error.message, `[::1]:${server.addr.port}`); // the first
  }
  using system = failing(1, "WSAEACCES"); // which another address would not help
  await assertRejects(() => client.send(bytes("hello"), to), Deno.errors.PermissionDenied);
  assertEquals(system.calls, 1);
});

Deno.test("send() of a dual-stack socket on a mapped address reaches a name over IPv4", NEEDS_BOTH, async () => {
  using server = open("dual-stack");
  using client = listenDatagram({ hostname: "::ffff:127.0.0.1" });
  await client.send(bytes("hello"), loopback(server, "localhost"));
  assertEquals((await server.receive())[1], client.addr);
});

Deno.test("scopeId and flowInfo given with a name are those of what is sent to IPv6", NEEDS_BOTH, async () => {
  using socket = open("dual-stack");
  using calls = recordSends();
  const to = { ...loopback(socket, "localhost"), scopeId: 7, flowInfo: 0x12345 };
  await socket.sendMessage(bytes("x"), to);
  await socket.sendMessage(bytes("x"), to, { source: "127.0.0.1" });
  await socket.sendMessage(bytes("x"), { ...to, scopeId: undefined, flowInfo: undefined } as never);
  const names = calls.lines.map((line) => line.match(/name=(\S+)/)![1]);
  const port = socket.addr.port.toString(16).padStart(4, "0");
  const ipv6 = (flow: string, scope: string) => `1700${port}${flow}${"00".repeat(15)}01${scope}`;
  assertEquals(names, [
    ipv6("00012345", "07000000"),
    `1700${port}00012345${"00".repeat(10)}ffff7f00000100000000`, // IPv4 has no scope
    ipv6("00000000", "00000000"),
  ]);
});

Deno.test("dontRoute is a flag of the call", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  {
    using calls = recordSends();
    await socket.sendMessage(bytes("x"), loopback(socket, "::1"), { dontRoute: true });
    await socket.sendMessage(bytes("x"), loopback(socket, "::1"), { dontRoute: false });
    assertEquals(calls.lines.map((line) => line.match(/flags=(\S+)/)![1]), ["4,0", "0,0"]);
  }
  await socket.sendMessage(bytes("near"), loopback(socket, "::1"), { dontRoute: true });
  assertEquals(text((await socket.receive())[0]), "near");
});

// What works on a machine whose IPv6 is disabled: tests/wine/without ipv6 test … makes one. Elsewhere there is nothing
// to see, so that every test is ignored.
import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { connect, listen, listenDatagram, probeStack, WinsockError } from "@winsock/ws2";
import { AF_INET6, INVALID_SOCKET, SOCK_DGRAM, ws2_32 } from "@winsock/ws2/ffi";
import { LIMIT } from "../support/limit.ts";
import { RunningProgram, runProgram } from "../support/program.ts";

const HERE = { ...LIMIT, ignore: Deno.build.os !== "windows" || probeStack().ipv6 };

/** Checks that an error says that there is no IPv6, and what to do. */
function assertNoIpv6(error: unknown): void {
  assertInstanceOf(error, Deno.errors.NotSupported);
  const why = "this system has no IPv6, give an IPv4 address instead (WSAEAFNOSUPPORT, 10047)";
  assert(error.message.endsWith(why), error.message);
  assertInstanceOf(error.cause, WinsockError);
  assertEquals(error.cause.symbol, "WSAEAFNOSUPPORT");
}

Deno.test("socket(AF_INET6) fails with WSAEAFNOSUPPORT when IPv6 is disabled", HERE, () => {
  assertEquals(ws2_32().socket(AF_INET6, SOCK_DGRAM, 0), INVALID_SOCKET);
  assertEquals(ws2_32().WSAGetLastError(), 10047);
});

Deno.test("probeStack() says so when IPv6 is disabled", HERE, () => {
  assertEquals(probeStack(), { ipv4: true, ipv6: false, dualStack: false });
});

Deno.test("listen() falls back to IPv4 and says so when IPv6 is disabled", HERE, async () => {
  await using listener = listen();
  assertEquals([listener.addr.hostname, listener.dualStack], ["0.0.0.0", false]);
  for (const hostname of ["127.0.0.1", "localhost", "::ffff:127.0.0.1"]) {
    const [client, server] = await Promise.all([
      connect({ hostname, port: listener.addr.port }),
      listener.accept(),
    ]);
    assertEquals(server.remoteAddr, { ...client.localAddr, hostname: "127.0.0.1" });
    assertEquals(await client.write(new Uint8Array(3)), 3);
    assertEquals(await server.read(new Uint8Array(10)), 3);
    client.close();
    server.close();
  }
});

Deno.test("listen() refuses IPv6 that is asked for when IPv6 is disabled", HERE, () => {
  assertNoIpv6(assertThrows(() => listen({ hostname: "::" })));
  assertNoIpv6(assertThrows(() => listen({ hostname: "::1" })));
  assertNoIpv6(assertThrows(() => listen({ ipv6Only: true })));
});

Deno.test("connect() rejects with NotSupported for an IPv6 address when IPv6 is disabled", HERE, async () => {
  assertNoIpv6(await assertRejects(() => connect({ hostname: "::1", port: 1 })));
  assertNoIpv6(await assertRejects(() => connect({ hostname: "::1", port: 1, ipv6Only: true })));
});

Deno.test("listenDatagram() falls back to IPv4 and says so when IPv6 is disabled", HERE, async () => {
  await using socket = listenDatagram();
  assertEquals([socket.addr.hostname, socket.dualStack], ["0.0.0.0", false]);
  for (const hostname of ["127.0.0.1", "127.0.0.2", "::ffff:127.0.0.2"]) {
    await socket.send(new Uint8Array([1, 2, 3]), { ...socket.addr, hostname });
    const message = await socket.receiveMessage();
    assertEquals([...message.data], [1, 2, 3]);
    assertEquals(message.info.localAddress, hostname.replace("::ffff:", ""));
    await socket.reply(message, message.data);
    assertEquals((await socket.receive())[0].length, 3);
  }
  await assertRejects(
    () => socket.send(new Uint8Array(1), { ...socket.addr, hostname: "::1" }),
    TypeError,
    "IPv4 only",
  );
});

Deno.test("listenDatagram() refuses IPv6 that is asked for when IPv6 is disabled", HERE, () => {
  assertNoIpv6(assertThrows(() => listenDatagram({ hostname: "::" })));
  assertNoIpv6(assertThrows(() => listenDatagram({ ipv6Only: true })));
});

Deno.test("dual_stack_doctor.ts says what to do when IPv6 is disabled", HERE, async () => {
  const { code, stdout } = await runProgram(["examples/dual_stack_doctor.ts"]);
  assertEquals(code, 1);
  assert(/^✗ IPv6 +no\n +→ IPv6 is disabled/m.test(stdout), stdout);
  assert(/^✗ Dual-stack sockets +no\n +→ /m.test(stdout), stdout);
});

for (const [example, place] of [["tcp_echo.ts", "Listening on"], ["udp_packet_info.ts", "Receiving on"]]) {
  Deno.test(`${example} falls back to IPv4 when IPv6 is disabled`, HERE, async () => {
    await using program = new RunningProgram(`examples/${example}`, "--port", "0");
    assert((await program.line()).startsWith(`${place} 0.0.0.0:`));
  });
}

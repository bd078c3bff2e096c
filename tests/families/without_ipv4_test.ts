// What works on a machine whose IPv4 is disabled: tests/wine/without ipv4 test … makes one. Elsewhere there is nothing
// to see, so that every test is ignored.
import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { connect, listen, listenDatagram, probeStack, WinsockError } from "@winsock/ws2";
import { AF_INET, INVALID_SOCKET, SOCK_DGRAM, ws2_32 } from "@winsock/ws2/ffi";
import { LIMIT } from "../support/limit.ts";
import { runProgram } from "../support/program.ts";

const HERE = { ...LIMIT, ignore: Deno.build.os !== "windows" || probeStack().ipv4 };

/** Checks that an error says that there is no IPv4. */
function assertNoIpv4(error: unknown): void {
  assertInstanceOf(error, Deno.errors.NotSupported);
  assert(error.message.endsWith("this system has no IPv4 (WSAEAFNOSUPPORT, 10047)"), error.message);
  assertInstanceOf(error.cause, WinsockError);
  assertEquals(error.cause.symbol, "WSAEAFNOSUPPORT");
}

Deno.test("socket(AF_INET) fails with WSAEAFNOSUPPORT when IPv4 is disabled", HERE, () => {
  assertEquals(ws2_32().socket(AF_INET, SOCK_DGRAM, 0), INVALID_SOCKET);
  assertEquals(ws2_32().WSAGetLastError(), 10047);
});

Deno.test("probeStack() says so when IPv4 is disabled", HERE, () => {
  assertEquals(probeStack(), { ipv4: false, ipv6: true, dualStack: true });
});

Deno.test("listen() makes a dual-stack listener that serves IPv6 clients when IPv4 is disabled", HERE, async () => {
  await using listener = listen();
  assertEquals([listener.addr.hostname, listener.dualStack], ["::", true]);
  for (const hostname of ["::1", "localhost"]) {
    const [client, server] = await Promise.all([
      connect({ hostname, port: listener.addr.port }),
      listener.accept(),
    ]);
    assertEquals(server.remoteAddr.hostname, "::1");
    assertEquals(await client.write(new Uint8Array(3)), 3);
    assertEquals(await server.read(new Uint8Array(10)), 3);
    client.close();
    server.close();
  }
});

Deno.test("listen() refuses IPv4 addresses with NotSupported when IPv4 is disabled", HERE, () => {
  assertNoIpv4(assertThrows(() => listen({ hostname: "0.0.0.0" })));
  assertNoIpv4(assertThrows(() => listen({ hostname: "127.0.0.1" })));
});

Deno.test("connect({ family: 4 }) rejects with NotSupported when IPv4 is disabled", HERE, async () => {
  assertNoIpv4(await assertRejects(() => connect({ hostname: "127.0.0.1", port: 1, family: 4 })));
});

Deno.test("listenDatagram() brings packet information over IPv6 when IPv4 is disabled", HERE, async () => {
  await using socket = listenDatagram();
  assertEquals([socket.addr.hostname, socket.dualStack], ["::", true]);
  for (const hostname of ["::1", "localhost"]) {
    await socket.send(new Uint8Array([1, 2, 3]), { ...socket.addr, hostname });
    const message = await socket.receiveMessage();
    assertEquals([...message.data], [1, 2, 3]);
    assertEquals([message.remoteAddr.hostname, message.info.localAddress], ["::1", "::1"]);
    await socket.reply(message, message.data);
    assertEquals((await socket.receive())[0].length, 3);
  }
});

Deno.test("listenDatagram() refuses IPv4 addresses with NotSupported when IPv4 is disabled", HERE, () => {
  assertNoIpv4(assertThrows(() => listenDatagram({ hostname: "127.0.0.1" })));
});

Deno.test("options set what both families have when IPv4 is disabled", HERE, () => {
  using socket = listenDatagram();
  socket.options.hopLimit = 9;
  socket.options.multicastHopLimit = 3;
  assertEquals([socket.options.hopLimit, socket.options.multicastHopLimit], [9, 3]);
});

Deno.test("dual_stack_doctor.ts says what to do when IPv4 is disabled", HERE, async () => {
  const { code, stdout } = await runProgram(["examples/dual_stack_doctor.ts"]);
  assertEquals(code, 1);
  assert(/^✗ IPv4 +no\n +→ IPv4 is disabled/m.test(stdout), stdout);
  assert(/^✓ Dual-stack listener, IPv6 client +yes$/m.test(stdout), stdout);
});

import { assert, assertEquals, assertGreater, assertStringIncludes, assertThrows } from "@std/assert";
import { listen, listenDatagram, type ListenDatagramOptions } from "@winsock/ws2";
import { IPPROTO_IPV6, IPV6_V6ONLY, SO_EXCLUSIVEADDRUSE, SO_REUSEADDR, SOL_SOCKET } from "@winsock/ws2/ffi";
import { ALL_KINDS, assertNothingWaits, bytes, loopback, open } from "../../support/datagrams.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { socketCount } from "../../support/handles.ts";
import { NEEDS_BOTH, NEEDS_IPV4, needsFamiliesOf } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

const CASES: readonly [ListenDatagramOptions | undefined, hostname: string, dualStack: boolean][] = [
  [undefined, "::", true],
  [{}, "::", true],
  [{ hostname: "::" }, "::", true],
  [{ hostname: "::1" }, "::1", false],
  [{ hostname: "[::1]" }, "::1", false],
  [{ hostname: "::", ipv6Only: true }, "::", false],
  [{ hostname: "::1", ipv6Only: true }, "::1", false],
  [{ ipv6Only: true }, "::", false],
  [{ hostname: "0.0.0.0" }, "0.0.0.0", false],
  [{ hostname: "127.0.0.1" }, "127.0.0.1", false],
  [{ hostname: "127.0.0.2", ipv6Only: false }, "127.0.0.2", false],
  [{ hostname: "::ffff:127.0.0.1" }, "127.0.0.1", false],
  [{ hostname: "::1", reuseAddress: true, packetInfo: false, connectionReset: true }, "::1", false],
];
for (const [options, hostname, dualStack] of CASES) {
  Deno.test(
    `listenDatagram(${Deno.inspect(options)}) opens a socket on ${hostname}`,
    needsFamiliesOf(options?.hostname?.includes(":") ? "::" : hostname, hostname),
    async () => {
      using socket = listenDatagram(options);
      const { port } = socket.addr;
      assertGreater(port, 0);
      assertEquals(socket.addr, { transport: "udp", hostname, port });
      assertEquals(socket.dualStack, dualStack);
      const to = hostname === "::" ? "::1" : hostname === "0.0.0.0" ? "127.0.0.1" : hostname;
      await socket.send(bytes("x"), loopback(socket, to));
      assertEquals((await socket.receive())[1], loopback(socket, to));
    },
  );
}

Deno.test("listenDatagram() looks a name up, and opens a socket on an address of it", NEEDS_BOTH, () => {
  using socket = listenDatagram({ hostname: "localhost" });
  assert(["127.0.0.1", "::1"].includes(socket.addr.hostname), socket.addr.hostname);
  using ipv6 = listenDatagram({ hostname: "localhost", ipv6Only: true });
  assertEquals([ipv6.addr.hostname, ipv6.dualStack], ["::1", false]);
  const error = assertThrows(() => listenDatagram({ hostname: "nobody.invalid" }));
  assertFailedCall(error, Deno.errors.NotFound, "GetAddrInfoW", "WSAHOST_NOT_FOUND", "WSATRY_AGAIN");
});

Deno.test("a socket that receives gets nothing by an address that it is not bound to", NEEDS_BOTH, async () => {
  using socket = listenDatagram({ hostname: "127.0.0.2" });
  using sender = open("dual-stack");
  for (const hostname of ["127.0.0.1", "127.0.0.3", "::1"]) await sender.send(bytes("x"), loopback(socket, hostname));
  await sender.send(bytes("xx"), loopback(socket, "127.0.0.2"));
  assertEquals((await socket.receive())[0].length, 2);
});

Deno.test("listenDatagram() takes the port it is given, which TCP may have at the same time", NEEDS_WINDOWS, () => {
  using listener = listen();
  for (let round = 0; round < 3; round++) {
    using socket = listenDatagram({ port: listener.addr.port });
    assertEquals(socket.addr.port, listener.addr.port);
  }
});

/** Windows says WSAEACCES to a socket that asks for SO_REUSEADDR, or for a part of what another one has for itself. */
function assertTaken(error: unknown): void {
  assertFailedCall(error, Deno.errors.AddrInUse, "bind", "WSAEADDRINUSE", "WSAEACCES");
}

Deno.test("listenDatagram() throws AddrInUse for an address that another socket has", NEEDS_BOTH, () => {
  for (const hostname of ["::", "::1", "127.0.0.1"]) {
    using socket = listenDatagram({ hostname });
    const error = assertThrows(() => listenDatagram({ hostname, port: socket.addr.port })) as Error;
    assertTaken(error);
    assertStringIncludes(error.message, hostname.includes(":") ? `[${hostname}]:` : `${hostname}:`);
  }
});

Deno.test("listenDatagram() keeps a port for itself: no other socket gets it or a part of it", NEEDS_BOTH, () => {
  using socket = listenDatagram();
  for (const hostname of ["::", "::1", "127.0.0.1", "0.0.0.0"]) {
    for (const reuseAddress of [false, true]) {
      assertTaken(assertThrows(() => listenDatagram({ hostname, port: socket.addr.port, reuseAddress })));
    }
  }
  assertEquals(socket.options.get(SOL_SOCKET, SO_EXCLUSIVEADDRUSE), 1);
});

Deno.test("reuseAddress lets sockets that all ask for it share an address", NEEDS_BOTH, () => {
  for (const kind of ALL_KINDS) {
    using first = open(kind, { reuseAddress: true });
    using second = open(kind, { reuseAddress: true, port: first.addr.port });
    assertEquals(second.addr, first.addr);
    assertEquals(second.options.get(SOL_SOCKET, SO_REUSEADDR), 1);
    assertTaken(assertThrows(() => open(kind, { port: first.addr.port })));
  }
});

Deno.test("a v6-only socket leaves the port to an IPv4 one", NEEDS_BOTH, async () => {
  using ipv6 = open("v6-only");
  using ipv4 = open("IPv4", { port: ipv6.addr.port });
  assertEquals(ipv6.options.get(IPPROTO_IPV6, IPV6_V6ONLY), 1);
  using sender = open("dual-stack");
  for (const [socket, hostname] of [[ipv6, "::1"], [ipv4, "127.0.0.1"]] as const) {
    await sender.send(bytes(hostname), loopback(socket, hostname));
    assertEquals((await socket.receiveMessage()).info.localAddress, hostname);
    await assertNothingWaits(socket);
  }
});

Deno.test("listenDatagram() throws AddrNotAvailable for an address that is not of this machine", NEEDS_BOTH, () => {
  for (const hostname of ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"]) {
    const error = assertThrows(() => listenDatagram({ hostname }));
    assertFailedCall(error, Deno.errors.AddrNotAvailable, "bind", "WSAEADDRNOTAVAIL");
    assertStringIncludes((error as Error).message, hostname);
  }
});

Deno.test("listenDatagram() leaves no socket behind, whether it fails or is closed", NEEDS_IPV4, () => {
  using socket = listenDatagram();
  const { port } = socket.addr;
  assertTaken(assertThrows(() => listenDatagram({ port })));
  const before = socketCount();
  for (let i = 0; i < 50; i++) {
    assertTaken(assertThrows(() => listenDatagram({ port })));
    assertThrows(() => listenDatagram({ hostname: "192.0.2.1" }));
    listenDatagram().close();
  }
  assertEquals(socketCount(), before);
});

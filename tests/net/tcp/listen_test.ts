import { assert, assertEquals, assertGreater, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { connect, listen, type ListenOptions } from "@winsock/ws2";
import { ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { socketCount } from "../../support/handles.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6, needsFamiliesOf } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";
import { RawSocket } from "../../support/raw.ts";
import { standIn } from "../../support/stand_in.ts";

const CASES: readonly [ListenOptions | undefined, hostname: string, dualStack: boolean][] = [
  [undefined, "::", true],
  [{}, "::", true],
  [{ hostname: "::" }, "::", true],
  [{ hostname: "::1" }, "::1", false],
  [{ hostname: "[::1]" }, "::1", false],
  [{ hostname: "0:0::1" }, "::1", false],
  [{ hostname: "::", ipv6Only: true }, "::", false],
  [{ hostname: "::1", ipv6Only: true }, "::1", false],
  [{ ipv6Only: true }, "::", false],
  [{ hostname: "0.0.0.0" }, "0.0.0.0", false],
  [{ hostname: "127.0.0.1" }, "127.0.0.1", false],
  [{ hostname: "127.0.0.1", ipv6Only: false }, "127.0.0.1", false],
  [{ hostname: "::ffff:127.0.0.1" }, "127.0.0.1", false],
  [{ hostname: "::1", reuseAddress: true }, "::1", false],
  [{ hostname: "127.0.0.1", exclusive: true }, "127.0.0.1", false],
  [{ hostname: "::1", backlog: 1 }, "::1", false],
];
for (const [options, hostname, dualStack] of CASES) {
  Deno.test(
    `listen(${Deno.inspect(options)}) listens on ${hostname}${dualStack ? ", dual-stack" : ""}`,
    needsFamiliesOf(options?.hostname?.includes(":") ? "::" : hostname),
    () => {
      using listener = listen(options);
      const { port } = listener.addr;
      assertGreater(port, 0);
      assertEquals(listener.addr, { transport: "tcp", hostname, port });
      assertEquals(listener.dualStack, dualStack);
    },
  );
}

Deno.test("listen() looks a name up, and listens on an address of it", NEEDS_IPV6, async () => {
  using listener = listen({ hostname: "localhost" });
  assert(["127.0.0.1", "::1"].includes(listener.addr.hostname), listener.addr.hostname);
  using ipv6 = listen({ hostname: "localhost", ipv6Only: true });
  assertEquals([ipv6.addr.hostname, ipv6.dualStack], ["::1", false]);
  const [client, server] = await Promise.all([
    connect({ hostname: "localhost", port: listener.addr.port }),
    listener.accept(),
  ]);
  client.close();
  server.close();
});

Deno.test("listen() takes the port it is given", NEEDS_IPV6, () => {
  let port: number;
  {
    using any = listen({ hostname: "::1" });
    port = any.addr.port;
  }
  using listener = listen({ hostname: "::1", port });
  assertEquals(listener.addr.port, port);
});

Deno.test(
  "listen() serves IPv4 and IPv6 clients from one dual-stack socket and shows plain addresses",
  NEEDS_BOTH,
  async () => {
    using listener = listen();
    for (const hostname of ["127.0.0.1", "::1"]) {
      using raw = new RawSocket(hostname.includes(":") ? 6 : 4);
      const port = raw.bind(hostname);
      raw.connect(hostname, listener.addr.port);
      using conn = await listener.accept();
      assertEquals(conn.remoteAddr, { transport: "tcp", hostname, port });
      assertEquals(conn.localAddr, { transport: "tcp", hostname, port: listener.addr.port });
    }
  },
);

Deno.test(
  "listen() refuses IPv4 clients with ipv6Only, and leaves the port to an IPv4 socket",
  NEEDS_BOTH,
  async () => {
    using ipv6 = listen({ ipv6Only: true });
    using ipv4 = listen({ hostname: "0.0.0.0", port: ipv6.addr.port });
    using raw = new RawSocket();
    const port = raw.bind("127.0.0.1");
    raw.connect("127.0.0.1", ipv4.addr.port);
    using conn = await ipv4.accept();
    assertEquals(conn.remoteAddr.port, port);
    ipv4.close();
    const error = await assertRejects(() => connect({ hostname: "127.0.0.1", port: ipv6.addr.port }));
    assertFailedCall(error, Deno.errors.ConnectionRefused, "ConnectEx", "WSAECONNREFUSED");
  },
);

Deno.test("listen() throws AddrInUse when another program has the address", NEEDS_BOTH, () => {
  for (const hostname of ["::1", "127.0.0.1"]) {
    using other = new RawSocket(hostname.includes(":") ? 6 : 4);
    const port = other.bind(hostname);
    const error = assertThrows(() => listen({ hostname, port }));
    assertFailedCall(error, Deno.errors.AddrInUse, "bind", "WSAEADDRINUSE");
    assertStringIncludes(error.message, hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`);
  }
});

Deno.test("listen() throws AddrNotAvailable for an address that is not of this machine", NEEDS_BOTH, () => {
  for (const hostname of ["192.0.2.1", "2001:db8::1"]) {
    const error = assertThrows(() => listen({ hostname }));
    assertFailedCall(error, Deno.errors.AddrNotAvailable, "bind", "WSAEADDRNOTAVAIL");
    assertStringIncludes(error.message, hostname);
  }
});

Deno.test(
  "listen() asks for as long a queue as is wanted: by SOMAXCONN_HINT where it is a long one",
  NEEDS_IPV6,
  () => {
    for (
      const [backlog, asked] of [
        [undefined, -65535],
        [1, 1],
        [200, 200],
        [201, -201],
        [65535, -65535],
        [65536, -65535],
        [2 ** 31 - 1, -65535],
      ] as const
    ) {
      const lengths: number[] = [];
      using _stand = standIn(ws2_32(), "listen", (original) => (socket, length) => {
        lengths.push(length);
        return original(socket, length);
      });
      listen({ backlog }).close();
      assertEquals(lengths, [asked]);
    }
  },
);

Deno.test("listen() leaves no socket behind when it fails", NEEDS_IPV4, () => {
  using listener = listen();
  const { port } = listener.addr;
  assertThrows(() => listen({ port }), Deno.errors.AddrInUse);
  const before = socketCount();
  for (let i = 0; i < 50; i++) assertThrows(() => listen({ port }), Deno.errors.AddrInUse);
  assertEquals(socketCount(), before);
});

Deno.test("listen() and close() leave no socket behind", NEEDS_IPV4, () => {
  listen().close();
  const before = socketCount();
  for (let i = 0; i < 50; i++) listen().close();
  assertEquals(socketCount(), before);
});

Deno.test("listen() closes the listener when its signal is aborted", NEEDS_WINDOWS, async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const listener = listen({ signal: controller.signal });
  const waiting = [listener.accept(), listener.accept()];
  const { port } = listener.addr;
  controller.abort(reason);
  for (const accept of waiting) assertEquals(await assertRejects(() => accept), reason);
  await assertRejects(() => listener.accept(), Deno.errors.BadResource, "is closed");
  assertThrows(() => listener.close(), Deno.errors.BadResource, "is closed");
  await listener[Symbol.asyncDispose]();
  using next = listen({ port }); // the port is free again
  assertEquals(next.addr.port, port);
});

Deno.test("a signal that is aborted after close() changes nothing", NEEDS_IPV6, async () => {
  const controller = new AbortController();
  const listener = listen({ signal: controller.signal });
  const { port } = listener.addr;
  listener.close();
  using next = listen({ port }); // perhaps by the same handle
  controller.abort();
  using client = await connect({ hostname: "::1", port });
  using server = await next.accept();
  assertEquals(server.remoteAddr, client.localAddr);
});

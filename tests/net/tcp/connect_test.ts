import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { connect, type ConnectOptions, listen } from "@winsock/ws2";
import { check, SO_CONDITIONAL_ACCEPT, SOL_SOCKET, ws2_32 } from "@winsock/ws2/ffi";
import { assertFailedCall } from "../../support/errors.ts";
import { socketCount } from "../../support/handles.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6, needsFamiliesOf } from "../../support/families.ts";
import { RawSocket } from "../../support/raw.ts";

/** A port where nobody listens, and nobody can. */
interface Closed extends Disposable {
  readonly port: number;
}

function closedPort(hostname: string): Closed {
  const socket = new RawSocket(hostname.includes(":") ? 6 : 4);
  return { port: socket.bind(hostname), [Symbol.dispose]: () => socket[Symbol.dispose]() };
}

/**
 * A port that answers nobody. On Windows it is that of a listener which decides itself whom it accepts, and does not:
 * nobody is answered before it has decided. Wine has no such listeners: there one with a full queue answers nobody either.
 */
interface Silent extends AsyncDisposable {
  readonly port: number;
}

function silentPort(hostname = "127.0.0.1"): Silent {
  const socket = new RawSocket(hostname.includes(":") ? 6 : 4);
  const decides = ws2_32().setsockopt(socket.handle, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, new Int32Array([1]), 4) === 0;
  const port = socket.bind(hostname);
  check(ws2_32().listen(socket.handle, 1), "listen");
  const controller = new AbortController();
  const { signal } = controller;
  // One waits in the queue; the system lets one or two more in.
  const clients = decides ? [] : Array.from({ length: 8 }, () => connect({ hostname, port, signal }));
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      for (const client of clients) (await client.catch(() => undefined))?.close();
      socket[Symbol.dispose]();
    },
  };
}

for (const hostname of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
  Deno.test(
    `connect() rejects with ConnectionRefused where nobody listens at ${hostname}`,
    needsFamiliesOf(hostname.replace("::ffff:", "")),
    async () => {
      const plain = hostname.replace("::ffff:", "");
      using closed = closedPort(plain);
      const error = await assertRejects(() => connect({ hostname, port: closed.port }));
      assertFailedCall(error, Deno.errors.ConnectionRefused, "ConnectEx", "WSAECONNREFUSED");
      assertStringIncludes(
        error.message,
        plain.includes(":") ? `[${plain}]:${closed.port}` : `${plain}:${closed.port}`,
      );
    },
  );
}

Deno.test("connect() reaches a name by whichever address of it answers", NEEDS_BOTH, async () => {
  for (const hostname of ["127.0.0.1", "::1"]) {
    using listener = listen({ hostname, ipv6Only: hostname === "::1" });
    const [client, server] = await Promise.all([
      connect({ hostname: "localhost", port: listener.addr.port }),
      listener.accept(),
    ]);
    assertEquals(client.remoteAddr, listener.addr);
    assertEquals(server.remoteAddr, client.localAddr);
    client.close();
    server.close();
  }
});

Deno.test(
  "connect() rejects with ConnectionRefused where nobody listens at a name, and says so",
  NEEDS_BOTH,
  async () => {
    using closed = closedPort("127.0.0.1");
    using _ipv6 = new RawSocket(6);
    _ipv6.bind("::1", closed.port);
    const error = await assertRejects(() => connect({ hostname: "localhost", port: closed.port }));
    assertInstanceOf(error, Deno.errors.ConnectionRefused);
    assertStringIncludes(error.message, `Cannot connect to localhost:${closed.port}: `);
    assertInstanceOf(error.cause, AggregateError);
    const [ipv6, ipv4, ...others] = error.cause.errors;
    for (const [attempt, host] of [[ipv6, "[::1]"], [ipv4, "127.0.0.1"]] as const) {
      assertFailedCall(attempt, Deno.errors.ConnectionRefused, "ConnectEx", "WSAECONNREFUSED");
      assertStringIncludes(attempt.message, `Cannot connect to ${host}:${closed.port}: `);
    }
    assertEquals(others, []);
  },
);

const FAMILIES: readonly [Partial<ConnectOptions>, string][] = [
  [{ family: 4 }, "127.0.0.1"],
  [{ family: 6 }, "::1"],
  [{ ipv6Only: true }, "::1"],
  [{ family: 6, ipv6Only: true }, "::1"],
];
for (const [options, expected] of FAMILIES) {
  Deno.test(`connect(${Deno.inspect(options)}) reaches localhost at ${expected} only`, NEEDS_BOTH, async () => {
    using listener = listen();
    const { port } = listener.addr;
    const [client, server] = await Promise.all([
      connect({ hostname: "localhost", port, ...options }),
      listener.accept(),
    ]);
    assertEquals(client.remoteAddr.hostname, expected);
    assertEquals(server.remoteAddr, client.localAddr);
    client.close();
    server.close();
    listener.close();
    const other = expected === "::1" ? "127.0.0.1" : "::1";
    using _other = listen({ hostname: other, port, ipv6Only: other === "::1" });
    await assertRejects(() => connect({ hostname: "localhost", port, ...options }), Deno.errors.ConnectionRefused);
  });
}

Deno.test("connect() comes from localAddress and localPort", NEEDS_BOTH, async () => {
  await using listener = listen();
  const cases = [["127.0.0.1", "127.0.0.2"], ["127.0.0.1", "::ffff:127.0.0.1"], ["::1", "::1"], ["::1", "[::1]"]];
  for (const [hostname, localAddress] of cases) {
    for (const family of [undefined, hostname === "::1" ? 6 : 4] as const) {
      let localPort: number;
      {
        using free = listen({ hostname: localAddress });
        localPort = free.addr.port;
      }
      const { port } = listener.addr;
      using client = await connect({ hostname, port, family, localAddress, localPort });
      using server = await listener.accept();
      const expected = localAddress.replace("::ffff:", "").replace(/[[\]]/g, "");
      assertEquals(client.localAddr, { transport: "tcp", hostname: expected, port: localPort });
      assertEquals(server.remoteAddr, client.localAddr);
    }
  }
});

Deno.test("connect() picks the addresses of a name that fit localAddress", NEEDS_IPV6, async () => {
  await using listener = listen();
  for (const localAddress of ["127.0.0.1", "::1"]) {
    using client = await connect({ hostname: "localhost", port: listener.addr.port, localAddress });
    using server = await listener.accept();
    assertEquals([client.localAddr.hostname, server.remoteAddr.hostname], [localAddress, localAddress]);
  }
});

Deno.test("connect() rejects when the local address is taken or not of this machine", NEEDS_IPV4, async () => {
  await using listener = listen({ hostname: "127.0.0.1" });
  const { port } = listener.addr;
  const taken = await assertRejects(() =>
    connect({ hostname: "127.0.0.1", port, localAddress: "127.0.0.1", localPort: port })
  );
  assertFailedCall(taken, Deno.errors.AddrInUse, "bind", "WSAEADDRINUSE");
  const foreign = await assertRejects(() => connect({ hostname: "127.0.0.1", port, localAddress: "192.0.2.1" }));
  assertFailedCall(foreign, Deno.errors.AddrNotAvailable, "bind", "WSAEADDRNOTAVAIL");
});

Deno.test("connect() rejects with the reason of a signal that is aborted while it waits", NEEDS_IPV4, async () => {
  await using silent = silentPort();
  const reason = new Error("enough");
  for (const hostname of ["127.0.0.1", "localhost"]) {
    const controller = new AbortController();
    const connecting = connect({ hostname, port: silent.port, family: 4, signal: controller.signal });
    controller.abort(reason);
    assertEquals(await assertRejects(() => connecting), reason);
  }
});

Deno.test(
  "connect() rejects with the reason of a signal that is aborted during a race of attempts",
  NEEDS_IPV4,
  async () => {
    await using silent = silentPort(); // on 127.0.0.1; at ::1 the attempt is refused
    const reason = new Error("enough");
    const controller = new AbortController();
    const connecting = connect({ hostname: "localhost", port: silent.port, signal: controller.signal });
    controller.abort(reason);
    assertEquals(await assertRejects(() => connecting), reason);
  },
);

Deno.test("connect() is not changed by a signal that is aborted afterwards", NEEDS_IPV6, async () => {
  await using listener = listen();
  for (const hostname of ["::1", "localhost"]) {
    const controller = new AbortController();
    using client = await connect({ hostname, port: listener.addr.port, signal: controller.signal, timeout: 60_000 });
    using server = await listener.accept();
    controller.abort();
    await client.write(Uint8Array.of(7));
    assertEquals(await server.read(new Uint8Array(9)), 1);
  }
});

Deno.test("connect() rejects with TimedOut when nobody answers in time", NEEDS_IPV4, async () => {
  await using silent = silentPort();
  const error = await assertRejects(() => connect({ hostname: "127.0.0.1", port: silent.port, timeout: 20 }));
  assertFailedCall(error, Deno.errors.TimedOut, "ConnectEx", "WSAETIMEDOUT");
  assertStringIncludes(error.message, `127.0.0.1:${silent.port}`);
  assertStringIncludes(error.message, "20 ms");
});

Deno.test(
  "connect() to a name goes on to the next address after the delay, or not before a failure",
  NEEDS_BOTH,
  async () => {
    await using silent = silentPort("::1");
    const { port } = silent;
    using listener = listen({ hostname: "127.0.0.1", port });
    using client = await connect({ hostname: "localhost", port, autoSelectFamilyAttemptDelay: 1 });
    assertEquals(client.remoteAddr.hostname, "127.0.0.1");
    (await listener.accept()).close();
    const waiting = connect({ hostname: "localhost", port, autoSelectFamily: false, timeout: 500 });
    await assertRejects(() => waiting, Deno.errors.TimedOut);
  },
);

Deno.test("connect() prefers the signal to the timeout when both end it", NEEDS_IPV4, async () => {
  await using silent = silentPort();
  const reason = new Error("enough");
  const controller = new AbortController();
  const connecting = connect({
    hostname: "127.0.0.1",
    port: silent.port,
    timeout: 1_000_000,
    signal: controller.signal,
  });
  controller.abort(reason);
  assertEquals(await assertRejects(() => connecting), reason);
});

Deno.test(
  "connect() aborted as it connects settles either way, and leaves no socket behind",
  NEEDS_BOTH,
  async () => {
    async function round(hostname: string, turns: number): Promise<void> {
      await using listener = listen();
      const controller = new AbortController();
      const reason = new Error("enough");
      const connecting = connect({ hostname, port: listener.addr.port, signal: controller.signal });
      connecting.catch(() => {});
      for (let turn = 0; turn < turns; turn++) await null;
      controller.abort(reason);
      const outcome = await connecting.then((conn) => conn[Symbol.asyncDispose](), (error) => error);
      if (outcome !== undefined) assertEquals(outcome, reason);
    }
    for (let turns = 0; turns < 10; turns++) await round("localhost", turns); // lookups go on in threads of their own
    for (const hostname of ["127.0.0.1", "::1"]) {
      await round(hostname, 0);
      const before = socketCount();
      for (let turns = 0; turns < 50; turns++) await round(hostname, turns % 10);
      assertEquals(socketCount(), before, hostname);
    }
  },
);

Deno.test("connect() leaves no socket behind when it fails", NEEDS_IPV4, async () => {
  using closed = closedPort("127.0.0.1");
  const { port } = closed;
  await assertRejects(() => connect({ hostname: "localhost", port }));
  const before = socketCount();
  for (let i = 0; i < 50; i++) {
    await assertRejects(() => connect({ hostname: "127.0.0.1", port }), Deno.errors.ConnectionRefused);
    await assertRejects(() => connect({ hostname: "127.0.0.1", port, localAddress: "192.0.2.1" }));
    await assertRejects(() => connect({ hostname: "localhost", port }), Deno.errors.ConnectionRefused);
  }
  assertEquals(socketCount(), before);
});

Deno.test("connect() and close() leave no socket behind", NEEDS_IPV4, async () => {
  await using listener = listen();
  async function round(): Promise<void> {
    await using client = await connect({ hostname: "localhost", port: listener.addr.port });
    await using _server = await listener.accept();
    void client.read(new Uint8Array(1)).catch(() => {});
  }
  for (let i = 0; i < 20; i++) await round(); // by then the listener has as many sockets in stock as it ever will
  const before = socketCount();
  for (let i = 0; i < 50; i++) await round();
  assertEquals(socketCount(), before);
});

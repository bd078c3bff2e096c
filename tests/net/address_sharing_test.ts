// Who may have the address of a socket, and what is said of one that cannot be had.
import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { connect, listen, listenDatagram } from "@winsock/ws2";
import {
  ERROR_CODES,
  type ErrorSymbol,
  SO_EXCLUSIVEADDRUSE,
  SO_REUSEADDR,
  SOL_SOCKET,
  WinsockError,
} from "@winsock/ws2/ffi";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { assertFailedCall } from "../support/errors.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6 } from "../support/families.ts";
import { socketCount } from "../support/handles.ts";
import { recordSetUp } from "../support/recorded_calls.ts";
import { standIn } from "../support/stand_in.ts";

/** The options by which an address is shared or not that are set in a block, by number. */
function sharingOptions(lines: readonly string[]): number[] {
  const options = lines.map((line) => line.match(/^setsockopt (\d+) (-?\d+) 01000000$/)).filter((match) =>
    match !== null
  );
  const names = options.filter(([, level]) => Number(level) === SOL_SOCKET).map(([, , name]) => Number(name));
  return names.filter((name) => name === SO_EXCLUSIVEADDRUSE || name === SO_REUSEADDR);
}

Deno.test("listen() asks for no option of its address unless it is told to", NEEDS_BOTH, () => {
  for (
    const [options, names] of [
      [{}, []],
      [{ exclusive: false, reuseAddress: false }, []],
      [{ exclusive: true }, [SO_EXCLUSIVEADDRUSE]],
      [{ reuseAddress: true }, [SO_REUSEADDR]],
      [{ reuseAddress: true, exclusive: false }, [SO_REUSEADDR]],
    ] as const
  ) {
    for (const hostname of ["::", "::1", "0.0.0.0"]) {
      using calls = recordSetUp();
      using listener = listen({ hostname, ...options });
      assertEquals(sharingOptions(calls.lines), [...names]);
      for (const name of [SO_EXCLUSIVEADDRUSE, SO_REUSEADDR]) {
        const isSet = (names as readonly number[]).includes(name) ? 1 : 0;
        assertEquals(listener.options.get(SOL_SOCKET, name), isSet, `${hostname} ${name}`);
      }
    }
  }
});

Deno.test("listenDatagram() keeps its address for itself unless it is told otherwise", NEEDS_IPV6, () => {
  for (
    const [options, names] of [
      [{}, [SO_EXCLUSIVEADDRUSE]],
      [{ exclusive: true }, [SO_EXCLUSIVEADDRUSE]],
      [{ exclusive: false }, []],
      [{ reuseAddress: true }, [SO_REUSEADDR]],
      [{ reuseAddress: false }, [SO_EXCLUSIVEADDRUSE]],
    ] as const
  ) {
    using calls = recordSetUp();
    using _socket = listenDatagram(options);
    assertEquals(sharingOptions(calls.lines), [...names]);
  }
});

Deno.test("exclusive and reuseAddress exclude each other", () => {
  for (const open of [listen, listenDatagram]) {
    const error = assertThrows(() => void open({ exclusive: true, reuseAddress: true }), TypeError);
    assertStringIncludes(error.message, "exclusive");
    assertStringIncludes(error.message, "reuseAddress");
  }
});

Deno.test("listen() throws AddrInUse for a port that another listener has", NEEDS_BOTH, () => {
  for (const hostname of ["::", "0.0.0.0", "::1", "127.0.0.1"]) {
    using listener = listen({ hostname });
    const error = assertThrows(() => listen({ hostname, port: listener.addr.port }));
    assertFailedCall(error, Deno.errors.AddrInUse, "bind", "WSAEADDRINUSE");
    assertStringIncludes(error.message, `${hostname}`);
  }
});

Deno.test("listen() gets the port of a listener whose connections have just ended", NEEDS_BOTH, async () => {
  let port = 0;
  for (let round = 0; round < 5; round++) {
    await using listener = listen({ port });
    port = listener.addr.port;
    for (const hostname of ["127.0.0.1", "::1"]) {
      using client = await connect({ hostname, port });
      using server = await listener.accept();
      await server.closeWrite(); // who ends first has the connection in TIME_WAIT
      assertEquals(await client.read(new Uint8Array(1)), null);
    }
  }
});

/** What `bind` does, one call after another: it fails with a code. What comes after the last one works. */
function bindFails(...symbols: ErrorSymbol[]): Disposable & { left: ErrorSymbol[] } {
  const { WSASetLastError } = ws2_32();
  const left = [...symbols];
  const stand = standIn(ws2_32(), "bind", (original) => (...parameters) => {
    const symbol = left.shift();
    if (symbol === undefined) return original(...parameters);
    WSASetLastError(ERROR_CODES[symbol][0]);
    return -1;
  });
  return { left, [Symbol.dispose]: () => stand[Symbol.dispose]() };
}

/** Everything that binds a socket to a port which the user chooses. */
const BINDINGS = [
  ["listen() on every address", "tcp", () => listen({ port: 9 })],
  ["listen() on one address", "tcp", () => listen({ hostname: "127.0.0.1", port: 9, exclusive: true })],
  ["listenDatagram()", "udp", () => listenDatagram({ port: 9 })],
  ["connect()", "tcp", () => connect({ hostname: "127.0.0.1", port: 9, localPort: 9 })],
] as const;

for (const [name, protocol, open] of BINDINGS) {
  Deno.test(
    `${name} says what it can be where Windows denies the port, and how to list such ports`,
    NEEDS_BOTH,
    async () => {
      const before = socketCount();
      using fails = bindFails("WSAEACCES", "WSAEACCES", "WSAEACCES");
      const error = await assertRejects(async () => void await open());
      assertFailedCall(error, Deno.errors.PermissionDenied, "bind", "WSAEACCES");
      assertStringIncludes(error.message, "another socket has the address for itself, or Windows reserves the port");
      assertStringIncludes(error.message, `"netsh interface ipv4 show excludedportrange protocol=${protocol}"`);
      assertMatch(error.message, /^Cannot (listen on|bind|connect to) .*:9: .* \(WSAEACCES, 10013\)$/);
      assertEquals(fails.left, []);
      assertEquals(socketCount(), before);
    },
  );

  Deno.test(
    `${name} fails with AddrInUse where Windows denies a port because another socket has it`,
    NEEDS_BOTH,
    async () => {
      const before = socketCount();
      // A plain socket is told so at the same address, or at all of them where the other socket has those.
      for (const symbols of [["WSAEACCES", "WSAEADDRINUSE"], ["WSAEACCES", "WSAEACCES", "WSAEADDRINUSE"]] as const) {
        using fails = bindFails(...symbols);
        const error = await assertRejects(async () => void await open());
        assertInstanceOf(error, Deno.errors.AddrInUse);
        assertInstanceOf(error.cause, WinsockError);
        assertEquals(error.cause.symbol, "WSAEACCES");
        assertMatch(error.message, /: another socket has the address for itself \(WSAEACCES, 10013\)$/);
        assertEquals(fails.left, []);
      }
      assertEquals(socketCount(), before);
    },
  );
}

Deno.test("an exclusive listener keeps the whole port to itself", NEEDS_BOTH, () => {
  using listener = listen({ exclusive: true });
  const { port } = listener.addr;
  for (const hostname of ["::", "0.0.0.0", "::1", "127.0.0.1"]) {
    for (const sharing of [{}, { exclusive: true }, { reuseAddress: true }]) {
      const error = assertThrows(() => listen({ hostname, port, ...sharing })) as Error;
      // Windows says which it is to a plain socket, Wine denies access to that too.
      if (error instanceof Deno.errors.PermissionDenied) assertStringIncludes(error.message, "another socket has");
      else assertInstanceOf(error, Deno.errors.AddrInUse);
    }
  }
});

Deno.test("a listener leaves its port to one for another address", NEEDS_IPV4, async () => {
  using first = listen({ hostname: "127.0.0.1" });
  using second = listen({ hostname: "127.0.0.2", port: first.addr.port });
  for (const listener of [first, second]) {
    using client = await connect(listener.addr);
    using server = await listener.accept();
    assertEquals(server.remoteAddr, client.localAddr);
  }
});

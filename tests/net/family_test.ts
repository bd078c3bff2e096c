// Systems that lack a family, played by stand-ins for functions of the DLL; ones that really lack it are in .ci/run.
import { assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import { connect, listen, listenDatagram, type ListenDatagramOptions, probeStack, WinsockError } from "@winsock/ws2";
import {
  AF_INET,
  AF_INET6,
  ERROR_CODES,
  type ErrorSymbol,
  INVALID_SOCKET,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
} from "@winsock/ws2/ffi";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { assertFailedCall } from "../support/errors.ts";
import { socketCount } from "../support/handles.ts";
import { ipv4Disabled } from "../support/ipv4_disabled.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6 } from "../support/families.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

/** Makes `WSASocketW` fail for a family, with a code. */
function noSockets(family: number, symbol: ErrorSymbol): Disposable {
  const { WSASetLastError } = ws2_32();
  return standIn(ws2_32(), "WSASocketW", (original) => (af, ...parameters) => {
    if (af !== family) return original(af, ...parameters);
    WSASetLastError(ERROR_CODES[symbol][0]);
    return INVALID_SOCKET;
  });
}

/** Makes setting IPV6_V6ONLY fail, as on a system without dual-stack sockets. */
function noDualStack(): Disposable {
  const { WSASetLastError } = ws2_32();
  return standIn(ws2_32(), "setsockopt", (original) => (socket, level, name, value, length) => {
    if (level !== IPPROTO_IPV6 || name !== IPV6_V6ONLY) return original(socket, level, name, value, length);
    WSASetLastError(ERROR_CODES.WSAENOPROTOOPT[0]);
    return -1;
  });
}

Deno.test("probeStack() finds both families and dual-stack here, and leaves no socket behind", NEEDS_BOTH, () => {
  assertEquals(probeStack(), { ipv4: true, ipv6: true, dualStack: true });
  const before = socketCount();
  for (let i = 0; i < 50; i++) probeStack();
  assertEquals(socketCount(), before);
});

Deno.test("probeStack() finds out that IPv4, IPv6 or dual-stack is missing", NEEDS_BOTH, () => {
  const before = socketCount();
  {
    using _no = noSockets(AF_INET, "WSAEAFNOSUPPORT");
    assertEquals(probeStack(), { ipv4: false, ipv6: true, dualStack: true });
  }
  {
    using _no = noSockets(AF_INET6, "WSAEAFNOSUPPORT");
    assertEquals(probeStack(), { ipv4: true, ipv6: false, dualStack: false });
  }
  {
    using _no = noDualStack();
    assertEquals(probeStack(), { ipv4: true, ipv6: true, dualStack: false });
  }
  assertEquals(socketCount(), before);
});

Deno.test("probeStack() throws when sockets cannot be made for another reason", NEEDS_WINDOWS, () => {
  for (const family of [AF_INET, AF_INET6]) {
    using _no = noSockets(family, "WSAEMFILE");
    const error = assertThrows(() => probeStack());
    assertFailedCall(error, Deno.errors.Busy, "WSASocketW", "WSAEMFILE");
    assertStringIncludes(error.message, "Cannot find out which address families there are: ");
  }
});

for (const open of [listen, listenDatagram]) {
  Deno.test(`${open.name}() takes IPv4 where there is no IPv6, and says so`, NEEDS_IPV4, () => {
    using _no = noSockets(AF_INET6, "WSAEAFNOSUPPORT");
    for (const options of [undefined, {}, { port: 0 }]) {
      using socket = open(options);
      assertEquals([socket.addr.hostname, socket.dualStack], ["0.0.0.0", false]);
    }
  });

  Deno.test(`${open.name}() of an IPv6 address fails where there is no IPv6, and says why`, NEEDS_WINDOWS, () => {
    using _no = noSockets(AF_INET6, "WSAEAFNOSUPPORT");
    for (const options of [{ hostname: "::" }, { hostname: "::1" }, { ipv6Only: true }]) {
      const error = assertThrows(() => open(options));
      assertFailedCall(error, Deno.errors.NotSupported, "WSASocketW", "WSAEAFNOSUPPORT");
      assertStringIncludes((error as Error).message, "this system has no IPv6, give an IPv4 address instead");
    }
  });

  Deno.test(`${open.name}() of an IPv4 address fails where there is no IPv4, and says why`, NEEDS_IPV6, () => {
    using _no = noSockets(AF_INET, "WSAEAFNOSUPPORT");
    const error = assertThrows(() => open({ hostname: "127.0.0.1" }));
    assertFailedCall(error, Deno.errors.NotSupported, "WSASocketW", "WSAEAFNOSUPPORT");
    assertStringIncludes((error as Error).message, "this system has no IPv4");
    using dualStack = open(); // serves IPv6
    assertEquals([dualStack.addr.hostname, dualStack.dualStack], ["::", true]);
  });

  Deno.test(`${open.name}() does not take IPv4 instead when IPv6 fails for another reason`, NEEDS_WINDOWS, () => {
    using _no = noSockets(AF_INET6, "WSAENOBUFS");
    const error = assertThrows(() => open()) as Error;
    assertInstanceOf(error.cause, WinsockError);
    assertEquals(error.cause.symbol, "WSAENOBUFS");
  });
}

Deno.test("listenDatagram() opens where IPv4 is disabled: IP_PKTINFO fails with WSAEINVAL", NEEDS_IPV6, async () => {
  using _disabled = ipv4Disabled({ probe: "WSAEAFNOSUPPORT" });
  using socket = listenDatagram();
  await socket.send(Uint8Array.of(1), { ...socket.addr, hostname: "::1" });
  const { info } = await socket.receiveMessage();
  assertEquals(info.localAddress, "::1");
});

/** Failures that are none of an IPv4 that is disabled. */
const REAL_FAILURES: readonly {
  name: string;
  option: ErrorSymbol;
  probe: ErrorSymbol | undefined;
  options?: ListenDatagramOptions;
  surfaces: [syscall: string, symbol: ErrorSymbol];
}[] = [
  {
    name: "WSAEINVAL where IPv4 sockets can be made",
    option: "WSAEINVAL",
    probe: undefined,
    surfaces: ["setsockopt", "WSAEINVAL"],
  },
  {
    name: "another code where IPv4 sockets can be made",
    option: "WSAENOPROTOOPT",
    probe: undefined,
    surfaces: ["setsockopt", "WSAENOPROTOOPT"],
  },
  {
    name: "another code, also where IPv4 is disabled",
    option: "WSAENOPROTOOPT",
    probe: "WSAEAFNOSUPPORT",
    surfaces: ["setsockopt", "WSAENOPROTOOPT"],
  },
  {
    name: "WSAEINVAL where IPv4 sockets fail for another reason",
    option: "WSAEINVAL",
    probe: "WSAEMFILE",
    surfaces: ["WSASocketW", "WSAEMFILE"],
  },
  {
    name: "WSAEINVAL of a socket for IPv4 alone",
    option: "WSAEINVAL",
    probe: undefined,
    options: { hostname: "127.0.0.1" },
    surfaces: ["setsockopt", "WSAEINVAL"],
  },
];
for (const { name, option, probe, options, surfaces: [syscall, symbol] } of REAL_FAILURES) {
  Deno.test(`listenDatagram() throws when IP_PKTINFO fails with ${name}`, NEEDS_BOTH, () => {
    const before = socketCount();
    {
      using _troubled = ipv4Disabled({ option, probe });
      const error = assertThrows(() => listenDatagram(options)) as Error;
      assertInstanceOf(error.cause, WinsockError);
      assertEquals([error.cause.syscall, error.cause.symbol], [syscall, symbol]);
      assertStringIncludes(error.message, `${symbol}, ${error.cause.code}`);
      listenDatagram({ packetInfo: false }).close(); // does not ask for it
      if (probe === undefined) listenDatagram({ ipv6Only: true }).close(); // has nothing to do with IPv4
    }
    assertEquals(socketCount(), before);
  });
}

Deno.test("listenDatagram() does without the hop limit and traffic class where they are refused", NEEDS_IPV4, () => {
  using _troubled = ipv4Disabled({ probe: undefined, option: "WSAENOPROTOOPT", refused: (name) => name !== 19 });
  for (const options of [{}, { hostname: "127.0.0.1" }]) listenDatagram(options).close();
});

Deno.test(
  "options of both families are set for IPv6 where IPv4 is disabled, and fail where it is not",
  NEEDS_BOTH,
  async () => {
    using listener = listen();
    using conn = await connect({ hostname: "::1", port: listener.addr.port });
    using accepted = await listener.accept();
    using socket = listenDatagram();
    using ipv6Only = listenDatagram({ ipv6Only: true });
    const refused = () => true;
    for (const { options } of [listener, conn, accepted, socket]) {
      {
        using _disabled = ipv4Disabled({ probe: "WSAEAFNOSUPPORT", refused });
        options.hopLimit = 17;
        assertEquals(options.hopLimit, 17);
        options.set(IPPROTO_IP, IP_TTL, 18); // nothing to set it for
        options.set(IPPROTO_IP, IP_TOS, new Uint8Array(4));
        assertEquals(options.hopLimit, 17);
      }
      using _enabled = ipv4Disabled({ probe: undefined, refused });
      const error = assertThrows(() => options.set(IPPROTO_IP, IP_TTL, 18));
      assertFailedCall(error, Deno.errors.InvalidData, "setsockopt", "WSAEINVAL");
      // A connection is of one family, these are of both.
      if (options === listener.options || options === socket.options) assertThrows(() => options.hopLimit = 19);
    }
    using _disabled = ipv4Disabled({ probe: "WSAEAFNOSUPPORT", refused });
    ipv6Only.options.hopLimit = 17; // for IPv6, as it is the only one
    const error = assertThrows(() => ipv6Only.options.set(IPPROTO_IP, IP_TTL, 18)); // this is no socket for it
    assertFailedCall(error, Deno.errors.InvalidData, "setsockopt", "WSAEINVAL");
  },
);

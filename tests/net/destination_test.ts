// Where connections and datagrams go, and by what options, as the system is told.
import { assertEquals, assertRejects } from "@std/assert";
import { connect, listen, listenDatagram } from "@winsock/ws2";
import { AF_INET, AF_INET6, SIO_TCP_INITIAL_RTO, SO_REUSE_UNICASTPORT, SOL_SOCKET } from "@winsock/ws2/ffi";
import { destinationFor, formatAddress, isLoopback, parseAddress } from "../../ffi/marshal/ip_address.ts";
import { decodeSockaddr, formatEndpoint } from "../../ffi/marshal/sockaddr.ts";
import { tcpProvider } from "../../ffi/win32/provider.ts";
import { datagramCalls, ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { bytes, open } from "../support/datagrams.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6 } from "../support/families.ts";
import { recordSends, recordSetUp } from "../support/recorded_calls.ts";
import { standIn } from "../support/stand_in.ts";

/** The unspecified addresses, and where what is sent to them goes. */
const UNSPECIFIED = [
  ["0.0.0.0", "127.0.0.1"],
  ["::ffff:0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
  ["::%7", "::1"],
] as const;

Deno.test("destinationFor() gives the loopback address for an unspecified one, and any other as it is", () => {
  for (const [given, expected] of UNSPECIFIED) {
    assertEquals(formatAddress(destinationFor(parseAddress(given)!)), expected);
  }
  for (const other of ["127.0.0.1", "::1", "0.0.0.1", "1.0.0.0", "1::", "::ffff:1.0.0.0", "fe80::%7", "::0.0.0.2"]) {
    const address = parseAddress(other)!;
    assertEquals(destinationFor(address), address);
  }
});

Deno.test("isLoopback() knows the addresses that never leave the machine", () => {
  for (const address of ["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"]) {
    assertEquals(isLoopback(parseAddress(address)!), true, address);
  }
  for (const address of ["126.0.0.1", "128.0.0.1", "::", "::2", "1::1", "::ffff:1.0.0.127", "7f00::1"]) {
    assertEquals(isLoopback(parseAddress(address)!), false, address);
  }
});

/** Writes down the sockaddrs that reach ConnectEx, which is called as well. */
function recordConnects(): Disposable & { names: string[] } {
  const names: string[] = [];
  const stands = [AF_INET, AF_INET6].map((af) =>
    standIn(tcpProvider(af as typeof AF_INET), "ConnectEx", (original) =>
      Object.create(original, {
        call: {
          value: (...parameters: Parameters<typeof original.call>) => {
            names.push(formatEndpoint(decodeSockaddr(parameters[1] as Uint8Array)));
            return original.call(...parameters);
          },
        },
      }))
  );
  return { names, [Symbol.dispose]: () => stands.forEach((stand) => stand[Symbol.dispose]()) };
}

Deno.test(
  "connect() to an unspecified address reaches this machine: ConnectEx gets the loopback",
  NEEDS_BOTH,
  async () => {
    using listener = listen();
    const { port } = listener.addr;
    for (const [hostname, expected] of UNSPECIFIED) {
      using calls = recordConnects();
      using client = await connect({ hostname, port });
      using server = await listener.accept();
      assertEquals(calls.names, [expected === "::1" ? `[::1]:${port}` : `${expected}:${port}`]);
      assertEquals(client.remoteAddr, { transport: "tcp", hostname: expected, port });
      assertEquals(server.localAddr.hostname, expected);
    }
  },
);

Deno.test(
  "connect() to an unspecified address of the other family is refused as any other one is",
  NEEDS_BOTH,
  async () => {
    using listener = listen();
    const { port } = listener.addr;
    for (
      const options of [
        { hostname: "0.0.0.0", ipv6Only: true },
        { hostname: "::", family: 4 },
        { hostname: "0.0.0.0", family: 6 },
        { hostname: "::", localAddress: "127.0.0.1" },
      ] as const
    ) {
      using calls = recordConnects();
      await assertRejects(() => connect({ port, ...options }), TypeError);
      assertEquals(calls.names, []);
    }
    using ipv4 = await connect({ hostname: "0.0.0.0", port, family: 4 });
    using ipv6 = await connect({ hostname: "::", port, ipv6Only: true });
    assertEquals([ipv4.remoteAddr.hostname, ipv6.remoteAddr.hostname], ["127.0.0.1", "::1"]);
  },
);

/** Writes down the sockaddrs that reach WSASendTo, which is called as well. */
function recordSendTos(): Disposable & { names: string[] } {
  const names: string[] = [];
  const stand = standIn(datagramCalls(), "WSASendTo", (original) => (...parameters) => {
    const name = Deno.UnsafePointer.create(BigInt(parameters[5]))!;
    const sockaddr = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(name, Number(parameters[6])));
    names.push(formatEndpoint(decodeSockaddr(sockaddr)));
    return original(...parameters);
  });
  return { names, [Symbol.dispose]: () => stand[Symbol.dispose]() };
}

Deno.test(
  "send() to an unspecified address reaches this machine: WSASendTo gets the loopback",
  NEEDS_BOTH,
  async () => {
    using receiver = open("dual-stack");
    const { port } = receiver.addr;
    for (const [hostname, expected] of UNSPECIFIED) {
      using sender = open("dual-stack");
      using calls = recordSendTos();
      await sender.send(bytes("hello"), { transport: "udp", hostname, port });
      const { remoteAddr, info } = await receiver.receiveMessage();
      assertEquals([remoteAddr.port, info.localAddress], [sender.addr.port, expected]);
      assertEquals(calls.names, [expected === "::1" ? `[::1]:${port}` : `${expected}:${port}`]);
    }
  },
);

Deno.test(
  "sendMessage() to an unspecified address reaches this machine: WSASendMsg gets the loopback",
  NEEDS_IPV6,
  async () => {
    using socket = open("dual-stack");
    for (const [hostname, expected] of UNSPECIFIED) {
      using calls = recordSends();
      const source = expected === "::1" ? "::1" : "127.0.0.2";
      await socket.sendMessage(bytes("hello"), { transport: "udp", hostname, port: 9 }, { source });
      const [name] = calls.lines[0].match(/(?<=name=)[0-9a-f]+/)!;
      assertEquals(
        formatEndpoint(decodeSockaddr(Uint8Array.fromHex(name))),
        expected === "::1" ? "[::1]:9" : "127.0.0.1:9",
      );
    }
  },
);

Deno.test(
  "send() to an unspecified address of the other family is refused as any other one is",
  NEEDS_BOTH,
  async () => {
    for (const [options, hostname] of [[{ hostname: "0.0.0.0" }, "::"], [{ ipv6Only: true }, "0.0.0.0"]] as const) {
      using socket = listenDatagram(options);
      using calls = recordSendTos();
      await assertRejects(() => socket.send(bytes("x"), { transport: "udp", hostname, port: 9 }), TypeError);
      assertEquals(calls.names, []);
    }
  },
);

// TCP_INITIAL_RTO_PARAMETERS: the round trip time as it is (0xffff), no retransmissions (254), padding.
const NO_RETRANSMISSIONS = `WSAIoctl 0x${SIO_TCP_INITIAL_RTO.toString(16)} fffffe00`;
const REUSE_UNICASTPORT = `setsockopt ${SOL_SOCKET} ${SO_REUSE_UNICASTPORT} 01000000`;

Deno.test(
  "connect() has a refusal on loopback told at once, and the port chosen late, before it binds",
  NEEDS_BOTH,
  async () => {
    using listener = listen();
    const { port } = listener.addr;
    for (const hostname of ["127.0.0.1", "127.0.0.2", "::1", "0.0.0.0", "localhost"]) {
      using calls = recordSetUp();
      using client = await connect({ hostname, port });
      using _server = await listener.accept();
      const relevant = calls.lines.filter((line) => /^(WSAIoctl 0x98000011|setsockopt \d+ 12295|bind)/.test(line));
      assertEquals(relevant.slice(0, 2), [NO_RETRANSMISSIONS, REUSE_UNICASTPORT]);
      assertEquals(relevant.filter((line) => line.startsWith("bind")).length, relevant.length / 3);
      assertEquals(client.localAddr.port > 0, true);
    }
  },
);

Deno.test(
  "connect() sets no such option where the user chooses the port, or the host is not this machine",
  NEEDS_IPV4,
  async () => {
    using listener = listen({ hostname: "127.0.0.1" });
    using free = listen({ hostname: "127.0.0.1" });
    const localPort = free.addr.port;
    await free[Symbol.asyncDispose]();
    using calls = recordSetUp();
    {
      using _client = await connect({ hostname: "127.0.0.1", port: listener.addr.port, localPort });
      assertEquals(calls.lines.filter((line) => line.startsWith("setsockopt")).includes(REUSE_UNICASTPORT), false);
      assertEquals(calls.lines.includes(NO_RETRANSMISSIONS), true);
    }
    calls.lines.length = 0;
    // Nothing leaves the machine: binding fails.
    using _bind = standIn(ws2_32(), "bind", () => () => -1);
    await assertRejects(() => connect({ hostname: "192.0.2.1", port: 9 }));
    assertEquals([calls.lines.includes(NO_RETRANSMISSIONS), calls.lines.includes(REUSE_UNICASTPORT)], [false, true]);
  },
);

Deno.test("connect() works where the system knows neither option", NEEDS_IPV4, async () => {
  using listener = listen({ hostname: "127.0.0.1" });
  using _ioctl = standIn(ws2_32(), "WSAIoctl", (original) => (handle, code, ...rest) => {
    if (code !== SIO_TCP_INITIAL_RTO) return original(handle, code, ...rest);
    ws2_32().WSASetLastError(10045);
    return -1;
  });
  using _option = standIn(ws2_32(), "setsockopt", (original) => (handle, level, name, ...rest) => {
    if (name !== SO_REUSE_UNICASTPORT) return original(handle, level, name, ...rest);
    ws2_32().WSASetLastError(10042);
    return -1;
  });
  using client = await connect(listener.addr);
  using server = await listener.accept();
  assertEquals(server.remoteAddr, client.localAddr);
});

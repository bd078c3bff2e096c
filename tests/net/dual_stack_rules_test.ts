// One test for each rule of Microsoft's page "Dual-Stack Sockets for IPv6 Winsock Applications".
// https://learn.microsoft.com/windows/win32/winsock/dual-stack-sockets
import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { connect, type DatagramConn, listen, listenDatagram } from "@winsock/ws2";
import { IP_PKTINFO, IPPROTO_IP, IPPROTO_IPV6, IPV6_PKTINFO, IPV6_V6ONLY } from "@winsock/ws2/ffi";
import { parseAddress } from "../../ffi/marshal/ip_address.ts";
import { encodeSockaddr } from "../../ffi/marshal/sockaddr.ts";
import { makeSocket } from "../../ffi/net/create.ts";
import { datagramCalls, ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { bytes, loopback, open, text } from "../support/datagrams.ts";
import { assertFailedCall } from "../support/errors.ts";
import { recordSends, recordSetUp } from "../support/recorded_calls.ts";
import { standIn } from "../support/stand_in.ts";
import { ipv4Disabled } from "../support/ipv4_disabled.ts";
import { NEEDS_BOTH, NEEDS_IPV6 } from "../support/families.ts";

const SET_V6ONLY = `setsockopt ${IPPROTO_IPV6} ${IPV6_V6ONLY} `;
const SET_IP_PKTINFO = `setsockopt ${IPPROTO_IP} ${IP_PKTINFO} 01000000`;
const SET_IPV6_PKTINFO = `setsockopt ${IPPROTO_IPV6} ${IPV6_PKTINFO} 01000000`;

/** Where in the calls that set a socket up one begins with a text; it must be there once. */
function placeOf(lines: readonly string[], beginning: string): number {
  const places = lines.keys().filter((index) => lines[index].startsWith(beginning)).toArray();
  assertEquals(places.length, 1, `${beginning} is there once in ${lines.join("; ")}`);
  return places[0];
}

Deno.test("rule 1: a new socket is v6-only, and made dual-stack by IPV6_V6ONLY = 0 before bind", NEEDS_BOTH, () => {
  const handle = makeSocket("ipv6", "udp");
  try {
    const value = new Int32Array(1);
    assertEquals(ws2_32().getsockopt(handle, IPPROTO_IPV6, IPV6_V6ONLY, value, new Int32Array([4])), 0);
    assertEquals(value[0], 1);
  } finally {
    ws2_32().closesocket(handle);
  }
  for (const openSocket of [listen, listenDatagram] as const) {
    for (const ipv6Only of [false, true]) {
      using calls = recordSetUp();
      using socket = openSocket({ ipv6Only });
      assertEquals(socket.dualStack, !ipv6Only);
      assertEquals(socket.options.get(IPPROTO_IPV6, IPV6_V6ONLY), ipv6Only ? 1 : 0);
      const set = placeOf(calls.lines, SET_V6ONLY);
      assertEquals(calls.lines[set], SET_V6ONLY + (ipv6Only ? "01000000" : "00000000"));
      assertEquals(calls.lines.slice(set).filter((line) => line.startsWith("bind")).length, 1, "bind comes after it");
    }
    using ipv4 = openSocket({ hostname: "127.0.0.1" });
    assertEquals(ipv4.dualStack, false);
  }
});

Deno.test("rule 1: connect() makes its socket dual-stack before it is bound", NEEDS_IPV6, async () => {
  using listener = listen();
  using calls = recordSetUp();
  using conn = await connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const set = placeOf(calls.lines, `${SET_V6ONLY}00000000`);
  assertEquals(calls.lines.slice(set).filter((line) => line.startsWith("bind")).length, 1);
  assertEquals(conn.remoteAddr.hostname, "127.0.0.1");
});

Deno.test(
  "rule 2: a dual-stack socket takes and gives IPv6 addresses, IPv4 in the mapped form",
  NEEDS_BOTH,
  async () => {
    using server = listenDatagram();
    using client = listenDatagram({ hostname: "127.0.0.1" });
    using listener = listen();
    const given: string[] = [];
    const record = (address: bigint, length: number) => {
      const name = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(address)!, length));
      given.push(name.slice(0, 2).toHex() + " " + name.slice(8).toHex());
    };
    const mapped = "1700 00000000000000000000ffff7f00000100000000"; // AF_INET6, ::ffff:127.0.0.1, no scope
    {
      using _sendTo = standIn(datagramCalls(), "WSASendTo", (original) => (...parameters) => {
        record(BigInt(parameters[5]), parameters[6]);
        return original(...parameters);
      });
      await server.send(bytes("to IPv4"), client.addr);
    }
    assertEquals(given, [mapped]);
    const [data, remoteAddr] = await client.receive();
    assertEquals([text(data), remoteAddr], ["to IPv4", loopback(server, "127.0.0.1")]);

    // What recvfrom gives, before it is shown in its plain form.
    const names: string[] = [];
    {
      using _receiveFrom = standIn(datagramCalls(), "WSARecvFrom", (original) => (...parameters) => {
        const result = original(...parameters); // the datagram is there already
        const view = Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(BigInt(parameters[5]))!, 28);
        names.push(new Uint8Array(view).toHex().slice(0, 4) + " " + new Uint8Array(view).slice(8).toHex());
        return result;
      });
      await client.send(bytes("from IPv4"), loopback(server, "127.0.0.1"));
      assertEquals((await server.receive())[1], client.addr);
    }
    assertEquals(names, [mapped]);

    // getsockname and getpeername of TCP.
    const [conn, accepted] = await Promise.all([
      connect({ hostname: "127.0.0.1", port: listener.addr.port }),
      listener.accept(),
    ]);
    for (const socket of [conn, accepted]) {
      assertEquals([socket.localAddr.hostname, socket.remoteAddr.hostname], ["127.0.0.1", "127.0.0.1"]);
      socket.close();
    }
    using bound = listenDatagram({ hostname: "::ffff:127.0.0.1" });
    assertEquals([bound.addr.hostname, bound.dualStack], ["127.0.0.1", false]);
  },
);

Deno.test(
  "rule 3: a mapped address works on dual-stack sockets only; others are given the plain one or refuse",
  NEEDS_BOTH,
  async () => {
    // The system itself refuses it on a v6-only socket: that is why the library does.
    const handle = makeSocket("ipv6", "udp");
    try {
      const name = encodeSockaddr({ address: parseAddress("::ffff:127.0.0.1")!, port: 0, flowInfo: 0 });
      assertEquals(ws2_32().bind(handle, name, name.length), -1);
    } finally {
      ws2_32().closesocket(handle);
    }
    const hostname = "::ffff:127.0.0.1";
    using dualStack = open("dual-stack");
    using ipv4 = open("IPv4");
    using ipv6 = open("v6-only");
    for (const sender of [dualStack, ipv4]) {
      await sender.send(bytes("hello"), loopback(dualStack, hostname));
      assertEquals((await dualStack.receive())[1], loopback(sender, "127.0.0.1"));
    }
    const expected = [TypeError, "ipv6Only"] as const;
    await assertRejects(() => ipv6.send(bytes("hello"), loopback(dualStack, hostname)), ...expected);
    await assertRejects(() => ipv6.sendMessage(bytes("hello"), loopback(dualStack, hostname)), ...expected);
    await assertRejects(() => connect({ hostname, port: 1, ipv6Only: true }), ...expected);
    assertThrows(() => listen({ hostname, ipv6Only: true }), ...expected);
    assertThrows(() => listenDatagram({ hostname, ipv6Only: true }), ...expected);
  },
);

Deno.test(
  "rule 4: both IPV6_PKTINFO and IP_PKTINFO are set, and packet information arrives over either family",
  NEEDS_IPV6,
  async () => {
    using calls = recordSetUp();
    using server = listenDatagram();
    placeOf(calls.lines, SET_IPV6_PKTINFO);
    placeOf(calls.lines, SET_IP_PKTINFO);
    assertEquals(server.options.get(IPPROTO_IP, IP_PKTINFO), 1);
    assertEquals(server.options.get(IPPROTO_IPV6, IPV6_PKTINFO), 1);
    using client = listenDatagram();
    for (const hostname of ["127.0.0.1", "127.0.0.2", "::1"]) {
      await client.send(bytes("hello"), loopback(server, hostname));
      assertEquals((await server.receiveMessage()).info.localAddress, hostname);
    }
  },
);

Deno.test(
  "rule 5: IP_PKTINFO failing with WSAEINVAL is ignored where IPv4 is disabled, and an error elsewhere",
  NEEDS_BOTH,
  async () => {
    {
      using _disabled = ipv4Disabled({ probe: "WSAEAFNOSUPPORT" });
      using socket = listenDatagram();
      assertEquals(socket.dualStack, true);
      await socket.send(bytes("hello"), loopback(socket, "::1"));
      assertEquals((await socket.receiveMessage()).info.localAddress, "::1");
    }
    using _enabled = ipv4Disabled({ probe: undefined });
    const error = assertThrows(() => listenDatagram());
    assertFailedCall(error, Deno.errors.InvalidData, "setsockopt", "WSAEINVAL");
  },
);

Deno.test("rule 6: WSASendMsg gets an in_pktinfo or an in6_pktinfo, by the destination", NEEDS_BOTH, async () => {
  const control = async (socket: DatagramConn, hostname: string, source: string) => {
    using calls = recordSends();
    await socket.sendMessage(bytes("hello"), loopback(socket, hostname), { source });
    assertEquals(calls.lines.length, 1);
    return calls.lines[0].match(/ control=(\w+)/)![1];
  };
  const ipv4 = "18000000000000000000000013000000" + "7f00000200000000"; // 24 bytes, IPPROTO_IP, IP_PKTINFO
  const ipv6 = "24000000000000002900000013000000" + // 36 bytes, IPPROTO_IPV6, IPV6_PKTINFO, and padding
    "0000000000000000000000000000000100000000" + "00000000";
  using dualStack = open("dual-stack");
  assertEquals(await control(dualStack, "127.0.0.1", "127.0.0.2"), ipv4);
  assertEquals(await control(dualStack, "::ffff:127.0.0.1", "127.0.0.2"), ipv4);
  assertEquals(await control(dualStack, "127.0.0.1", "::ffff:127.0.0.2"), ipv4);
  assertEquals(await control(dualStack, "::1", "::1"), ipv6);
  using plain = open("IPv4");
  assertEquals(await control(plain, "127.0.0.1", "127.0.0.2"), ipv4);
  using v6Only = open("v6-only");
  assertEquals(await control(v6Only, "::1", "::1"), ipv6);
  using calls = recordSends();
  for (const [hostname, source] of [["127.0.0.1", "::1"], ["::1", "127.0.0.1"], ["::1", "::ffff:127.0.0.1"]]) {
    const error = await assertRejects(() => dualStack.sendMessage(bytes(""), loopback(plain, hostname), { source }));
    assertInstanceOf(error, TypeError);
  }
  assertEquals(calls.lines, []);
});

Deno.test("rule 7: packet information is switched on before bind", NEEDS_BOTH, () => {
  for (
    const [options, set] of [
      [{}, [SET_IPV6_PKTINFO, SET_IP_PKTINFO]],
      [{ ipv6Only: true }, [SET_IPV6_PKTINFO]],
      [{ hostname: "127.0.0.1" }, [SET_IP_PKTINFO]],
      [{ packetInfo: false }, []],
    ] as const
  ) {
    using calls = recordSetUp();
    using _socket = listenDatagram(options);
    const bind = placeOf(calls.lines, "bind ");
    assertEquals(calls.lines.slice(0, bind).filter((line) => set.includes(line as never)), [...set]);
    assertEquals(calls.lines.filter((line) => /setsockopt \d+ 19 /.test(line)).length, set.length, "and no other");
  }
});

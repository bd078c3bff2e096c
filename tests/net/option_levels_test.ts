// On a dual-stack socket that is bound to a specific address Windows has the options of that address's family only. Wine
// takes both, so the calls themselves are looked at.
import { assertEquals } from "@std/assert";
import { connect, type DatagramOptions, listen, listenDatagram } from "@winsock/ws2";
import { IP_TTL, IPPROTO_IP, IPPROTO_IPV6, IPV6_UNICAST_HOPS } from "@winsock/ws2/ffi";
import { parseAddress } from "../../ffi/marshal/ip_address.ts";
import { optionFamily } from "../../ffi/marshal/sockaddr.ts";
import { NEEDS_BOTH } from "../support/families.ts";
import { recordSetUp } from "../support/recorded_calls.ts";

/** Local addresses, and the levels at which the options of a socket there are set. */
const LEVELS = {
  "::": [IPPROTO_IPV6, IPPROTO_IP],
  "::1": [IPPROTO_IPV6],
  "::ffff:127.0.0.1": [IPPROTO_IP],
  "127.0.0.1": [IPPROTO_IP],
  "0.0.0.0": [IPPROTO_IP],
} as const;

/** The levels below that of sockets at which options are set in a block, each once. */
function levelsOf(lines: readonly string[]): number[] {
  const levels = lines.map((line) => Number(line.match(/^setsockopt (\d+) /)?.[1] ?? NaN));
  return [...new Set(levels.filter((level) => level === IPPROTO_IP || level === IPPROTO_IPV6))];
}

Deno.test("optionFamily() goes by the local address of a dual-stack socket", () => {
  for (
    const [family, local, expected] of [
      ["dual-stack", "::", "dual-stack"],
      ["dual-stack", "::1", "ipv6"],
      ["dual-stack", "fe80::1%3", "ipv6"],
      ["dual-stack", "::ffff:192.0.2.1", "ipv4"],
      ["dual-stack", "::ffff:0.0.0.0", "ipv4"],
      ["dual-stack", "192.0.2.1", "ipv4"],
      ["ipv6", "::", "ipv6"],
      ["ipv6", "::1", "ipv6"],
      ["ipv4", "0.0.0.0", "ipv4"],
      ["ipv4", "127.0.0.1", "ipv4"],
    ] as const
  ) assertEquals(optionFamily(family, parseAddress(local)!), expected, `${family} ${local}`);
});

for (const [hostname, levels] of Object.entries(LEVELS)) {
  Deno.test(`options of sockets on ${hostname} are those of the families that are spoken there`, NEEDS_BOTH, () => {
    using listener = listen({ hostname });
    using socket = listenDatagram({ hostname });
    const actions: readonly (readonly [string, (options: DatagramOptions) => unknown])[] = [
      ["hopLimit", (options) => options.hopLimit = 9],
      ["dontFragment", (options) => options.dontFragment = true],
      ["multicastHopLimit", (options) => options.multicastHopLimit = 3],
      ["multicastLoopback", (options) => options.multicastLoopback = false],
    ];
    for (const [name, action] of actions) {
      using calls = recordSetUp();
      action(socket.options);
      assertEquals(levelsOf(calls.lines), [...levels], name);
    }
    using calls = recordSetUp();
    listener.options.hopLimit = 9;
    assertEquals(levelsOf(calls.lines), [...levels]);
    // Read where it was set.
    assertEquals([listener.options.hopLimit, socket.options.hopLimit], [9, 9]);
    for (const { options } of [listener, socket]) {
      const [level] = levels;
      assertEquals(options.get(level, level === IPPROTO_IP ? IP_TTL : IPV6_UNICAST_HOPS), 9);
    }
  });

  Deno.test(`packet information on ${hostname} is that of the families that are spoken there`, NEEDS_BOTH, async () => {
    using calls = recordSetUp();
    using socket = listenDatagram({ hostname });
    const afterV6Only = calls.lines.filter((line) => !line.startsWith(`setsockopt ${IPPROTO_IPV6} 27 `));
    assertEquals(levelsOf(afterV6Only), [...levels]);
    // And it comes.
    using sender = listenDatagram();
    const destinations = { [IPPROTO_IPV6]: "::1", [IPPROTO_IP]: "127.0.0.1" };
    for (const level of levels) {
      await sender.send(Uint8Array.of(1), { ...socket.addr, hostname: destinations[level] });
      assertEquals((await socket.receiveMessage()).info.localAddress, destinations[level]);
    }
  });
}

Deno.test("options of a connection are those of its family, though its socket is for both", NEEDS_BOTH, async () => {
  using listener = listen();
  for (const [hostname, level] of [["127.0.0.1", IPPROTO_IP], ["::1", IPPROTO_IPV6]] as const) {
    using client = await connect({ hostname, port: listener.addr.port });
    using server = await listener.accept();
    for (const conn of [client, server]) {
      using calls = recordSetUp();
      conn.options.hopLimit = 9;
      assertEquals(levelsOf(calls.lines), [level]);
    }
  }
});

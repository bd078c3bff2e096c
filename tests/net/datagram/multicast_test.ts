// Over the loopback Linux, and so Wine, passes IPv4 groups on, but not IPv6 ones: of those joining and leaving is tested.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type DatagramConn, listenDatagram, type ListenDatagramOptions } from "@winsock/ws2";
import { IP_MULTICAST_IF, IP_MULTICAST_LOOP, IPPROTO_IP, IPPROTO_IPV6, IPV6_MULTICAST_LOOP } from "@winsock/ws2/ffi";
import { assertNothingWaits, bytes, loopback, open, text } from "../../support/datagrams.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { toldHopLimit } from "../../support/hop_limit.ts";
import { recordSends } from "../../support/recorded_calls.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6 } from "../../support/families.ts";

const GROUP = "239.255.77.1";
const OTHER_GROUP = "239.255.77.2";
const INTERFACE = "127.0.0.1";

/** A socket that sends to groups on the loopback. */
function sender(): DatagramConn {
  const socket = listenDatagram({ hostname: INTERFACE });
  // Linux goes by the address that it is bound to, Windows may go by its routes.
  socket.options.set(IPPROTO_IP, IP_MULTICAST_IF, Uint8Array.of(127, 0, 0, 1));
  return socket;
}

const RECEIVERS: readonly [name: string, options: ListenDatagramOptions][] = [
  ["an IPv4 socket", { hostname: "0.0.0.0" }],
  ["a dual-stack socket", {}],
];
for (const [name, options] of RECEIVERS) {
  Deno.test(
    `joinMulticastV4() makes ${name} receive what is sent to the group, until it leaves`,
    NEEDS_IPV4,
    async () => {
      using receiver = listenDatagram(options);
      using client = sender();
      const to = (group: string) => client.send(bytes(group), loopback(receiver, group));
      const membership = await receiver.joinMulticastV4(GROUP, INTERFACE);
      await to(OTHER_GROUP);
      await to(GROUP);
      const message = await receiver.receiveMessage();
      assertEquals(text(message.data), GROUP);
      assertEquals(message.remoteAddr, client.addr);
      assertEquals(message.info.localAddress, GROUP);
      assert(message.info.interfaceIndex! > 0);
      assertEquals(message.info.hopLimit, toldHopLimit(GROUP, 1)); // the default of multicast

      const other = await receiver.joinMulticastV4(OTHER_GROUP, INTERFACE);
      await to(OTHER_GROUP);
      assertEquals((await receiver.receiveMessage()).info.localAddress, OTHER_GROUP);
      await other.leave();
      await to(OTHER_GROUP);
      await to(GROUP);
      assertEquals((await receiver.receiveMessage()).info.localAddress, GROUP);

      await membership.leave();
      await to(GROUP);
      await assertNothingWaits(receiver);
    },
  );

  Deno.test(`reply() of ${name} to a message for a group goes out on its interface`, NEEDS_IPV4, async () => {
    using receiver = listenDatagram(options);
    using client = sender();
    await receiver.joinMulticastV4(GROUP, INTERFACE);
    await client.send(bytes("who is there?"), loopback(receiver, GROUP));
    const message = await receiver.receiveMessage();
    {
      using calls = recordSends();
      await receiver.reply(message, bytes("I am"));
      const index = new Uint8Array(new Uint32Array([message.info.interfaceIndex!]).buffer).toHex();
      // in_pktinfo without an address: nobody can send from a group
      assertStringIncludes(calls.lines[0], `control=18000000000000000000000013000000${"00".repeat(4)}${index} `);
    }
    await receiver.reply(message, bytes("I am"));
    const [data, remoteAddr] = await client.receive();
    assertEquals([text(data), remoteAddr.port], ["I am", receiver.addr.port]);
  });
}

Deno.test("several members of a group each receive what is sent to it", NEEDS_IPV4, async () => {
  using first = listenDatagram({ hostname: "0.0.0.0", reuseAddress: true });
  using second = listenDatagram({ hostname: "0.0.0.0", port: first.addr.port, reuseAddress: true });
  using client = sender();
  for (const member of [first, second]) await member.joinMulticastV4(GROUP, INTERFACE);
  await client.send(bytes("to all"), loopback(first, GROUP));
  for (const member of [first, second]) assertEquals(text((await member.receive())[0]), "to all");
});

Deno.test("setTTL() and multicastHopLimit set the hop limit of what is sent to groups", NEEDS_IPV4, async () => {
  using receiver = open("dual-stack");
  await receiver.joinMulticastV4(GROUP, INTERFACE);
  using client = sender();
  const membership = await client.joinMulticastV4(OTHER_GROUP, INTERFACE);
  for (const ttl of [0, 1, 9, 255]) {
    await membership.setTTL(ttl);
    assertEquals(client.options.multicastHopLimit, ttl);
    client.options.multicastHopLimit = ttl === 0 ? 7 : ttl;
    await client.send(bytes("hello"), loopback(receiver, GROUP));
    assertEquals((await receiver.receiveMessage()).info.hopLimit, toldHopLimit(GROUP, ttl === 0 ? 7 : ttl));
  }
  await client.send(bytes("hello"), loopback(receiver, "127.0.0.1"));
  const { hopLimit } = (await receiver.receiveMessage()).info;
  assertEquals(hopLimit, toldHopLimit("127.0.0.1", client.options.hopLimit)); // that of others is its own
});

// The loopback interface itself gives everything back, whatever this says: what is set is read back here, and compared
// with what C sets in tests/oracle.
Deno.test("setLoopback() and multicastLoopback set the same", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const ipv6 = await socket.joinMulticastV6("ff02::1234", 1);
  await ipv6.setLoopback(false);
  assertEquals(socket.options.multicastLoopback, false);
  assertEquals(socket.options.get(IPPROTO_IP, IP_MULTICAST_LOOP), 1);
  const ipv4 = await socket.joinMulticastV4(GROUP, INTERFACE);
  await ipv4.setLoopback(false);
  assertEquals(socket.options.get(IPPROTO_IP, IP_MULTICAST_LOOP), 0);
  socket.options.multicastLoopback = true; // both
  assertEquals(socket.options.get(IPPROTO_IPV6, IPV6_MULTICAST_LOOP), 1);
  assertEquals(socket.options.get(IPPROTO_IP, IP_MULTICAST_LOOP), 1);
});

Deno.test(
  "joinMulticastV6() and leave() of IPv6 and dual-stack sockets work, again and again",
  NEEDS_IPV6,
  async () => {
    for (const kind of ["v6-only", "dual-stack"] as const) {
      using socket = open(kind);
      await socket.send(bytes("x"), loopback(socket, "::1"));
      const { interfaceIndex } = (await socket.receiveMessage()).info; // of the loopback
      for (const group of ["ff02::1234", "ff05::1:3", "ff0e::101"]) {
        for (let round = 0; round < 3; round++) {
          const membership = await socket.joinMulticastV6(group, interfaceIndex);
          await membership.setLoopback(round % 2 === 0);
          const again = await assertRejects(() => socket.joinMulticastV6(group, interfaceIndex));
          assertFailedCall(again, Error, "setsockopt", "WSAEADDRINUSE", "WSAEINVAL"); // Wine, Windows
          await membership.leave();
        }
      }
    }
  },
);

Deno.test(
  "joining twice, leaving twice and an interface that is not there are errors of the system",
  NEEDS_BOTH,
  async () => {
    using socket = open("dual-stack");
    const membership = await socket.joinMulticastV4(GROUP, INTERFACE);
    const twice = await assertRejects(() => socket.joinMulticastV4(GROUP, INTERFACE));
    assertStringIncludes((twice as Error).message, `Cannot set membership in ${GROUP} of the socket on [::]:`);
    await membership.leave();
    const left = await assertRejects(() => membership.leave());
    assertStringIncludes((left as Error).message, `membership in ${GROUP}`);
    await assertRejects(() => socket.joinMulticastV4(GROUP, "192.0.2.1"));
    await assertRejects(() => socket.joinMulticastV6("ff02::1", 0x7ffffff));
    await (await socket.joinMulticastV4(GROUP, INTERFACE)).leave(); // and nothing is broken by that
  },
);

Deno.test("a membership refuses bad values, and a closed socket with BadResource", NEEDS_IPV6, async () => {
  const socket = open("dual-stack");
  const ipv4 = await socket.joinMulticastV4(GROUP, INTERFACE);
  const ipv6 = await socket.joinMulticastV6("ff02::1234", 1);
  for (const membership of [ipv4, ipv6]) {
    await assertRejects(() => membership.setLoopback(1 as never), TypeError, "loopback must be a boolean, got 1");
  }
  await assertRejects(() => ipv4.setTTL(256), RangeError, "ttl must be a whole number from 0 to 255, got 256");
  await assertRejects(() => ipv4.setTTL("1" as never), TypeError, 'ttl must be a number, got "1"');
  socket.close();
  for (
    const call of [
      () => ipv4.leave(),
      () => ipv4.setLoopback(true),
      () => ipv4.setTTL(1),
      () => ipv6.leave(),
      () => ipv6.setLoopback(true),
    ]
  ) await assertRejects(call, Deno.errors.BadResource, `[::]:${socket.addr.port} is closed`);
});

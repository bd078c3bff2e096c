import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect, type DatagramConn, interfaces, listen, listenDatagram, type ReceivedMessage } from "@winsock/ws2";
import { ALL_KINDS, bytes, type Kind, loopback, open, speaks, text } from "../../support/datagrams.ts";
import { recordSends } from "../../support/recorded_calls.ts";
import { NEEDS_BOTH, NEEDS_IPV6 } from "../../support/families.ts";

/** The control messages of the last call of WSASendMsg. */
function controlOf(line: string): string {
  return line.match(/control=(\S+)/)![1];
}

const IN_PKTINFO = "180000000000000000000000" + "13000000"; // 24 bytes, IPPROTO_IP, IP_PKTINFO
const IN6_PKTINFO = "240000000000000029000000" + "13000000"; // 36 bytes, IPPROTO_IPV6, IPV6_PKTINFO

for (const kind of ALL_KINDS) {
  Deno.test(
    `reply() of a ${kind} socket leaves from the very address that the message came to`,
    NEEDS_BOTH,
    async () => {
      using server = open(kind);
      using client = open("dual-stack");
      for (
        const [hostname, control] of [
          ["127.0.0.1", `${IN_PKTINFO}7f00000100000000`],
          ["127.0.0.2", `${IN_PKTINFO}7f00000200000000`],
          ["127.1.2.3", `${IN_PKTINFO}7f01020300000000`],
          ["::1", `${IN6_PKTINFO}000000000000000000000000000000010000000000000000`],
        ]
      ) {
        if (!speaks(kind, hostname.includes(".") ? 4 : 6)) continue;
        await client.send(bytes("question"), loopback(server, hostname));
        const message = await server.receiveMessage();
        {
          using other = open(kind); // a socket remembers what it may send from, and nothing is sent here
          using calls = recordSends();
          await other.reply(message, bytes("answer"));
          assertEquals(calls.lines.map(controlOf), [control]);
        }
        // Wine sends it from another address of the machine, as Windows may; it arrives all the same.
        assertEquals(await server.reply(message, bytes("answer")), 6);
        const [data, remoteAddr] = await client.receive();
        assertEquals([text(data), remoteAddr.port], ["answer", server.addr.port]);
      }
    },
  );
}

Deno.test("reply() to a link-local message leaves on its interface", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const remoteAddr = { transport: "udp" as const, hostname: "fe80::9%7", port: 9, scopeId: 7 };
  const message = messageTo("fe80::1%7", remoteAddr);
  using calls = recordSends();
  await socket.reply(message, bytes(""));
  assertEquals(calls.lines.map(controlOf), [`${IN6_PKTINFO}fe80000000000000000000000000000107000000` + "00000000"]);
  assertEquals(
    calls.lines[0].slice(0, "name=".length + 56),
    `name=17000009${"00".repeat(4)}fe800000000000000000000000000009` + "07000000",
  );
});

/** A message that came to an address, as there are none of on a loopback. */
function messageTo(
  localAddress: string,
  remoteAddr: ReceivedMessage["remoteAddr"],
  interfaceIndex = 7,
): ReceivedMessage {
  const info = { localAddress, interfaceIndex };
  return { data: new Uint8Array(0), remoteAddr, info, truncated: false, controlTruncated: false };
}

Deno.test(
  "reply() to a message for a group or for everyone leaves on its interface, from any address",
  NEEDS_IPV6,
  async () => {
    using socket = open("dual-stack");
    using calls = recordSends();
    const ipv4 = { transport: "udp" as const, hostname: "192.0.2.1", port: 9 };
    for (const group of ["224.0.0.1", "239.255.255.255", "255.255.255.255"]) {
      await socket.reply(messageTo(group, ipv4), bytes(""));
      assertEquals(controlOf(calls.lines.at(-1)!), `${IN_PKTINFO}0000000007000000`);
    }
    for (const group of ["ff02::1", "ff0e::1234"]) {
      await socket.reply(messageTo(group, { ...ipv4, hostname: "2001:db8::1" }), bytes(""));
      assertEquals(controlOf(calls.lines.at(-1)!), `${IN6_PKTINFO}${"00".repeat(16)}0700000000000000`);
    }
    await socket.reply(messageTo("224.0.0.1", ipv4, 0), bytes("")); // a system that does not tell the interface
    assertEquals(controlOf(calls.lines.at(-1)!), "-");
  },
);

Deno.test("reply() sends to who sent the message, also when it was received into a buffer", NEEDS_BOTH, async () => {
  using server = open("dual-stack");
  using first = listenDatagram({ hostname: "127.0.0.1" });
  using second = listenDatagram({ hostname: "::1" });
  for (const client of [first, second]) {
    await client.send(bytes("question"), loopback(server, client.addr.hostname));
  }
  const messages = [await server.receiveMessage(new Uint8Array(4)), await server.receiveMessage()];
  for (const message of messages) await server.reply(message, message.data);
  assertEquals(text((await first.receive())[0]), "ques");
  assertEquals(text((await second.receive())[0]), "question");
});

/** What each kind of socket makes of an address: whether it may send there. */
async function checkHandedOn(hostname: string, receiver: DatagramConn): Promise<void> {
  for (const kind of ALL_KINDS) {
    using socket = open(kind);
    const to = loopback(receiver, hostname);
    if (speaks(kind, hostname.includes(".") ? 4 : 6)) {
      await socket.send(bytes("hello"), to);
      assertEquals((await receiver.receive())[1].port, socket.addr.port);
    } else {
      const why = kind === "v6-only" ? "ipv6Only" : "the socket is for IPv4 only";
      await assertRejects(() => socket.send(bytes("hello"), to), TypeError, why);
      await assertRejects(() => socket.sendMessage(bytes("hello"), to), TypeError, why);
    }
  }
}

Deno.test("an address learned on a dual-stack socket does the right thing on every other", NEEDS_BOTH, async () => {
  using dualStack = open("dual-stack");
  for (const sender of ["IPv4", "v6-only"] as Kind[]) {
    using client = open(sender);
    const hostname = sender === "IPv4" ? "127.0.0.1" : "::1";
    await client.send(bytes("hello"), loopback(dualStack, hostname));
    const { remoteAddr, info } = await dualStack.receiveMessage();
    assertEquals([remoteAddr.hostname, info.localAddress], [hostname, hostname]);
    await checkHandedOn(remoteAddr.hostname, client);
    await checkHandedOn(info.localAddress!, dualStack);

    // As the source of a message, and as the place of a socket of one's own.
    await dualStack.sendMessage(bytes("hello"), remoteAddr, { source: info.localAddress });
    assertEquals((await client.receive())[1], loopback(dualStack, hostname));
    using bound = listenDatagram({ hostname: info.localAddress });
    assertEquals([bound.addr.hostname, bound.dualStack], [hostname, false]);

    // TCP takes it as well.
    using listener = listen({ hostname: info.localAddress });
    using conn = await connect({ hostname: remoteAddr.hostname, port: listener.addr.port });
    using accepted = await listener.accept();
    assertEquals(accepted.remoteAddr, conn.localAddr);
    const v6Only = () => connect({ hostname: remoteAddr.hostname, port: listener.addr.port, ipv6Only: true });
    if (sender === "IPv4") await assertRejects(v6Only, TypeError, "ipv6Only");
    else (await v6Only()).close();
  }
});

Deno.test(
  "an address of a TCP peer of a dual-stack listener may be handed to every datagram socket",
  NEEDS_BOTH,
  async () => {
    using listener = listen();
    using client = await connect({ hostname: "127.0.0.1", port: listener.addr.port });
    using accepted = await listener.accept();
    using receiver = open("dual-stack");
    assertEquals(client.localAddr, accepted.remoteAddr);
    await checkHandedOn(accepted.remoteAddr.hostname, receiver);
  },
);

Deno.test("reply() to what was sent to a whole subnet leaves on its interface", NEEDS_BOTH, async () => {
  const remoteAddr = { transport: "udp" as const, hostname: "127.0.0.1", port: 9 };
  const broadcasts = interfaces().flatMap(({ addresses }) => addresses)
    .filter(({ family, prefixLength }) => family === 4 && prefixLength > 0 && prefixLength < 31)
    .map(({ address, prefixLength }) => {
      const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
      const size = 2 ** (32 - prefixLength);
      const last = Math.floor(number / size) * size + size - 1;
      return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join(".");
    });
  assert(broadcasts.includes("127.255.255.255"), `${broadcasts}`);
  for (const kind of ["IPv4", "dual-stack"] as const) {
    for (const localAddress of broadcasts) {
      using socket = open(kind);
      using calls = recordSends();
      for (let round = 0; round < 2; round++) await socket.reply(messageTo(localAddress, remoteAddr), bytes(""));
      assertEquals(calls.lines.map(controlOf), Array(2).fill(`${IN_PKTINFO}0000000007000000`));
    }
    // An address that only looks like one is a source as any other.
    using socket = open(kind);
    using calls = recordSends();
    await socket.reply(messageTo("127.0.0.255", remoteAddr), bytes(""));
    assertEquals(calls.lines.map(controlOf), [`${IN_PKTINFO}7f0000ff00000000`]);
  }
});

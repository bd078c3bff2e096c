import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { listenDatagram, type NetAddr, type ReceivedMessage } from "@winsock/ws2";
import { randomBytes } from "../../support/bytes.ts";
import { assertNothingWaits, bytes, loopback, open, text } from "../../support/datagrams.ts";
import { toldHopLimit } from "../../support/hop_limit.ts";
import { NEEDS_BOTH, NEEDS_IPV6, needsFamiliesOf } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

type Datagram = [Uint8Array, NetAddr];

const LOOPBACKS = ["127.0.0.1", "::1"] as const;
/** The most that a datagram carries over each. */
const LARGEST = { "127.0.0.1": 65507, "::1": 65527 };

for (const hostname of LOOPBACKS) {
  Deno.test(
    `receiveMessage() gets 16 datagrams of 256 bytes over ${hostname}, each with its own`,
    needsFamiliesOf("::", hostname),
    async () => {
      using server = open("dual-stack");
      const clients = Array.from({ length: 16 }, () => listenDatagram({ hostname }));
      // Over IPv4 each goes to an address of its own.
      const to = (index: number) => hostname === "::1" ? hostname : `127.0.0.${index + 1}`;
      for (const [index, client] of clients.entries()) {
        client.options.hopLimit = 100 + index;
        assertEquals(await client.send(randomBytes(256, index + 1), loopback(server, to(index))), 256);
      }
      for (const [index, client] of clients.entries()) {
        const { data, remoteAddr, info, truncated, controlTruncated } = await server.receiveMessage();
        assertEquals(data, randomBytes(256, index + 1));
        assertEquals(remoteAddr, client.addr);
        assertEquals([info.localAddress, info.hopLimit], [to(index), toldHopLimit(hostname, 100 + index)]);
        assertEquals([truncated, controlTruncated], [false, false]);
        client.close();
      }
    },
  );

  Deno.test(
    `receiveMessage() that wait get 16 datagrams over ${hostname}, each with its own`,
    needsFamiliesOf("::", hostname),
    async () => {
      using server = open("dual-stack");
      using client = listenDatagram({ hostname });
      const waiting = Array.from({ length: 16 }, (_, index) => {
        return server.receiveMessage(index % 2 ? new Uint8Array(256 + index) : undefined);
      });
      const to = (index: number) => hostname === "::1" ? hostname : `127.0.0.${index + 1}`;
      for (let index = 0; index < 16; index++) {
        client.options.hopLimit = 100 + index;
        await client.send(randomBytes(256, index + 1), loopback(server, to(index)));
      }
      for (const [index, { data, remoteAddr, info, truncated }] of (await Promise.all(waiting)).entries()) {
        assertEquals(data, randomBytes(256, index + 1));
        assertEquals(remoteAddr, client.addr);
        assertEquals([info.localAddress, info.hopLimit, truncated], [
          to(index),
          toldHopLimit(hostname, 100 + index),
          false,
        ]);
      }
    },
  );

  Deno.test(`the largest datagram goes over ${hostname} and comes whole`, needsFamiliesOf("::", hostname), async () => {
    using server = open("dual-stack");
    using client = listenDatagram({ hostname });
    const data = randomBytes(LARGEST[hostname]);
    for (const [index, p] of [undefined, new Uint8Array(65536), new Uint8Array(data.length)].entries()) {
      assertEquals(await client.send(data, loopback(server, hostname)), data.length);
      assertEquals((await server.receive(p))[0], data, `${index}`);
      assertEquals(await client.sendMessage(data, loopback(server, hostname)), data.length);
      const message = await server.receiveMessage(p);
      assertEquals([message.data.length, message.truncated], [data.length, false]);
      assertEquals(message.data, data);
    }
  });

  Deno.test(`empty datagrams over ${hostname} come one by one`, needsFamiliesOf("::", hostname), async () => {
    using server = open("dual-stack");
    using client = listenDatagram({ hostname });
    const waiting = [server.receive(), server.receiveMessage()];
    for (let i = 0; i < 4; i++) {
      assertEquals(await client.send(new Uint8Array(0), loopback(server, hostname)), 0);
      assertEquals(await client.sendMessage(new Uint8Array(0), loopback(server, hostname)), 0);
    }
    const [[data, remoteAddr]] = [await waiting[0] as [Uint8Array, Deno.NetAddr]];
    assertEquals([data.length, remoteAddr], [0, client.addr]);
    await waiting[1];
    for (let i = 0; i < 3; i++) {
      const buffer = new Uint8Array(4).fill(9);
      assertEquals((await server.receive(buffer))[0].length, 0);
      const { data, info, truncated } = await server.receiveMessage(buffer);
      assertEquals([data.length, info.localAddress, truncated], [0, hostname, false]);
      assertEquals([...buffer], [9, 9, 9, 9]);
    }
    await assertNothingWaits(server);
  });
}

Deno.test("many receives that wait are served in the order of the calls", NEEDS_IPV6, async () => {
  using server = open("dual-stack");
  using client = open("dual-stack");
  const order: number[] = [];
  const waiting = Array.from({ length: 200 }, (_, index) => {
    const receiving = index % 2 ? server.receive() : server.receiveMessage();
    return (receiving as Promise<Datagram | ReceivedMessage>).then((received) => {
      order.push(index);
      return text("data" in received ? received.data : received[0]);
    });
  });
  for (let index = 0; index < 200; index++) {
    await client.send(bytes(`datagram ${index}`), loopback(server, index % 3 ? "::1" : "127.0.0.1"));
  }
  assertEquals(await Promise.all(waiting), Array.from({ length: 200 }, (_, index) => `datagram ${index}`));
  assertEquals(order, Array.from({ length: 200 }, (_, index) => index));
});

Deno.test("receives that begin before, while and after datagrams come get them in order", NEEDS_IPV6, async () => {
  using server = open("dual-stack");
  using client = open("dual-stack");
  const received: Promise<string>[] = [];
  const receive = () => received.push(server.receive().then(([data]) => text(data)));
  for (let index = 0; index < 300; index++) {
    if (index % 5 === 0) receive(); // waits or not
    await client.send(bytes(`${index}`), loopback(server, "::1"));
    if (index % 5 !== 0) receive();
    if (index % 50 === 49) await received.at(-1); // the system keeps only so many
  }
  assertEquals(await Promise.all(received), Array.from({ length: 300 }, (_, index) => String(index)));
});

Deno.test(
  "a message that is longer than the buffer comes truncated, and the next one intact",
  NEEDS_IPV6,
  async () => {
    using server = open("dual-stack");
    using client = open("dual-stack");
    for (const hostname of LOOPBACKS) {
      for (const isWaiting of [false, true]) {
        const buffer = new Uint8Array(20).fill(7);
        const send = async () => {
          await client.send(randomBytes(5000), loopback(server, hostname));
          await client.send(bytes("next"), loopback(server, hostname));
        };
        if (!isWaiting) await send();
        const receiving = [server.receiveMessage(buffer.subarray(5, 15)), server.receiveMessage()];
        if (isWaiting) await send();
        const [first, second] = await Promise.all(receiving);
        assertEquals(first.data, randomBytes(5000).subarray(0, 10));
        assertEquals([first.truncated, first.controlTruncated], [true, false]);
        assertEquals([first.remoteAddr.port, first.info.localAddress], [client.addr.port, hostname]);
        assertEquals([...buffer.subarray(0, 5), ...buffer.subarray(15)], Array(10).fill(7));
        assertEquals([text(second.data), second.truncated], ["next", false]);
      }
    }
  },
);

Deno.test("receive() after many truncated messages gets whole ones", NEEDS_IPV6, async () => {
  using server = open("dual-stack");
  using client = open("dual-stack");
  for (let round = 0; round < 500; round++) {
    const waiting = round % 2 ? server.receiveMessage(new Uint8Array(3)) : undefined;
    await client.send(randomBytes(100, round + 1), loopback(server, round % 3 ? "::1" : "127.0.0.1"));
    const message = await (waiting ?? server.receiveMessage(new Uint8Array(3)));
    assert(message.truncated);
    assertEquals(message.data, randomBytes(3, round + 1));
  }
  await client.send(randomBytes(40_000), loopback(server, "::1"));
  assertEquals((await server.receive())[0], randomBytes(40_000));
});

Deno.test("a message that just fits is not truncated", NEEDS_IPV6, async () => {
  using server = open("dual-stack");
  for (const length of [1, 2, 255, 1500]) {
    await server.send(randomBytes(length), loopback(server, "::1"));
    const { data, truncated } = await server.receiveMessage(new Uint8Array(length));
    assertEquals([data.length, truncated], [length, false]);
    await server.send(randomBytes(length + 1), loopback(server, "::1"));
    assertEquals((await server.receiveMessage(new Uint8Array(length))).truncated, true);
  }
});

Deno.test("receive() takes shared memory, and parts of larger buffers", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  await socket.send(Uint8Array.of(1, 2, 3), loopback(socket, "::1"));
  const [data] = await socket.receive(shared.subarray(2));
  assertStrictEquals(data.buffer as unknown, shared.buffer);
  assertEquals([...shared], [0, 0, 1, 2, 3, 0, 0, 0]);
});

Deno.test("a buffer that is detached during the wait fails that receive, and no other", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  for (const method of ["receive", "receiveMessage"] as const) {
    const buffer = new Uint8Array(8);
    const receiving: Promise<unknown> = socket[method](buffer);
    structuredClone(buffer, { transfer: [buffer.buffer] });
    await socket.send(Uint8Array.of(1, 2, 3), loopback(socket, "::1"));
    await assertRejects(() => receiving, TypeError, "p was detached while 3 bytes arrived");
    await assertNothingWaits(socket);
  }
});

Deno.test("a buffer that is made shorter during the wait truncates the message", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const memory = new ArrayBuffer(8, { maxByteLength: 8 });
  const receiving = socket.receiveMessage(new Uint8Array(memory));
  memory.resize(2);
  await socket.send(Uint8Array.of(1, 2, 3), loopback(socket, "::1"));
  const { data, truncated } = await receiving;
  assertEquals([[...data], truncated], [[1, 2], true]);
});

Deno.test("what a datagram comes with may be changed by the one who gets it", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  for (let i = 0; i < 3; i++) {
    for (const receive of ["receive", "receiveMessage"] as const) {
      await socket.send(Uint8Array.of(i), loopback(socket, "::1"));
      const received = await socket[receive]();
      const remoteAddr = "info" in received ? received.remoteAddr : received[1];
      assertEquals(remoteAddr, loopback(socket, "::1"));
      remoteAddr.hostname = "changed";
      remoteAddr.port = 1;
      if (!("info" in received)) continue;
      const hopLimit = toldHopLimit("::1", socket.options.hopLimit);
      assertEquals([received.info.localAddress, received.info.hopLimit], ["::1", hopLimit]);
      received.info.localAddress = "changed";
      received.info.hopLimit = 0;
    }
  }
});

Deno.test(
  "datagrams of several senders to several addresses in turn come each with its own",
  NEEDS_BOTH,
  async () => {
    using server = open("dual-stack");
    const senders = ["127.0.0.1", "127.0.0.2", "::1", "127.0.0.1"].map((hostname) => listenDatagram({ hostname }));
    for (let round = 0; round < 200; round++) {
      const client = senders[round % 7 % senders.length];
      client.options.hopLimit = 1 + round % 5;
      const to = client.addr.hostname === "::1" ? "::1" : `127.0.0.${1 + round % 3}`;
      await client.send(bytes(`${round}`), loopback(server, to));
      const { data, remoteAddr, info } = await server.receiveMessage();
      assertEquals([text(data), remoteAddr], [`${round}`, client.addr]);
      assertEquals([info.localAddress, info.hopLimit], [to, toldHopLimit(to, 1 + round % 5)]);
    }
    senders.forEach((client) => client.close());
  },
);

Deno.test("async iteration gives datagrams until the socket is closed", NEEDS_IPV6, async () => {
  using client = open("dual-stack");
  const server = open("dual-stack");
  const received: string[] = [];
  const iterating = (async () => {
    for await (const [data, remoteAddr] of server) {
      received.push(`${text(data)} from ${remoteAddr.hostname}`);
      if (received.length === 3) break; // leaves the socket open
    }
    for await (const [data] of server) {
      received.push(text(data));
      if (received.length === 5) server.close();
    }
  })();
  for (const hostname of ["::1", "127.0.0.1", "::1", "127.0.0.1", "::1"]) {
    await client.send(bytes("hello"), loopback(server, hostname));
  }
  await iterating;
  assertEquals(received, ["hello from ::1", "hello from 127.0.0.1", "hello from ::1", "hello", "hello"]);
  for await (const _ of server) throw new Error("It is closed");
});

Deno.test("async iteration ends when the socket is closed while it waits", NEEDS_WINDOWS, async () => {
  const server = open("dual-stack");
  const iterating = (async () => {
    for await (const _ of server) throw new Error("Nobody has sent anything");
    return "ended";
  })();
  server.close();
  assertEquals(await iterating, "ended");
});

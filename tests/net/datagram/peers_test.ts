// Peers that are not this library: node:dgram and Deno.listenDatagram(), in the same Deno.
import { assertEquals } from "@std/assert";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { randomBytes } from "../../support/bytes.ts";
import { bytes, open, text } from "../../support/datagrams.ts";
import { runDeno } from "../../support/program.ts";
import { NEEDS_BOTH, NEEDS_IPV4, needsFamiliesOf } from "../../support/families.ts";

/** A socket of node:dgram on an address of the loopback. */
async function nodeSocket(hostname: string): Promise<Socket & Disposable> {
  const socket = createSocket(hostname.includes(":") ? "udp6" : "udp4");
  socket.bind(0, hostname);
  await once(socket, "listening");
  return Object.assign(socket, { [Symbol.dispose]: () => void socket.close() });
}

async function nextMessage(socket: Socket): Promise<[Uint8Array, RemoteInfo]> {
  return await once(socket, "message") as [Uint8Array, RemoteInfo];
}

function send(socket: Socket, data: Uint8Array, port: number, hostname: string): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.send(data, port, hostname, (error, sent) => error ? reject(error) : resolve(sent!));
  });
}

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test(
    `a dual-stack socket and node:dgram talk to each other at ${hostname}`,
    needsFamiliesOf("::", hostname),
    async () => {
      using server = open("dual-stack");
      using peer = await nodeSocket(hostname);
      const { port } = peer.address();
      for (const length of [0, 1, 256, 1472, 40_000]) {
        const answered = nextMessage(peer);
        assertEquals(await send(peer, randomBytes(length), server.addr.port, hostname), length);
        const message = await server.receiveMessage();
        assertEquals(message.data, randomBytes(length));
        assertEquals(message.remoteAddr, { transport: "udp", hostname, port });
        assertEquals(message.info.localAddress, hostname);
        await server.reply(message, randomBytes(length, 2));
        const [data, info] = await answered;
        assertEquals(Uint8Array.from(data), randomBytes(length, 2));
        assertEquals([info.port, info.size], [server.addr.port, length]);
        assertEquals(info.family, hostname.includes(":") ? "IPv6" : "IPv4");
      }
    },
  );
}

Deno.test("send() to a name reaches node:dgram", NEEDS_IPV4, async () => {
  using client = open("IPv4");
  using peer = await nodeSocket("127.0.0.1");
  const received = nextMessage(peer);
  await client.send(bytes("hello"), { transport: "udp", hostname: "localhost", port: peer.address().port });
  const [data, info] = await received;
  assertEquals([text(data), info.address, info.port], ["hello", "127.0.0.1", client.addr.port]);
});

Deno.test("a dual-stack socket and Deno.listenDatagram() talk to each other", NEEDS_BOTH, async () => {
  const { code, stdout, stderr } = await runDeno([
    ...["run", "--no-prompt", "--unstable-net", "--allow-ffi", "--allow-net=127.0.0.1,[::1]"],
    "tests/net/datagram/programs/deno_peer.ts",
  ]);
  assertEquals(stderr, "");
  assertEquals(stdout.split("\n"), [
    "127.0.0.1 asks, 127.0.0.1 answers: 300 right",
    "::1 asks, ::1 answers: 300 right",
    "",
  ]);
  assertEquals(code, 0);
});

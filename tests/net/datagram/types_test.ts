// What the compiler must take: the test is that this file compiles, and that what it says is so.
import { assertEquals } from "@std/assert";
import {
  type DatagramConn,
  listenDatagram,
  type NetAddr,
  type ReceivedMessage,
  type SendMessageOptions,
} from "@winsock/ws2";
import { NEEDS_IPV6 } from "../../support/families.ts";

/** A program that is written for Deno's interface. */
async function echoOnce(socket: Deno.DatagramConn): Promise<Deno.Addr> {
  const [data, remoteAddr]: [Uint8Array, Deno.Addr] = await socket.receive(new Uint8Array(1024));
  const sent: number = await socket.send(data, remoteAddr);
  assertEquals(sent, data.length);
  return remoteAddr;
}

Deno.test("a DatagramConn is a Deno.DatagramConn", NEEDS_IPV6, async () => {
  const conn: Deno.DatagramConn = listenDatagram({ hostname: "::1" });
  using client: DatagramConn = listenDatagram({ hostname: "::1" });
  const { transport, port } = conn.addr as Deno.NetAddr;
  assertEquals(transport, "udp");
  const [remoteAddr] = await Promise.all([
    echoOnce(conn),
    client.send(Uint8Array.of(1), { transport: "udp", hostname: "::1", port }),
  ]);
  assertEquals(remoteAddr, client.addr);
  const [data, from]: [Uint8Array<ArrayBuffer>, NetAddr] = await client.receive();
  assertEquals([data.length, from.port], [1, port]);
  const membership: Deno.MulticastV6Membership = await conn.joinMulticastV6("ff02::1234", 1);
  await membership.leave();
  for await (const [bytes, addr] of iterateOnce(conn)) {
    const typed: [Uint8Array, Deno.Addr] = [bytes, addr];
    assertEquals(typed[0].length, 2);
  }
  conn.close();

  /** Sends something first, for there to be something to iterate over. */
  async function* iterateOnce(socket: Deno.DatagramConn): AsyncGenerator<[Uint8Array, Deno.Addr]> {
    await client.send(new Uint8Array(2), { transport: "udp", hostname: "::1", port });
    for await (const datagram of socket) return yield datagram;
  }
});

Deno.test("the members of a message are typed and all there", NEEDS_IPV6, async () => {
  using socket = listenDatagram();
  const options: SendMessageOptions = { source: "::1", ecn: 0 };
  const addr: NetAddr = { transport: "udp", hostname: "::1", port: socket.addr.port };
  await socket.sendMessage(Uint8Array.of(1), addr, options);
  const message: ReceivedMessage = await socket.receiveMessage();
  assertEquals(Object.keys(message).toSorted(), ["controlTruncated", "data", "info", "remoteAddr", "truncated"]);
  const source: string | undefined = message.info.localAddress;
  assertEquals(source, "::1");
});

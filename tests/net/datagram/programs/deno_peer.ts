// Run with --unstable-net: Deno's own datagram sockets ask one of this library, which answers; all of it is compared.
import { listenDatagram } from "@winsock/ws2";

const server = listenDatagram();
(async () => {
  for await (const [data, remoteAddr] of server) await server.send(data.map((byte) => byte ^ 0xff), remoteAddr);
})();

for (const hostname of ["127.0.0.1", "::1"]) {
  const client = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  let right = 0;
  let from = "";
  for (let round = 0; round < 300; round++) {
    const data = new Uint8Array(1 + round * 4).fill(round);
    await client.send(data, { transport: "udp", hostname, port: server.addr.port });
    const [answer, remoteAddr] = await client.receive(new Uint8Array(2000));
    if (answer.length === data.length && answer.every((byte) => byte === (round & 0xff ^ 0xff))) right++;
    from = (remoteAddr as Deno.NetAddr).hostname;
  }
  client.close();
  console.log(`${hostname} asks, ${from} answers: ${right} right`);
}
server.close();

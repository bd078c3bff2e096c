// Sends a datagram from a dual-stack socket with hop limit 7 to each address that it is given with its port, and prints
// what comes back.
import { listenDatagram } from "@winsock/ws2";

using socket = listenDatagram();
socket.options.hopLimit = 7;
console.log(socket.addr.port);
for (let i = 0; i < Deno.args.length; i += 2) {
  const [hostname, port] = [Deno.args[i], Number(Deno.args[i + 1])];
  await socket.send(new TextEncoder().encode(`hello ${hostname}`), { transport: "udp", hostname, port });
  const { data, remoteAddr } = await socket.receiveMessage();
  console.log(remoteAddr.hostname, remoteAddr.port, new TextDecoder().decode(data));
}

// Echoes once for each family, waiting for every step, and ends.
import { connect, listen } from "@winsock/ws2";

const listener = listen();
for (const hostname of ["127.0.0.1", "::1"]) {
  const accepting = listener.accept();
  const client = await connect({ hostname, port: listener.addr.port });
  const server = await accepting;
  const echoing = server.readable.pipeTo(server.writable);
  const reading = new Response(client.readable).text();
  await client.write(new TextEncoder().encode("hello"));
  await client.closeWrite();
  console.log(server.remoteAddr.hostname, await reading);
  await echoing;
  client.close();
}
listener.close();

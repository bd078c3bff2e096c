// A server that ends its side first: it greets, ends its side, and then prints what the client still sends.
import { listen } from "@winsock/ws2";

const listener = listen();
console.log(listener.addr.port);
for (let client = 0; client < 2; client++) {
  using conn = await listener.accept();
  await conn.write(new TextEncoder().encode("welcome"));
  await conn.closeWrite();
  console.log(conn.remoteAddr.hostname, await new Response(conn.readable).text());
}
listener.close();

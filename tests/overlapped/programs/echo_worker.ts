// A worker that uses the library: echoes through a connection with itself and says what came back.
import { connect, listen } from "@winsock/ws2";

const listener = listen();
const [client, server] = await Promise.all([
  connect({ hostname: "127.0.0.1", port: listener.addr.port }),
  listener.accept(),
]);
const echoing = server.readable.pipeTo(server.writable);
await client.write(new TextEncoder().encode("from a worker"));
await client.closeWrite();
const text = await new Response(client.readable).text();
await echoing;
client.close();
listener.close();
// deno-lint-ignore no-explicit-any -- the types of a worker's own scope are not those of this file
(globalThis as any).postMessage(text);

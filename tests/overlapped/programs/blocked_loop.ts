// A server whose event loop is blocked under traffic: `blocked_loop.ts TIMES MILLISECONDS [--verbose]`. It compares every
// byte that comes before, meanwhile and afterwards.
import { connect, listen, listenDatagram, type TcpConn } from "@winsock/ws2";

const [times, milliseconds] = Deno.args.map(Number);

async function totalOf(conn: TcpConn): Promise<number> {
  let total = 0;
  const buffer = new Uint8Array(10_000);
  for (let bytes; (bytes = await conn.read(buffer)) !== null; total += bytes) {
    for (let i = 0; i < bytes; i++) if (buffer[i] !== (total + i) % 251) throw new Error("a wrong byte");
  }
  conn.close();
  return total;
}

using listener = listen();
using datagrams = listenDatagram({ hostname: "127.0.0.1" });
const peer = new Worker(new URL("busy_peer.ts", import.meta.url), { type: "module" });
peer.postMessage({ port: listener.addr.port, datagramPort: datagrams.addr.port });
const conns = await Promise.all(Array.from({ length: 8 }, () => listener.accept()));
const totals = Promise.all(conns.map(totalOf));
const first = await datagrams.receiveMessage();
let end = 0;
for (let time = 0; time < times; time++) {
  end = performance.now() + milliseconds;
  while (performance.now() < end); // nothing else runs
  await null;
  await new Promise((resolve) => setTimeout(resolve));
}
console.log((await totals).join(" "), first.data.length);
if (Deno.args.includes("--verbose")) console.log(`${Math.round(performance.now() - end)} ms after the block`);
const [client, server] = await Promise.all([
  connect({ hostname: "127.0.0.1", port: listener.addr.port }),
  listener.accept(),
]);
await client.write(Uint8Array.of(1, 2));
console.log(await server.read(new Uint8Array(3)));
client.close();
server.close();
peer.terminate();

// Ends workers whose operations pend, lets the kernel complete these, and looks whether that has written anywhere else.
import { connect, listen, type TcpConn } from "@winsock/ws2";
import { checksumOf, randomBytes, readExactly } from "../../support/bytes.ts";

const CONNECTIONS = 8;
const ROUNDS = 4;

const url = new URL("pending_worker.ts", import.meta.url);
const next = (worker: Worker) => new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));

const listener = listen();
const [client, server] = await Promise.all([
  connect({ hostname: "::1", port: listener.addr.port }),
  listener.accept(),
]);
/** The main thread's own traffic: whether what arrives is what was sent. */
async function isOwnTrafficRight(seed: number): Promise<boolean> {
  const sent = randomBytes(1 << 20, seed);
  const [received] = await Promise.all([readExactly(server, sent.length), client.write(sent)]);
  return checksumOf(received) === checksumOf(sent);
}

const memory: Uint8Array[] = [];
const peers: TcpConn[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  const worker = new Worker(url, { type: "module" });
  const port = await next(worker) as number;
  const pending = next(worker);
  worker.postMessage(CONNECTIONS);
  const mine = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => connect({ hostname: "127.0.0.1", port })),
  );
  await pending;
  worker.terminate();
  // What was the worker's memory may be the main thread's now.
  for (let i = 0; i < 200; i++) memory.push(new Uint8Array(64 * 1024).fill(0xaa));
  // Data for its reads, and room for its writes.
  for (const peer of mine) {
    peer.write(new Uint8Array(512 * 1024).fill(0x55)).catch(() => {});
    peer.read(new Uint8Array(256 * 1024)).catch(() => {});
  }
  peers.push(...mine);
  if (!await isOwnTrafficRight(round)) console.log("the traffic of the main thread is wrong");
}
for (let seed = 1; seed <= 20; seed++) {
  if (!await isOwnTrafficRight(seed)) console.log("the traffic of the main thread is wrong");
}
console.log("memory is untouched:", memory.every((bytes) => bytes.every((byte) => byte === 0xaa)));
for (const socket of [...peers, client, server, listener]) socket.close();
console.log("closed");

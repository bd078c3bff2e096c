// Run with --v8-flags=--expose-gc: collects all garbage while operations pend, and prints what became of everything.
import { connect, listen } from "@winsock/ws2";
import { randomBytes, readExactly } from "../../support/bytes.ts";

const { gc } = globalThis as unknown as { gc(): void };

const CONNECTIONS = 20;
const READS = 50;
const LENGTH = 3000;
const CHUNK = 96 * 1024;

/** Collects until `isDone`; a WeakRef holds what it has been asked for until the turn is over. */
async function collect(isDone: () => boolean): Promise<boolean> {
  for (let round = 0; round < 100 && !isDone(); round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    gc();
    new Uint8Array(1 << 20).fill(round); // takes the place of what has been freed
  }
  return isDone();
}

const listener = listen();
const clients = await Promise.all(
  Array.from({ length: CONNECTIONS }, () => connect({ hostname: "127.0.0.1", port: listener.addr.port })),
);
const servers = await Promise.all(clients.map(() => listener.accept()));

// Reads: the library alone knows the buffers while they wait, and gives them up when they have been filled.
const buffers: WeakRef<Uint8Array>[] = [];
const reading = clients.flatMap((client) =>
  Array.from({ length: READS }, () => {
    let buffer: Uint8Array | undefined = new Uint8Array(LENGTH);
    buffers.push(new WeakRef(buffer));
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const held = new WeakRef(buffer);
    buffer = undefined;
    client.read(held.deref()!).then((bytes) => resolve(String(held.deref()?.subarray(0, bytes ?? 0))), reject);
    return promise;
  })
);
await collect(() => false);
console.log("buffers that wait are kept:", buffers.every((buffer) => buffer.deref() !== undefined));
const sent = randomBytes(CONNECTIONS * READS).map((byte) => byte);
for (let read = 0; read < READS; read++) {
  for (const [index, server] of servers.entries()) {
    await server.write(sent.subarray(index * READS + read, index * READS + read + 1));
    await reading[index * READS + read];
  }
}
console.log("bytes arrive:", String(await Promise.all(reading)) === String(sent));
console.log("buffers that are filled are freed:", await collect(() => buffers.every((buffer) => !buffer.deref())));

// Writes: the library holds the data until it has been sent.
const chunks: WeakRef<Uint8Array>[] = [];
const expected = randomBytes(64 * 1024 * CONNECTIONS);
function start(): Promise<number>[] {
  return servers.flatMap((server, index) =>
    Array.from({ length: 64 }, (_, part) => {
      const chunk = new Uint8Array(CHUNK); // together far more than the systems keep: the last ones wait
      chunk.set(expected.subarray(index * 64 * 1024 + part * 1024, index * 64 * 1024 + (part + 1) * 1024));
      chunks.push(new WeakRef(chunk));
      return server.write(chunk);
    })
  );
}
const writing = start();
const held = () => chunks.filter((chunk) => chunk.deref() !== undefined).length;
await collect(() => false);
console.log("data that waits is kept:", held() > 0, held() < chunks.length);
const received = await Promise.all(clients.map((client) => readExactly(client, 64 * CHUNK)));
console.log(
  "data arrives:",
  received.every((bytes, index) =>
    Array.from({ length: 64 }, (_, part) => part).every((part) =>
      String(bytes.subarray(part * CHUNK, part * CHUNK + 1024)) ===
        String(expected.subarray(index * 64 * 1024 + part * 1024, index * 64 * 1024 + (part + 1) * 1024))
    )
  ),
);
console.log("writes are complete:", (await Promise.all(writing)).every((bytes) => bytes === CHUNK));
console.log("data that is sent is freed:", await collect(() => held() === 0));

// Connections that nobody but the library knows any more.
let answered = 0;
for (const client of clients.splice(0)) {
  client.read(new Uint8Array(1)).then((bytes) => {
    answered += bytes ?? 0;
    client.close();
  });
}
await collect(() => false);
for (const server of servers) await server.write(Uint8Array.of(1));
for (const server of servers.splice(0)) {
  await server.read(new Uint8Array(1)); // the end
  server.close();
}
console.log("forgotten connections answer:", answered === CONNECTIONS);
listener.close();

// Workers that use the library, several at once, beside the main thread.
import { connect, listen } from "@winsock/ws2";

const url = new URL("echo_worker.ts", import.meta.url);
const workers = Array.from({ length: 3 }, () => new Worker(url, { type: "module" }));
const answers = workers.map((worker) =>
  new Promise<string>((resolve) => worker.onmessage = ({ data }) => resolve(data))
);
const listener = listen();
const [client, server] = await Promise.all([
  connect({ hostname: "::1", port: listener.addr.port }),
  listener.accept(),
]);
const reading = client.read(new Uint8Array(100));
console.log(await Promise.all(answers));
await server.write(new Uint8Array(42));
console.log(await reading);
for (const socket of [client, server, listener]) socket.close();
for (const worker of workers) worker.terminate();

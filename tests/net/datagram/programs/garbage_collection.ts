// Run with --v8-flags=--expose-gc: collects all garbage while receives wait, and prints what became of everything.
import { listenDatagram, type NetAddr } from "@winsock/ws2";

const { gc } = globalThis as unknown as { gc(): void };

const RECEIVES = 200;
const LENGTH = 3000;

/** Collects until `isDone`; a WeakRef holds what it has been asked for until the turn is over. */
async function collect(isDone: () => boolean): Promise<boolean> {
  for (let round = 0; round < 100 && !isDone(); round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    gc();
    new Uint8Array(1 << 20).fill(round); // takes the place of what has been freed
  }
  return isDone();
}

const sender = listenDatagram();

/** Waits for datagrams with buffers and a socket that nobody knows but the library. */
function start(): { addr: NetAddr; buffers: WeakRef<Uint8Array>[]; received: Promise<boolean>[] } {
  const socket = listenDatagram();
  const buffers: WeakRef<Uint8Array>[] = [];
  const received = Array.from({ length: RECEIVES }, (_, index) => {
    const buffer = new Uint8Array(LENGTH);
    buffers.push(new WeakRef(buffer));
    const receiving = index % 2 ? socket.receive(buffer) : socket.receiveMessage(buffer).then(({ data }) => [data]);
    return receiving.then(([data]) => (data as Uint8Array).every((byte) => byte === index));
  });
  return { addr: socket.addr, buffers, received };
}

const { addr, buffers, received } = start();
await collect(() => false);
console.log("buffers that wait are kept:", buffers.every((buffer) => buffer.deref() !== undefined));
for (let index = 0; index < RECEIVES; index++) {
  await sender.send(new Uint8Array(LENGTH).fill(index), { ...addr, hostname: index % 3 ? "::1" : "127.0.0.1" });
  if (index % 10 === 9) await received[index]; // the system keeps only so many
}
console.log("datagrams arrive:", (await Promise.all(received)).every((isRight) => isRight));
console.log("buffers that are filled are freed:", await collect(() => buffers.every((buffer) => !buffer.deref())));

/** A server that nobody knows but the library. */
function forget(): NetAddr {
  const socket = listenDatagram();
  socket.receiveMessage().then((message) => socket.reply(message, message.data).finally(() => socket.close()));
  return socket.addr;
}

const server = forget();
await collect(() => false);
await sender.send(Uint8Array.of(1, 2, 3), { ...server, hostname: "::1" });
const [answer] = await sender.receive();
console.log("a forgotten socket answers:", String(answer) === "1,2,3");
sender.close();

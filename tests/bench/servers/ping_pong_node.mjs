// Both ends in one process, for Node's API (and Bun's version of it): ping_pong_node.mjs port=0 warmup=MS time=MS
import { once } from "node:events";
import { connect, createServer } from "node:net";

const LENGTH = 64;
const [, warmup, time] = process.argv.slice(2).map((argument) => Number(argument.split("=")[1]));
const server = createServer((socket) => socket.on("data", (data) => socket.write(data)));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const conn = connect(server.address().port, "127.0.0.1");
await once(conn, "connect");

const message = Buffer.alloc(LENGTH);
const durations = [];
const measureFrom = performance.now() + warmup;
const measureUntil = measureFrom + time;
let count = 0;
let received = 0;
let start = 0;

function say() {
  for (let i = 0; i < LENGTH; i++) message[i] = count * 31 + i;
  received = 0;
  start = performance.now();
  conn.write(message);
}

conn.on("data", (data) => {
  const end = performance.now();
  for (const byte of data) {
    if (byte !== message[received++]) {
      throw new Error(`wrong answer: byte ${received - 1} of message ${count} is ${byte}`);
    }
  }
  if (received < LENGTH) return;
  if (end <= measureUntil) {
    if (start >= measureFrom) durations.push(1000 * (end - start));
    count++;
    return say();
  }
  durations.sort((a, b) => a - b);
  const at = (fraction) => durations[Math.round(fraction * (durations.length - 1))];
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99) }));
  process.exit();
});
say();

// The TCP server for Node's API: node tcp_node.mjs PORT_FILE MODE buffer=BYTES (Node has buffers of its own)
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { sourcePattern } from "./source_pattern.mjs";
import { watchTimer } from "./watch_timer.mjs";

const [portFile, mode] = process.argv.slice(2);

function echo(socket) {
  socket.on("data", (data) => {
    if (!socket.write(data)) socket.pause();
  });
  socket.on("drain", () => socket.resume());
  socket.on("end", () => socket.end());
}

function sink(socket) {
  let total = 0;
  socket.on("data", (data) => total += data.length);
  socket.on("end", () => socket.end(Buffer.from(new BigUint64Array([BigInt(total)]).buffer)));
}

function source(socket) {
  let owed = 0;
  const pour = () => {
    while (owed > 0) {
      const goesOn = socket.write(owed < sourcePattern.length ? sourcePattern.subarray(0, owed) : sourcePattern);
      owed -= sourcePattern.length;
      if (!goesOn) return;
    }
    owed = 0;
  };
  socket.on("data", (data) => {
    if (data.length % 8 !== 0) throw new Error(`${data.length} bytes are no requests`);
    const wasIdle = owed <= 0;
    for (let i = 0; i < data.length; i += 8) owed += Number(data.readBigUInt64LE(i));
    if (wasIdle) pour();
  });
  socket.on("drain", pour);
  socket.on("end", () => socket.end());
}

const handle = { echo, timer: echo, sink, source, close: (socket) => socket.destroy() }[mode];

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on("error", (error) => {
    // The client resets its connections when it has seen enough.
    if (error.code !== "ECONNRESET") throw error;
  });
  handle(socket);
});
server.listen(0, "127.0.0.1", 4096, () => writeFileSync(portFile, `${server.address().port}\n`));
if (mode === "timer") watchTimer(portFile);

// The TCP server for Bun's own API: bun tcp_bun.mjs PORT_FILE MODE buffer=BYTES (Bun has buffers of its own)
import { writeFileSync } from "node:fs";
import { sourcePattern } from "./source_pattern.mjs";
import { watchTimer } from "./watch_timer.mjs";

const [portFile, mode] = process.argv.slice(2);

// A write takes as much as fits; the rest waits for the drain.
const echo = {
  open: (socket) => socket.data = { waiting: [] },
  data(socket, data) {
    const { waiting } = socket.data;
    const written = waiting.length > 0 ? 0 : socket.write(data);
    if (written < data.length) waiting.push(data.slice(written));
  },
  drain(socket) {
    const { waiting } = socket.data;
    while (waiting.length > 0) {
      const written = socket.write(waiting[0]);
      if (written < waiting[0].length) {
        waiting[0] = waiting[0].subarray(written);
        return;
      }
      waiting.shift();
    }
  },
};

const sink = {
  open: (socket) => socket.data = { total: 0 },
  data: (socket, data) => void (socket.data.total += data.length),
  end: (socket) => socket.end(new Uint8Array(new BigUint64Array([BigInt(socket.data.total)]).buffer)),
};

const source = {
  open: (socket) => socket.data = { owed: 0, sent: 0 },
  data(socket, data) {
    if (data.length % 8 !== 0) throw new Error(`${data.length} bytes are no requests`);
    for (let i = 0; i < data.length; i += 8) socket.data.owed += Number(data.readBigUInt64LE(i));
    source.drain(socket);
  },
  drain(socket) {
    const state = socket.data;
    while (state.owed > 0) {
      const start = state.sent % sourcePattern.length;
      const part = sourcePattern.subarray(start, start + Math.min(state.owed, sourcePattern.length - start));
      const written = socket.write(part);
      state.sent += written;
      state.owed -= written;
      if (written < part.length) return;
    }
  },
};

const close = { open: (socket) => socket.end(), data() {} };

const listener = Bun.listen({
  hostname: "127.0.0.1",
  port: 0,
  allowHalfOpen: mode === "sink",
  // The client resets its connections when it has seen enough.
  socket: { error() {}, ...{ echo, timer: echo, sink, source, close }[mode] },
});
writeFileSync(portFile, `${listener.port}\n`);
if (mode === "timer") watchTimer(portFile);

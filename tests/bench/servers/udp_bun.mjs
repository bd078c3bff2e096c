// The UDP echo server for Bun's own API: bun udp_bun.mjs PORT_FILE
import { writeFileSync } from "node:fs";

const socket = await Bun.udpSocket({
  hostname: "127.0.0.1",
  port: 0,
  socket: { data: (socket, data, port, address) => void socket.send(data, port, address) },
});
writeFileSync(process.argv[2], `${socket.port}\n`);

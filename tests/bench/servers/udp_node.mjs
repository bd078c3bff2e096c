// The UDP echo server for Node's API: node udp_node.mjs PORT_FILE
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";

const socket = createSocket("udp4");
socket.on("message", (data, { address, port }) => socket.send(data, port, address));
socket.bind(0, "127.0.0.1", () => writeFileSync(process.argv[2], `${socket.address().port}\n`));

// Ends though a server listens and a connection is open, as both are unref'd.
import { once } from "node:events";
import net from "node:net";
import { createConnection, listenServer } from "@winsock/ws2/node";

const server = net.createServer((socket) => void socket.resume().unref());
const { addr } = listenServer(server);
const socket = createConnection({ port: addr.port, host: "::1" });
await once(socket, "connect");
socket.unref().resume();
server.unref();
console.log("done");

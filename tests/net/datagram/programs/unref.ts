// Ends by itself, though a receive waits: its socket is unref'd then.
import { listenDatagram } from "@winsock/ws2";

const socket = listenDatagram({ hostname: "::1" });
const sender = listenDatagram({ hostname: "::1" });
socket.unref();
socket.ref();
// The timer does not keep the program alive, so only the receive does.
Deno.unrefTimer(setTimeout(() => sender.send(Uint8Array.of(1), socket.addr), 50));
const [data] = await socket.receive();
console.log(`got ${data[0]} while ref'd`);
socket.unref();
socket.receive().then(() => console.log("nobody sends this"), () => console.log("nobody closes it"));
console.log("unref'd");

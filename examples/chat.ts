// A chat with rooms: a page to open in a browser, and WebSockets behind it, for IPv6 and IPv4 on one port.
//
//   deno run --allow-ffi --allow-env examples/chat.ts --help
import { createServer, type IncomingMessage } from "node:http";
import { parseArgs } from "@std/cli/parse-args";
// deno-lint-ignore no-import-prefix -- it is no dependency of the library
import { WebSocketServer } from "npm:ws@8.18.3";
import { listenServer } from "@winsock/ws2/node";

const HELP = `Usage: chat.ts [--port PORT]

  --port PORT  the port to listen on, 0 for any free one (default: 8002)
  --help       show this text

Then open http://localhost:8002/#room in some browsers.`;
const PAGE = `<!doctype html><meta charset="utf-8"><title>chat</title>
<form><input autofocus autocomplete="off" placeholder="say something"></form><ul></ul>
<script>
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/" + location.hash.slice(1));
  const [[input], list] = [document.forms[0], document.querySelector("ul")];
  socket.onmessage = ({ data }) => list.prepend(Object.assign(document.createElement("li"), { textContent: data }));
  document.forms[0].onsubmit = () => (socket.send(input.value), input.value = "", false);
</script>`;
function fail(message: string, code = 2): never {
  console.error(`chat: ${message}`);
  Deno.exit(code);
}

const flags = parseArgs(Deno.args, {
  string: ["port"],
  boolean: ["help"],
  default: { port: "8002" },
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
const port = /^\d+$/.test(flags.port) ? Number(flags.port) : fail(`--port must be a number, got "${flags.port}"`);

const rooms = new Map<string, Set<WebSocket>>();
const server = createServer((_request, response) => void response.setHeader("content-type", "text/html").end(PAGE));
const sockets = new WebSocketServer({ server, maxPayload: 64 * 1024 });
sockets.on("connection", (socket: WebSocket & typeof sockets, { url, socket: { remoteAddress } }: IncomingMessage) => {
  const room = rooms.get(url!) ?? new Set();
  rooms.set(url!, room.add(socket));
  const say = (text: string) => room.forEach((member) => member.send(text));
  say(`${remoteAddress} has come`);
  socket.on("message", (text: unknown) => say(`${remoteAddress}: ${text}`));
  socket.on("close", () => {
    if (room.delete(socket) && room.size === 0) rooms.delete(url!);
    say(`${remoteAddress} has left`);
  });
});
try {
  const { addr } = listenServer(server, { port });
  console.log(`Open http://localhost:${addr.port}/#room`);
} catch (error) {
  fail((error as Error).message, error instanceof RangeError ? 2 : 1);
}

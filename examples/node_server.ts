// A server of node:http, made dual-stack. The two lines that differ from one for Node alone are marked: so Express, Fastify
// and all others that are made of Node's servers are reachable over IPv6 and IPv4 on one port.
//
//   deno run --allow-ffi examples/node_server.ts --help
import { createServer } from "node:http";
import { parseArgs } from "@std/cli/parse-args";
import { listenServer } from "@winsock/ws2/node"; // in addition

const HELP = `Usage: node_server.ts [--port PORT]

  --port PORT  the port to listen on, 0 for any free one (default: 3000)
  --help       show this text`;

function fail(message: string, code = 2): never {
  console.error(`node_server: ${message}`);
  Deno.exit(code);
}

const flags = parseArgs(Deno.args, {
  string: ["port"],
  boolean: ["help"],
  default: { port: "3000" },
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
const port = /^\d+$/.test(flags.port) ? Number(flags.port) : fail(`--port must be a number, got "${flags.port}"`);

const server = createServer((request, response) => {
  const { remoteAddress, remoteFamily } = request.socket;
  response.setHeader("content-type", "text/plain");
  response.end(`hello ${remoteAddress} over ${remoteFamily}\n`);
});
server.on("listening", () => {
  const address = server.address();
  console.log(`Listening on port ${typeof address === "object" ? address?.port : address}`);
});
Deno.addSignalListener("SIGINT", () => {
  server.close();
  server.closeAllConnections();
});
try {
  listenServer(server, { port }); // instead of server.listen(port)
} catch (error) {
  fail((error as Error).message, error instanceof RangeError ? 2 : 1);
}

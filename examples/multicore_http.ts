// An HTTP server that answers from all cores: one port, several Workers, each with a server of node:http.
//
//   deno run --allow-ffi --allow-read=. examples/multicore_http.ts --help
import { createServer } from "node:http";
import { parseArgs } from "@std/cli/parse-args";
import { listenWorkers, workerConnections } from "@winsock/ws2";
import { toNodeSocket } from "@winsock/ws2/node";

const HELP = `Usage: multicore_http.ts [--port PORT] [--workers NUMBER]

  --port PORT       the port to listen on, 0 for any free one (default: 8000)
  --workers NUMBER  how many Workers serve (default: one for each processor)
  --help            show this text`;

function fail(message: string, code = 2): never {
  console.error(`multicore_http: ${message}`);
  Deno.exit(code);
}

/** In each Worker: answers until the server shuts down. */
async function serve(): Promise<void> {
  const name = crypto.randomUUID();
  const server = createServer((request, response) => {
    if (request.url === "/fail") setTimeout(() => Promise.reject(new Error("as asked"))); // ends this Worker
    else response.end(`hello ${request.socket.remoteAddress} from ${name}\n`);
  });
  for await (const conn of workerConnections()) server.emit("connection", toNodeSocket(conn));
  server.closeIdleConnections();
}

async function main(): Promise<void> {
  const flags = parseArgs(Deno.args, {
    string: ["port", "workers"],
    boolean: ["help"],
    default: { port: "8000", workers: `${navigator.hardwareConcurrency}` },
    unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
  });
  if (flags.help) return console.log(HELP);
  const [port, workers] = (["port", "workers"] as const).map((name) =>
    /^\d+$/.test(flags[name]) ? Number(flags[name]) : fail(`--${name} must be a number, got "${flags[name]}"`)
  );
  try {
    const server = listenWorkers({ port, workers, module: import.meta.url });
    console.log(`Listening on http://localhost:${server.addr.port}/ with ${workers} Workers`);
    Deno.addSignalListener("SIGINT", () => void server.shutdown());
    await server.finished;
    Deno.exit();
  } catch (error) {
    fail((error as Error).message, error instanceof TypeError || error instanceof RangeError ? 2 : 1);
  }
}

await ("WorkerGlobalScope" in globalThis ? serve() : main());

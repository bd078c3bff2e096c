// Forwards the TCP connections of a port to another host and port: IPv4 clients to an IPv6 server, and the other way round.
//
//   deno run --allow-ffi examples/port_forward.ts --help
import { parseArgs } from "@std/cli/parse-args";
import { connect, listen, type TcpConn } from "@winsock/ws2";

const HELP = `Usage: port_forward.ts --to PORT [--host HOST] [--port PORT]

  --to PORT    the port to forward to, of --host HOST, an address or a name (default: localhost)
  --port PORT  the port to listen on, 0 for any free one (default: 8001)
  --help       show this text`;

function fail(message: string, code = 2): never {
  console.error(`port_forward: ${message}`);
  Deno.exit(code);
}

const flags = parseArgs(Deno.args, {
  string: ["to", "host", "port"],
  boolean: ["help"],
  default: { to: "", host: "localhost", port: "8001" },
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
const number = (name: "to" | "port") =>
  /^\d+$/.test(flags[name]) ? Number(flags[name]) : fail(`--${name} must be a number, got "${flags[name]}"`);
const [to, port] = [number("to"), number("port")];
const counts = { open: 0, total: 0, bytes: 0 };
function count(chunk: Uint8Array, out: TransformStreamDefaultController<Uint8Array>): void {
  counts.bytes += chunk.length;
  out.enqueue(chunk);
}

async function forward(client: TcpConn): Promise<void> {
  counts.open++, counts.total++;
  try {
    const server = await connect({ hostname: flags.host, port: to });
    await Promise.all([
      client.readable.pipeThrough(new TransformStream({ transform: count })).pipeTo(server.writable),
      server.readable.pipeThrough(new TransformStream({ transform: count })).pipeTo(client.writable),
    ]);
  } catch (error) {
    client[Symbol.dispose]();
    console.error(`${client.remoteAddr.hostname}: ${(error as Error).message}`);
  }
  counts.open--;
}

const show = () => console.log(`\x1b[A\x1b[K${counts.open} open, ${counts.total} in all, ${counts.bytes} bytes`);
const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());
try {
  const listener = listen({ port, signal: stop.signal });
  console.log(`Forwarding port ${listener.addr.port} to ${flags.host} port ${to}`);
  if (Deno.stdout.isTerminal()) Deno.unrefTimer(setInterval(show, 500)); // over the line above
  for await (const client of listener) forward(client);
} catch (error) {
  fail((error as Error).message, error instanceof TypeError || error instanceof RangeError ? 2 : 1);
}

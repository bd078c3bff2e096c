// A TCP echo server that answers IPv6 and IPv4 clients from one socket.
//
//   deno run --allow-ffi examples/tcp_echo.ts --help
import { parseArgs } from "@std/cli/parse-args";
import { listen, type TcpConn } from "@winsock/ws2";

const HELP = `Usage: tcp_echo.ts [--port PORT] [--hostname ADDRESS] [--ipv6-only]

  --port PORT         the port to listen on, 0 for any free one (default: 5001)
  --hostname ADDRESS  the address to listen on (default: all of IPv6 and IPv4)
  --ipv6-only         refuse IPv4 clients
  --help              show this text`;

function fail(message: string, code = 2): never {
  console.error(`tcp_echo: ${message}`);
  Deno.exit(code);
}

async function echo(conn: TcpConn): Promise<void> {
  const { hostname, port } = conn.remoteAddr;
  console.log(`${hostname.includes(":") ? "IPv6" : "IPv4"} client ${hostname} port ${port}`);
  try {
    await conn.readable.pipeTo(conn.writable, { signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) console.error(`${hostname} port ${port}: ${(error as Error).message}`);
  }
}

const flags = parseArgs(Deno.args, {
  string: ["port", "hostname"],
  boolean: ["ipv6-only", "help"],
  default: { port: "5001" },
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
const port = /^\d+$/.test(flags.port) ? Number(flags.port) : fail(`--port must be a number, got "${flags.port}"`);

const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());
try {
  const listener = listen({ hostname: flags.hostname, port, ipv6Only: flags["ipv6-only"], signal: stop.signal });
  const { hostname, port: actualPort } = listener.addr;
  const place = hostname.includes(":") ? `[${hostname}]:${actualPort}` : `${hostname}:${actualPort}`;
  console.log(`Listening on ${place}${listener.dualStack ? " (dual-stack)" : ""}`);
  for await (const conn of listener) echo(conn);
} catch (error) {
  fail((error as Error).message, error instanceof TypeError || error instanceof RangeError ? 2 : 1);
}

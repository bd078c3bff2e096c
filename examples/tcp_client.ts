// A TCP client: sends what is typed, prints what comes back. Reaches IPv6 and IPv4 servers alike.
//
//   deno run --allow-ffi examples/tcp_client.ts --help
import { parseArgs } from "@std/cli/parse-args";
import { connect } from "@winsock/ws2";

const HELP = `Usage: tcp_client.ts [--hostname HOST] [--port PORT] [--timeout MS]

  --hostname HOST  the host to connect to, an address or a name (default: localhost)
  --port PORT      the port to connect to (default: 5001)
  --timeout MS     how long to try, in milliseconds (default: 10000)
  --help           show this text`;

function fail(message: string, code = 2): never {
  console.error(`tcp_client: ${message}`);
  Deno.exit(code);
}

const flags = parseArgs(Deno.args, {
  string: ["hostname", "port", "timeout"],
  boolean: ["help"],
  default: { hostname: "localhost", port: "5001", timeout: "10000" },
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
const number = (name: "port" | "timeout") =>
  /^\d+$/.test(flags[name]) ? Number(flags[name]) : fail(`--${name} must be a number, got "${flags[name]}"`);

try {
  using conn = await connect({ hostname: flags.hostname, port: number("port"), timeout: number("timeout") });
  console.error(`Connected to ${conn.remoteAddr.hostname} port ${conn.remoteAddr.port}`);
  // The end of the input ends our side only: what the server still sends is printed before the connection is closed.
  await Promise.all([
    Deno.stdin.readable.pipeTo(conn.writable),
    conn.readable.pipeTo(Deno.stdout.writable, { preventClose: true }),
  ]);
} catch (error) {
  fail((error as Error).message, error instanceof TypeError || error instanceof RangeError ? 2 : 1);
}

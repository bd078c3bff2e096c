// A UDP echo server that tells for each datagram where it was sent to, and replies from that very address.
//
//   deno run --allow-ffi examples/udp_packet_info.ts --help
import { parseArgs } from "@std/cli/parse-args";
import { listenDatagram, type ReceivedMessage } from "@winsock/ws2";

const HELP = `Usage: udp_packet_info.ts [--port PORT] [--hostname ADDRESS] [--ipv6-only]

  --port PORT         the port to receive on, 0 for any free one (default: 5002)
  --hostname ADDRESS  the address to receive on (default: all of IPv6 and IPv4)
  --ipv6-only         take no IPv4 datagrams
  --help              show this text

For each datagram: its family, the sender, the local address and interface it came to, hop limit and traffic class, and
its length. Then it is sent back from the address that it came to, which matters on a machine that has several.`;

function fail(message: string, code = 2): never {
  console.error(`udp_packet_info: ${message}`);
  Deno.exit(code);
}

function describe({ data, remoteAddr: { hostname, port }, info }: ReceivedMessage): string {
  const family = hostname.includes(":") ? "IPv6" : "IPv4";
  const { localAddress = "?", interfaceIndex = "?", hopLimit = "?", trafficClass = "?" } = info;
  return `${family} from ${hostname} port ${port} to ${localAddress} on interface ${interfaceIndex}, ` +
    `hop limit ${hopLimit}, traffic class ${trafficClass}, ${data.length} bytes`;
}

const flags = parseArgs(Deno.args, {
  string: ["port", "hostname"],
  boolean: ["ipv6-only", "help"],
  default: { port: "5002" },
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
  const { hostname, "ipv6-only": ipv6Only } = flags;
  using socket = listenDatagram({ hostname, port, ipv6Only, signal: stop.signal });
  const { hostname: local, port: localPort } = socket.addr;
  console.log(`Receiving on ${local.includes(":") ? `[${local}]` : local}:${localPort}`);
  while (true) {
    const message = await socket.receiveMessage();
    console.log(describe(message));
    await socket.reply(message, message.data).catch((error) => console.error(error.message));
  }
} catch (error) {
  if (stop.signal.aborted) Deno.exit();
  fail((error as Error).message, error instanceof TypeError || error instanceof RangeError ? 2 : 1);
}

// An HTTP server for IPv6 and IPv4 clients on one port, in the shape of Deno.serve; HTTPS and HTTP/2 with a certificate.
//
//   deno run --allow-ffi examples/http_server.ts --help
import { parseArgs } from "@std/cli/parse-args";
import { serve } from "@winsock/ws2/http";

const HELP = `Usage: http_server.ts [--port PORT] [--hostname ADDRESS] [--cert FILE --key FILE]

  --port PORT         the port to listen on, 0 for any free one (default: 8000)
  --hostname ADDRESS  the address to listen on (default: all of IPv6 and IPv4)
  --cert FILE         the certificate, in PEM: for HTTPS; needs --allow-read
  --key FILE          its private key, in PEM
  --help              show this text`;

function fail(message: string, code = 2): never {
  console.error(`http_server: ${message}`);
  Deno.exit(code);
}

const flags = parseArgs(Deno.args, {
  string: ["port", "hostname", "cert", "key"],
  boolean: ["help"],
  default: { port: "8000" },
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
const port = /^\d+$/.test(flags.port) ? Number(flags.port) : fail(`--port must be a number, got "${flags.port}"`);
if ((flags.cert === undefined) !== (flags.key === undefined)) fail("--cert and --key go together");

async function answer(request: Request, remoteAddr: Deno.NetAddr): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/") return new Response(`hello ${remoteAddr.hostname}\n`);
  if (pathname === "/echo" && request.method === "POST") return new Response(request.body);
  if (pathname === "/sum") return Response.json({ bytes: (await request.bytes()).length });
  return new Response(`there is no ${pathname}\n`, { status: 404 });
}

const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());
try {
  const [cert, key] = [flags.cert, flags.key].map((file) => file && Deno.readTextFileSync(file));
  const options = { port, hostname: flags.hostname, cert, key, signal: stop.signal };
  const server = serve({
    ...options,
    onListen: ({ hostname, port }) => {
      const host = hostname.includes(":") ? `[${hostname}]` : hostname;
      console.log(`Listening on ${cert ? "https" : "http"}://${host}:${port}/`);
    },
  }, (request, { remoteAddr }) => answer(request, remoteAddr));
  await server.finished;
} catch (error) {
  fail((error as Error).message, error instanceof TypeError || error instanceof RangeError ? 2 : 1);
}

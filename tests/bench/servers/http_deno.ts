// Deno's HTTP servers: http_deno.ts PORT_FILE serve|node body=BYTES
import { createServer } from "node:http";
import { body } from "./http_body.mjs";

const [portFile, kind] = Deno.args;
const onListen = ({ port }: { port: number }) => Deno.writeTextFileSync(portFile, `${port}\n`);
if (kind === "serve") {
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, () => new Response(body));
} else {
  const server = createServer((_request, response) => void response.end(body));
  server.listen(0, "127.0.0.1", () => onListen(server.address() as { port: number }));
}

// Bun's HTTP server: http_bun.mjs PORT_FILE serve|node body=BYTES
import { writeFileSync } from "node:fs";
import { body } from "./http_body.mjs";

const [portFile, kind] = process.argv.slice(2);
if (kind === "serve") {
  const { port } = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(body) });
  writeFileSync(portFile, `${port}\n`);
} else {
  await import("./http_node.mjs");
}

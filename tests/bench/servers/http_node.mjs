// Node's HTTP server, which is also Bun's: http_node.mjs PORT_FILE serve|node body=BYTES
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { body } from "./http_body.mjs";

const server = createServer((_request, response) => response.end(body));
server.listen(0, "127.0.0.1", () => writeFileSync(process.argv[2], `${server.address().port}\n`));

// Our HTTP servers: http_ours.ts PORT_FILE serve|node body=BYTES
import { createServer } from "node:http";
import { serve } from "../../../ffi/http/mod.ts";
import { listenServer } from "../../../ffi/node/mod.ts";
import { body } from "./http_body.mjs";

const [portFile, kind] = Deno.args;
const onListen = ({ port }: { port: number }) => Deno.writeTextFileSync(portFile, `${port}\n`);
if (kind === "serve") serve({ port: 0, onListen }, () => new Response(body));
else onListen(listenServer(createServer((_request, response) => response.end(body))).addr);

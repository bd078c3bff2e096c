import { echo } from "./udp_deno_api.ts";

await echo(Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" }));

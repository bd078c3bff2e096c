// Our UDP echo server: udp_ours.ts PORT_FILE echo info=0|1
import { listenDatagram } from "../../../mod.ts";
import { echo, ROOM, writePort } from "./udp_deno_api.ts";

const packetInfo = Deno.args[2] === "info=1";
const conn = listenDatagram({ hostname: "127.0.0.1", port: 0, packetInfo });
if (!packetInfo) await echo(conn);
writePort(conn.addr);
for (const buffer = new Uint8Array(ROOM);;) {
  const message = await conn.receiveMessage(buffer);
  if (message.info.localAddress === undefined) throw new Error("a datagram without packet information");
  await conn.reply(message, message.data);
}

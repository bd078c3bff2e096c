// Adopts the connection whose description it reads, in hexadecimal digits, and echoes.
import { adopt } from "@winsock/ws2";

console.log(Deno.pid);
let line = "";
for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  line += part;
  if (line.includes("\n")) break;
}
const conn = adopt(Uint8Array.fromHex(line.trim()));
console.log(conn.remoteAddr.port, conn.localAddr.port);
await conn.readable.pipeTo(conn.writable);

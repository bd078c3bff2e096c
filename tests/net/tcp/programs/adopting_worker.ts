// A worker that echoes on the connections that it is given.
import { adopt } from "@winsock/ws2";

globalThis.addEventListener("message", (event) => {
  const conn = adopt((event as MessageEvent).data);
  conn.readable.pipeTo(conn.writable);
});

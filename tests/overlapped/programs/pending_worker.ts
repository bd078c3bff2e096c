// A worker with operations of every kind that pend: it tells its port, takes the connections it is told of, and waits.
import { connect, listen, type TcpConn } from "@winsock/ws2";

// deno-lint-ignore no-explicit-any -- the types of a worker's own scope are not those of this file
const scope = globalThis as any;
const listener = listen();
scope.onmessage = async ({ data: connections }: MessageEvent<number>) => {
  const conns: TcpConn[] = [];
  for (let i = 0; i < connections; i++) conns.push(await listener.accept());
  for (const conn of conns) {
    for (let read = 0; read < 8; read++) conn.read(new Uint8Array(64 * 1024)).catch(() => {});
    for (let write = 0; write < 64; write++) conn.write(new Uint8Array(256 * 1024)).catch(() => {});
  }
  listener.accept().catch(() => {});
  const client = await connect({ hostname: "127.0.0.1", port: listener.addr.port });
  client.read(new Uint8Array(1)).catch(() => {});
  scope.postMessage("pending");
};
scope.postMessage(listener.addr.port);

// A Worker with sockets and operations of every kind that pend. It tells its ports, takes the connections it is told of,
// waits until its poller watches over it, and then ends as it is told.
import { connect, listen, listenDatagram, type TcpConn } from "@winsock/ws2";
import { completionPort } from "../../../ffi/overlapped/completion_port.ts";

/** How a Worker ends. */
export type Way = "terminate" | "close" | "exit" | "error" | "rejection";

/** What the Worker is told: how many connections it is to take, then how to end. */
export type Order = number | Way;

// deno-lint-ignore no-explicit-any -- the types of a worker's own scope are not those of this file
const scope = globalThis as any;
const listener = listen({ exclusive: true });
const datagrams = listenDatagram();
const unused = listen(); // nothing is ever started on it

function pend(conn: TcpConn, bytes: number): void {
  conn.read(new Uint8Array(bytes)).catch(() => {});
  for (let write = 0; write < 4; write++) conn.write(new Uint8Array(256 * 1024)).catch(() => {});
}

async function begin(connections: number): Promise<void> {
  const conns: TcpConn[] = [];
  while (conns.length < connections) conns.push(await listener.accept());
  for (const conn of conns) pend(conn, 64 * 1024);
  const client = await connect({ hostname: "127.0.0.1", port: listener.addr.port });
  pend(client, 10);
  for (let call = 0; call < 8; call++) {
    datagrams.receive().catch(() => {});
    datagrams.receiveMessage().catch(() => {});
  }
  listener.accept().then(() => listener.accept()).catch(() => {});
  while (!completionPort().isPollerRunning) await new Promise((resolve) => setTimeout(resolve, 5));
  scope.postMessage("pending");
}

function end(way: Way): void {
  switch (way) {
    case "close":
      return scope.close();
    case "exit":
      return Deno.exit(0);
    case "error":
      throw new Error("my mistake");
    case "rejection":
      Promise.reject(new Error("my rejection"));
  }
}

scope.onmessage = ({ data }: MessageEvent<Order>) => {
  if (typeof data === "number") begin(data);
  else end(data);
};
scope.postMessage([listener.addr.port, datagrams.addr.port, unused.addr.port]);

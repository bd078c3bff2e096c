import { connect, listen, type TcpConn } from "@winsock/ws2";
import { Endpoint } from "../endpoint.ts";
import { nameOf } from "../ledger.ts";
import type { Table, Traffic } from "../scheduler.ts";
import { turns } from "./wait.ts";

const GONE = ["ConnectionReset", "ConnectionAborted", "BrokenPipe", "NotConnected", "ConnectionRefused"];

/** Sends something both ways, and ends the connection. */
async function exchange({ ledger, random, label }: Table, clientConn: TcpConn, serverConn: TcpConn): Promise<void> {
  const [there, back] = [ledger.stream(`${label}, client to server`), ledger.stream(`${label}, server to client`)];
  const client = new Endpoint(ledger, clientConn, there, back);
  const server = new Endpoint(ledger, serverConn, back, there);
  const length = random.size(5000);
  const room = () => 5000;
  await Promise.all([client.sendAll(length, room), server.receiveAll(length, room)]);
  await Promise.all([server.sendAll(length, room), client.receiveAll(length, room)]);
  await server.close();
  await client.receiveToEnd(room);
  await client.close();
}

/** A listener that accepts some of its clients, gives up waiting for some, and is closed while others still wait. */
export const LISTENER_CHURN: Traffic = {
  name: "listener churn",
  weight: 6,
  async run(table) {
    const { ledger, random, label } = table;
    await using all = new AsyncDisposableStack();
    const listener = all.use(listen({ hostname: "127.0.0.1" }));
    const { port } = listener.addr;
    const clients = await Promise.all(
      Array.from(
        { length: random.between(1, 12) },
        () => ledger.operation("connect", connect({ hostname: "127.0.0.1", port })),
      ),
    );
    for (const client of clients) all.use(client);
    const byPort = new Map(clients.map((client) => [client.localAddr.port, client]));

    for (let left = random.between(0, clients.length); left > 0; left--) {
      const controller = new AbortController();
      const accepting = ledger.operation("accept", listener.accept({ signal: controller.signal }));
      if (random.chance(0.3)) controller.abort();
      let server: TcpConn;
      try {
        server = all.use(await accepting);
      } catch (error) {
        if (nameOf(error) !== "AbortError") throw error;
        ledger.fault(error);
        continue;
      }
      const client = byPort.get(server.remoteAddr.port);
      byPort.delete(server.remoteAddr.port);
      if (client !== undefined) await exchange(table, client, server);
      else ledger.wrong("mixed up", 1, `${label}: port ${server.remoteAddr.port} is that of no client`);
    }

    await turns(random.between(0, 3));
    await ledger.operation("close", listener[Symbol.asyncDispose]());
    // Those that nobody has accepted are told so.
    for (const client of byPort.values()) {
      try {
        const bytes = await ledger.operation("read", client.read(new Uint8Array(1)));
        if (bytes !== null) ledger.wrong("mixed up", bytes, `${label}: a client got bytes that nobody sent`);
      } catch (error) {
        if (!GONE.some((name) => nameOf(error).startsWith(name))) throw error;
        ledger.fault(error);
      }
      await ledger.operation("close", client[Symbol.asyncDispose]());
    }
  },
};

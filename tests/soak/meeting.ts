/** Where clients and servers of the soak meet: listeners of every kind, and which accepted connection is whose. */

import { connect, type ConnectOptions, listen, type TcpConn, type TcpListener } from "@winsock/ws2";
import { Endpoint } from "./endpoint.ts";
import { BLOCK, originOf } from "./keyed_stream.ts";
import type { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";

/** Both ends of a connection. Disposing of it closes what has not been closed. */
export interface Pair extends AsyncDisposable {
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/** Where to connect to, and how. */
type Route = Pick<ConnectOptions, "hostname" | "port" | "family" | "ipv6Only">;

/** What has been accepted for a client that waits for it, with the bytes that said so. */
interface Arrival {
  readonly conn: TcpConn;
  readonly greeting: Uint8Array;
}

/** Listeners, and the connections that they accept. */
export class Meeting {
  readonly #ledger: Ledger;
  readonly #listeners: readonly TcpListener[] = [
    listen(),
    listen({ hostname: "127.0.0.1" }),
    listen({ hostname: "::1", ipv6Only: true }),
  ];
  /** The clients that wait for their server, by the key of what they send. */
  readonly #expected = new Map<number, (arrival: Arrival) => void>();
  readonly #welcoming = new Set<Promise<void>>();
  readonly #accepting: readonly Promise<void>[];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#accepting = this.#listeners.map((listener) => this.#accept(listener));
  }

  async #accept(listener: TcpListener): Promise<void> {
    for await (const conn of listener) {
      this.#ledger.operations.add("accept");
      const welcoming = this.#welcome(conn).finally(() => this.#welcoming.delete(welcoming));
      this.#welcoming.add(welcoming);
    }
  }

  /** Reads the first block, which says whose connection this is. */
  async #welcome(conn: TcpConn): Promise<void> {
    const greeting = new Uint8Array(BLOCK);
    try {
      for (let have = 0; have < BLOCK;) {
        const bytes = await this.#ledger.operation("read", conn.read(greeting.subarray(have)));
        // The client thought better of it.
        if (bytes === null) return await conn[Symbol.asyncDispose]();
        have += bytes;
      }
    } catch (error) {
      this.#ledger.fault(error);
      return await conn[Symbol.asyncDispose]();
    }
    const key = originOf(greeting)?.key;
    const meet = key === undefined ? undefined : this.#expected.get(key);
    if (meet !== undefined) return meet({ conn, greeting });
    this.#ledger.wrong("mixed up", 1, `a connection from port ${conn.remoteAddr.port} began with bytes of ${key}`);
    await conn[Symbol.asyncDispose]();
  }

  /** A way to one of the listeners. */
  route(random: Random): Route {
    const [dual, v4, v6] = this.#listeners.map(({ addr: { port } }) => port);
    return random.pick<Route>([
      { hostname: "127.0.0.1", port: dual },
      { hostname: "127.0.0.1", port: dual, family: 4 },
      { hostname: "::1", port: dual },
      { hostname: "::1", port: dual, ipv6Only: true },
      { hostname: "127.0.0.1", port: v4 },
      { hostname: "::1", port: v6 },
    ]);
  }

  /** Connects, and waits until the other end has been accepted and has heard the first bytes. */
  async connect(random: Random, label: string): Promise<Pair> {
    const there = this.#ledger.stream(`${label}, client to server`);
    const back = this.#ledger.stream(`${label}, server to client`);
    const { promise, resolve } = Promise.withResolvers<Arrival>();
    this.#expected.set(there.key, resolve);
    try {
      const conn = await this.#ledger.operation("connect", connect(this.route(random)));
      const client = new Endpoint(this.#ledger, conn, there, back);
      await client.sendAll(BLOCK, () => BLOCK);
      const arrival = await promise;
      const server = new Endpoint(this.#ledger, arrival.conn, back, there);
      there.receive(arrival.greeting);
      this.#checkAddresses(conn, arrival.conn);
      return {
        client,
        server,
        [Symbol.asyncDispose]: async () => void await Promise.all([client.close(), server.close()]),
      };
    } finally {
      this.#expected.delete(there.key);
    }
  }

  #checkAddresses(client: TcpConn, server: TcpConn): void {
    const pairs = [[client.localAddr, server.remoteAddr], [client.remoteAddr, server.localAddr]];
    for (const [a, b] of pairs) {
      if (a.hostname === b.hostname && a.port === b.port) continue;
      this.#ledger.wrong(
        "mixed up",
        1,
        `${a.hostname} port ${a.port} is ${b.hostname} port ${b.port} at the other end`,
      );
    }
  }

  /** Closes the listeners, and waits until all that came has been dealt with. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener[Symbol.asyncDispose]()));
    await Promise.all(this.#accepting);
    await Promise.all(this.#welcoming);
  }
}

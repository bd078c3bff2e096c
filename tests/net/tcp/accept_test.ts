import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { connect, listen, type TcpConn, type TcpListener } from "@winsock/ws2";
import { randomBytes, readAll, readExactly } from "../../support/bytes.ts";
import { socketCount } from "../../support/handles.ts";
import { NEEDS_IPV4, NEEDS_IPV6 } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";
import { RawSocket } from "../../support/raw.ts";

function clientsOf({ addr: { port }, dualStack }: TcpListener, count: number): Promise<TcpConn[]> {
  const hostname = dualStack ? "::1" : "127.0.0.1";
  return Promise.all(Array.from({ length: count }, () => connect({ hostname, port })));
}

/** The local ports of sockets, to tell them apart by. */
function portsOf(conns: readonly TcpConn[], side: "localAddr" | "remoteAddr"): number[] {
  return conns.map((conn) => conn[side].port).sort((a, b) => a - b);
}

function closeAll(conns: readonly Disposable[]): void {
  for (const conn of conns) conn[Symbol.dispose]();
}

Deno.test("accept() takes clients that connected before, and those that connect later", NEEDS_WINDOWS, async () => {
  await using listener = listen();
  const early = await clientsOf(listener, 3);
  const first = [await listener.accept(), await listener.accept(), await listener.accept()];
  assertEquals(portsOf(first, "remoteAddr"), portsOf(early, "localAddr"));
  const waiting = listener.accept();
  const [late] = await clientsOf(listener, 1);
  const last = await waiting;
  assertEquals(last.remoteAddr, late.localAddr);
  closeAll([...early, ...first, late, last]);
});

Deno.test("accept() gives each of 300 waiting calls a client of its own", NEEDS_WINDOWS, async () => {
  await using listener = listen();
  const waiting = Array.from({ length: 300 }, () => listener.accept());
  const clients = await clientsOf(listener, 300);
  const servers = await Promise.all(waiting);
  assertEquals(portsOf(servers, "remoteAddr"), portsOf(clients, "localAddr"));
  assertEquals(new Set(portsOf(servers, "remoteAddr")).size, 300);
  closeAll([...clients, ...servers]);
});

Deno.test("accept() makes sockets that work in both directions", NEEDS_IPV4, async () => {
  await using listener = listen();
  using raw = new RawSocket().connect("127.0.0.1", listener.addr.port);
  using conn = await listener.accept();
  raw.send(randomBytes(1000));
  assertEquals(await readExactly(conn, 1000), randomBytes(1000));
  assertEquals(await conn.write(randomBytes(500, 2)), 500);
  assertEquals(raw.receive(1000), randomBytes(500, 2));
  await conn.closeWrite();
  assertEquals(raw.receive(1000).length, 0);
});

Deno.test("accept() passes over a client that has reset its connection", NEEDS_IPV4, async () => {
  await using listener = listen();
  new RawSocket().connect("127.0.0.1", listener.addr.port).reset();
  using client = await connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using server = await listener.accept();
  assertEquals(server.remoteAddr, client.localAddr);
});

Deno.test(
  "accept() rejects with the reason of a signal that is aborted before, and takes nothing",
  NEEDS_WINDOWS,
  async () => {
    await using listener = listen();
    const [client] = await clientsOf(listener, 1);
    const reason = new Error("enough");
    assertEquals(await assertRejects(() => listener.accept({ signal: AbortSignal.abort(reason) })), reason);
    using server = await listener.accept();
    assertEquals(server.remoteAddr, client.localAddr);
    client.close();
  },
);

Deno.test(
  "accept() rejects with the reason of a signal that is aborted while it waits, and ends no other",
  NEEDS_WINDOWS,
  async () => {
    await using listener = listen();
    const reason = { any: "value" };
    const controller = new AbortController();
    const others = [listener.accept(), listener.accept({ signal: new AbortController().signal })];
    const aborted = listener.accept({ signal: controller.signal });
    controller.abort(reason);
    assertEquals(await aborted.then(() => "accepted", (error) => error), reason);
    const clients = await clientsOf(listener, 2);
    const servers = await Promise.all(others);
    assertEquals(portsOf(servers, "remoteAddr"), portsOf(clients, "localAddr"));
    closeAll([...clients, ...servers]);
  },
);

Deno.test("accept() is not changed by a signal that is aborted afterwards", NEEDS_WINDOWS, async () => {
  await using listener = listen();
  const controller = new AbortController();
  const waiting = listener.accept({ signal: controller.signal });
  const [client] = await clientsOf(listener, 1);
  const server = await waiting;
  controller.abort();
  await client.write(Uint8Array.of(1, 2, 3));
  await client.closeWrite();
  assertEquals(await readAll(server), Uint8Array.of(1, 2, 3));
  closeAll([client, server]);
});

Deno.test("accept() loses no client when it is aborted as one connects", NEEDS_IPV4, async () => {
  await using listener = listen();
  for (let round = 0; round < 200; round++) {
    const controller = new AbortController();
    const waiting = listener.accept({ signal: controller.signal });
    waiting.catch(() => {});
    using raw = new RawSocket();
    const port = raw.bind("127.0.0.1");
    // The kernel has the connection when connect() returns; our side has not heard of it.
    if (round % 2) {
      raw.connect("127.0.0.1", listener.addr.port);
      controller.abort();
    } else {
      controller.abort();
      raw.connect("127.0.0.1", listener.addr.port);
    }
    using conn = await waiting.catch(() => listener.accept());
    assertEquals(conn.remoteAddr.port, port);
  }
});

Deno.test("accept() hands clients out in the order in which they came, asked for or not", NEEDS_IPV6, async () => {
  await using listener = listen();
  const clients: TcpConn[] = [];
  const servers: TcpConn[] = [];
  // More than are accepted ahead; some are asked for before they come, most afterwards.
  for (let i = 0; i < 60; i++) {
    const waiting = i % 5 === 0 ? listener.accept() : undefined;
    clients.push(await connect({ hostname: "::1", port: listener.addr.port }));
    if (waiting) servers.push(await waiting);
  }
  while (servers.length < clients.length) servers.push(await listener.accept());
  const ports = (conns: TcpConn[], side: "localAddr" | "remoteAddr") => conns.map((conn) => conn[side].port);
  assertEquals(ports(servers, "remoteAddr"), ports(clients, "localAddr"));
  for (const [index, client] of clients.entries()) {
    await client.write(Uint8Array.of(index));
    assertEquals(await readExactly(servers[index], 1), Uint8Array.of(index));
  }
  closeAll([...clients, ...servers]);
});

Deno.test("close() resets clients that nobody has asked for, and leaves no socket behind", NEEDS_IPV4, async () => {
  async function round(): Promise<void> {
    const listener = listen();
    const [asked, ...rest] = await clientsOf(listener, 30);
    const accepted = [await listener.accept()];
    await asked.write(Uint8Array.of(1)); // a turn in which others are accepted as well
    const reads = [asked, ...rest].map((client) => client.read(new Uint8Array(1)));
    listener.close();
    closeAll(accepted); // in good order, unlike the others
    const ends = await Promise.allSettled(reads);
    const resets = ends.filter((end) => end.status === "rejected" && end.reason instanceof Deno.errors.ConnectionReset);
    assert(resets.length >= rest.length, `only ${resets.length} of ${rest.length} were reset`);
    closeAll([asked, ...rest]);
    await listener[Symbol.asyncDispose]();
  }
  await round();
  const before = socketCount();
  await round();
  assertEquals(socketCount(), before);
});

Deno.test("close() rejects every accept() that waits with BadResource", NEEDS_WINDOWS, async () => {
  const listener = listen();
  const signal = new AbortController().signal;
  const waiting = [listener.accept(), listener.accept({ signal }), listener.accept()];
  listener.close();
  for (const accept of waiting) {
    const error = await assertRejects(() => accept, Deno.errors.BadResource);
    assert(error.message.includes(`:${listener.addr.port}`), error.message);
  }
});

Deno.test("accept(), close() and iterating refuse a closed listener with BadResource", NEEDS_WINDOWS, async () => {
  const listener = listen();
  listener.close();
  await assertRejects(() => listener.accept(), Deno.errors.BadResource, `:${listener.addr.port}`);
  assertThrows(() => listener.close(), Deno.errors.BadResource);
  for await (const _ of listener) throw new Error("a closed listener has no connections");
});

Deno.test("close() in the same turn as a client connects either accepts it or resets it", NEEDS_IPV4, async () => {
  for (let round = 0; round < 100; round++) {
    const listener = listen();
    const waiting = listener.accept();
    using _raw = new RawSocket().connect("127.0.0.1", listener.addr.port);
    listener.close();
    const outcome = await waiting.then((conn) => conn.close(), (error) => error);
    if (outcome !== undefined) assert(outcome instanceof Deno.errors.BadResource, String(outcome));
    await listener[Symbol.asyncDispose]();
  }
});

Deno.test("a listener hands out its connections by iteration, and break closes it", NEEDS_WINDOWS, async () => {
  const listener = listen();
  const clients = await clientsOf(listener, 3);
  const seen: number[] = [];
  for await (const conn of listener) {
    seen.push(conn.remoteAddr.port);
    conn.close();
    if (seen.length === 3) break;
  }
  assertEquals(seen.sort((a, b) => a - b), portsOf(clients, "localAddr"));
  await assertRejects(() => listener.accept(), Deno.errors.BadResource);
  closeAll(clients);
});

Deno.test("close() ends an iteration without an error", NEEDS_WINDOWS, async () => {
  const listener = listen();
  const [client] = await clientsOf(listener, 1);
  let count = 0;
  for await (const conn of listener) {
    count++;
    conn.close();
    Promise.resolve().then(() => listener.close()); // while the loop waits for the next one
  }
  assertEquals(count, 1);
  client.close();
});

Deno.test("aborting the signal of listen() ends an iteration", NEEDS_WINDOWS, async () => {
  const controller = new AbortController();
  const listener = listen({ signal: controller.signal });
  Promise.resolve().then(() => controller.abort());
  for await (const _ of listener) throw new Error("there is no client");
  await listener[Symbol.asyncDispose]();
});

Deno.test("using and await using close a listener, also one that is closed", NEEDS_IPV6, async () => {
  let port: number;
  let waiting: Promise<unknown>;
  {
    await using listener = listen({ hostname: "::1" });
    ({ port } = listener.addr);
    waiting = assertRejects(() => listener.accept(), Deno.errors.BadResource);
  }
  {
    using again = listen({ hostname: "::1", port }); // the port is free when the block is left
    again.close();
  }
  await waiting;
});

Deno.test("accept() leaves no socket behind when it is aborted or its listener closed", NEEDS_IPV4, async () => {
  async function round(): Promise<void> {
    await using listener = listen();
    const controller = new AbortController();
    const waiting = Array.from({ length: 20 }, (_, i) => listener.accept(i % 2 ? { signal: controller.signal } : {}));
    controller.abort();
    listener.close();
    await Promise.allSettled(waiting);
  }
  await round();
  const before = socketCount();
  for (let i = 0; i < 5; i++) await round();
  assertEquals(socketCount(), before);
});

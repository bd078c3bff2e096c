import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { connect, listen, listenWorkers, type TcpConn, workerConnections } from "@winsock/ws2";
import { socketCount } from "../../support/handles.ts";
import { NEEDS_BOTH } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";
import { readExactly } from "../../support/bytes.ts";

const module = new URL("programs/serving_worker.ts", import.meta.url);
const NAME_LENGTH = 37;

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

/** A connection, and the name of the Worker that serves it. */
async function visit(port: number, hostname = "127.0.0.1"): Promise<[conn: TcpConn, name: string]> {
  const conn = await connect({ hostname, port });
  return [conn, text(await readExactly(conn, NAME_LENGTH))];
}

async function isServed(conn: TcpConn): Promise<boolean> {
  await conn.write(bytes("hello"));
  return text(await readExactly(conn, 5)) === "hello";
}

/** Waits until a connection has ended, whether by its end or a reset. */
async function ended(conn: TcpConn): Promise<void> {
  try {
    while (await conn.read(new Uint8Array(100)) !== null);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  conn.close();
}

Deno.test("listenWorkers() serves clients of both families from all Workers", NEEDS_BOTH, async () => {
  await using server = listenWorkers({ module, workers: 2 });
  assertEquals(server.addr.hostname, "::");
  const names = new Set<string>();
  while (names.size < 2) { // until the second is ready, too
    const [conn, name] = await visit(server.addr.port, names.size ? "::1" : "127.0.0.1");
    names.add(name);
    conn.close();
  }
  const visits = await Promise.all(
    Array.from({ length: 20 }, (_, i) => visit(server.addr.port, i % 2 ? "::1" : "127.0.0.1")),
  );
  const shares = Map.groupBy(visits, ([, name]) => name);
  assertEquals([...shares.keys()].sort(), [...names].sort());
  for (const [conn] of visits) {
    assert(await isServed(conn));
    conn.close();
  }
});

for (const way of ["close", "exit", "error", "rejection"]) {
  Deno.test(`listenWorkers() replaces a Worker that ends by ${way}; the others go on`, NEEDS_WINDOWS, async () => {
    const errors: unknown[] = [];
    await using server = listenWorkers({ module, workers: 2, onError: (error) => errors.push(error) });
    const { port } = server.addr;
    let [first, one] = await visit(port);
    let [second, two] = await visit(port);
    while (one === two) {
      second.close();
      [second, two] = await visit(port);
    }
    await first.write(bytes(way));
    await ended(first);
    let name = two;
    while (name === two || name === one) {
      [first, name] = await visit(port);
      if (name !== two) assert(name !== one);
      if (name === two) first.close();
    }
    assert(await isServed(first));
    assert(await isServed(second));
    assertEquals(errors.length, 1);
    assertStringIncludes(String(errors[0]), way === "error" || way === "rejection" ? "as asked" : "A Worker has ended");
    first.close();
    second.close();
  });
}

Deno.test(
  "listenWorkers() gives the connections that a Worker has not taken when it ends to another",
  NEEDS_WINDOWS,
  async () => {
    await using server = listenWorkers({ module, workers: 1, onError: () => {} });
    const [first, name] = await visit(server.addr.port);
    await first.write(bytes("block"));
    const visits = await Promise.all(Array.from({ length: 5 }, () => visit(server.addr.port)));
    for (const [conn, other] of visits) {
      assert(other !== name);
      assert(await isServed(conn));
      conn.close();
    }
    await ended(first);
  },
);

Deno.test("shutdown() refuses new connections and waits for those that there are", NEEDS_WINDOWS, async () => {
  const sockets = socketCount();
  const server = listenWorkers({ module, workers: 2 });
  const { port } = server.addr;
  const [conn] = await visit(port);
  let isFinished = false;
  const finished = server.shutdown().then(() => isFinished = true);
  await assertRejects(() => connect({ hostname: "127.0.0.1", port }), Deno.errors.ConnectionRefused);
  assert(await isServed(conn));
  assertEquals(isFinished, false);
  conn.close();
  await finished;
  await server.finished;
  listen({ port, exclusive: false }).close();
  while (socketCount() > sockets) await new Promise((resolve) => setTimeout(resolve, 5));
});

Deno.test("listenWorkers() ends everything at once when its signal is aborted", NEEDS_WINDOWS, async () => {
  const controller = new AbortController();
  const server = listenWorkers({ module, workers: 2, signal: controller.signal });
  const [conn] = await visit(server.addr.port);
  controller.abort();
  await server.finished;
  await ended(conn);
  await assertRejects(() => connect({ hostname: "127.0.0.1", port: server.addr.port }), Deno.errors.ConnectionRefused);
});

Deno.test("listenWorkers() says when its module cannot be loaded", NEEDS_WINDOWS, async () => {
  const server = listenWorkers({ module: new URL("programs/none.js", import.meta.url), workers: 2 });
  const { message } = await assertRejects(() => server.finished, Error);
  assertMatch(message, /none\.js|Type checking failed/); // Deno checks a Worker's types, too, if it checks any
});

Deno.test("listenWorkers() refuses wrong options, and workerConnections() the main thread", NEEDS_WINDOWS, () => {
  const wrong: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [undefined, TypeError, "options must be an object"],
    [{}, TypeError, "module must be a URL, got undefined"],
    [{ module: "worker.ts" }, TypeError, 'module must be a whole URL, got "worker.ts"'],
    [{ module, workers: 0 }, RangeError, "workers must be a whole number from 1 to 1024, got 0"],
    [{ module, workers: "2" }, TypeError, "workers must be a number"],
    [{ module, onError: 1 }, TypeError, "onError must be a function, got 1"],
    [{ module, port: -1 }, RangeError, "port must be"],
  ];
  for (const [options, error, message] of wrong) assertThrows(() => listenWorkers(options as never), error, message);
  assertThrows(() => workerConnections(), Deno.errors.NotSupported, "workerConnections() is for Workers");
});

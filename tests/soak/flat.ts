/** Whether what is in use stays the same, however many connections and operations there have been. */

import { connect, listen, type TcpListener } from "@winsock/ws2";
import { equals } from "@std/bytes";
import { expectedBytes, keyedBytes } from "./keyed_stream.ts";
import { inUse, type Resources, resources } from "./resources.ts";

/** Whose sockets are measured: this library's, and Deno's own, beside which its memory is seen. */
const SOCKETS = {
  ws2: {
    listen: () => listen({ hostname: "127.0.0.1" }),
    connect: (port: number) => connect({ hostname: "127.0.0.1", port }),
    close: (listener: Deno.TcpListener) => (listener as TcpListener)[Symbol.asyncDispose](),
  },
  Deno: {
    listen: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
    connect: (port: number) => Deno.connect({ hostname: "127.0.0.1", port }),
    close: (listener: Deno.TcpListener) => Promise.resolve(listener.close()),
  },
} satisfies Record<string, {
  listen(): Deno.TcpListener;
  connect(port: number): Promise<Deno.TcpConn>;
  close(listener: Deno.TcpListener): Promise<void>;
}>;

type Sockets = keyof typeof SOCKETS;

const CLIENTS = 50;
const LENGTH = 100;
/** How many operations a message takes: it is written, read, written back and read. */
const OPERATIONS = 4;
/** How many times what is in use is looked at in each part. */
const STEPS = 10;
/** How many descriptors and handles may come and go beside the sockets: files that are read, and the worker's. */
const SLACK = 16;

/** What was in use after so many connections and operations. */
interface Step {
  readonly sockets: Sockets;
  readonly connections: number;
  readonly operations: number;
  readonly use: Resources;
}

/** Sends back all that comes until the end. */
async function echo(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(LENGTH);
  for (let bytes; (bytes = await conn.read(buffer)) !== null;) await conn.write(buffer.subarray(0, bytes));
  conn.close();
}

/** Sends a message, and compares what comes back. */
async function ask(conn: Deno.TcpConn, key: number): Promise<void> {
  await conn.write(keyedBytes(key, 0, LENGTH));
  const answer = new Uint8Array(LENGTH);
  for (let have = 0; have < LENGTH;) {
    const bytes = await conn.read(answer.subarray(have));
    if (bytes === null) throw new Error(`The stream ended after ${have} of ${LENGTH} bytes`);
    have += bytes;
  }
  if (!equals(answer, expectedBytes(key, 0, LENGTH))) throw new Error(`Message ${key} came back as another`);
}

/** Makes so many connections one after another, with a message each, and others beside them. */
async function connections(sockets: Sockets, port: number, count: number): Promise<void> {
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      const conn = await SOCKETS[sockets].connect(port);
      await ask(conn, left);
      conn.close();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** Sends messages over a few connections that stay open, until there have been so many operations. */
async function operations(sockets: Sockets, port: number, count: number): Promise<void> {
  let left = count / OPERATIONS;
  const client = async () => {
    const conn = await SOCKETS[sockets].connect(port);
    while (left-- > 0) await ask(conn, left);
    conn.close();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** One step of work, with a listener of its own: at its end everything is closed. */
async function work(sockets: Sockets, run: typeof connections, count: number): Promise<void> {
  const listener: Deno.TcpListener = SOCKETS[sockets].listen();
  const serving = new Set<Promise<void>>();
  const accepting = (async () => {
    for await (const conn of listener) {
      const served = echo(conn).finally(() => serving.delete(served));
      serving.add(served);
    }
  })();
  await run(sockets, listener.addr.port, count);
  await Promise.all(serving);
  await SOCKETS[sockets].close(listener);
  await accepting;
}

/** Puts sockets to work; tells after each step what is in use. */
async function* steps(sockets: Sockets, most: { connections: number; operations: number }): AsyncGenerator<Step> {
  for (let step = 1; step <= STEPS; step++) {
    await work(sockets, connections, most.connections / STEPS);
    yield { sockets, connections: most.connections * step / STEPS, operations: 0, use: resources() };
  }
  for (let step = 1; step <= STEPS; step++) {
    await work(sockets, operations, most.operations / STEPS);
    yield { sockets, connections: most.connections, operations: most.operations * step / STEPS, use: resources() };
  }
}

const COLUMNS: readonly [title: string, of: (step: Step) => number | string | undefined][] = [
  ["sockets of", ({ sockets }) => sockets],
  ["connections", ({ connections }) => connections],
  ["operations", ({ operations }) => operations],
  ["slots", ({ use }) => use.library.operations],
  ["buffers", ({ use }) => use.library.buffers],
  ["sockets", ({ use }) => use.sockets],
  ["descriptors", ({ use }) => use.descriptors],
  ["handles", ({ use }) => use.handles],
  ["V8 used MB", ({ use }) => (use.memory.heapUsed / 1e6).toFixed(1)],
  ["V8 reserved MB", ({ use }) => (use.memory.heapTotal / 1e6).toFixed(1)],
  ["resident MB", ({ use }) => (use.memory.rss / 1e6).toFixed(1)],
];

function line(cells: readonly (number | string | undefined)[]): string {
  return cells.map((cell, column) => String(cell ?? "–").padStart(Math.max(8, COLUMNS[column][0].length))).join("  ");
}

/**
 * What has grown from the first step to the last one that must not. Memory is not among it: the table tells how that of
 * Deno's own sockets goes in the same program.
 */
function grown(first: Resources, last: Resources): string[] {
  const counts = Object.entries(inUse(last)).filter(([what, count]) => count > inUse(first)[what]);
  const found = counts.map(([what, count]) => `${what}: ${inUse(first)[what]} → ${count}`);
  for (const what of ["descriptors", "handles"] as const) {
    const [before, after] = [first[what] ?? 0, last[what] ?? 0];
    if (after > before + SLACK) found.push(`${what}: ${before} → ${after}`);
  }
  return found;
}

/** Prints the table, and what has grown; returns whether nothing has. */
export async function isFlat(most: { connections: number; operations: number }): Promise<boolean> {
  console.log(line(COLUMNS.map(([title]) => title)));
  const found: string[] = [];
  for (const sockets of ["Deno", "ws2"] as const) {
    let first: Resources | undefined;
    let last: Resources | undefined;
    for await (const step of steps(sockets, most)) {
      console.log(line(COLUMNS.map(([, of]) => of(step))));
      first ??= step.use; // by now the worker and its port are there
      last = step.use;
    }
    found.push(...grown(first!, last!).map((what) => `${sockets}: ${what}`));
  }
  console.log(found.length === 0 ? "flat" : `grown: ${found.join(", ")}`);
  return found.length === 0;
}

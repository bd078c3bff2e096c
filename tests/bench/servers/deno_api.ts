// The TCP server for Deno's API, which is also ours: the same code drives both.
import { sourcePattern } from "./source_pattern.mjs";
import { watchTimer } from "./watch_timer.mjs";

interface Conn {
  read(p: Uint8Array): Promise<number | null>;
  write(p: Uint8Array): Promise<number>;
  close(): void;
}

interface Listener extends AsyncIterable<Conn> {
  readonly addr: { port: number };
}

async function writeAll(conn: Conn, data: Uint8Array): Promise<void> {
  let written = await conn.write(data);
  while (written < data.length) written += await conn.write(data.subarray(written));
}

async function echo(conn: Conn, size: number): Promise<void> {
  const buffer = new Uint8Array(size);
  for (let bytes; (bytes = await conn.read(buffer)) !== null;) await writeAll(conn, buffer.subarray(0, bytes));
}

async function sink(conn: Conn, size: number): Promise<void> {
  const buffer = new Uint8Array(size);
  let total = 0;
  for (let bytes; (bytes = await conn.read(buffer)) !== null;) total += bytes;
  await writeAll(conn, new Uint8Array(new BigUint64Array([BigInt(total)]).buffer));
}

async function source(conn: Conn): Promise<void> {
  const requests = new BigUint64Array(64);
  const buffer = new Uint8Array(requests.buffer);
  for (let bytes; (bytes = await conn.read(buffer)) !== null;) {
    if (bytes % 8 !== 0) throw new Error(`${bytes} bytes are no requests`);
    let owed = 0;
    for (const request of requests.subarray(0, bytes / 8)) owed += Number(request);
    for (; owed > 0; owed -= sourcePattern.length) await writeAll(conn, sourcePattern.subarray(0, owed));
  }
}

const modes: Record<string, (conn: Conn, size: number) => Promise<void>> = {
  echo,
  timer: echo,
  sink,
  source,
  close: () => Promise.resolve(),
};

async function handle(conn: Conn, mode: (typeof modes)[string], size: number): Promise<void> {
  try {
    await mode(conn, size);
  } catch (error) {
    // The client resets its connections when it has seen enough.
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  } finally {
    conn.close();
  }
}

/** Serves as the arguments say: PORT_FILE MODE buffer=BYTES. */
export async function serve(listen: (options: { hostname: string; port: number }) => Listener): Promise<void> {
  const [portFile, mode, buffer] = Deno.args;
  const size = Number(buffer.split("=")[1]);
  const listener = listen({ hostname: "127.0.0.1", port: 0 });
  Deno.writeTextFileSync(portFile, `${listener.addr.port}\n`);
  if (mode === "timer") watchTimer(portFile);
  for await (const conn of listener) handle(conn, modes[mode], size);
}

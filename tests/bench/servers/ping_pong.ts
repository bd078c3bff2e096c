// Both ends in one process, or our client with a server in another one:
//
//   ping_pong_….ts port=N|0 warmup=MS time=MS     with port 0 it serves itself

interface Conn {
  read(p: Uint8Array): Promise<number | null>;
  write(p: Uint8Array): Promise<number>;
  close(): void;
}

interface Api {
  listen(
    options: { hostname: string; port: number },
  ): { addr: { port: number }; accept(): Promise<Conn>; close(): void };
  connect(options: { hostname: string; port: number }): Promise<Conn>;
}

const LENGTH = 64;
const HOST = "127.0.0.1";

async function echo(conn: Conn): Promise<void> {
  const buffer = new Uint8Array(1024);
  for (let bytes; (bytes = await conn.read(buffer)) !== null;) await conn.write(buffer.subarray(0, bytes));
  conn.close();
}

/** Sends messages and waits for each to come back; prints how long that took. */
export async function pingPong(api: Api): Promise<void> {
  const [port, warmup, time] = Deno.args.map((argument) => Number(argument.split("=")[1]));
  const listener = port === 0 ? api.listen({ hostname: HOST, port: 0 }) : undefined;
  listener?.accept().then(echo);
  const conn = await api.connect({ hostname: HOST, port: listener?.addr.port ?? port });

  const message = new Uint8Array(LENGTH);
  const answer = new Uint8Array(LENGTH);
  const durations: number[] = [];
  const measureFrom = performance.now() + warmup;
  const measureUntil = measureFrom + time;
  for (let count = 0;; count++) {
    for (let i = 0; i < LENGTH; i++) message[i] = count * 31 + i;
    const start = performance.now();
    await conn.write(message);
    for (let received = 0; received < LENGTH;) {
      const bytes = await conn.read(received === 0 ? answer : answer.subarray(received));
      if (bytes === null) throw new Error("the connection was closed by the server");
      received += bytes;
    }
    const end = performance.now();
    for (let i = 0; i < LENGTH; i++) {
      if (answer[i] !== message[i]) throw new Error(`wrong answer: byte ${i} of message ${count} is ${answer[i]}`);
    }
    if (end > measureUntil) break;
    if (start >= measureFrom) durations.push(1000 * (end - start));
  }
  conn.close();
  listener?.close();
  durations.sort((a, b) => a - b);
  const at = (fraction: number) => durations[Math.round(fraction * (durations.length - 1))];
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99) }));
}

// A worker of listenWorkers(): says its name on each connection and echoes; some lines make it end.
import { type TcpConn, workerConnections } from "@winsock/ws2";

const name = crypto.randomUUID();

async function serve(conn: TcpConn): Promise<void> {
  await conn.write(new TextEncoder().encode(`${name}\n`));
  const buffer = new Uint8Array(1000);
  for (let bytes; (bytes = await conn.read(buffer)) !== null;) {
    const order = new TextDecoder().decode(buffer.subarray(0, bytes));
    if (order === "close") globalThis.close();
    else if (order === "exit") Deno.exit();
    else if (order === "error") {
      setTimeout(() => {
        throw new Error("as asked");
      });
    } else if (order === "rejection") Promise.reject(new Error("as asked"));
    else if (order === "block") {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      globalThis.close();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    } else await conn.write(buffer.subarray(0, bytes));
  }
  conn.close();
}

for await (const conn of workerConnections()) serve(conn).catch(() => {});

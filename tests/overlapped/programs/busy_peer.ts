// A Worker that sends without a pause, whatever its peers do: 8 connections with 4,000,000 bytes each, and a datagram.
import { connect, listenDatagram } from "@winsock/ws2";

// deno-lint-ignore no-explicit-any -- the types of a worker's own scope are not those of this file
(globalThis as any).onmessage = async ({ data }: MessageEvent<{ port: number; datagramPort: number }>) => {
  using datagrams = listenDatagram({ hostname: "127.0.0.1" });
  await datagrams.send(new Uint8Array(100), { transport: "udp", hostname: "127.0.0.1", port: data.datagramPort });
  const part = Uint8Array.from({ length: 251 * 400 }, (_, index) => index % 251);
  await Promise.all(Array.from({ length: 8 }, async () => {
    const conn = await connect({ hostname: "127.0.0.1", port: data.port });
    for (let sent = 0; sent < 4_000_000;) {
      sent += await conn.write(part.subarray(0, Math.min(part.length, 4_000_000 - sent)));
    }
    await conn.closeWrite();
    while (await conn.read(new Uint8Array(1)) !== null);
    await conn[Symbol.asyncDispose]();
  }));
};

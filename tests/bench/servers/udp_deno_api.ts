// The UDP echo server for Deno's API, which is also ours where no packet information is wanted.

interface DatagramConn {
  readonly addr: Deno.Addr;
  receive(p: Uint8Array): Promise<[Uint8Array, Deno.Addr]>;
  send(p: Uint8Array, addr: Deno.Addr): Promise<number>;
}

/** How long a datagram can be. */
export const ROOM = 2048;

/** Says that the server is ready: the first argument names a file, its first line is the port. */
export function writePort(addr: Deno.Addr): void {
  Deno.writeTextFileSync(Deno.args[0], `${(addr as Deno.NetAddr).port}\n`);
}

/** Answers every datagram with itself. */
export async function echo(conn: DatagramConn): Promise<void> {
  writePort(conn.addr);
  for (const buffer = new Uint8Array(ROOM);;) {
    const [data, addr] = await conn.receive(buffer);
    await conn.send(data, addr);
  }
}

import { type DatagramConn, listenDatagram, type ListenDatagramOptions } from "@winsock/ws2";
import { assertEquals } from "@std/assert";

/** The kinds of datagram socket, and the options that make one on every address. */
export const KINDS = {
  "dual-stack": {},
  "v6-only": { ipv6Only: true },
  "IPv4": { hostname: "0.0.0.0" },
} as const satisfies Record<string, ListenDatagramOptions>;

/** A kind of datagram socket. */
export type Kind = keyof typeof KINDS;

/** Every kind. */
export const ALL_KINDS = Object.keys(KINDS) as Kind[];

/** A socket of a kind, on every address that it can have. */
export function open(kind: Kind, options?: ListenDatagramOptions): DatagramConn {
  return listenDatagram({ ...KINDS[kind], ...options });
}

/** The address of a socket of a kind, on every address that it can have. */
export function placeOf(kind: Kind): string {
  return kind === "IPv4" ? "0.0.0.0" : "::";
}

/** Whether a socket of a kind has to do with addresses of an IP version. */
export function speaks(kind: Kind, version: 4 | 6): boolean {
  return kind === "dual-stack" || (kind === "IPv4") === (version === 4);
}

/** The address of a socket on the loopback. */
export function loopback({ addr }: DatagramConn, hostname: string): Deno.NetAddr {
  return { transport: "udp", hostname, port: addr.port };
}

/** Bytes of a text. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The text of bytes. */
export function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

/** Checks that nothing waits in a socket: what comes first is what is sent to it now. */
export async function assertNothingWaits(socket: DatagramConn): Promise<void> {
  const hostname = socket.addr.hostname.includes(":") ? "::1" : "127.0.0.1";
  await socket.send(bytes("the first to come"), loopback(socket, hostname));
  assertEquals(text((await socket.receive())[0]), "the first to come");
}

/** What the tests of Node's sockets share. */
import { once } from "node:events";
import type http from "node:http";
import type net from "node:net";
import { listen, type TcpConn } from "@winsock/ws2";
import { toNodeSocket } from "@winsock/ws2/node";

/** A self-signed certificate for localhost, 127.0.0.1 and ::1, made by `openssl req -x509` for these tests; until 2126. */
export const cert = await Deno.readTextFile(new URL("certificate.pem", import.meta.url));
/** Its key, which protects nothing. */
export const key = await Deno.readTextFile(new URL("key.pem", import.meta.url));

/** A connection whose one end is a Node socket. */
export async function nodePair(
  options?: Parameters<typeof toNodeSocket>[1],
  hostname = "127.0.0.1",
): Promise<{ socket: net.Socket; peer: TcpConn }> {
  using listener = listen();
  const { connect } = await import("@winsock/ws2");
  const [conn, peer] = await Promise.all([connect({ hostname, port: listener.addr.port }), listener.accept()]);
  return { socket: toNodeSocket(conn, options), peer };
}

/** The names of the events of an emitter, in their order. */
export function recordEvents(emitter: net.Socket | net.Server, ...names: string[]): string[] {
  const events: string[] = [];
  for (const name of names) emitter.on(name, () => events.push(name));
  return events;
}

/** Everything that a stream gives, as text. */
export async function textOf(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  return new TextDecoder().decode(Uint8Array.from(chunks.flatMap((chunk) => [...chunk])));
}

/** Makes a request, and resolves with the response and its body. */
export async function ask(request: http.ClientRequest): Promise<{ response: http.IncomingMessage; body: string }> {
  request.end();
  const [response] = await once(request, "response") as [http.IncomingMessage];
  return { response, body: await textOf(response) };
}

/** Closes a server and its connections. */
export async function closeServer(server: net.Server & { closeAllConnections?: () => void }): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections?.();
  await closed;
}

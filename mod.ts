/**
 * Sockets for Deno on Windows that serve IPv6 and IPv4 together, and tell which local address each datagram came to.
 * They are Winsock's own, bound by FFI: importing the module opens nothing, the first socket loads `ws2_32.dll`.
 *
 * - {@linkcode listen} and {@linkcode connect} for TCP, with the types of `Deno.listen` and `Deno.connect`;
 * - {@linkcode listenDatagram} for UDP, with packet information in and the source address out, {@linkcode connectDatagram}
 *   for UDP with one peer;
 * - `@winsock/ws2/http` serves HTTP on these sockets, `@winsock/ws2/node` has Node's servers and clients run on them;
 * - {@linkcode resolve} looks names up, {@linkcode probeStack} tells which address families the system has,
 *   {@linkcode interfaces} lists its network interfaces.
 *
 * Failures are errors of the `Deno.errors` class that fits, with a {@linkcode WinsockError} as their cause.
 *
 * @example Echo what TCP clients of both families send
 * ```ts
 * import { connect, listen } from "@winsock/ws2";
 *
 * const listener = listen();
 * const serve = async () => {
 *   for await (const conn of listener) conn.readable.pipeTo(conn.writable).catch(console.error);
 * };
 * serve();
 *
 * for (const hostname of ["::1", "127.0.0.1"]) {
 *   using conn = await connect({ hostname, port: listener.addr.port });
 *   await conn.write(new TextEncoder().encode(`hello ${hostname}`));
 *   await conn.closeWrite();
 *   console.log(await new Response(conn.readable).text());
 * }
 * listener.close();
 * ```
 *
 * @module
 */
export { connect, type ConnectOptions } from "./ffi/net/tcp/connect.ts";
export { listen, type ListenOptions } from "./ffi/net/tcp/listen.ts";
export { adopt, adoptHandle, closeDetached } from "./ffi/net/tcp/adopt.ts";
export type { ConnDescription, ListenerDescription } from "./ffi/net/tcp/detached.ts";
export type { SendFileOptions } from "./ffi/net/tcp/send_file.ts";
export type { TcpConn } from "./ffi/net/tcp/conn.ts";
export type { TcpListener } from "./ffi/net/tcp/listener.ts";
export { listenDatagram, type ListenDatagramOptions } from "./ffi/net/datagram/listen.ts";
export {
  connectDatagram,
  type ConnectDatagramOptions,
  type ConnectedDatagramConn,
} from "./ffi/net/datagram/connected.ts";
export type { DatagramConn } from "./ffi/net/datagram/conn.ts";
export type { InterfaceMembership, MulticastMembership, MulticastOptions } from "./ffi/net/datagram/membership.ts";
export { type InterfaceAddress, interfaces, type NetworkInterface } from "./ffi/net/interfaces.ts";
export type { DatagramOptions } from "./ffi/net/datagram/options.ts";
export type { PacketInfo, ReceivedMessage, SendMessageOptions } from "./ffi/marshal/packet_info.ts";
export type { HostAddr, NetAddr } from "./ffi/marshal/sockaddr.ts";
export { resolve, type ResolveOptions } from "./ffi/net/resolve.ts";
export type { SocketOptions } from "./ffi/net/options.ts";
export { probeStack, type StackInfo } from "./ffi/net/family.ts";
export type { SendLimit, TcpInfo, TcpOptions } from "./ffi/net/tcp/options.ts";
export type { ReceiveOptions, WaitOptions } from "./ffi/net/wait.ts";
export { listenWorkers, type ListenWorkersOptions, type WorkersServer } from "./ffi/net/tcp/workers.ts";
export { workerConnections } from "./ffi/net/tcp/worker_connections.ts";
export { WinsockError } from "./ffi/win32/errors.ts";

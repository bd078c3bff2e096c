/** @module */
export { connect, type ConnectOptions, listen, type ListenOptions } from "./ffi/net/tcp.ts";
export { TcpConn, type WaitOptions } from "./ffi/net/tcp_conn.ts";
export { TcpListener } from "./ffi/net/tcp_listener.ts";
export { listenDatagram, type ListenDatagramOptions } from "./ffi/net/datagram.ts";
export { DatagramConn } from "./ffi/net/datagram_conn.ts";
export { DatagramOptions } from "./ffi/net/datagram_options.ts";
export type { PacketInfo, ReceivedMessage, SendMessageOptions } from "./ffi/net/datagram_message.ts";
export type { NetAddr } from "./ffi/net/net_addr.ts";
export { resolve, type ResolveOptions } from "./ffi/net/resolve.ts";
export { SocketOptions } from "./ffi/net/socket_options.ts";
export { probeStack, type StackInfo } from "./ffi/net/stack.ts";
export { TcpOptions } from "./ffi/net/tcp_options.ts";
export { WinsockError } from "./ffi/win32/errors.ts";

/** @module */
export { connect, type ConnectOptions, listen, type ListenOptions } from "./ffi/net/tcp.ts";
export { TcpConn, type WaitOptions } from "./ffi/net/tcp_conn.ts";
export { TcpListener } from "./ffi/net/tcp_listener.ts";
export type { NetAddr } from "./ffi/net/net_addr.ts";
export { resolve, type ResolveOptions } from "./ffi/net/resolve.ts";
export { WinsockError } from "./ffi/win32/errors.ts";

import { connect, type ConnectOptions, listen, type ListenOptions, type TcpConn, type TcpListener } from "@winsock/ws2";

/** Both ends of a connection, and the listener that it came about by. Closed at the end of the block that uses it. */
export interface Pair extends AsyncDisposable {
  readonly listener: TcpListener;
  readonly client: TcpConn;
  readonly server: TcpConn;
}

/** Connects to a listener of its own: `await using pair = await connectedPair();` */
export async function connectedPair(
  { to = "127.0.0.1", listening, connecting }: {
    to?: string;
    listening?: ListenOptions;
    connecting?: Partial<ConnectOptions>;
  } = {},
): Promise<Pair> {
  const listener = listen(listening);
  const [client, server] = await Promise.all([
    connect({ hostname: to, port: listener.addr.port, ...connecting }),
    listener.accept(),
  ]);
  const all = [listener, client, server];
  return {
    listener,
    client,
    server,
    [Symbol.asyncDispose]: async () => void await Promise.all(all.map((socket) => socket[Symbol.asyncDispose]())),
  };
}

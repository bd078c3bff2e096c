import { assertEquals } from "@std/assert";
import { listen, listenDatagram } from "@winsock/ws2";
import { NEEDS_IPV4, NEEDS_IPV6 } from "../support/families.ts";
import { connectedPair } from "../support/pair.ts";

const inspect = (value: unknown) => Deno.inspect(value, { breakLength: Infinity });

Deno.test("Deno.inspect() shows a listener's address and state", NEEDS_IPV6, () => {
  const listener = listen();
  const { port } = listener.addr;
  const shown = `TcpListener { addr: { transport: "tcp", hostname: "::", port: ${port} }, dualStack: true, state: `;
  assertEquals(inspect(listener), `${shown}"open" }`);
  assertEquals(inspect(listener.options), `SocketOptions { socket: "the listener on [::]:${port}", state: "open" }`);
  listener.close();
  assertEquals(inspect(listener), `${shown}"closed" }`);
  assertEquals(inspect(listener.options), `SocketOptions { socket: "the listener on [::]:${port}", state: "closed" }`);
});

Deno.test("Deno.inspect() shows a connection's addresses and state", NEEDS_IPV4, async () => {
  await using pair = await connectedPair({ to: "127.0.0.1" });
  const { localAddr, remoteAddr } = pair.client;
  const addr = ({ port }: Deno.NetAddr) => `{ transport: "tcp", hostname: "127.0.0.1", port: ${port} }`;
  const shown = `TcpConn { localAddr: ${addr(localAddr)}, remoteAddr: ${addr(remoteAddr)}, state: `;
  assertEquals(inspect(pair.client), `${shown}"open" }`);
  const socket = `the connection with 127.0.0.1:${remoteAddr.port}`;
  assertEquals(inspect(pair.client.options), `TcpOptions { socket: "${socket}", state: "open" }`);
  pair.client.close();
  assertEquals(inspect(pair.client), `${shown}"closed" }`);
});

Deno.test("Deno.inspect() shows a datagram socket's address and state", NEEDS_IPV4, () => {
  const socket = listenDatagram({ hostname: "127.0.0.1" });
  const { port } = socket.addr;
  const shown =
    `DatagramConn { addr: { transport: "udp", hostname: "127.0.0.1", port: ${port} }, dualStack: false, state: `;
  assertEquals(inspect(socket), `${shown}"open" }`);
  assertEquals(inspect(socket.options), `DatagramOptions { socket: "the socket on 127.0.0.1:${port}", state: "open" }`);
  socket.close();
  assertEquals(inspect(socket), `${shown}"closed" }`);
  assertEquals(inspect(Object.getPrototypeOf(socket)), "DatagramConn {}");
});

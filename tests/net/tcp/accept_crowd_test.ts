// How many AcceptEx calls wait: counted by the sockets that are made for them.
import { assert } from "@std/assert";
import { listen, type TcpConn } from "@winsock/ws2";
import { setImmediate } from "node:timers";
import { tcpProvider } from "../../../ffi/win32/provider.ts";
import { AF_INET } from "../../../ffi/win32/winsock.ts";
import { ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { NEEDS_IPV4 } from "../../support/families.ts";
import { RawSocket } from "../../support/raw.ts";
import { countCalls } from "../../support/stand_in.ts";

/** Counts the calls of `AcceptEx` for IPv4 that complete synchronously, until the end of the block. */
function countSynchronousAccepts(): Disposable & { calls: number } {
  const { AcceptEx } = tcpProvider(AF_INET);
  const original = AcceptEx.call.bind(AcceptEx);
  const count = { calls: 0, [Symbol.dispose]: () => void Reflect.deleteProperty(AcceptEx, "call") };
  Object.defineProperty(AcceptEx, "call", {
    configurable: true,
    value(...parameters: Parameters<typeof original>) {
      const result = original(...parameters);
      if (result !== 0) count.calls++;
      return result;
    },
  });
  return count;
}

Deno.test("accept() takes a crowd of clients in a few turns, and goes back to few calls", NEEDS_IPV4, async () => {
  await using listener = listen({ hostname: "127.0.0.1", backlog: 200 });
  const { port } = listener.addr;
  using sockets = countCalls(ws2_32(), "WSASocketW");
  const clients: Disposable[] = [];
  const servers: TcpConn[] = [];
  let most = 0;
  const knock = async (count: number) => {
    // They do not give others a turn, so that all of them are in the backlog before the first one is accepted.
    for (let i = 0; i < count; i++) clients.push(new RawSocket().connect("127.0.0.1", port));
    while (servers.length < clients.length) {
      servers.push(await listener.accept());
      most = Math.max(most, sockets.calls - servers.length);
    }
  };
  using accepts = countSynchronousAccepts();
  await knock(150);
  // Where a call for a client that is there completes synchronously, as on Windows, none has to wait.
  assert(most > 32 || accepts.calls > 100, `${most} calls waited at most while 150 clients came`);
  most = 0;
  for (let i = 0; i < 150; i++) await knock(1);
  assert(
    sockets.calls - servers.length <= 16,
    `${sockets.calls - servers.length} calls wait when clients come one by one`,
  );
  for (const end of [...clients, ...servers]) end[Symbol.dispose]();
});

Deno.test("accept() takes few clients that nobody has asked for", NEEDS_IPV4, async () => {
  await using listener = listen({ hostname: "127.0.0.1", backlog: 200 });
  using sockets = countCalls(ws2_32(), "WSASocketW");
  const clients: Disposable[] = [];
  const servers: TcpConn[] = [];
  for (let i = 0; i < 150; i++) {
    clients.push(new RawSocket().connect("127.0.0.1", listener.addr.port));
    if (i < 20) servers.push(await listener.accept());
    else await new Promise<void>((resolve) => setImmediate(resolve));
  }
  assert(sockets.calls - servers.length <= 32, `${sockets.calls - servers.length} sockets were made for nobody`);
  for (let i = 20; i < 150; i++) servers.push(await listener.accept());
  for (const end of [...clients, ...servers]) end[Symbol.dispose]();
});

// How many AcceptEx calls wait: counted by the sockets that are made for them.
import { assert } from "@std/assert";
import { listen, type TcpConn } from "@winsock/ws2";
import { setImmediate } from "node:timers";
import { MOST_AHEAD, USUAL_AHEAD } from "../../../ffi/net/tcp/acceptor.ts";
import { tcpProvider } from "../../../ffi/win32/provider.ts";
import { AF_INET, SO_UPDATE_ACCEPT_CONTEXT } from "../../../ffi/win32/winsock.ts";
import { ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { NEEDS_IPV4 } from "../../support/families.ts";
import { RawSocket } from "../../support/raw.ts";
import { countCalls, standIn } from "../../support/stand_in.ts";

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

/** Counts the connections that the listeners have accepted, asked for or not, until the end of the block. */
function countAccepted(): Disposable & { accepted: number } {
  const count = { accepted: 0, [Symbol.dispose]: () => counting[Symbol.dispose]() };
  const counting = standIn(ws2_32(), "setsockopt", (original) => (s, level, name, value, length) => {
    if (name === SO_UPDATE_ACCEPT_CONTEXT) count.accepted++;
    return original(s, level, name, value, length);
  });
  return count;
}

/** More clients than there are calls as a rule, and fewer than the backlog has room for. */
const CROWD = 9 * USUAL_AHEAD;

Deno.test("accept() takes a crowd of clients in a few turns, and goes back to few calls", NEEDS_IPV4, async () => {
  await using listener = listen({ hostname: "127.0.0.1", backlog: 2 * CROWD });
  const { port } = listener.addr;
  using sockets = countCalls(ws2_32(), "WSASocketW");
  const clients: Disposable[] = [];
  const servers: TcpConn[] = [];
  /** How many sockets have been made for clients that nobody has been given. */
  const ahead = () => sockets.calls - servers.length;
  let most = 0;
  const knock = async (count: number) => {
    // They do not give others a turn, so that all of them are in the backlog before the first one is accepted.
    for (let i = 0; i < count; i++) clients.push(new RawSocket().connect("127.0.0.1", port));
    while (servers.length < clients.length) {
      servers.push(await listener.accept());
      most = Math.max(most, ahead());
    }
  };
  using accepts = countSynchronousAccepts();
  await knock(CROWD);
  // Where a call for a client that is there completes synchronously, as on Windows, none has to wait.
  assert(
    most > 2 * USUAL_AHEAD || accepts.calls > CROWD / 2,
    `${most} calls waited at most while ${CROWD} clients came`,
  );
  assert(most <= MOST_AHEAD, `${most} calls waited`);
  // Each client that comes alone may leave one call less.
  for (let i = 0; i <= MOST_AHEAD && (i === 0 || ahead() > USUAL_AHEAD); i++) await knock(1);
  assert(ahead() <= USUAL_AHEAD, `${ahead()} calls wait when clients come one by one`);
  for (const end of [...clients, ...servers]) end[Symbol.dispose]();
});

Deno.test("accept() takes few clients that nobody has asked for", NEEDS_IPV4, async () => {
  await using listener = listen({ hostname: "127.0.0.1", backlog: 2 * CROWD });
  using sockets = countCalls(ws2_32(), "WSASocketW");
  using connections = countAccepted();
  const clients: Disposable[] = [];
  const servers: TcpConn[] = [];
  const knock = () => clients.push(new RawSocket().connect("127.0.0.1", listener.addr.port));
  for (let i = 0; i < USUAL_AHEAD; i++) { // one by one, until as many calls wait as do as a rule
    knock();
    servers.push(await listener.accept());
  }
  for (let i = 0; i < CROWD; i++) knock();
  // Nothing more is accepted when each socket that has been made has its client.
  const unasked = () => sockets.calls - servers.length;
  while (connections.accepted < sockets.calls && unasked() <= 2 * USUAL_AHEAD) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  assert(unasked() >= USUAL_AHEAD && unasked() <= 2 * USUAL_AHEAD, `${unasked()} sockets were made for nobody`);
  while (servers.length < clients.length) servers.push(await listener.accept());
  for (const end of [...clients, ...servers]) end[Symbol.dispose]();
});

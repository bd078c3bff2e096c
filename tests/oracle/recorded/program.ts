// Run on Windows with --allow-ffi: prints what the library hands to Winsock for the requests, as lines in JSON.
import { connect, type DatagramConn, listen, type TcpConn } from "@winsock/ws2";
import { ALL_KINDS, open } from "../../support/datagrams.ts";
import { recordSends, recordSetUp } from "../../support/recorded_calls.ts";
import { DATA, PORT, SENDS, SET_UPS } from "./requests.ts";

async function sends(): Promise<string[]> {
  const sockets = new Map(ALL_KINDS.map((kind) => [kind, open(kind)]));
  using calls = recordSends();
  for (const { kind, to, flowInfo, options } of SENDS) {
    const addr = { transport: "udp" as const, hostname: to, port: PORT, flowInfo };
    await sockets.get(kind)!.sendMessage(Uint8Array.fromHex(DATA), addr, options);
  }
  for (const socket of sockets.values()) socket.close();
  return calls.lines;
}

function setUps(): string[] {
  for (const kind of ALL_KINDS) open(kind).close(); // asks for extension functions and the like once
  return SET_UPS.flatMap(({ kind, options }) => {
    using calls = recordSetUp();
    using _socket = open(kind, options);
    return calls.lines;
  });
}

/** Records what an action calls; whether the system likes it is another question. */
async function record(action: () => unknown): Promise<string[]> {
  using calls = recordSetUp();
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error && error.cause)) throw error;
  }
  return calls.lines;
}

/** What is set on a datagram socket; options.c does the same. */
const DATAGRAM_ACTIONS: readonly ((socket: DatagramConn) => unknown)[] = [
  ({ options }) => options.receiveBufferSize = 0x12345,
  ({ options }) => options.sendBufferSize = 0x23456,
  ({ options }) => options.hopLimit = 77,
  ({ options }) => options.broadcast = true,
  ({ options }) => options.broadcast = false,
  ({ options }) => options.dontFragment = true,
  ({ options }) => options.multicastHopLimit = 0,
  ({ options }) => options.multicastLoopback = false,
];

async function datagramOptions(): Promise<string[]> {
  const lines: string[] = [];
  for (const kind of ALL_KINDS) {
    using socket = open(kind);
    for (const action of DATAGRAM_ACTIONS) lines.push(...await record(() => action(socket)));
  }
  return lines;
}

async function memberships(): Promise<string[]> {
  using socket = open("dual-stack");
  const lines: string[] = [];
  const run = async (action: () => unknown) => void lines.push(...await record(action));
  await run(() => socket.joinMulticastV4("239.255.1.2")); // on an interface that the system chooses, if it has one
  let ipv4: Deno.MulticastV4Membership;
  await run(async () => ipv4 = await socket.joinMulticastV4("239.255.1.3", "127.0.0.1"));
  await run(() => ipv4.setTTL(9));
  await run(() => ipv4.setLoopback(false));
  await run(() => ipv4.leave());
  let ipv6: Deno.MulticastV6Membership;
  await run(async () => ipv6 = await socket.joinMulticastV6("ff02::1234", 1));
  await run(() => ipv6.setLoopback(true));
  await run(() => ipv6.leave());
  return lines;
}

/** What is set on a connection; options.c does the same. */
const TCP_ACTIONS: readonly ((conn: TcpConn) => unknown)[] = [
  ({ options }) => options.noDelay = true,
  (conn) => conn.setNoDelay(false),
  ({ options }) => options.keepAlive = true,
  (conn) => conn.setKeepAlive(false),
  ({ options }) => options.keepAliveIdle = 30,
  ({ options }) => options.keepAliveInterval = 5,
  ({ options }) => options.keepAliveCount = 6,
  ({ options }) => options.linger = 65535,
  ({ options }) => options.linger = 0,
  ({ options }) => options.linger = undefined,
  ({ options }) => options.hopLimit = 78,
];

async function tcpOptions(): Promise<string[]> {
  const lines: string[] = [];
  using listener = listen();
  for (const hostname of ["127.0.0.1", "::1"]) {
    using conn = await connect({ hostname, port: listener.addr.port });
    using _accepted = await listener.accept();
    for (const action of TCP_ACTIONS) lines.push(...await record(() => action(conn)));
  }
  return lines;
}

const [sent, options, groups, tcp] = [await sends(), await datagramOptions(), await memberships(), await tcpOptions()];
console.log(JSON.stringify({ sends: sent, setUps: setUps(), options, memberships: groups, tcp }));

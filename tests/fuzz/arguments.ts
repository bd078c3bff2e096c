/** Arguments and options of the whole API: each is accepted, or refused by a TypeError or RangeError that names it. */

import { assert } from "@std/assert";
import { connect, type DatagramConn, listen, listenDatagram, resolve, type TcpConn, WinsockError } from "@winsock/ws2";
import { resolverCalls } from "../../ffi/win32/ws2_32.ts";
import { connectedPair, type Pair } from "../support/pair.ts";
import { standIn } from "../support/stand_in.ts";
import type { Random } from "./random.ts";
import type { Tally, Target } from "./runner.ts";
import { anyValue, TRAP_MESSAGE } from "./values.ts";

/** Options of each call, with values that are right. `hostname` is numeric: names would be looked up. */
const LISTEN = { hostname: "127.0.0.1", port: 0, ipv6Only: false, reuseAddress: false, backlog: 5, signal: undefined };
const DATAGRAM = {
  hostname: "127.0.0.1",
  port: 0,
  ipv6Only: false,
  reuseAddress: false,
  packetInfo: true,
  connectionReset: false,
  signal: undefined,
};
const RESOLVE = { service: 80, family: undefined, signal: undefined };
const SEND = {
  source: "127.0.0.1",
  interfaceIndex: 1,
  hopLimit: 9,
  trafficClass: 0,
  ecn: 0,
  segmentSize: 100,
  signal: undefined,
};

/** Some of the options, one or two of them of any value. */
function makeOptions(random: Random, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) if (random.oneIn(2)) made[name] = value;
  for (let wrong = random.between(0, 2); wrong > 0; wrong--) {
    made[random.pick(Object.keys(options))] = anyValue(random);
  }
  return made;
}

interface Sockets {
  readonly pair: Pair;
  readonly udp: DatagramConn;
}

let sockets: Promise<Sockets> | undefined;

async function open(): Promise<Sockets> {
  return { pair: await connectedPair(), udp: listenDatagram({ hostname: "127.0.0.1" }) };
}

/** Whatever a call made is closed at once. */
function closed(value: unknown): unknown {
  if (typeof value === "object" && value !== null && Symbol.dispose in value) (value as Disposable)[Symbol.dispose]();
  return value;
}

type Any = never;

/** One call with arguments that may be wrong, and the names that its errors may begin with. */
function makeCall(random: Random, { pair: { client }, udp }: Sockets): [name: string, call: () => unknown] {
  const options = (right: Readonly<Record<string, unknown>>) =>
    (random.oneIn(12) ? anyValue(random) : makeOptions(random, right)) as Any;
  const value = anyValue(random) as Any;
  const to = { transport: "udp", hostname: "127.0.0.1", port: udp.addr.port, scopeId: 0, flowInfo: 0 };
  const addr = (random.oneIn(8) ? anyValue(random) : makeOptions(random, to)) as Any;
  const bytes = (random.oneIn(2) ? anyValue(random) : new Uint8Array(3)) as Any;
  const calls: readonly [string, () => unknown][] = [
    ["listen", () => closed(listen(options(LISTEN)))],
    ["listenDatagram", () => closed(listenDatagram(options(DATAGRAM)))],
    ["resolve", () => resolve(random.oneIn(2) ? "::1" : value, options(RESOLVE))],
    ["send", () => udp.send(bytes, addr)],
    ["sendMessage", () => udp.sendMessage(bytes, addr, options(SEND))],
    ["reply", () => udp.reply(value, bytes)],
    ["joinMulticastV4", () => udp.joinMulticastV4(random.oneIn(2) ? "224.0.0.251" : value, anyValue(random) as Any)],
    ["joinMulticastV6", () => udp.joinMulticastV6(random.oneIn(2) ? "ff02::fb" : value, anyValue(random) as Any)],
    ["connect", () => connect(anyConnect(random))],
    ["property", () => setProperty(random, client, udp)],
    ["option", () => anyOption(random, random.oneIn(2) ? client : udp)],
  ];
  return random.pick(calls);
}

/** Options of `connect`, which never lead anywhere: one of them is wrong for sure. */
function anyConnect(random: Random): Any {
  const options = makeOptions(random, {
    hostname: "127.0.0.1",
    port: 1,
    family: 4,
    localPort: 0,
    timeout: 1,
    signal: 0,
  });
  return (random.oneIn(8) ? anyValue(random) : { ...options, ipv6Only: 1 }) as Any;
}

const TCP_OPTIONS = ["receiveBufferSize", "sendBufferSize", "hopLimit", "noDelay", "keepAlive"];
const KEEP_ALIVE = ["keepAliveIdle", "keepAliveInterval", "keepAliveCount"];
const UDP_OPTIONS = ["broadcast", "dontFragment", "multicastHopLimit", "multicastLoopback", "hopLimit"];

function setProperty(random: Random, client: TcpConn, udp: DatagramConn): unknown {
  const isTcp = random.oneIn(2);
  const options = (isTcp ? client.options : udp.options) as unknown as Record<string, unknown>;
  const name = random.pick(isTcp ? [...TCP_OPTIONS, ...KEEP_ALIVE] : UDP_OPTIONS);
  if (random.oneIn(4)) return options[name];
  options[name] = anyValue(random);
  return undefined;
}

const LEVELS = [0xffff, 0, 41, 6, 17];

/** An option by its number. The two that make calls wait, and that would stop the test itself, are left out. */
function anyOption(random: Random, { options }: TcpConn | DatagramConn): unknown {
  const level = random.oneIn(6) ? anyValue(random) : random.pick(LEVELS);
  const name = random.oneIn(6) ? anyValue(random) : random.below(100);
  const args = [level, name] as unknown as [number, number];
  if (random.oneIn(3)) return options.get(...args);
  if (random.oneIn(2)) {
    const room = random.oneIn(3) ? anyValue(random) : random.between(1, 600);
    const bytes = options.getBytes(...args, room as number);
    assert(bytes.length <= (room as number), `${bytes.length} bytes of ${room}`);
    return bytes;
  }
  const value = random.oneIn(2) ? anyValue(random) : random.bytes(random.below(40));
  return options.set(...args, value as number);
}

/** What errors name: the argument or option that is wrong, or that the call says it cannot do. */
const NAMED = new RegExp(
  "^(options|hostname|port|ipv6Only|reuseAddress|backlog|packetInfo|connectionReset|service|family|timeout|localPort|" +
    "localAddress|source|interfaceIndex|hopLimit|trafficClass|ecn|segmentSize|signal|p|addr|message|address|" +
    "networkInterface|level|name|room|value|noDelay|broadcast|dontFragment|multicast\\w+|keepAlive\\w*|" +
    "receiveBufferSize|sendBufferSize)\\b[\\w.]* must ",
);

function checkError(error: unknown): string {
  assert(error instanceof Error, `${String(error)} is thrown`);
  if (error.message === TRAP_MESSAGE) return "thrown by the options themselves";
  if (error.cause !== undefined) {
    assert(error.cause instanceof WinsockError, `the cause is ${error.cause}`);
    assert(error.message.startsWith("Cannot "), error.message);
    return "refused by the system";
  }
  const isDocumented = error instanceof TypeError || error instanceof RangeError;
  assert(isDocumented && (NAMED.test(error.message) || error.message.startsWith("Cannot ")), `${error.name}: ${error}`);
  return "refused";
}

async function run(random: Random, tally: Tally): Promise<void> {
  const [name, call] = makeCall(random, await (sockets ??= open()));
  // A name is looked up by nobody: there is no name server here, and none may be asked.
  using _names = standIn(resolverCalls(), "GetAddrInfoW", () => () => 11001);
  try {
    await call();
    tally.add("accepted");
  } catch (error) {
    try {
      tally.add(checkError(error));
    } catch (cause) {
      throw new Error(`${name}: ${(cause as Error).message}`, { cause: error });
    }
  }
}

async function end(): Promise<void> {
  if (sockets === undefined) return;
  const { pair, udp } = await sockets;
  sockets = undefined;
  await pair[Symbol.asyncDispose]();
  await udp[Symbol.asyncDispose]();
}

/** Every argument of the API. */
export const ARGUMENTS: Target = {
  name: "arguments",
  about: "arguments, options of calls and options of sockets",
  needsWindows: true,
  short: 3000,
  long: 1_000_000,
  outcomes: ["accepted", "refused", "refused by the system"],
  run,
  end,
};

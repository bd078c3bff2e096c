import { assert, assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import { listen, listenDatagram } from "@winsock/ws2";
import { DatagramOptions } from "../../ffi/net/datagram/options.ts";
import { SocketOptions } from "../../ffi/net/options.ts";
import { TcpOptions } from "../../ffi/net/tcp/options.ts";
import {
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_UNICAST_HOPS,
  SO_BROADCAST,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PROTOCOL_INFOW,
  SO_RCVBUF,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
  WSAPROTOCOL_INFOW,
} from "@winsock/ws2/ffi";
import { layout } from "@winsock/ws2/layout";
import { ALL_KINDS, open, placeOf } from "../support/datagrams.ts";
import { assertFailedCall } from "../support/errors.ts";
import { connectedPair } from "../support/pair.ts";
import { NEEDS_BOTH, NEEDS_IPV6, needsFamiliesOf } from "../support/families.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { CALLS } from "../support/option_calls.ts";

/** Those whose calls are recorded in option_bytes_test.ts, as Wine knows few of them. */
const RECORDED = new Set(Object.values(CALLS).flatMap((calls) => Object.keys(calls)));

type Settable = Record<string, unknown>;

/** Values that an option takes, and the names of what it refuses. */
interface Case {
  readonly values: readonly unknown[];
  /** The values that it is too small or too large for; undefined for a flag. */
  readonly outside?: readonly number[];
}

const FLAG: Case = { values: [true, false, true] };
const SIZE: Case = { values: [65536, 0, 300_000], outside: [-1, 2 ** 31] };
const SECONDS: Case = { values: [1, 30, 32767], outside: [0, 32768, -1] };

const COMMON: Record<string, Case> = {
  receiveBufferSize: SIZE,
  sendBufferSize: SIZE,
  hopLimit: { values: [1, 64, 255], outside: [0, 256, -1] },
};
const TCP: Record<string, Case> = {
  ...COMMON,
  noDelay: FLAG,
  keepAlive: FLAG,
  keepAliveIdle: SECONDS,
  keepAliveInterval: SECONDS,
  keepAliveCount: { values: [1, 6, 127], outside: [0, 256, -1] }, // Linux, under Wine, refuses more than 127
  linger: { values: [undefined, 0, 1, 65535, undefined], outside: [-1, 65536] },
};
const UDP: Record<string, Case> = {
  ...COMMON,
  broadcast: FLAG,
  dontFragment: FLAG,
  multicastHopLimit: { values: [0, 1, 255], outside: [-1, 256] },
  multicastLoopback: FLAG,
};

/** Sets every option to each of its values and reads it back, and tries the values that it refuses. */
function checkOptions(options: SocketOptions, cases: Record<string, Case>): void {
  const settable = options as unknown as Settable;
  for (const [name, { values, outside }] of Object.entries(cases)) {
    for (const value of values) {
      settable[name] = value;
      assertEquals(settable[name], value, name);
    }
    const before = settable[name];
    for (const value of outside === undefined ? [] : [...outside, 1.5, NaN, Infinity]) {
      const error = assertThrows(() => settable[name] = value, RangeError);
      assert(error.message.startsWith(`${name} must be a whole number from`), error.message);
      assertStringIncludes(error.message, `got ${value}`);
    }
    for (const value of outside === undefined ? [0, 1, "true", null, undefined] : ["1", null, 1n, true]) {
      const error = assertThrows(() => settable[name] = value, TypeError);
      assert(error.message.startsWith(`${name} must be a ${outside ? "number" : "boolean"}, got `), error.message);
    }
    assertEquals(settable[name], before, name);
  }
  // Every option that there is has been tried, here or in option_bytes_test.ts.
  const all = [options, ...prototypesOf(options)].flatMap((object) => {
    const properties = Object.entries(Object.getOwnPropertyDescriptors(object));
    return properties.filter(([, { get }]) => get !== undefined).map(([name]) => name);
  });
  assertEquals(all.filter((name) => !RECORDED.has(name)).toSorted(), Object.keys(cases).toSorted());
}

function prototypesOf(object: object): object[] {
  const prototype = Object.getPrototypeOf(object);
  return prototype === Object.prototype ? [] : [prototype, ...prototypesOf(prototype)];
}

for (const hostname of ["::", "::1", "127.0.0.1"]) {
  Deno.test(`options of a listener on ${hostname} are set and read back`, needsFamiliesOf(hostname), () => {
    using listener = listen({ hostname });
    assertInstanceOf(listener.options, SocketOptions);
    checkOptions(listener.options, COMMON);
  });
}

for (const hostname of ["::1", "127.0.0.1"]) {
  Deno.test(
    `options of a connection over ${hostname} are set and read back, at both ends`,
    needsFamiliesOf(hostname),
    async () => {
      await using pair = await connectedPair({ to: hostname });
      for (const { options } of [pair.client, pair.server]) {
        assertInstanceOf(options, TcpOptions);
        checkOptions(options, TCP);
      }
    },
  );
}

for (const kind of ALL_KINDS) {
  Deno.test(`options of a ${kind} datagram socket are set and read back`, needsFamiliesOf(placeOf(kind)), () => {
    using socket = open(kind);
    assertInstanceOf(socket.options, DatagramOptions);
    checkOptions(socket.options, UDP);
  });
}

Deno.test("options have the defaults of the documentation", NEEDS_BOTH, async () => {
  await using pair = await connectedPair();
  const { noDelay, keepAlive, keepAliveIdle, linger } = pair.client.options;
  assertEquals({ noDelay, keepAlive, keepAliveIdle, linger }, {
    noDelay: false,
    keepAlive: false,
    keepAliveIdle: 7200,
    linger: undefined,
  });
  for (const kind of ALL_KINDS) {
    using socket = open(kind);
    const { broadcast, dontFragment, multicastHopLimit, multicastLoopback } = socket.options;
    assertEquals({ broadcast, dontFragment, multicastHopLimit, multicastLoopback }, {
      broadcast: false,
      dontFragment: false,
      multicastHopLimit: 1,
      multicastLoopback: true,
    }, kind);
  }
});

Deno.test("options of both families are set for both on a dual-stack socket", NEEDS_IPV6, () => {
  using listener = listen();
  using socket = listenDatagram();
  for (const { options } of [listener, socket]) {
    options.hopLimit = 77;
    assertEquals(options.get(IPPROTO_IP, IP_TTL), 77);
    assertEquals(options.get(IPPROTO_IPV6, IPV6_UNICAST_HOPS), 77);
  }
});

Deno.test("setNoDelay() and setKeepAlive() set what the options tell", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const { client, client: { options } } = pair;
  client.setNoDelay();
  client.setKeepAlive();
  assertEquals([options.noDelay, options.keepAlive], [true, true]);
  client.setNoDelay(false);
  client.setKeepAlive(false);
  assertEquals([options.noDelay, options.keepAlive], [false, false]);
});

Deno.test("get(), getBytes() and set() reach options that have no name here", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  using socket = listenDatagram();
  assertEquals(pair.client.options.get(SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  assertEquals(socket.options.get(SOL_SOCKET, SO_TYPE), SOCK_DGRAM);

  const { options } = pair.client;
  options.set(IPPROTO_TCP, TCP_NODELAY, true);
  assertEquals([options.noDelay, options.get(IPPROTO_TCP, TCP_NODELAY)], [true, 1]);
  options.set(IPPROTO_TCP, TCP_NODELAY, 0);
  assertEquals(options.noDelay, false);
  options.set(SOL_SOCKET, SO_KEEPALIVE, Uint8Array.of(1, 0, 0, 0));
  assertEquals(options.keepAlive, true);
  assertEquals(options.getBytes(SOL_SOCKET, SO_KEEPALIVE, 4)[0], 1);
  options.set(SOL_SOCKET, SO_LINGER, Uint8Array.of(1, 0, 9, 0));
  assertEquals([options.linger, [...options.getBytes(SOL_SOCKET, SO_LINGER, 4)]], [9, [1, 0, 9, 0]]);
  options.linger = undefined;
  socket.options.set(SOL_SOCKET, SO_BROADCAST, true);
  assertEquals(socket.options.broadcast, true);
  socket.options.set(SOL_SOCKET, SO_RCVBUF, 0x7fffffff);

  assertEquals(options.getBytes(SOL_SOCKET, SO_LINGER, 65536).length, 4); // as many as there are
  const bytes = socket.options.getBytes(SOL_SOCKET, SO_PROTOCOL_INFOW, layout(WSAPROTOCOL_INFOW).size);
  assertEquals(layout(WSAPROTOCOL_INFOW).view(bytes).iSocketType, SOCK_DGRAM);
});

Deno.test(
  "an option that the system does not know is an error that names it and the socket",
  NEEDS_IPV6,
  async () => {
    await using pair = await connectedPair({ to: "::1" });
    using socket = listenDatagram();
    for (
      const [options, place] of [
        [pair.listener.options, `the listener on [::]:${pair.listener.addr.port}`],
        [pair.client.options, `the connection with [::1]:${pair.listener.addr.port}`],
        [socket.options, `the socket on [::]:${socket.addr.port}`],
      ] as const
    ) {
      for (
        const [verb, use, syscall] of [
          ["read", () => options.get(SOL_SOCKET, 0x7777), "getsockopt"],
          ["read", () => options.getBytes(SOL_SOCKET, 0x7777, 4), "getsockopt"],
          ["set", () => options.set(SOL_SOCKET, 0x7777, 1), "setsockopt"],
        ] as const
      ) {
        const error = assertThrows(use);
        assertFailedCall(error, Deno.errors.NotSupported, syscall, "WSAENOPROTOOPT");
        assertStringIncludes((error as Error).message, `Cannot ${verb} option 0x7777 of level 0xffff of ${place}`);
      }
    }
  },
);

Deno.test("get(), getBytes() and set() refuse bad arguments", NEEDS_WINDOWS, () => {
  using socket = listenDatagram();
  const { options } = socket;
  for (const [value, errorClass] of [[null, TypeError], ["1", TypeError], [1.5, RangeError], [2 ** 31, RangeError]]) {
    const bad = value as never;
    for (
      const [name, use] of [
        ["level", () => options.get(bad, SO_TYPE)],
        ["name", () => options.get(SOL_SOCKET, bad)],
        ["level", () => options.getBytes(bad, SO_TYPE, 4)],
        ["name", () => options.getBytes(SOL_SOCKET, bad, 4)],
        ["level", () => options.set(bad, SO_TYPE, 4)],
        ["name", () => options.set(SOL_SOCKET, bad, 4)],
      ] as const
    ) {
      const error = assertThrows<Error>(use, errorClass as new () => Error);
      assert(error.message.startsWith(`${name} must be`), error.message);
      assertStringIncludes(error.message, typeof value === "string" ? '"1"' : String(value));
    }
  }
  for (const room of [0, -1, 65537, 1.5]) {
    assertThrows(() => options.getBytes(SOL_SOCKET, SO_TYPE, room), RangeError, `room must be`);
  }
  for (const value of [2 ** 32, -(2 ** 31) - 1, 1.5]) {
    assertThrows(() => options.set(SOL_SOCKET, SO_RCVBUF, value), RangeError, `value must be`);
  }
  for (const value of ["1", null, undefined, 1n, [1], new ArrayBuffer(4)]) {
    assertThrows(() => options.set(SOL_SOCKET, SO_RCVBUF, value as never), TypeError, "value must be");
  }
});

Deno.test("options refuse a closed socket with BadResource", NEEDS_WINDOWS, async () => {
  const pair = await connectedPair();
  const socket = listenDatagram();
  const all = [
    [pair.listener.options, COMMON],
    [pair.client.options, TCP],
    [pair.server.options, TCP],
    [socket.options, UDP],
  ] as const;
  await pair[Symbol.asyncDispose]();
  socket.close();
  for (const [options, cases] of all) {
    const settable = options as unknown as Settable;
    for (const [name, { values }] of Object.entries(cases)) {
      assertThrows(() => settable[name], Deno.errors.BadResource, "is closed");
      assertThrows(() => settable[name] = values[0], Deno.errors.BadResource, "is closed");
    }
    assertThrows(() => options.get(SOL_SOCKET, SO_TYPE), Deno.errors.BadResource, "is closed");
    assertThrows(() => options.getBytes(SOL_SOCKET, SO_TYPE, 4), Deno.errors.BadResource, "is closed");
    assertThrows(() => options.set(SOL_SOCKET, SO_RCVBUF, 1), Deno.errors.BadResource, "is closed");
  }
});

import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  listenDatagram,
  type ListenDatagramOptions,
  type NetAddr,
  type SendMessageOptions,
  type WaitOptions,
} from "@winsock/ws2";
import { datagramCalls } from "../../../ffi/win32/ws2_32.ts";
import { bytes, loopback, open } from "../../support/datagrams.ts";
import { standIn } from "../../support/stand_in.ts";
import { NEEDS_IPV6 } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

/** A value, how the error shows it, and the class of the error. */
type Bad = readonly [value: unknown, shown: string, errorClass: new () => Error];

const NO_NUMBERS: readonly Bad[] = [
  [null, "null", TypeError],
  ["1", '"1"', TypeError],
  [1n, "1n", TypeError],
  [true, "true", TypeError],
];
const BAD_BOOLEANS: readonly Bad[] = [[0, "0", TypeError], ["true", '"true"', TypeError], [null, "null", TypeError]];
const BAD_SIGNALS: readonly Bad[] = [[{}, "{}", TypeError], [null, "null", TypeError], [1, "1", TypeError]];

/** Numbers outside of a range, and what are none. */
function outside(min: number, max: number): Bad[] {
  const numbers = [min - 1, max + 1, min + 0.5, NaN, Infinity, -Infinity, -1];
  return [...numbers.map((value): Bad => [value, String(value), RangeError]), ...NO_NUMBERS];
}

const NO_HOSTNAMES = [
  "",
  " ",
  "1.2.3",
  "256.1.1.1",
  "01.2.3.4",
  "::1%",
  "::1%x",
  ":::",
  "[::1",
  "[::1]:80",
  "a b",
  "-a",
]
  .map((text): Bad => [text, JSON.stringify(text), TypeError]);
const BAD_HOSTNAMES: readonly Bad[] = [
  ...NO_HOSTNAMES,
  [null, "null", TypeError],
  [127, "127", TypeError],
  ["ab.".repeat(100), "300", RangeError],
];

/** The options of each function, and bad values of each option. */
const LISTEN: { readonly [K in keyof Required<ListenDatagramOptions>]: readonly Bad[] } = {
  hostname: BAD_HOSTNAMES,
  port: outside(0, 65535),
  ipv6Only: BAD_BOOLEANS,
  exclusive: BAD_BOOLEANS,
  reuseAddress: BAD_BOOLEANS,
  packetInfo: BAD_BOOLEANS,
  connectionReset: BAD_BOOLEANS,
  transport: [["tcp", '"tcp"', TypeError], ["unixpacket", '"unixpacket"', TypeError], [17, "17", TypeError]],
  loopback: BAD_BOOLEANS,
  signal: BAD_SIGNALS,
};
const SEND: { readonly [K in keyof Required<SendMessageOptions>]: readonly Bad[] } = {
  source: [
    ...NO_HOSTNAMES,
    [null, "null", TypeError],
    ["localhost", '"localhost"', TypeError],
    ["::", 'the unspecified "::"', TypeError],
    ["0.0.0.0", "the unspecified", TypeError],
    ["::ffff:0.0.0.0", "the unspecified", TypeError],
    ["127.0.0.1", 'the destination ::1 is, got "127.0.0.1"', TypeError],
    ["::ffff:127.0.0.1", "the destination ::1 is", TypeError],
  ],
  interfaceIndex: outside(1, 0xffffffff),
  hopLimit: outside(1, 255),
  trafficClass: outside(0, 255),
  ecn: outside(0, 2),
  segmentSize: outside(1, 65535),
  dontRoute: BAD_BOOLEANS,
  signal: BAD_SIGNALS,
};
const ADDRESS: { readonly [K in "hostname" | "port" | "scopeId" | "flowInfo"]: readonly Bad[] } = {
  hostname: [...BAD_HOSTNAMES, [undefined, "undefined", TypeError]],
  port: [...outside(1, 65535), [undefined, "undefined", TypeError]],
  scopeId: outside(0, 0xffffffff),
  flowInfo: outside(0, 0xffffffff),
};
const BAD_ADDRESSES: readonly Bad[] = [
  [null, "null", TypeError],
  [undefined, "undefined", TypeError],
  ["::1", '"::1"', TypeError],
  [{}, "{}", TypeError],
  [{ transport: "unix", path: "/x" }, "{", TypeError],
];
const detached = new Uint8Array(8);
structuredClone(detached, { transfer: [detached.buffer] });
const BAD_BYTES: readonly Bad[] = [
  [null, "null", TypeError],
  ["hello", '"hello"', TypeError],
  [[1, 2], "[", TypeError],
  [new ArrayBuffer(8), "ArrayBuffer", TypeError],
  [new Uint16Array(8), "Uint16Array", TypeError],
  [detached, "detached", TypeError],
];

/** Checks that an error names the argument and the value, and that no call of the system failed. */
function assertNames(error: Error, argument: string, shown: string): void {
  const { message } = error;
  assert(message.startsWith(`${argument} must`), `${message} begins with ${argument}`);
  assertStringIncludes(message, shown);
  assertEquals(error.cause, undefined);
}

/** Makes every call that sends or receives fail the test. */
function noCalls(): Disposable {
  const refuse = (): never => {
    throw new Error("The system is called");
  };
  const names = ["WSASendTo", "WSASendMsg", "WSARecvFrom"] as const;
  const stands = names.map((name) => standIn(datagramCalls(), name, () => refuse));
  return { [Symbol.dispose]: () => stands.forEach((stand) => stand[Symbol.dispose]()) };
}

for (const [option, values] of Object.entries(LISTEN)) {
  Deno.test(`listenDatagram() refuses a bad ${option}`, () => {
    for (const [value, shown, errorClass] of values) {
      assertNames(assertThrows(() => listenDatagram({ [option]: value }), errorClass), option, shown);
    }
  });
}

Deno.test("listenDatagram() refuses options that are no object", () => {
  for (const [value, shown] of [[null, "null"], [80, "80"], ["::1", '"::1"']] as const) {
    assertNames(assertThrows(() => listenDatagram(value as never), TypeError), "options", shown);
  }
});

Deno.test("listenDatagram() refuses an IPv4 or mapped address with ipv6Only, and says what to change", () => {
  for (const hostname of ["127.0.0.1", "0.0.0.0", "::ffff:127.0.0.1", "::ffff:0:0"]) {
    const open = () => listenDatagram({ hostname, ipv6Only: true });
    assertStringIncludes(assertThrows(open, TypeError, "set ipv6Only to false").message, hostname);
  }
});

Deno.test("listenDatagram() throws the reason of a signal that is aborted already", () => {
  const reason = new Error("enough");
  assertEquals(assertThrows(() => listenDatagram({ signal: AbortSignal.abort(reason) })), reason);
});

for (const [option, values] of Object.entries(SEND)) {
  Deno.test(`sendMessage() refuses a bad ${option}`, NEEDS_IPV6, async () => {
    using socket = open("dual-stack");
    using _none = noCalls();
    for (const [value, shown, errorClass] of values) {
      const sending = () => socket.sendMessage(bytes(""), loopback(socket, "::1"), { [option]: value });
      assertNames(await assertRejects(sending, errorClass), option, shown);
    }
  });
}

for (const [member, values] of Object.entries(ADDRESS)) {
  Deno.test(`send() and sendMessage() refuse an address with a bad ${member}`, NEEDS_WINDOWS, async () => {
    using socket = open("dual-stack");
    using _none = noCalls();
    for (const [value, shown, errorClass] of values) {
      const addr = { ...loopback(socket, "::1"), [member]: value } as NetAddr;
      for (const send of ["send", "sendMessage"] as const) {
        assertNames(await assertRejects(() => socket[send](bytes(""), addr), errorClass), `addr.${member}`, shown);
      }
    }
  });
}

Deno.test("send() and sendMessage() refuse what is no address", NEEDS_WINDOWS, async () => {
  using socket = open("dual-stack");
  using _none = noCalls();
  for (const [value, shown, errorClass] of BAD_ADDRESSES) {
    for (const send of ["send", "sendMessage"] as const) {
      assertNames(await assertRejects(() => socket[send](bytes(""), value as never), errorClass), "addr", shown);
    }
  }
});

Deno.test("send() refuses two scope ids that differ", NEEDS_WINDOWS, async () => {
  using socket = open("dual-stack");
  const addr = { ...loopback(socket, "fe80::1%3"), scopeId: 4 };
  const error = await assertRejects(() => socket.send(bytes(""), addr), TypeError);
  assertEquals(error.message, "addr.scopeId must be that of addr.hostname, 3, got 4");
});

Deno.test(
  "send(), sendMessage(), reply(), receive() and receiveMessage() refuse what are no bytes",
  NEEDS_IPV6,
  async () => {
    using socket = open("dual-stack");
    await socket.send(bytes("x"), loopback(socket, "::1"));
    const message = await socket.receiveMessage();
    using _none = noCalls();
    for (const [value, shown, errorClass] of BAD_BYTES) {
      const p = value as Uint8Array;
      const calls = [
        () => socket.send(p, loopback(socket, "::1")),
        () => socket.sendMessage(p, loopback(socket, "::1")),
        () => socket.reply(message, p),
        () => socket.receive(p),
        () => socket.receiveMessage(p),
      ];
      for (const call of calls) assertNames(await assertRejects<Error>(call, errorClass), "p", shown);
    }
    for (const call of [() => socket.receive(new Uint8Array(0)), () => socket.receiveMessage(new Uint8Array(0))]) {
      const error = await assertRejects<Error>(call, RangeError);
      assertEquals(error.message, "p must have room for at least one byte, got 0 bytes");
    }
  },
);

Deno.test("sendMessage() and receiveMessage() refuse options that are no object", NEEDS_WINDOWS, async () => {
  using socket = open("dual-stack");
  for (const [value, shown] of [[null, "null"], [80, "80"], ["::1", '"::1"']] as const) {
    const options = value as never;
    const sending = () => socket.sendMessage(bytes(""), loopback(socket, "::1"), options);
    assertNames(await assertRejects(sending, TypeError), "options", shown);
    assertNames(await assertRejects(() => socket.receiveMessage(undefined, options), TypeError), "options", shown);
  }
});

Deno.test(
  "receive() and receiveMessage() refuse a bad signal, and reject with the reason of one that is aborted",
  NEEDS_WINDOWS,
  async () => {
    using socket = open("dual-stack");
    const reason = new Error("enough");
    for (const name of ["receive", "receiveMessage"] as const) {
      const receive = (options: WaitOptions): Promise<unknown> => socket[name](undefined, options);
      for (const [value, shown] of BAD_SIGNALS) {
        assertNames(await assertRejects(() => receive({ signal: value as AbortSignal }), TypeError), "signal", shown);
      }
      assertEquals(await assertRejects(() => receive({ signal: AbortSignal.abort(reason) })), reason);
      assertNames(await assertRejects(() => receive(null as never), TypeError), "options", "null");
    }
  },
);

Deno.test("reply() refuses what is no message, or one without packet information", NEEDS_IPV6, async () => {
  using socket = open("dual-stack", { packetInfo: false });
  await socket.send(bytes("x"), loopback(socket, "::1"));
  const message = await socket.receiveMessage();
  for (
    const [value, shown] of [[null, "null"], [undefined, "undefined"], [1, "1"], [{}, "{}"], [[message.data], "["]]
  ) {
    const error = await assertRejects(() => socket.reply(value as never, bytes("")), TypeError);
    assertNames(error, "message", shown as string);
  }
  const error = await assertRejects(() => socket.reply(message, bytes("")), TypeError);
  assertNames(error, "message.info", "packet information was off");
});

Deno.test("joinMulticastV4() and joinMulticastV6() refuse bad groups and interfaces", NEEDS_WINDOWS, async () => {
  using socket = open("dual-stack");
  const groups = [null, undefined, 1, "", "localhost", "127.0.0.1", "223.255.255.255", "240.0.0.0", "::1", "fe80::1"];
  for (const group of groups as string[]) {
    const shown = typeof group === "string" ? JSON.stringify(group) : String(group);
    assertNames(await assertRejects(() => socket.joinMulticastV4(group), TypeError), "address", shown);
    assertNames(await assertRejects(() => socket.joinMulticastV6(group), TypeError), "address", shown);
  }
  assertNames(await assertRejects(() => socket.joinMulticastV4("ff02::1"), TypeError), "address", '"ff02::1"');
  assertNames(await assertRejects(() => socket.joinMulticastV6("224.0.0.1"), TypeError), "address", '"224.0.0.1"');
  for (const value of ["", "localhost", "::1", null, 1] as string[]) {
    const joining = () => socket.joinMulticastV4("239.255.1.1", value);
    assertNames(await assertRejects(joining, TypeError), "networkInterface", JSON.stringify(value));
  }
  for (const [value, shown, errorClass] of outside(0, 0xffffffff)) {
    const joining = () => socket.joinMulticastV6("ff02::1", value as number);
    assertNames(await assertRejects(joining, errorClass), "networkInterface", shown);
  }
});

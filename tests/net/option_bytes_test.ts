// Options that Wine does not know, or takes and forgets: what is asked of Winsock is recorded, and the answer made up.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { listenDatagram, type SocketOptions } from "@winsock/ws2";
import { FIONBIO, FIONREAD, SIO_TCP_INFO, TCP_INFO_v0, TCP_INFO_v1, WinsockError } from "@winsock/ws2/ffi";
import { bytesOf, layout } from "@winsock/ws2/layout";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { bytes, loopback, open } from "../support/datagrams.ts";
import { assertFailedCall } from "../support/errors.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6 } from "../support/families.ts";
import { CALLS, type OptionCalls } from "../support/option_calls.ts";
import { connectedPair } from "../support/pair.ts";
import { recordOptions } from "../support/recorded_options.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

type Family = "ipv4" | "ipv6" | "both";

function checkCalls(options: SocketOptions, family: Family, cases: Readonly<Record<string, OptionCalls>>): void {
  const settable = options as unknown as Record<string, unknown>;
  const plain = (lines: readonly string[]) => lines.map((line) => line.replace(/^(\w+) \d+ /, "$1 "));
  for (const [name, { value, sets, reads, answers }] of Object.entries(cases)) {
    // Of both families the option of IPv6 is read; the type of service is that of IPv4, which alone Windows has.
    const which = family === "ipv4" || family === "both" && name === "trafficClass" ? 0 : 1;
    using calls = recordOptions(Uint8Array.fromHex(answers[which]), false);
    assertEquals(settable[name], value, name);
    assertEquals(plain(calls.lines), [`getsockopt ${reads[which]}`]);
    calls.lines.length = 0;
    if (sets === undefined) continue;
    settable[name] = value;
    assertEquals(plain(calls.lines), sets[family].map((line) => `setsockopt ${line}`));
  }
}

Deno.test("options of datagram sockets ask for what the headers say", NEEDS_BOTH, () => {
  for (const [kind, family] of [["IPv4", "ipv4"], ["v6-only", "ipv6"], ["dual-stack", "both"]] as const) {
    using socket = open(kind);
    checkCalls(socket.options, family, { ...CALLS.every, ...CALLS.udp });
  }
});

Deno.test("options of listeners and connections ask for what the headers say", NEEDS_BOTH, async () => {
  for (const [to, family] of [["127.0.0.1", "ipv4"], ["::1", "ipv6"]] as const) {
    await using pair = await connectedPair({ to });
    checkCalls(pair.listener.options, "both", CALLS.every);
    for (const { options } of [pair.client, pair.server]) checkCalls(options, family, { ...CALLS.every, ...CALLS.tcp });
  }
});

Deno.test("options refuse values that they cannot have", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  using _calls = recordOptions(undefined, false);
  using socket = listenDatagram();
  const bad: [SocketOptions, string, unknown, new () => Error][] = [];
  for (const { options } of [pair.listener, pair.client, socket]) {
    for (const value of [-1, 256, 1.5]) bad.push([options, "trafficClass", value, RangeError]);
    for (const value of [0, 65536]) bad.push([options, "userMtu", value, RangeError]);
    for (const value of ["", "DO", 1, null]) bad.push([options, "mtuDiscovery", value, TypeError]);
    for (const value of [0, 2 ** 24]) bad.push([options, "unicastInterface", value, RangeError]);
    bad.push([options, "unicastInterface", "::", TypeError]);
    bad.push([options, "unicastInterface", "no such", Deno.errors.NotFound]);
    bad.push([options, "dontRoute", 1, TypeError]);
  }
  for (const value of [0, 2 ** 31]) bad.push([pair.client.options, "maxRetransmissionTime", value, RangeError]);
  for (const name of ["outOfBandInline", "timestamps"]) bad.push([pair.client.options, name, 1, TypeError]);
  for (const [options, name, value, errorClass] of bad) {
    const error = assertThrows<Error>(() => (options as unknown as Record<string, unknown>)[name] = value, errorClass);
    assert(
      error.message.startsWith(errorClass === Deno.errors.NotFound ? "Cannot find" : `${name} must be`),
      error.message,
    );
  }
});

Deno.test("userMtu and unicastInterface take undefined for none", NEEDS_BOTH, () => {
  using socket = open("dual-stack");
  using calls = recordOptions(Uint8Array.of(255, 255, 255, 255), false);
  assertEquals(socket.options.userMtu, undefined);
  calls.lines.length = 0;
  socket.options.userMtu = undefined;
  socket.options.unicastInterface = undefined;
  assertEquals(calls.lines.map((line) => line.replace(/ \d+/, "")), [
    "setsockopt 41 76 4: ffffffff",
    "setsockopt 0 76 4: ffffffff",
    "setsockopt 41 31 4: 00000000",
    "setsockopt 0 31 4: 00000000",
  ]);
});

Deno.test(
  "trafficClass is that of what is sent, on a socket of both families for IPv4 alone if need be",
  NEEDS_BOTH,
  async () => {
    using receiver = open("dual-stack");
    for (const kind of ["IPv4", "dual-stack"] as const) {
      using socket = open(kind);
      socket.options.trafficClass = 0xb8;
      assertEquals(socket.options.trafficClass, 0xb8);
      await socket.send(bytes("x"), loopback(receiver, "127.0.0.1"));
      assertEquals((await receiver.receiveMessage()).info.trafficClass, 0xb8);
    }
    await using pair = await connectedPair();
    pair.client.options.trafficClass = 0x20;
    assertEquals(pair.client.options.trafficClass, 0x20);
  },
);

Deno.test("connectedSeconds and takeError() tell of a connection", NEEDS_IPV4, async () => {
  await using pair = await connectedPair();
  const { connectedSeconds } = pair.client.options;
  assert(connectedSeconds >= 0 && connectedSeconds < 600, `${connectedSeconds}`);
  assertEquals(pair.client.options.takeError(), undefined);
  using _calls = recordOptions(Uint8Array.of(0x46, 0x27, 0, 0), false);
  const error = pair.client.options.takeError();
  assert(error instanceof WinsockError);
  assertEquals(error.symbol, "WSAECONNRESET");
});

Deno.test("ioctl() gives the answer of the system, on every kind of socket", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  await socket.send(bytes("three"), loopback(socket, "::1"));
  const answer = socket.options.ioctl(FIONREAD, undefined, 8);
  assertEquals([...answer], [5, 0, 0, 0]);
  await using pair = await connectedPair();
  for (const { options } of [pair.client, pair.listener]) {
    const error = assertThrows(() => options.ioctl(0x98009999, Uint8Array.of(1), 4));
    assertFailedCall(error, Deno.errors.NotSupported, "WSAIoctl", "WSAEOPNOTSUPP");
    assert((error as Error).message.startsWith("Cannot use control code 0x98009999 of the "), (error as Error).message);
  }
  using calls = recordOptions(Uint8Array.of(7, 8), false);
  assertEquals([...socket.options.ioctl(0xd8000001, Uint8Array.of(1, 2, 3), 9)], [7, 8]);
  assertEquals(calls.lines.map((line) => line.replace(/ \d+/, "")), ["WSAIoctl 0xd8000001 3: 010203, 9"]);
});

Deno.test("ioctl() refuses bad arguments, and what would break the library", NEEDS_WINDOWS, () => {
  using socket = listenDatagram();
  const { options } = socket;
  assertThrows(() => options.ioctl("1" as never), TypeError, 'code must be a number, got "1"');
  assertThrows(() => options.ioctl(2 ** 32), RangeError, "code must be");
  assertThrows(() => options.ioctl(1, "x" as never), TypeError, "input must be a Uint8Array");
  for (const size of [-1, 1.5, 2 ** 20 + 1]) {
    assertThrows(() => options.ioctl(1, undefined, size), RangeError, "outputSize must");
  }
  for (const code of [FIONBIO, FIONBIO | 0]) {
    assertThrows(() => options.ioctl(code, new Uint8Array(4)), TypeError, "FIONBIO");
  }
  socket.close();
  assertThrows(() => options.ioctl(FIONREAD, undefined, 4), Deno.errors.BadResource);
  assertThrows(() => options.takeError(), Deno.errors.BadResource);
});

/** A system that has `SIO_TCP_INFO` up to a version. */
function tellInfo(newest: 0 | 1, asked: number[]): Disposable {
  return standIn(ws2_32(), "WSAIoctl", (original) => (...parameters) => {
    const [, code, input, inputLength, output, room, returned] = parameters;
    if (code !== SIO_TCP_INFO) return original(...parameters);
    const version = new DataView((input as Uint8Array).buffer).getUint32(0, true);
    asked.push(inputLength, version, room);
    if (version > newest) {
      ws2_32().WSASetLastError(10022);
      return -1;
    }
    const info = layout(TCP_INFO_v1).view();
    Object.assign(info, {
      State: 4,
      Mss: 1460,
      ConnectionTimeMs: 12345n,
      TimestampsEnabled: 1,
      RttUs: 150,
      MinRttUs: 90,
    });
    Object.assign(info, { BytesInFlight: 7, Cwnd: 14600, SndWnd: 65535, RcvWnd: 65534, RcvBuf: 131072 });
    Object.assign(info, { BytesOut: 0x123456789an, BytesIn: 5n, BytesReordered: 6, BytesRetrans: 8, FastRetrans: 9 });
    Object.assign(info, {
      DupAcksIn: 10,
      TimeoutEpisodes: 11,
      SynRetrans: 12,
      SndLimTransRwin: 13,
      SndLimTimeRwin: 14,
    });
    Object.assign(info, { SndLimBytesRwin: 15n, SndLimTransCwnd: 16, SndLimTimeCwnd: 17, SndLimBytesCwnd: 18n });
    Object.assign(info, { SndLimTransSnd: 19, SndLimTimeSnd: 20, SndLimBytesSnd: 21n });
    const length = layout(version === 1 ? TCP_INFO_v1 : TCP_INFO_v0).size;
    (output as Uint8Array).set(bytesOf(info).subarray(0, length));
    (returned as Uint32Array)[0] = length;
    return 0;
  });
}

Deno.test("info() tells what SIO_TCP_INFO does, of version 1 or of version 0", NEEDS_IPV4, async () => {
  await using pair = await connectedPair();
  const expected = {
    state: "established",
    roundTripTime: 150,
    minRoundTripTime: 90,
    connectionTime: 12345,
    bytesSent: 0x123456789a,
    bytesReceived: 5,
    bytesRetransmitted: 8,
    bytesReordered: 6,
    bytesInFlight: 7,
    congestionWindow: 14600,
    sendWindow: 65535,
    receiveWindow: 65534,
    receiveBuffer: 131072,
    maxSegmentSize: 1460,
    hasTimestamps: true,
    synRetransmissions: 12,
    fastRetransmissions: 9,
    timeoutEpisodes: 11,
    duplicateAcks: 10,
  };
  const asked: number[] = [];
  {
    using _system = tellInfo(1, asked);
    const info: unknown = pair.client.info();
    assertEquals(info, {
      ...expected,
      limits: {
        receiver: { times: 13, duration: 14, bytes: 15 },
        congestion: { times: 16, duration: 17, bytes: 18 },
        sender: { times: 19, duration: 20, bytes: 21 },
      },
    });
    assertEquals(asked, [4, 1, 136]);
  }
  asked.length = 0;
  using _system = tellInfo(0, asked);
  const info: unknown = pair.server.info();
  assertEquals(info, expected);
  assertEquals(asked, [4, 1, 136, 4, 0, 88]);
});

Deno.test("info() says so where the system has none, and when the connection is closed", NEEDS_IPV4, async () => {
  const pair = await connectedPair();
  try {
    assertEquals(pair.client.info().state, "established"); // Windows
  } catch (error) {
    assertFailedCall(error, Deno.errors.NotSupported, "WSAIoctl", "WSAEOPNOTSUPP"); // Wine
  }
  await pair[Symbol.asyncDispose]();
  assertThrows(() => pair.client.info(), Deno.errors.BadResource, "is closed");
});

import { assert, assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { recordOptions } from "../support/recorded_options.ts";
import { standIn } from "../support/stand_in.ts";
import { fails, openSocket } from "./calls/call.ts";

// The inline functions of the headers that call functions of the DLL.

const w = () => ffi.ws2_32();

// The numbers are those of Microsoft's headers, written out: the constants of the library cannot confirm themselves.
const SOL_SOCKET = 0xffff;
const [IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP] = [0, 41, 6, 17];

interface OptionPair {
  readonly names: string;
  /** Level and name in a call for an IPv4 socket, and for an IPv6 socket. */
  readonly options: readonly [ipv4: string, ipv6: string];
  readonly set: (s: ffi.SOCKET, value: number) => number;
  readonly get: (s: ffi.SOCKET, value: Uint32Array) => number;
}

function inEveryFamily(level: number, name: number): readonly [string, string] {
  return [`${level} ${name}`, `${level} ${name}`];
}

const OPTIONS: readonly OptionPair[] = [
  {
    names: "WSASetIPUserMtu() and WSAGetIPUserMtu()",
    options: [`${IPPROTO_IP} 76`, `${IPPROTO_IPV6} 76`],
    set: ffi.WSASetIPUserMtu,
    get: ffi.WSAGetIPUserMtu,
  },
  {
    names: "WSASetRecvIPEcn() and WSAGetRecvIPEcn()",
    options: [`${IPPROTO_IP} 50`, `${IPPROTO_IPV6} 50`],
    set: ffi.WSASetRecvIPEcn,
    get: ffi.WSAGetRecvIPEcn,
  },
  {
    names: "WSASetFailConnectOnIcmpError() and WSAGetFailConnectOnIcmpError()",
    options: inEveryFamily(IPPROTO_TCP, 18),
    set: ffi.WSASetFailConnectOnIcmpError,
    get: ffi.WSAGetFailConnectOnIcmpError,
  },
  {
    names: "WSASetUdpSendMessageSize() and WSAGetUdpSendMessageSize()",
    options: inEveryFamily(IPPROTO_UDP, 2),
    set: ffi.WSASetUdpSendMessageSize,
    get: ffi.WSAGetUdpSendMessageSize,
  },
  {
    names: "WSASetUdpRecvMaxCoalescedSize() and WSAGetUdpRecvMaxCoalescedSize()",
    options: inEveryFamily(IPPROTO_UDP, 3),
    set: ffi.WSASetUdpRecvMaxCoalescedSize,
    get: ffi.WSAGetUdpRecvMaxCoalescedSize,
  },
];

for (const { names, options, set, get } of OPTIONS) {
  Deno.test(`${names} set and read the option of the socket's family`, NEEDS_WINDOWS, () => {
    for (const [index, family] of [ffi.AF_INET, ffi.AF_INET6].entries()) {
      using s = openSocket(ffi.SOCK_DGRAM, family);
      using calls = recordOptions(Uint8Array.of(0x0d, 0x0c, 0x0b, 0x0a));
      const value = new Uint32Array(1);
      assertEquals([set(s.value, 0x01020304), get(s.value, value), value[0]], [0, 0, 0x0a0b0c0d]);
      assertEquals(calls.lines, [
        `setsockopt ${s.value} ${options[index]} 4: 04030201`,
        `getsockopt ${s.value} ${options[index]} 4`,
      ]);
    }
  });
}

Deno.test("WSASetReceivedProcessorOption() and WSAGetReceivedProcessorOption() have a byte", NEEDS_WINDOWS, () => {
  using s = openSocket(ffi.SOCK_DGRAM);
  using calls = recordOptions(Uint8Array.of(1));
  const value = new Uint8Array(2);
  const results = [true, false].map((isEnabled) => ffi.WSASetReceivedProcessorOption(s.value, isEnabled));
  assertEquals([...results, ffi.WSAGetReceivedProcessorOption(s.value, value), ...value], [0, 0, 0, 1, 0]);
  const option = `${s.value} ${SOL_SOCKET} ${0x3011}`;
  assertEquals(calls.lines, [
    `setsockopt ${option} 1: 01`,
    `setsockopt ${option} 1: 00`,
    `getsockopt ${option} 1`,
  ]);
});

Deno.test("WSAGetIcmpErrorInfo() reads an ICMP_ERROR_INFO; WSANO_DATA when it is empty", NEEDS_WINDOWS, () => {
  using s = openSocket();
  const { bytes } = ffi.allocate(ffi.ICMP_ERROR_INFO);
  const answer = bytes.map((_, index) => index + 1);
  using calls = recordOptions(answer);
  assertEquals(ffi.WSAGetIcmpErrorInfo(s.value, bytes), 0);
  assertEquals(bytes, answer);
  assertEquals(calls.lines, [`getsockopt ${s.value} ${IPPROTO_TCP} 19 36`]);
  using _empty = recordOptions();
  fails(() => ffi.WSAGetIcmpErrorInfo(s.value, bytes), ffi.SOCKET_ERROR, "WSANO_DATA");
});

Deno.test("the functions of options for a family fail for a socket of another one", NEEDS_WINDOWS, () => {
  using s = openSocket();
  const { AF_UNIX } = ffi;
  using _info = standIn(w(), "getsockopt", () => (_s, _level, _name, value) => {
    ffi.layout(ffi.WSAPROTOCOL_INFOW).view(value as Uint8Array<ArrayBuffer>).iAddressFamily = AF_UNIX;
    return 0;
  });
  const calls = OPTIONS.slice(0, 2).flatMap(({ set, get }) => [
    () => set(s.value, 1),
    () => get(s.value, new Uint32Array(1)),
  ]);
  for (const call of calls) fails(call, ffi.SOCKET_ERROR, "WSAEAFNOSUPPORT");
});

Deno.test("the functions of options fail for what is no socket", NEEDS_WINDOWS, () => {
  const info = ffi.allocate(ffi.ICMP_ERROR_INFO).bytes;
  const calls: (() => number)[] = [
    ...OPTIONS.flatMap(({ set, get }) => [
      () => set(ffi.INVALID_SOCKET, 1),
      () => get(ffi.INVALID_SOCKET, new Uint32Array(1)),
    ]),
    () => ffi.WSAGetIcmpErrorInfo(ffi.INVALID_SOCKET, info),
    () => ffi.WSAGetReceivedProcessorOption(ffi.INVALID_SOCKET, new Uint8Array(1)),
    () => ffi.WSASetReceivedProcessorOption(ffi.INVALID_SOCKET, true),
  ];
  // Wine looks at the option first.
  for (const call of calls) fails(call, ffi.SOCKET_ERROR, "WSAENOTSOCK", "WSAENOPROTOOPT", "WSAEINVAL");
});

const GROUP = Uint8Array.of(239, 255, 0, 1);
const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

/** A ULONG as it lies in memory. */
const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer).toHex();
const SOURCES = Uint8Array.of(192, 0, 2, 1, 192, 0, 2, 2, 192, 0, 2, 3);
const [MCAST_INCLUDE, MCAST_EXCLUDE] = [0, 1];
const [GROUP_HEX, LOOPBACK_HEX] = [GROUP.toHex(), LOOPBACK.toHex()];

Deno.test("setipv4sourcefilter() hands over an IP_MSFILTER with all sources", NEEDS_WINDOWS, () => {
  using s = openSocket(ffi.SOCK_DGRAM);
  for (const [count, mode] of [[0, MCAST_INCLUDE], [1, MCAST_INCLUDE], [2, MCAST_EXCLUDE]]) {
    using calls = recordOptions();
    assertEquals(ffi.setipv4sourcefilter(s.value, LOOPBACK, GROUP, mode, count, SOURCES), 0);
    const filter = GROUP_HEX + LOOPBACK_HEX + u32(mode) + u32(count) + SOURCES.toHex().slice(0, 8 * count);
    assertEquals(calls.lines, [`WSAIoctl ${s.value} 0x8004747d ${16 + 4 * count}: ${filter}, 0`]);
  }
});

Deno.test("getipv4sourcefilter() asks with an IP_MSFILTER and takes the filter from it", NEEDS_WINDOWS, () => {
  using s = openSocket(ffi.SOCK_DGRAM);
  for (const room of [0, 1, 2]) {
    // There are three sources: the filter says so however few of them have room.
    const answer = GROUP_HEX + LOOPBACK_HEX + u32(MCAST_EXCLUDE) + u32(3) + SOURCES.toHex();
    using calls = recordOptions(Uint8Array.fromHex(answer));
    const [mode, count, list] = [new Uint32Array(1), new Uint32Array([room]), new Uint8Array(8)];
    assertEquals(ffi.getipv4sourcefilter(s.value, LOOPBACK, GROUP, mode, count, list), 0);
    assertEquals([mode[0], count[0]], [MCAST_EXCLUDE, room && 3]);
    assertEquals(list.toHex(), SOURCES.toHex().slice(0, 8 * room).padEnd(16, "0"));
    const length = 16 + 4 * room;
    const filter = (GROUP_HEX + LOOPBACK_HEX + u32(0) + u32(room)).padEnd(2 * length, "0");
    assertEquals(calls.lines, [`WSAIoctl ${s.value} 0x8004747c ${length}: ${filter}, ${length}`]);
  }
});

const INTERFACE = 0x01020304;
const IPV6_GROUP = Uint8Array.fromHex("17000000" + "00000000" + "ff020000000000000000000000001234" + "05000000");
const IPV6_SOURCES = new Uint8Array(2 * 128).map((_, index) => index % 128 < 28 ? index % 251 : 0);

/** A GROUP_FILTER as it lies in memory: the interface, padding, the group in 128 bytes, mode, count, and the sources. */
function groupFilter(mode: number, count: number, sources: string): string {
  return u32(INTERFACE) + u32(0) + IPV6_GROUP.toHex().padEnd(256, "0") + u32(mode) + u32(count) + sources;
}

Deno.test("setsourcefilter() hands over a GROUP_FILTER with all sources", NEEDS_WINDOWS, () => {
  using s = openSocket(ffi.SOCK_DGRAM);
  for (const [count, mode] of [[0, MCAST_INCLUDE], [1, MCAST_INCLUDE], [2, MCAST_EXCLUDE]]) {
    using calls = recordOptions();
    assertEquals(ffi.setsourcefilter(s.value, INTERFACE, IPV6_GROUP, 28, mode, count, IPV6_SOURCES), 0);
    const filter = groupFilter(mode, count, IPV6_SOURCES.toHex().slice(0, 256 * count));
    assertEquals(calls.lines, [`WSAIoctl ${s.value} 0x8004747e ${144 + 128 * count}: ${filter}, 0`]);
  }
});

Deno.test("getsourcefilter() asks with a GROUP_FILTER and takes the filter from it", NEEDS_WINDOWS, () => {
  using s = openSocket(ffi.SOCK_DGRAM);
  for (const room of [0, 1, 2]) {
    using calls = recordOptions(Uint8Array.fromHex(groupFilter(MCAST_EXCLUDE, 3, IPV6_SOURCES.toHex())));
    const [mode, count, list] = [new Uint32Array(1), new Uint32Array([room]), new Uint8Array(256)];
    assertEquals(ffi.getsourcefilter(s.value, INTERFACE, IPV6_GROUP, 28, mode, count, list), 0);
    assertEquals([mode[0], count[0]], [MCAST_EXCLUDE, room && 3]);
    assertEquals(list.toHex(), IPV6_SOURCES.toHex().slice(0, 256 * room).padEnd(512, "0"));
    const length = 144 + 128 * room;
    const filter = groupFilter(0, room, "".padEnd(256 * room, "0"));
    assertEquals(calls.lines, [`WSAIoctl ${s.value} 0x8004747f ${length}: ${filter}, ${length}`]);
  }
});

Deno.test(
  "the functions of source filters fail where the system refuses, and leave what they were given",
  NEEDS_WINDOWS,
  () => {
    const [mode, count, list] = [Uint32Array.of(7), Uint32Array.of(1), new Uint8Array(128)];
    const calls = [
      () => ffi.setipv4sourcefilter(ffi.INVALID_SOCKET, LOOPBACK, GROUP, MCAST_INCLUDE, 1, SOURCES),
      () => ffi.getipv4sourcefilter(ffi.INVALID_SOCKET, LOOPBACK, GROUP, mode, count, list),
      () => ffi.setsourcefilter(ffi.INVALID_SOCKET, 1, IPV6_GROUP, 28, MCAST_INCLUDE, 1, IPV6_SOURCES),
      () => ffi.getsourcefilter(ffi.INVALID_SOCKET, 1, IPV6_GROUP, 28, mode, count, list),
    ];
    // Wine looks at the control code first.
    for (const call of calls) fails(call, ffi.SOCKET_ERROR, "WSAENOTSOCK", "WSAEOPNOTSUPP");
    assertEquals([mode[0], count[0], list.every((byte) => byte === 0)], [7, 1, true]);
  },
);

Deno.test("gai_strerror() says what the system says", NEEDS_WINDOWS, () => {
  const text = ffi.gai_strerror(ffi.EAI_NONAME);
  assert(text.length > 5 && !text.includes("\n"), text);
  assertEquals(ffi.gai_strerror(0x7fff_fff0), "", "there is no such error");
});

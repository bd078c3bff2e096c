import { assert, assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { fails, openSocket } from "./calls/call.ts";

// The inline functions of the headers that call functions of the DLL.

const w = () => ffi.ws2_32();

/** By what a system says that it does not know an option; Wine says it in several ways. */
const UNKNOWN: readonly number[] = (["WSAENOPROTOOPT", "WSAEINVAL", "WSAEOPNOTSUPP"] as const)
  .map((symbol) => ffi.ERROR_CODES[symbol][0]);

interface OptionPair {
  readonly names: string;
  readonly type: number;
  readonly value: number;
  readonly set: (s: ffi.SOCKET, value: number) => number;
  readonly get: (s: ffi.SOCKET, value: Uint32Array) => number;
}

const OPTIONS: readonly OptionPair[] = [
  {
    names: "WSASetIPUserMtu() and WSAGetIPUserMtu()",
    type: ffi.SOCK_DGRAM,
    value: 1400,
    set: ffi.WSASetIPUserMtu,
    get: ffi.WSAGetIPUserMtu,
  },
  {
    names: "WSASetRecvIPEcn() and WSAGetRecvIPEcn()",
    type: ffi.SOCK_DGRAM,
    value: 1,
    set: ffi.WSASetRecvIPEcn,
    get: ffi.WSAGetRecvIPEcn,
  },
  {
    names: "WSASetFailConnectOnIcmpError() and WSAGetFailConnectOnIcmpError()",
    type: ffi.SOCK_STREAM,
    value: 1,
    set: ffi.WSASetFailConnectOnIcmpError,
    get: ffi.WSAGetFailConnectOnIcmpError,
  },
  {
    names: "WSASetUdpSendMessageSize() and WSAGetUdpSendMessageSize()",
    type: ffi.SOCK_DGRAM,
    value: 1200,
    set: ffi.WSASetUdpSendMessageSize,
    get: ffi.WSAGetUdpSendMessageSize,
  },
  {
    names: "WSASetUdpRecvMaxCoalescedSize() and WSAGetUdpRecvMaxCoalescedSize()",
    type: ffi.SOCK_DGRAM,
    value: 4096,
    set: ffi.WSASetUdpRecvMaxCoalescedSize,
    get: ffi.WSAGetUdpRecvMaxCoalescedSize,
  },
];

for (const { names, type, value, set, get } of OPTIONS) {
  Deno.test(`${names} set and read the option, or say that the system has none`, NEEDS_WINDOWS, () => {
    for (const family of [ffi.AF_INET, ffi.AF_INET6]) {
      using s = openSocket(type, family);
      const result = set(s.value, value);
      if (result === ffi.SOCKET_ERROR) {
        const code = w().WSAGetLastError();
        assert(UNKNOWN.includes(code), `${code}`);
        continue;
      }
      const read = new Uint32Array(1);
      assertEquals([result, get(s.value, read), read[0]], [0, 0, value]);
    }
  });
}

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

Deno.test("WSAGetIcmpErrorInfo() fails when there has been no error", NEEDS_WINDOWS, () => {
  using s = openSocket();
  const info = ffi.allocate(ffi.ICMP_ERROR_INFO).bytes;
  fails(() => ffi.WSAGetIcmpErrorInfo(s.value, info), ffi.SOCKET_ERROR, "WSANO_DATA", "WSAENOPROTOOPT");
});

const GROUP = Uint8Array.of(239, 255, 0, 1);
const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

Deno.test("setipv4sourcefilter() and getipv4sourcefilter() ask for the filter of a group", NEEDS_WINDOWS, () => {
  using s = openSocket(ffi.SOCK_DGRAM);
  const membership = ffi.allocate(ffi.IP_MREQ);
  membership.bytes.set([...GROUP, ...LOOPBACK]);
  const { bytes } = membership;
  ffi.check(w().setsockopt(s.value, ffi.IPPROTO_IP, ffi.IP_ADD_MEMBERSHIP, bytes, 8), "setsockopt");
  const sources = Uint8Array.of(192, 0, 2, 1, 192, 0, 2, 2);
  const result = ffi.setipv4sourcefilter(s.value, LOOPBACK, GROUP, ffi.MCAST_EXCLUDE, 2, sources);
  const code = w().WSAGetLastError();
  if (result === ffi.SOCKET_ERROR) {
    assert(UNKNOWN.includes(code), `${code}`); // Wine has no such control code
    return;
  }
  const [mode, count, list] = [new Uint32Array(1), new Uint32Array([2]), new Uint8Array(8)];
  assertEquals(ffi.getipv4sourcefilter(s.value, LOOPBACK, GROUP, mode, count, list), 0);
  assertEquals([mode[0], count[0]], [ffi.MCAST_EXCLUDE, 2]);
  assertEquals(list.toHex(), sources.toHex());
});

Deno.test("setsourcefilter() and getsourcefilter() ask for the filter of a group", NEEDS_WINDOWS, () => {
  using s = openSocket(ffi.SOCK_DGRAM);
  const group = ffi.allocate(ffi.SOCKADDR_IN);
  ffi.IN4ADDR_SETSOCKADDR(group.bytes, GROUP, 0);
  const sources = ffi.allocateArray(ffi.SOCKADDR_STORAGE, 1).bytes;
  const set = ffi.setsourcefilter(s.value, 1, group.bytes, 16, ffi.MCAST_INCLUDE, 1, sources);
  assertEquals(set, ffi.SOCKET_ERROR, "the socket is no member");
  const [mode, count] = [new Uint32Array(1), new Uint32Array([1])];
  const got = ffi.getsourcefilter(s.value, 1, group.bytes, 16, mode, count, sources);
  assertEquals(got, ffi.SOCKET_ERROR, "the socket is no member");
});

Deno.test("gai_strerror() says what the system says", NEEDS_WINDOWS, () => {
  const text = ffi.gai_strerror(ffi.EAI_NONAME);
  assert(text.length > 5 && !text.includes("\n"), text);
  assertEquals(ffi.gai_strerror(0x7fff_fff0), "", "there is no such error");
});

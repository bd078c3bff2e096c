import { assertEquals, assertThrows } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { parseAddress } from "../../ffi/marshal/ip_address.ts";

// What mingw-w64's headers have too is compared with C in tests/oracle/inlines_test.ts. The answers in this file are
// those of mstcpip.h and ws2ipdef.h of the Windows SDK, compiled and run.

type Predicate = (a: Uint8Array) => boolean;

function bytes(address: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parseAddress(address)!.bytes);
}

/** The predicates that are true of an address. */
function trueOf(predicates: { readonly [name: string]: Predicate }, address: Uint8Array): string {
  return Object.entries(predicates).filter(([, predicate]) => predicate(address)).map(([name]) => name).join(" ");
}

const IPV6_PREDICATES: { readonly [name: string]: Predicate } = {
  EUI64: ffi.IN6_IS_ADDR_EUI64,
  SUBNET_ROUTER_ANYCAST: ffi.IN6_IS_ADDR_SUBNET_ROUTER_ANYCAST,
  SUBNET_RESERVED_ANYCAST: ffi.IN6_IS_ADDR_SUBNET_RESERVED_ANYCAST,
  ANYCAST: ffi.IN6_IS_ADDR_ANYCAST,
  GLOBAL: ffi.IN6_IS_ADDR_GLOBAL,
  V4TRANSLATED: ffi.IN6_IS_ADDR_V4TRANSLATED,
  ALLNODESONNODE: ffi.IN6_IS_ADDR_ALLNODESONNODE,
  ALLNODESONLINK: ffi.IN6_IS_ADDR_ALLNODESONLINK,
  ALLROUTERSONLINK: ffi.IN6_IS_ADDR_ALLROUTERSONLINK,
  SOLICITEDNODE: ffi.IN6_IS_ADDR_SOLICITEDNODE,
  ISATAP: ffi.IN6_IS_ADDR_ISATAP,
  "6TO4": ffi.IN6_IS_ADDR_6TO4,
  TEREDO: ffi.IN6_IS_ADDR_TEREDO,
};
const IPV6_ADDRESSES: readonly [address: string, scopeLevel: number, predicates: string][] = [
  ["::", 14, ""],
  ["::1", 2, ""],
  ["::2", 14, ""],
  ["::ffff:192.0.2.1", 14, ""],
  ["::ffff:0:192.0.2.1", 14, "V4TRANSLATED"],
  ["::fffe:0:192.0.2.1", 14, ""],
  ["1000::1", 14, "GLOBAL"],
  ["2001:db8::", 14, "EUI64 SUBNET_ROUTER_ANYCAST ANYCAST GLOBAL"],
  ["2001:db8::1", 14, "EUI64 GLOBAL"],
  ["2001:db8::fdff:ffff:ffff:ff80", 14, "EUI64 SUBNET_RESERVED_ANYCAST ANYCAST GLOBAL"],
  ["2001:db8::fdff:ffff:ffff:ff7f", 14, "EUI64 GLOBAL"],
  ["2001:db8::fdff:ffff:ffff:feff", 14, "EUI64 GLOBAL"],
  ["2001::1", 14, "EUI64 GLOBAL TEREDO"],
  ["2001:1::1", 14, "EUI64 GLOBAL"],
  ["2002:c000:201::1", 14, "EUI64 GLOBAL 6TO4"],
  ["2003::1", 14, "EUI64 GLOBAL"],
  ["3ffe:831f::1", 14, "EUI64 GLOBAL TEREDO"],
  ["3ffe:831e::1", 14, "EUI64 GLOBAL"],
  ["fe80::1", 2, "EUI64"],
  ["fe80::5efe:192.0.2.1", 2, "EUI64 ISATAP"],
  ["fe80::200:5efe:192.0.2.1", 2, "EUI64 ISATAP"],
  ["fe80::100:5efe:192.0.2.1", 2, "EUI64"],
  ["fec0::1", 5, "EUI64"],
  ["fc00::1", 14, "EUI64"],
  ["e000::1", 14, "EUI64 GLOBAL"],
  ["f000::1", 14, "EUI64"],
  ["ff01::1", 1, "ALLNODESONNODE"],
  ["ff01::2", 1, ""],
  ["ff02::1", 2, "ALLNODESONLINK"],
  ["ff02::2", 2, "ALLROUTERSONLINK"],
  ["ff02::1:ff00:1", 2, "SOLICITEDNODE"],
  ["ff02::1:fe00:1", 2, ""],
  ["ff05::2", 5, ""],
  ["ff0e::1", 14, ""],
];
Deno.test("the functions on IPv6 addresses answer what Microsoft's do", () => {
  for (const [address, level, predicates] of IPV6_ADDRESSES) {
    assertEquals(trueOf(IPV6_PREDICATES, bytes(address)), predicates, address);
    assertEquals(ffi.Ipv6AddressScope(bytes(address)), level, address);
  }
});

const IPV4_PREDICATES: { readonly [name: string]: Predicate } = {
  UNSPECIFIED: ffi.IN4_IS_ADDR_UNSPECIFIED,
  LOOPBACK: ffi.IN4_IS_ADDR_LOOPBACK,
  BROADCAST: ffi.IN4_IS_ADDR_BROADCAST,
  MULTICAST: ffi.IN4_IS_ADDR_MULTICAST,
  LINKLOCAL: ffi.IN4_IS_ADDR_LINKLOCAL,
  SITELOCAL: ffi.IN4_IS_ADDR_SITELOCAL,
  RFC1918: ffi.IN4_IS_ADDR_RFC1918,
  MC_LINKLOCAL: ffi.IN4_IS_ADDR_MC_LINKLOCAL,
  MC_ADMINLOCAL: ffi.IN4_IS_ADDR_MC_ADMINLOCAL,
  MC_SITELOCAL: ffi.IN4_IS_ADDR_MC_SITELOCAL,
  "6TO4ELIGIBLE": ffi.IN4_IS_ADDR_6TO4ELIGIBLE,
};
const IPV4_ADDRESSES: readonly [address: string, scopeLevel: number, predicates: string][] = [
  ["0.0.0.0", 14, "UNSPECIFIED"],
  ["0.0.0.1", 14, ""],
  ["1.2.3.4", 14, "6TO4ELIGIBLE"],
  ["9.255.255.255", 14, "6TO4ELIGIBLE"],
  ["10.0.0.1", 14, "RFC1918"],
  ["11.0.0.0", 14, "6TO4ELIGIBLE"],
  ["126.255.255.255", 14, "6TO4ELIGIBLE"],
  ["127.0.0.1", 2, "LOOPBACK"],
  ["127.255.255.255", 2, "LOOPBACK"],
  ["128.0.0.1", 14, "6TO4ELIGIBLE"],
  ["169.253.255.255", 14, "6TO4ELIGIBLE"],
  ["169.254.1.2", 2, "LINKLOCAL"],
  ["169.255.0.0", 14, "6TO4ELIGIBLE"],
  ["172.15.255.255", 14, "6TO4ELIGIBLE"],
  ["172.16.0.1", 14, "RFC1918"],
  ["172.31.255.255", 14, "RFC1918"],
  ["172.32.0.0", 14, "6TO4ELIGIBLE"],
  ["192.168.0.1", 14, "RFC1918"],
  ["192.169.0.1", 14, "6TO4ELIGIBLE"],
  ["192.0.2.1", 14, "6TO4ELIGIBLE"],
  ["223.255.255.255", 14, "6TO4ELIGIBLE"],
  ["224.0.0.1", 2, "MULTICAST MC_LINKLOCAL"],
  ["224.0.1.1", 14, "MULTICAST"],
  ["239.0.0.1", 5, "MULTICAST MC_SITELOCAL"],
  ["239.255.0.1", 4, "MULTICAST MC_ADMINLOCAL"],
  ["239.254.255.255", 5, "MULTICAST MC_SITELOCAL"],
  ["240.0.0.1", 14, ""],
  ["255.255.255.254", 14, ""],
  ["255.255.255.255", 2, "BROADCAST"],
];
Deno.test("the functions on IPv4 addresses answer what Microsoft's do", () => {
  for (const [address, level, predicates] of IPV4_ADDRESSES) {
    assertEquals(trueOf(IPV4_PREDICATES, bytes(address)), predicates, address);
    assertEquals(ffi.Ipv4AddressScope(bytes(address)), level, address);
  }
});

Deno.test("IN4_ADDR_EQUAL() looks at all four bytes", () => {
  assertEquals(ffi.IN4_ADDR_EQUAL(bytes("192.0.2.1"), bytes("192.0.2.1")), true);
  for (const other of ["193.0.2.1", "192.1.2.1", "192.0.3.1", "192.0.2.2"]) {
    assertEquals(ffi.IN4_ADDR_EQUAL(bytes("192.0.2.1"), bytes(other)), false, other);
  }
});

Deno.test("IN6_PREFIX_EQUAL() compares as many bits as it is told", () => {
  const [a, b] = [bytes("2001:db8:ff::"), bytes("2001:db8:fb::")]; // bit 45 is the first that differs
  for (let length = 0; length <= 128; length++) {
    assertEquals(ffi.IN6_PREFIX_EQUAL(a, b, length), length <= 45, `${length}`);
  }
  for (let length = 0; length <= 128; length++) assertEquals(ffi.IN6_PREFIX_EQUAL(a, a, length), true, `${length}`);
});

Deno.test("IN6_SET_…() write the addresses of transition mechanisms, which the functions that get them read back", () => {
  const ipv4 = bytes("192.0.2.1");
  const address = bytes("2001:db8:1:2:3:4:5:6");
  ffi.IN6_SET_ISATAP_IDENTIFIER(address, ipv4);
  assertEquals(address, bytes("2001:db8:1:2:200:5efe:192.0.2.1"));
  assertEquals(ffi.IN6_EXTRACT_V4ADDR_FROM_ISATAP(address), ipv4);
  ffi.IN6_SET_ISATAP_IDENTIFIER(address, bytes("10.0.0.1"));
  assertEquals(address, bytes("2001:db8:1:2:0:5efe:10.0.0.1"));
  ffi.IN6_SET_6TO4_PREFIX(address, ipv4);
  assertEquals(address, bytes("2002:c000:201:0:0:5efe:10.0.0.1"));
  assertEquals(ffi.IN6_EXTRACT_V4ADDR_FROM_6TO4(address), ipv4);
  ffi.IN6_SET_ADDR_V4MAPPED(address, ipv4);
  assertEquals(address, bytes("::ffff:192.0.2.1"));
  assertEquals(ffi.IN6_GET_ADDR_V4MAPPED(address), ipv4);
  ffi.IN6_SET_ADDR_V4COMPAT(address, ipv4);
  assertEquals(address, bytes("::192.0.2.1"));
  assertEquals(ffi.IN6_GET_ADDR_V4COMPAT(address), ipv4);
  ffi.IN6_SET_ADDR_SOLICITEDNODE(address, bytes("2001:db8::1234:5678"));
  assertEquals(address, bytes("ff02::1:ff34:5678"));
});

Deno.test("IN6_SET_ADDR_V4MAPPED() maps an address that lies in the address that it writes", () => {
  const address = bytes("::192.0.2.1");
  ffi.IN6_SET_ADDR_V4MAPPED(address, ffi.IN6_GET_ADDR_V4COMPAT(address));
  assertEquals(address, bytes("::ffff:192.0.2.1"));
});

Deno.test("IN6ADDR_SETV4MAPPED() fills in the address of a dual-stack socket", () => {
  const address = ffi.allocate(ffi.SOCKADDR_IN6);
  address.bytes.fill(0xaa);
  ffi.IN6ADDR_SETV4MAPPED(address.bytes, bytes("192.0.2.1"), 7, 5001);
  // family 23, port 0x1389, no flow, the address, no scope, for a global address has none
  assertEquals(address.bytes.toHex(), "1700138900000000" + "00000000000000000000ffffc0000201" + "00000000");
  assertEquals(ffi.IN6ADDR_ISV4MAPPED(address.bytes), true);
  ffi.IN6ADDR_SETV4MAPPED(address.bytes, bytes("169.254.0.1"), 7, 65535);
  assertEquals(address.bytes.toHex(), "1700ffff00000000" + "00000000000000000000ffffa9fe0001" + "07000000");
});

Deno.test("IN6ADDR_SETSOCKADDR() keeps the scope id of link-local addresses only", () => {
  const address = ffi.allocate(ffi.SOCKADDR_IN6);
  ffi.IN6ADDR_SETSOCKADDR(address.bytes, bytes("fe80::1"), 3, 80);
  assertEquals(address.bytes.toHex(), "1700005000000000" + "fe800000000000000000000000000001" + "03000000");
  ffi.IN6ADDR_SETSOCKADDR(address.bytes, bytes("2001:db8::1"), 3, 80);
  assertEquals(address.view.DUMMYUNIONNAME.sin6_scope_id, 0);
  ffi.IN6ADDR_SETSOCKADDR(address.bytes, address.view.sin6_addr.u.Byte, 0, 81); // in place
  assertEquals(address.bytes.toHex(), "1700005100000000" + "20010db8000000000000000000000001" + "00000000");
});

Deno.test("IN6_UNCANONICALIZE_SCOPE_ID() takes the level off that follows from the address", () => {
  assertEquals(ffi.ScopeLevel(0x20000003), ffi.ScopeLevelLink);
  assertEquals(ffi.IN6_UNCANONICALIZE_SCOPE_ID(bytes("fe80::1"), 0x20000003), 3);
  assertEquals(ffi.IN6_UNCANONICALIZE_SCOPE_ID(bytes("fe80::1"), 0x80000003), 0x80000003);
  assertEquals(ffi.IN6_UNCANONICALIZE_SCOPE_ID(bytes("fec0::1"), 0x50000003), 3);
  assertEquals(ffi.IN6_UNCANONICALIZE_SCOPE_ID(bytes("::1"), 3), 0);
});

Deno.test("IN4ADDR_…() fill in and compare the addresses of IPv4 sockets", () => {
  const [a, b] = [ffi.allocate(ffi.SOCKADDR_IN), ffi.allocate(ffi.SOCKADDR_IN)];
  a.bytes.fill(0xaa);
  ffi.IN4ADDR_SETSOCKADDR(a.bytes, bytes("192.0.2.1"), 5001);
  assertEquals(a.bytes.toHex(), "02001389c00002010000000000000000");
  ffi.IN4ADDR_SETSOCKADDR(b.bytes, bytes("192.0.2.1"), 5002);
  assertEquals(ffi.IN4ADDR_ISEQUAL(a.bytes, b.bytes), true);
  ffi.IN4ADDR_SETLOOPBACK(b.bytes);
  assertEquals(b.bytes.toHex(), "020000007f0000010000000000000000");
  assertEquals(ffi.IN4ADDR_ISEQUAL(a.bytes, b.bytes), false);
  assertEquals([ffi.IN4ADDR_ISLOOPBACK(b.bytes), ffi.IN4ADDR_ISANY(b.bytes)], [true, false]);
  ffi.IN4ADDR_SETANY(b.bytes);
  assertEquals(b.bytes.toHex(), "02000000000000000000000000000000");
  assertEquals([ffi.IN4ADDR_ISLOOPBACK(b.bytes), ffi.IN4ADDR_ISANY(b.bytes)], [false, true]);
  assertEquals([ffi.IN4ADDR_ISUNSPECIFIED(b.bytes), ffi.IN4ADDR_SCOPE_ID(b.bytes)], [true, 0]);
});

Deno.test("IN6ADDR_ISEQUAL() compares address and scope id, not ports", () => {
  const [a, b] = [ffi.allocate(ffi.SOCKADDR_IN6), ffi.allocate(ffi.SOCKADDR_IN6)];
  ffi.IN6ADDR_SETSOCKADDR(a.bytes, bytes("fe80::1"), 3, 80);
  ffi.IN6ADDR_SETSOCKADDR(b.bytes, bytes("fe80::1"), 3, 81);
  assertEquals(ffi.IN6ADDR_ISEQUAL(a.bytes, b.bytes), true);
  ffi.IN6ADDR_SETSOCKADDR(b.bytes, bytes("fe80::1"), 4, 80);
  assertEquals(ffi.IN6ADDR_ISEQUAL(a.bytes, b.bytes), false);
  ffi.IN6ADDR_SETANY(b.bytes);
  assertEquals(ffi.IN6ADDR_ISUNSPECIFIED(b.bytes), true);
  b.view.DUMMYUNIONNAME.sin6_scope_id = 1;
  assertEquals(ffi.IN6ADDR_ISUNSPECIFIED(b.bytes), false);
  ffi.IN6ADDR_SETSOCKADDR(b.bytes, bytes("2002:c000:201::5efe:192.0.2.1"), 0, 0);
  assertEquals([ffi.IN6ADDR_IS6TO4(b.bytes), ffi.IN6ADDR_ISISATAP(b.bytes)], [true, true]);
  assertEquals([ffi.IN6ADDR_ISTEREDO(b.bytes), ffi.IN6ADDR_ISV4MAPPED(b.bytes)], [false, false]);
});

Deno.test("the functions on addresses refuse too few bytes", () => {
  assertThrows(() => ffi.IN6_IS_ADDR_LOOPBACK(new Uint8Array(4)), RangeError, "a must have 16 bytes, got 4");
  assertThrows(() => ffi.IN4_IS_ADDR_LOOPBACK(new Uint8Array(3)), RangeError, "a must have 4 bytes, got 3");
  const address = new Uint8Array(28);
  assertThrows(() => ffi.IN6ADDR_SETV4MAPPED(address, new Uint8Array(3), 0, 0), RangeError, "a4 must have 4 bytes");
  assertThrows(
    () => ffi.IN6ADDR_SETV4MAPPED(address.subarray(1), bytes("1.2.3.4"), 0, 0),
    RangeError,
    "a6 must have 28",
  );
  assertEquals(address, new Uint8Array(28), "and leave the address as it was");
});

Deno.test("htonf(), ntohf(), htond() and ntohd() move floating-point numbers through network byte order", () => {
  // 1.5 is 0x3fc00000 and 0x3ff8000000000000
  assertEquals([ffi.htonf(1.5), ffi.ntohf(0x0000c03f)], [0x0000c03f, 1.5]);
  assertEquals([ffi.htond(1.5), ffi.ntohd(0xf83fn)], [0xf83fn, 1.5]);
  assertEquals(ffi.htonll(0x0102030405060708n), 0x0807060504030201n);
  for (const value of [0, -0, 1 / 3, -Infinity, Number.MAX_VALUE, 5e-324]) {
    assertEquals(ffi.ntohd(ffi.htond(value)), value);
    assertEquals(ffi.ntohf(ffi.htonf(value)), Math.fround(value));
  }
});

Deno.test("SocketNotificationRetrieveEvents() reads the events of a notification", () => {
  const entry = ffi.allocate(ffi.OVERLAPPED_ENTRY);
  entry.view.dwNumberOfBytesTransferred = ffi.SOCK_NOTIFY_EVENT_IN | ffi.SOCK_NOTIFY_EVENT_HANGUP;
  assertEquals(ffi.SocketNotificationRetrieveEvents(entry.bytes), 5);
});

Deno.test("FD_SET() leaves a full set as it is, as the macro of C does", () => {
  const { bytes, view } = ffi.allocate(ffi.fd_set);
  for (let s = 1n; s <= 64n; s++) ffi.FD_SET(s as ffi.SOCKET, bytes);
  const full = bytes.slice();
  ffi.FD_SET(65n as ffi.SOCKET, bytes);
  assertEquals([view.fd_count, ffi.FD_ISSET(64n as ffi.SOCKET, bytes)], [64, true]);
  assertEquals(bytes, full);
});

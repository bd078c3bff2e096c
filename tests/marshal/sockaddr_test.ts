import { assertEquals, assertThrows } from "@std/assert";
import { parseAddress } from "../../ffi/marshal/ip_address.ts";
import { decodeSockaddr, encodeSockaddr, type Endpoint, MAX_SOCKADDR_LENGTH } from "../../ffi/marshal/sockaddr.ts";

function endpoint(address: string, port: number, flowInfo = 0): Endpoint {
  return { address: parseAddress(address)!, port, flowInfo };
}

// Byte by byte as ws2def.h and ws2ipdef.h have them: the family in host order, port and address in network order.
const SOCKADDRS: readonly [Endpoint, number[]][] = [
  [endpoint("192.0.2.1", 80), [2, 0, 0, 80, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
  [endpoint("0.0.0.0", 0), [2, 0, ...new Array(14).fill(0)]],
  [endpoint("255.255.255.255", 65535), [2, 0, 255, 255, 255, 255, 255, 255, ...new Array(8).fill(0)]],
  [endpoint("::1", 5001), [23, 0, 0x13, 0x89, 0, 0, 0, 0, ...new Array(15).fill(0), 1, 0, 0, 0, 0]],
  [
    endpoint("fe80::102:304%3", 0x1234),
    [23, 0, 0x12, 0x34, 0, 0, 0, 0, 0xfe, 0x80, ...new Array(10).fill(0), 1, 2, 3, 4, 3, 0, 0, 0],
  ],
  [
    endpoint("::ffff:192.0.2.1", 256),
    [23, 0, 1, 0, 0, 0, 0, 0, ...new Array(10).fill(0), 0xff, 0xff, 192, 0, 2, 1, 0, 0, 0, 0],
  ],
];

Deno.test("encodeSockaddr() writes the bytes that Winsock wants", () => {
  for (const [endpoint, bytes] of SOCKADDRS) assertEquals([...encodeSockaddr(endpoint)], bytes);
});

Deno.test("decodeSockaddr() reads them", () => {
  for (const [endpoint, bytes] of SOCKADDRS) assertEquals(decodeSockaddr(Uint8Array.from(bytes)), endpoint);
});

Deno.test("decodeSockaddr() reads what encodeSockaddr() wrote, for random endpoints", () => {
  for (let i = 0; i < 5_000; i++) {
    const bytes = crypto.getRandomValues(new Uint8Array(i % 2 ? 4 : 16));
    const [scopeId, flowInfo] = i % 2 ? [0, 0] : crypto.getRandomValues(new Uint32Array(2));
    const endpoint: Endpoint = { address: { bytes, scopeId }, port: Math.floor(Math.random() * 65536), flowInfo };
    const encoded = encodeSockaddr(endpoint);
    assertEquals(encoded.length, i % 2 ? 16 : 28);
    assertEquals(decodeSockaddr(encoded), endpoint);
  }
});

Deno.test("decodeSockaddr() ignores what follows a sockaddr in its buffer", () => {
  for (const [endpoint, bytes] of SOCKADDRS) {
    assertEquals(decodeSockaddr(Uint8Array.from([...bytes, ...new Array(100).fill(7)])), endpoint);
  }
});

Deno.test("encodeSockaddr() returns bytes of their own", () => {
  const first = encodeSockaddr(endpoint("::1", 1));
  const copy = first.slice();
  encodeSockaddr(endpoint("ffff::ffff", 65535));
  decodeSockaddr(encodeSockaddr(endpoint("1.2.3.4", 5)));
  assertEquals(first, copy);
});

Deno.test("decodeSockaddr() returns addresses of their own", () => {
  const decoded = decodeSockaddr(encodeSockaddr(endpoint("192.0.2.1", 80)));
  const decoded6 = decodeSockaddr(encodeSockaddr(endpoint("2001:db8::1", 80)));
  decodeSockaddr(encodeSockaddr(endpoint("ffff::ffff", 65535)));
  assertEquals(decoded, endpoint("192.0.2.1", 80));
  assertEquals(decoded6, endpoint("2001:db8::1", 80));
});

Deno.test("decodeSockaddr() refuses another family and too few bytes", () => {
  const cases: [number[], string][] = [
    [[], "0 bytes"],
    [[2], "1 bytes"],
    [[2, 0], "family 2, 2 bytes"],
    [[2, 0, ...new Array(13).fill(0)], "family 2, 15 bytes"],
    [[23, 0, ...new Array(14).fill(0)], "family 23, 16 bytes"],
    [[23, 0, ...new Array(25).fill(0)], "family 23, 27 bytes"],
    [[1, 0, ...new Array(26).fill(0)], "family 1, 28 bytes"],
    [[0, 2, ...new Array(26).fill(0)], "family 512, 28 bytes"],
    [[10, 0, ...new Array(26).fill(0)], "family 10, 28 bytes"], // AF_INET6 of Linux
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => decodeSockaddr(Uint8Array.from(bytes)), TypeError, message);
  }
});

Deno.test("MAX_SOCKADDR_LENGTH is the size of a sockaddr_in6", () => {
  assertEquals(MAX_SOCKADDR_LENGTH, 28);
});

Deno.test("encodeSockaddr() refuses numbers and addresses that would be cut off", () => {
  const right: Endpoint = { address: { bytes: new Uint8Array(16), scopeId: 0 }, port: 1, flowInfo: 0 };
  const bad: [Endpoint, string][] = [
    [{ ...right, port: 65536 }, "port must be a whole number from 0 to 65535, got 65536"],
    [{ ...right, port: Infinity }, "port must be a whole number from 0 to 65535, got Infinity"],
    [{ ...right, flowInfo: -1 }, "flowInfo must be a whole number from 0 to 4294967295, got -1"],
    [{ ...right, address: { ...right.address, scopeId: 2 ** 32 } }, "address.scopeId must be a whole number"],
    [{ ...right, address: { bytes: new Uint8Array(5), scopeId: 0 } }, "address.bytes must have 4 or 16 bytes, got 5"],
  ];
  for (const [endpoint, message] of bad) assertThrows(() => encodeSockaddr(endpoint), RangeError, message);
});

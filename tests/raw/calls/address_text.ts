import { assert, assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { type Calls, fails } from "./call.ts";

const w = () => ffi.ws2_32();

const LOOPBACK_IPV6 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

function scoped(): ffi.Struct<typeof ffi.SOCKADDR_IN6> {
  const address = ffi.allocate(ffi.SOCKADDR_IN6);
  ffi.IN6ADDR_SETSOCKADDR(address.bytes, Uint8Array.of(0xfe, 0x80, ...new Uint8Array(13), 1), 1, 80);
  return address;
}

export const addressTextCalls: Calls<ffi.AddressTextFunctions> = {
  inet_addr: ["reads an IPv4 address", () => {
    assertEquals(w().inet_addr(ffi.narrowString("127.0.0.1")), 0x0100007f);
    assertEquals(w().inet_addr(ffi.narrowString("no address")), ffi.INADDR_NONE);
  }],
  inet_ntoa: ["writes an IPv4 address", () => {
    assertEquals(ffi.readNarrowString(w().inet_ntoa(0x0100007f)), "127.0.0.1");
    assertEquals(ffi.readNarrowString(w().inet_ntoa(0xffffffff)), "255.255.255.255");
  }],
  inet_ntop: ["writes an IPv6 address", () => {
    const text = new Uint8Array(ffi.INET6_ADDRSTRLEN);
    const address = w().inet_ntop(ffi.AF_INET6, LOOPBACK_IPV6, text, BigInt(text.length));
    assertEquals([address, ffi.readNarrowString(text)], [ffi.addressOf(text), "::1"]);
    assertEquals(w().inet_ntop(ffi.AF_INET6, LOOPBACK_IPV6, text, 2n), 0n, "there is no room");
    fails(() => w().inet_ntop(4711, LOOPBACK_IPV6, text, 65n), 0n, "WSAEAFNOSUPPORT");
  }],
  inet_pton: ["reads an IPv6 address", () => {
    const address = new Uint8Array(16);
    assertEquals(w().inet_pton(ffi.AF_INET6, ffi.narrowString("::1"), address), 1);
    assertEquals(address, LOOPBACK_IPV6);
    assertEquals(w().inet_pton(ffi.AF_INET6, ffi.narrowString("no address"), address), 0);
  }],
  InetNtopW: ["writes an IPv4 address", () => {
    const text = new Uint16Array(ffi.INET_ADDRSTRLEN);
    const address = w().InetNtopW(ffi.AF_INET, Uint8Array.of(192, 0, 2, 1), text, BigInt(text.length));
    assertEquals([address, ffi.readWideString(text)], [ffi.addressOf(text), "192.0.2.1"]);
  }],
  InetPtonW: ["reads an IPv4 address", () => {
    const address = new Uint8Array(4);
    assertEquals(w().InetPtonW(ffi.AF_INET, ffi.wideString("192.0.2.1"), address), 1);
    assertEquals(address, Uint8Array.of(192, 0, 2, 1));
    assertEquals(w().InetPtonW(ffi.AF_INET, ffi.wideString("192.0.2"), address), 0);
    fails(() => w().InetPtonW(4711, ffi.wideString("192.0.2.1"), address), -1, "WSAEAFNOSUPPORT");
  }],
  WSAAddressToStringA: ["writes address, scope and port", () => {
    const text = new Uint8Array(ffi.INET6_ADDRSTRLEN);
    const length = new Uint32Array([text.length]);
    assertEquals(w().WSAAddressToStringA(scoped().bytes, 28, null, text, length), 0);
    assertEquals([ffi.readNarrowString(text), length[0]], ["[fe80::1%1]:80", 15]);
  }],
  WSAAddressToStringW: ["writes address, scope and port", () => {
    const text = new Uint16Array(ffi.INET6_ADDRSTRLEN);
    const length = new Uint32Array([text.length]);
    assertEquals(w().WSAAddressToStringW(scoped().bytes, 28, null, text, length), 0);
    assertEquals([ffi.readWideString(text), length[0]], ["[fe80::1%1]:80", 15]);
    length[0] = 3;
    const short = () => w().WSAAddressToStringW(scoped().bytes, 28, null, text, length);
    fails(short, ffi.SOCKET_ERROR, "WSAEFAULT");
    assert(length[0] >= 15, "and says how much room it takes");
  }],
  WSAStringToAddressA: ["reads address and port", () => {
    const { bytes, view } = ffi.allocate(ffi.SOCKADDR_IN);
    const length = new Int32Array([16]);
    assertEquals(w().WSAStringToAddressA(ffi.narrowString("192.0.2.1:80"), ffi.AF_INET, null, bytes, length), 0);
    assertEquals([view.sin_family, view.sin_addr.S_un.S_addr, view.sin_port], [ffi.AF_INET, 0xc0000201, 80]);
  }],
  WSAStringToAddressW: ["reads address, scope and port", () => {
    const { bytes } = ffi.allocate(ffi.SOCKADDR_IN6);
    const text = ffi.wideString("[fe80::1%1]:80");
    assertEquals(w().WSAStringToAddressW(text, ffi.AF_INET6, null, bytes, new Int32Array([28])), 0);
    assertEquals(bytes, scoped().bytes);
    const short = () => w().WSAStringToAddressW(text, ffi.AF_INET6, null, bytes, new Int32Array([16]));
    fails(short, ffi.SOCKET_ERROR, "WSAEFAULT");
  }],
};

import { assert, assertEquals, assertGreater } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { type Calls, fails, loopback, present } from "./call.ts";

const w = () => ffi.ws2_32();
const NOT_FOUND = ffi.ERROR_CODES.WSAHOST_NOT_FOUND[0];

/** The IPv4 addresses and ports of a list, which is freed. */
function addressesIn(def: ffi.AddressInfoDef, first: bigint): string[] {
  using list = new ffi.AddressInfoList(def, first);
  return Array.from(list, (info) => {
    const { sin_addr, sin_port } = ffi.structsIn(ffi.SOCKADDR_IN, list.sockaddr(info), 1)[0];
    return `${sin_addr.S_un.S_addr.toString(16)}:${sin_port}`;
  });
}

/** Looks 127.0.0.1 up, with port 80. */
async function lookUp(
  def: ffi.AddressInfoDef,
  text: (text: string) => Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
  call: (node: ffi.Memory, service: ffi.Memory, result: BigUint64Array) => number | Promise<number>,
): Promise<void> {
  const result = new BigUint64Array(1);
  assertEquals(await call(text("127.0.0.1"), text("80"), result), 0);
  const addresses = addressesIn(def, result[0]);
  assertGreater(addresses.length, 0);
  for (const address of addresses) assertEquals(address, "7f000001:80");
}

/** Names 127.0.0.1, port 80. */
async function nameOf(
  read: (node: ffi.Memory) => string,
  call: (name: ffi.Sockaddr, node: ffi.Memory, service: ffi.Memory, flags: number) => number | Promise<number>,
): Promise<void> {
  const [node, service] = [new Uint8Array(2 * ffi.NI_MAXHOST), new Uint8Array(2 * ffi.NI_MAXSERV)];
  const flags = ffi.NI_NUMERICHOST | ffi.NI_NUMERICSERV;
  assertEquals(await call(loopback(80).bytes, node, service, flags), 0);
  assertEquals([read(node), read(service)], ["127.0.0.1", "80"]);
}
const readWide = (memory: ffi.Memory) => ffi.readWideString(memory as Uint8Array);
const readNarrow = (memory: ffi.Memory) => ffi.readNarrowString(memory as Uint8Array);

/** Looks 127.0.0.1 up without waiting, and waits for the event that says that it is done. */
function lookUpOverlapped(): { overlapped: ffi.Struct<typeof ffi.OVERLAPPED>; result: BigUint64Array; code: number } {
  const { GetAddrInfoExW, WSACloseEvent, WSACreateEvent, WSAWaitForMultipleEvents } = w();
  using done = ffi.owned(WSACreateEvent(), WSACloseEvent);
  const overlapped = ffi.allocate(ffi.OVERLAPPED);
  overlapped.view.hEvent = done.value;
  const result = new BigUint64Array(1);
  const name = ffi.wideString("127.0.0.1");
  const handle = new BigUint64Array(1);
  const code = GetAddrInfoExW(name, null, ffi.NS_ALL, null, null, result, null, overlapped.bytes, null, handle);
  if (code === ffi.ERROR_CODES.WSA_IO_PENDING[0]) {
    assertEquals(WSAWaitForMultipleEvents(1, new BigUint64Array([done.value]), 0, 30_000, 0), ffi.WSA_WAIT_EVENT_0);
  }
  return { overlapped, result, code };
}

const PUBLISHES = ["registers a name, which others would see"] as const;

export const resolverCalls: Calls<ffi.ResolverFunctions> = {
  getaddrinfo: ["looks an address up", async () => {
    await lookUp(ffi.ADDRINFOA, ffi.narrowString, (node, name, result) => w().getaddrinfo(node, name, null, result));
    const { bytes, view } = ffi.allocate(ffi.ADDRINFOA);
    view.ai_flags = ffi.AI_NUMERICHOST;
    const code = w().getaddrinfo(ffi.narrowString("localhost"), null, bytes, new BigUint64Array(1));
    assertEquals(code, NOT_FOUND);
  }],
  getaddrinfoNonblocking: ["looks an address up on another thread", () => {
    return lookUp(ffi.ADDRINFOA, ffi.narrowString, (node, name, result) => {
      return w().getaddrinfoNonblocking(node, name, null, result);
    });
  }],
  freeaddrinfo: ["takes the results of getaddrinfo() back", () => {
    const result = new BigUint64Array(1);
    assertEquals(w().getaddrinfo(ffi.narrowString("::1"), null, null, result), 0);
    w().freeaddrinfo(result[0]);
    w().freeaddrinfo(0n);
  }],
  getnameinfo: ["writes an address", () => {
    return nameOf(
      readNarrow,
      (name, node, service, flags) => w().getnameinfo(name, 16, node, 1025, service, 32, flags),
    );
  }],
  getnameinfoNonblocking: ["writes an address on another thread", () => {
    return nameOf(readNarrow, (name, node, service, flags) => {
      return w().getnameinfoNonblocking(name, 16, node, 1025, service, 32, flags);
    });
  }],
  GetAddrInfoW: ["looks an address up, and a name of the hosts file", async () => {
    await lookUp(ffi.ADDRINFOW, ffi.wideString, (node, name, result) => w().GetAddrInfoW(node, name, null, result));
    const { bytes, view } = ffi.allocate(ffi.ADDRINFOW);
    view.ai_family = ffi.AF_INET;
    const result = new BigUint64Array(1);
    assertEquals(w().GetAddrInfoW(ffi.wideString("localhost"), null, bytes, result), 0);
    assert(addressesIn(ffi.ADDRINFOW, result[0]).includes("7f000001:0"));
  }],
  GetAddrInfoWNonblocking: ["looks an address up on another thread, and says what is wrong by its result", async () => {
    await lookUp(ffi.ADDRINFOW, ffi.wideString, (node, name, result) => {
      return w().GetAddrInfoWNonblocking(node, name, null, result);
    });
    const { bytes, view } = ffi.allocate(ffi.ADDRINFOW);
    view.ai_flags = ffi.AI_NUMERICHOST;
    const [node, result] = [ffi.wideString("localhost"), new BigUint64Array(1)];
    assertEquals(await w().GetAddrInfoWNonblocking(node, null, bytes, result), NOT_FOUND);
  }],
  FreeAddrInfoW: ["takes the results of GetAddrInfoW() back", () => {
    const result = new BigUint64Array(1);
    assertEquals(w().GetAddrInfoW(ffi.wideString("::1"), null, null, result), 0);
    w().FreeAddrInfoW(result[0]);
  }],
  GetNameInfoW: ["writes an address", () => {
    return nameOf(readWide, (name, node, service, flags) => w().GetNameInfoW(name, 16, node, 1025, service, 32, flags));
  }],
  GetNameInfoWNonblocking: ["writes an address on another thread", () => {
    return nameOf(readWide, (name, node, service, flags) => {
      return w().GetNameInfoWNonblocking(name, 16, node, 1025, service, 32, flags);
    });
  }],
  GetAddrInfoExA: ["looks an address up", () => {
    const call = present(w().GetAddrInfoExA);
    return lookUp(ffi.ADDRINFOEXA, ffi.narrowString, (node, name, result) => {
      return call(node, name, ffi.NS_ALL, null, null, result, null, null, null, null);
    });
  }],
  GetAddrInfoExANonblocking: ["looks an address up on another thread", () => {
    const call = present(w().GetAddrInfoExANonblocking);
    return lookUp(ffi.ADDRINFOEXA, ffi.narrowString, (node, name, result) => {
      return call(node, name, ffi.NS_ALL, null, null, result, null, null, null, null);
    });
  }],
  GetAddrInfoExW: ["looks an address up", () => {
    return lookUp(ffi.ADDRINFOEXW, ffi.wideString, (node, name, result) => {
      return w().GetAddrInfoExW(node, name, ffi.NS_ALL, null, null, result, null, null, null, null);
    });
  }],
  GetAddrInfoExWNonblocking: ["looks an address up on another thread", () => {
    return lookUp(ffi.ADDRINFOEXW, ffi.wideString, (node, name, result) => {
      return w().GetAddrInfoExWNonblocking(node, name, ffi.NS_ALL, null, null, result, null, null, null, null);
    });
  }],
  FreeAddrInfoEx: ["takes the results of GetAddrInfoExA() back; null is none", () => w().FreeAddrInfoEx(0n)],
  FreeAddrInfoExW: ["takes the results of GetAddrInfoExW() back", () => {
    const result = new BigUint64Array(1);
    const name = ffi.wideString("::1");
    assertEquals(w().GetAddrInfoExW(name, null, ffi.NS_ALL, null, null, result, null, null, null, null), 0);
    w().FreeAddrInfoExW(result[0]);
  }],
  GetAddrInfoExCancel: ["refuses a handle that is none", () => {
    assertEquals(w().GetAddrInfoExCancel(new BigUint64Array(1)), ffi.ERROR_CODES.WSA_INVALID_HANDLE[0]);
  }],
  GetAddrInfoExOverlappedResult: ["returns the result of an overlapped lookup", () => {
    const { overlapped, result, code } = lookUpOverlapped();
    // A lookup that ends at once has no overlapped result.
    if (code !== 0) assertEquals(w().GetAddrInfoExOverlappedResult(overlapped.bytes), 0);
    assertEquals(addressesIn(ffi.ADDRINFOEXW, result[0])[0], "7f000001:0");
  }],
  SetAddrInfoExA: PUBLISHES,
  SetAddrInfoExANonblocking: PUBLISHES,
  SetAddrInfoExW: PUBLISHES,
  SetAddrInfoExWNonblocking: PUBLISHES,
  gethostbyaddr: ["names the loopback", () => {
    const address = w().gethostbyaddr(Uint8Array.of(127, 0, 0, 1), 4, ffi.AF_INET);
    assert(address !== 0n);
    const host = ffi.structAt(ffi.HOSTENT, address);
    assertGreater(ffi.readNarrowString(host.h_name).length, 0);
  }],
  gethostbyname: ["looks an address up", () => {
    const address = w().gethostbyname(ffi.narrowString("127.0.0.1"));
    assert(address !== 0n);
    const host = ffi.structAt(ffi.HOSTENT, address);
    assertEquals([host.h_addrtype, host.h_length], [ffi.AF_INET, 4]);
    const addresses = Array.from(ffi.pointersAt(host.h_addr_list), (at) => [...new Uint8Array(ffi.memoryAt(at, 4))]);
    assertEquals(addresses, [[127, 0, 0, 1]]);
  }],
  gethostname: ["returns the name of this machine", () => {
    const name = new Uint8Array(256);
    assertEquals(w().gethostname(name, name.length), 0);
    assertGreater(ffi.readNarrowString(name).length, 0);
    fails(() => w().gethostname(name, 1), ffi.SOCKET_ERROR, "WSAEFAULT");
  }],
  GetHostNameW: ["returns the name of this machine", () => {
    const [wide, narrow] = [new Uint16Array(256), new Uint8Array(256)];
    assertEquals(w().GetHostNameW(wide, wide.length), 0);
    assertEquals(w().gethostname(narrow, narrow.length), 0);
    assertEquals(ffi.readWideString(wide), ffi.readNarrowString(narrow));
  }],
  getservbyname: ["knows the port of a service", () => {
    const service = ffi.structAt(ffi.SERVENT, w().getservbyname(ffi.narrowString("http"), ffi.narrowString("tcp")));
    assertEquals(service.s_port, 80);
    assertEquals(w().getservbyname(ffi.narrowString("no such service"), null), 0n);
  }],
  getservbyport: ["knows the service of a port", () => {
    const service = ffi.structAt(ffi.SERVENT, w().getservbyport(w().htons(80), ffi.narrowString("tcp")));
    assertEquals([service.s_name, service.s_proto].map((text) => ffi.readNarrowString(text)), ["http", "tcp"]);
  }],
  getprotobyname: ["knows the number of a protocol", () => {
    const protocol = ffi.structAt(ffi.PROTOENT, w().getprotobyname(ffi.narrowString("udp")));
    assertEquals([ffi.readNarrowString(protocol.p_name), protocol.p_proto], ["udp", ffi.IPPROTO_UDP]);
  }],
  getprotobynumber: ["knows the protocol of a number", () => {
    const protocol = ffi.structAt(ffi.PROTOENT, w().getprotobynumber(ffi.IPPROTO_TCP));
    assertEquals(ffi.readNarrowString(protocol.p_name), "tcp");
  }],
};

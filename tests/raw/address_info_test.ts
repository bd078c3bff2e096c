import { assert, assertEquals, assertThrows } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { decodeSockaddr } from "../../ffi/marshal/sockaddr.ts";
import { formatAddress } from "../../ffi/marshal/ip_address.ts";

interface Found {
  readonly family: number;
  readonly address: string;
  readonly port: number;
}

type Entry = { readonly ai_family: number; readonly ai_addr: bigint; readonly ai_addrlen: bigint };

function readAll(list: Iterable<Entry> & { sockaddr(entry: Entry): Uint8Array }): Found[] {
  return Array.from(list, (info) => {
    const { address, port } = decodeSockaddr(list.sockaddr(info));
    return { family: info.ai_family, address: formatAddress(address), port };
  });
}

const LOOPBACK: Found = { family: ffi.AF_INET, address: "127.0.0.1", port: 80 };

Deno.test("AddressInfoList walks what GetAddrInfoW() returns", NEEDS_WINDOWS, () => {
  const { GetAddrInfoW } = ffi.ws2_32();
  const result = new BigUint64Array(1);
  ffi.checkCode(GetAddrInfoW(ffi.wideString("127.0.0.1"), ffi.wideString("80"), null, result), "GetAddrInfoW");
  using list = new ffi.AddressInfoList(ffi.ADDRINFOW, result[0]);
  const found = readAll(list);
  assert(found.length >= 1);
  for (const each of found) assertEquals(each, LOOPBACK);
  assertEquals(readAll(list), found, "and can be walked again");
});

Deno.test(
  "AddressInfoList walks what getaddrinfo() and GetAddrInfoExW() return, and GetAddrInfoExA() where it is",
  NEEDS_WINDOWS,
  () => {
    const { getaddrinfo, GetAddrInfoExA, GetAddrInfoExW } = ffi.ws2_32();
    const narrow = [ffi.narrowString("127.0.0.1"), ffi.narrowString("80")] as const;
    const wide = [ffi.wideString("127.0.0.1"), ffi.wideString("80")] as const;
    const result = new BigUint64Array(1);
    ffi.checkCode(getaddrinfo(...narrow, null, result), "getaddrinfo");
    {
      using list = new ffi.AddressInfoList(ffi.ADDRINFOA, result[0]);
      assertEquals(readAll(list)[0], LOOPBACK);
    }
    ffi.checkCode(
      GetAddrInfoExW(...wide, ffi.NS_ALL, null, null, result, null, null, null, null),
      "GetAddrInfoExW",
    );
    {
      using list = new ffi.AddressInfoList(ffi.ADDRINFOEXW, result[0]);
      assertEquals(readAll(list)[0], LOOPBACK);
    }
    if (GetAddrInfoExA === null) return; // Wine 10 has none
    ffi.checkCode(
      GetAddrInfoExA(...narrow, ffi.NS_ALL, null, null, result, null, null, null, null),
      "GetAddrInfoExA",
    );
    using list = new ffi.AddressInfoList(ffi.ADDRINFOEXA, result[0]);
    assertEquals(readAll(list)[0], LOOPBACK);
  },
);

Deno.test("AddressInfoList ends, and gives nothing more, once it is freed", NEEDS_WINDOWS, () => {
  const { GetAddrInfoW } = ffi.ws2_32();
  const result = new BigUint64Array(1);
  ffi.checkCode(GetAddrInfoW(ffi.wideString("::1"), null, null, result), "GetAddrInfoW");
  const list = new ffi.AddressInfoList(ffi.ADDRINFOW, result[0]);
  const [first] = list;
  list[Symbol.dispose]();
  list[Symbol.dispose]();
  assertEquals([...list], []);
  assertEquals(first.ai_family, ffi.AF_INET6, "an entry is a copy");
  assertThrows(() => list.sockaddr(first), TypeError, "has been freed");
});

Deno.test("AddressInfoList stops an iteration in the middle when it is freed", NEEDS_WINDOWS, () => {
  const { GetAddrInfoW } = ffi.ws2_32();
  const result = new BigUint64Array(1);
  // A socket type for each: several entries.
  ffi.checkCode(GetAddrInfoW(ffi.wideString("127.0.0.1"), null, null, result), "GetAddrInfoW");
  const list = new ffi.AddressInfoList(ffi.ADDRINFOW, result[0]);
  let count = 0;
  for (const _ of list) {
    count++;
    list[Symbol.dispose]();
  }
  assertEquals(count, 1);
});

Deno.test("AddressInfoList of no results is empty", NEEDS_WINDOWS, () => {
  using list = new ffi.AddressInfoList(ffi.ADDRINFOW, 0n);
  assertEquals([...list], []);
});

Deno.test("AddressInfoList refuses another struct", NEEDS_WINDOWS, () => {
  assertThrows(() => new ffi.AddressInfoList(ffi.SOCKADDR_IN as unknown as typeof ffi.ADDRINFOW, 0n), TypeError, "def");
});

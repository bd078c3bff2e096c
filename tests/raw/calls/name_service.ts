import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { type Calls, present } from "./call.ts";

const w = () => ffi.ws2_32();
const NO_LOOKUP = 0n as ffi.HANDLE;
const UNKNOWN = ffi.guidBytes("7c1a8c0e-2f7b-4b5e-9d55-93b0a1f0e001");
const CHANGES_SYSTEM = ["changes what the system knows of services"] as const;
const PUBLISHES = ["registers a service, which others would see"] as const;
const PROVIDES = ["makes a provider of this process known"] as const;

/** The providers of name spaces: how much room they take, then the providers. */
function nameSpaces<
  D extends
    | typeof ffi.WSANAMESPACE_INFOA
    | typeof ffi.WSANAMESPACE_INFOW
    | typeof ffi.WSANAMESPACE_INFOEXA
    | typeof ffi.WSANAMESPACE_INFOEXW,
>(def: D, list: (length: Uint32Array, buffer: Uint8Array) => number) {
  const length = new Uint32Array(1);
  const count = list(length, new Uint8Array(0));
  if (count === 0) return []; // Wine has none
  assertEquals(count, ffi.SOCKET_ERROR);
  const buffer = new Uint8Array(length[0]);
  return ffi.structsIn(def, buffer, ffi.check(list(length, buffer), "WSAEnumNameSpaceProviders"));
}

/** Begins a query that no provider can answer. */
function beginWithNothing<D extends typeof ffi.WSAQUERYSETA | typeof ffi.WSAQUERYSETW>(
  def: D,
  begin: (restrictions: ffi.StructBytes<D>, lookup: BigUint64Array) => number,
): void {
  const restrictions = ffi.allocate(def); // dwSize is 0
  assertEquals(begin(restrictions.bytes, new BigUint64Array(1)), ffi.SOCKET_ERROR);
}

export const nameServiceCalls: Calls<ffi.NameServiceFunctions> = {
  WSALookupServiceBeginA: ["refuses a query without a size", () => {
    beginWithNothing(ffi.WSAQUERYSETA, (query, lookup) => w().WSALookupServiceBeginA(query, 0, lookup));
  }],
  WSALookupServiceBeginW: ["refuses a query without a size", () => {
    beginWithNothing(ffi.WSAQUERYSETW, (query, lookup) => w().WSALookupServiceBeginW(query, 0, lookup));
  }],
  WSALookupServiceNextA: ["refuses a query that is none", () => {
    const answer = ffi.allocate(ffi.WSAQUERYSETA);
    const length = new Uint32Array([answer.bytes.length]);
    assertEquals(w().WSALookupServiceNextA(NO_LOOKUP, 0, length, answer.bytes), ffi.SOCKET_ERROR);
  }],
  WSALookupServiceNextW: ["refuses a query that is none", () => {
    const answer = ffi.allocate(ffi.WSAQUERYSETW);
    const length = new Uint32Array([answer.bytes.length]);
    assertEquals(w().WSALookupServiceNextW(NO_LOOKUP, 0, length, answer.bytes), ffi.SOCKET_ERROR);
  }],
  WSALookupServiceEnd: ["ends a query; one that is none is refused", () => {
    const result = w().WSALookupServiceEnd(NO_LOOKUP);
    assert(result === ffi.SOCKET_ERROR || result === 0, "Wine takes it");
  }],
  WSANSPIoctl: ["refuses a query that is none", () => {
    const length = new Uint32Array(1);
    const control = () => w().WSANSPIoctl(NO_LOOKUP, ffi.SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, length, null);
    assertEquals(control(), ffi.SOCKET_ERROR);
  }],
  WSAInstallServiceClassA: CHANGES_SYSTEM,
  WSAInstallServiceClassW: CHANGES_SYSTEM,
  WSARemoveServiceClass: CHANGES_SYSTEM,
  WSAGetServiceClassInfoA: ["knows nothing of a class that there is not", () => {
    const info = ffi.allocateArray(ffi.WSASERVICECLASSINFOA, 8);
    const length = new Uint32Array([info.bytes.length]);
    assertEquals(w().WSAGetServiceClassInfoA(UNKNOWN, UNKNOWN, length, info.bytes), ffi.SOCKET_ERROR);
  }],
  WSAGetServiceClassInfoW: ["knows nothing of a class that there is not", () => {
    const info = ffi.allocateArray(ffi.WSASERVICECLASSINFOW, 8);
    const length = new Uint32Array([info.bytes.length]);
    assertEquals(w().WSAGetServiceClassInfoW(UNKNOWN, UNKNOWN, length, info.bytes), ffi.SOCKET_ERROR);
  }],
  WSAGetServiceClassNameByClassIdA: ["knows no name of a class that there is not", () => {
    const name = new Uint8Array(256);
    const length = new Uint32Array([name.length]);
    assertEquals(w().WSAGetServiceClassNameByClassIdA(UNKNOWN, name, length), ffi.SOCKET_ERROR);
  }],
  WSAGetServiceClassNameByClassIdW: ["knows no name of a class that there is not", () => {
    const name = new Uint16Array(256);
    const length = new Uint32Array([name.byteLength]);
    assertEquals(w().WSAGetServiceClassNameByClassIdW(UNKNOWN, name, length), ffi.SOCKET_ERROR);
  }],
  WSAEnumNameSpaceProvidersA: ["lists the name spaces", () => {
    const list = nameSpaces(ffi.WSANAMESPACE_INFOA, (length, buffer) => w().WSAEnumNameSpaceProvidersA(length, buffer));
    for (const info of list) assertGreater(ffi.readNarrowString(info.lpszIdentifier).length, 0);
  }],
  WSAEnumNameSpaceProvidersW: ["lists the name spaces, DNS among them", () => {
    const list = nameSpaces(ffi.WSANAMESPACE_INFOW, (length, buffer) => w().WSAEnumNameSpaceProvidersW(length, buffer));
    for (const info of list) assertGreater(ffi.readWideString(info.lpszIdentifier).length, 0);
    if (list.length > 0) assert(list.some((info) => info.dwNameSpace === ffi.NS_DNS));
  }],
  WSAEnumNameSpaceProvidersExA: ["lists the name spaces", () => {
    const list = present(w().WSAEnumNameSpaceProvidersExA);
    for (const info of nameSpaces(ffi.WSANAMESPACE_INFOEXA, list)) assertNotEquals(info.dwNameSpace, 0);
  }],
  WSAEnumNameSpaceProvidersExW: ["lists the name spaces", () => {
    const list = present(w().WSAEnumNameSpaceProvidersExW);
    for (const info of nameSpaces(ffi.WSANAMESPACE_INFOEXW, list)) assertNotEquals(info.dwNameSpace, 0);
  }],
  WSASetServiceA: PUBLISHES,
  WSASetServiceW: PUBLISHES,
  WSAAdvertiseProvider: PROVIDES,
  WSAUnadvertiseProvider: ["refuses a provider that is not known", () => {
    assertEquals(present(w().WSAUnadvertiseProvider)(UNKNOWN), ffi.SOCKET_ERROR);
  }],
  WSAProviderCompleteAsyncCall: ["completes a call of a provider: only one may call it"],
};

import { assert, assertEquals, assertGreater } from "@std/assert";
import { bytesOf, type View } from "@winsock/ws2/layout";
import * as ffi from "@winsock/ws2/ffi";
import { type Calls, present } from "./call.ts";

const w = () => ffi.ws2_32();
const CHANGES_SYSTEM = ["changes the system's catalog of providers"] as const;
const NOBUFS = ffi.ERROR_CODES.WSAENOBUFS[0];

type List = ffi.CatalogFunctions["WSCEnumProtocols"];

/** The entries of a catalog: how much room they take, then the entries. */
function entries(list: List): View<typeof ffi.WSAPROTOCOL_INFOW>[] {
  const [length, code] = [new Uint32Array(1), new Int32Array(1)];
  assertEquals([list(null, null, length, code), code[0]], [ffi.SOCKET_ERROR, NOBUFS]);
  const buffer = new Uint8Array(length[0]);
  const count = list(null, buffer, length, code);
  assertGreater(count, 0, `failed with ${code[0]}`);
  return ffi.structsIn(ffi.WSAPROTOCOL_INFOW, buffer, count);
}

function providerOfTcp(): Uint8Array {
  const info = entries(w().WSCEnumProtocols).find(({ iProtocol }) => iProtocol === ffi.IPPROTO_TCP);
  assert(info !== undefined);
  return bytesOf(info.ProviderId);
}

function pathOf(read: ffi.CatalogFunctions["WSCGetProviderPath"]): void {
  const [path, length, code] = [new Uint16Array(260), new Int32Array([260]), new Int32Array(1)];
  assertEquals(read(providerOfTcp(), path, length, code), 0);
  assert(/^$|\.dll$/i.test(ffi.readWideString(path)), "Wine has no path");
}

/** No layered provider is asked for, so the size is that of its categories. */
function informationOf(read: ffi.CatalogFunctions["WSCGetProviderInfo"]): void {
  const [info, size, code] = [new Uint32Array(1), new BigUint64Array([4n]), new Int32Array(1)];
  const result = read(providerOfTcp(), ffi.ProviderInfoLspCategories, info, size, 0, code);
  if (result !== 0) assert(code[0] !== 0, "that is no layered provider, or not implemented");
  else assertEquals(size[0], 4n);
}

export const catalogCalls: Calls<ffi.CatalogFunctions> = {
  WSCDeinstallProvider: CHANGES_SYSTEM,
  WSCDeinstallProvider32: CHANGES_SYSTEM,
  WSCEnableNSProvider: CHANGES_SYSTEM,
  WSCEnableNSProvider32: CHANGES_SYSTEM,
  WSCEnumNameSpaceProviders32: ["says how much room the name spaces take", () => {
    const length = new Uint32Array(1);
    const result = present(w().WSCEnumNameSpaceProviders32)(length, new Uint8Array(0));
    assert(result === ffi.SOCKET_ERROR && length[0] > 0);
  }],
  WSCEnumNameSpaceProvidersEx32: ["says how much room the name spaces take", () => {
    const length = new Uint32Array(1);
    const result = present(w().WSCEnumNameSpaceProvidersEx32)(length, new Uint8Array(0));
    assert(result === ffi.SOCKET_ERROR && length[0] > 0);
  }],
  WSCEnumProtocols: ["lists TCP and UDP", () => {
    const protocols = entries(w().WSCEnumProtocols).map(({ iProtocol }) => iProtocol);
    assert(protocols.includes(ffi.IPPROTO_TCP) && protocols.includes(ffi.IPPROTO_UDP));
  }],
  WSCEnumProtocols32: ["lists TCP", () => {
    const list = present(w().WSCEnumProtocols32);
    const protocols = entries((ids, buffer, length, code) => list(ids, buffer ?? new Uint8Array(0), length, code));
    assert(protocols.some(({ iProtocol }) => iProtocol === ffi.IPPROTO_TCP));
  }],
  WSCGetApplicationCategory: ["knows no category of a program that there is not", () => {
    const path = ffi.wideString("C:\\no such program.exe");
    const [categories, code] = [new Uint32Array(1), new Int32Array(1)];
    const result = w().WSCGetApplicationCategory(path, path.length - 1, null, 0, categories, code);
    assertEquals(result, ffi.SOCKET_ERROR);
    assert(code[0] !== 0);
  }],
  WSCSetApplicationCategory: CHANGES_SYSTEM,
  WSCGetProviderInfo: ["reads the categories of a layered provider", () => informationOf(w().WSCGetProviderInfo)],
  WSCGetProviderInfo32: ["reads the categories of a layered provider", () => {
    informationOf(present(w().WSCGetProviderInfo32));
  }],
  WSCSetProviderInfo: CHANGES_SYSTEM,
  WSCSetProviderInfo32: CHANGES_SYSTEM,
  WSCGetProviderPath: ["says where the DLL of a provider is", () => pathOf(w().WSCGetProviderPath)],
  WSCGetProviderPath32: ["says where the DLL of a provider is", () => pathOf(present(w().WSCGetProviderPath32))],
  WSCInstallNameSpace: CHANGES_SYSTEM,
  WSCInstallNameSpace32: CHANGES_SYSTEM,
  WSCInstallNameSpaceEx: CHANGES_SYSTEM,
  WSCInstallNameSpaceEx32: CHANGES_SYSTEM,
  WSCUnInstallNameSpace: CHANGES_SYSTEM,
  WSCUnInstallNameSpace32: CHANGES_SYSTEM,
  WSCInstallProvider: CHANGES_SYSTEM,
  WSCInstallProvider64_32: CHANGES_SYSTEM,
  WSCInstallProviderAndChains64_32: CHANGES_SYSTEM,
  WSCUpdateProvider: CHANGES_SYSTEM,
  WSCUpdateProvider32: CHANGES_SYSTEM,
  WSCWriteNameSpaceOrder: CHANGES_SYSTEM,
  WSCWriteNameSpaceOrder32: CHANGES_SYSTEM,
  WSCWriteProviderOrder: CHANGES_SYSTEM,
  WSCWriteProviderOrder32: CHANGES_SYSTEM,
};

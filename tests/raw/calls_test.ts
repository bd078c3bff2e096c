import { assert, assertEquals, assertThrows } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { addressTextCalls } from "./calls/address_text.ts";
import { byteOrderCalls } from "./calls/byte_order.ts";
import type { Call, NotCalled } from "./calls/call.ts";
import { catalogCalls } from "./calls/catalog.ts";
import { eventCalls } from "./calls/events.ts";
import { ioCalls } from "./calls/io.ts";
import { legacyCalls } from "./calls/legacy.ts";
import { nameServiceCalls } from "./calls/name_service.ts";
import { providerCalls } from "./calls/provider.ts";
import { resolverCalls } from "./calls/resolver.ts";
import { socketCalls } from "./calls/sockets.ts";
import { startupCalls } from "./calls/startup.ts";
import { replaceMissing } from "../../ffi/raw/missing.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

// Every function of ws2_32.dll is called for real, unless that would change the system or tell others.

const calls: { readonly [name: string]: Call | NotCalled } = {
  ...startupCalls,
  ...socketCalls,
  ...ioCalls,
  ...eventCalls,
  ...resolverCalls,
  ...addressTextCalls,
  ...byteOrderCalls,
  ...nameServiceCalls,
  ...catalogCalls,
  ...legacyCalls,
  ...providerCalls,
};

/** Functions that some systems lack. */
function isMissing(name: string): boolean {
  const functions: { readonly [name: string]: unknown } = Deno.build.os === "windows" ? { ...ffi.ws2_32() } : {};
  return functions[name] === null;
}

for (const [name, [does, call]] of Object.entries(calls)) {
  if (call === undefined) continue;
  const ignore = NEEDS_WINDOWS.ignore || isMissing(name);
  Deno.test(`${name}() ${does}`, { ...NEEDS_WINDOWS, ignore }, call);
}

Deno.test("every function of ws2_32.dll is called, or left alone for a reason", () => {
  assertEquals(Object.keys(calls).sort(), Object.keys(ffi.WS2_32_SYMBOLS).sort());
});

Deno.test("a function that the DLL lacks is null where that is expected, and throws otherwise", () => {
  const symbol = { parameters: [], result: "void" } as const;
  const symbols = {
    here: symbol,
    hereNonblocking: { ...symbol, name: "here", nonblocking: true },
    newer: { ...symbol, optional: true },
    newerNonblocking: { ...symbol, name: "newer", nonblocking: true, optional: true },
    gone: symbol,
  } as const;
  const stub = () => {};
  const opened = { here: stub, hereNonblocking: stub, newer: null, newerNonblocking: stub, gone: null };
  const { gone, ...others } = replaceMissing("x.dll", symbols, opened);
  assertEquals(others, { here: stub, hereNonblocking: stub, newer: null, newerNonblocking: null });
  assertThrows(gone as () => void, Deno.errors.NotSupported, "x.dll of this system has no gone");
});

Deno.test("ws2_32() has every function of the DLL; one that is missing is null, and may be", NEEDS_WINDOWS, () => {
  const functions: { readonly [name: string]: unknown } = { ...ffi.ws2_32() };
  assertEquals(Object.keys(functions).sort(), Object.keys(ffi.WS2_32_SYMBOLS).sort());
  for (const [name, symbol] of Object.entries(ffi.WS2_32_SYMBOLS)) {
    if (functions[name] === null) assert("optional" in symbol && symbol.optional, name);
    else assertEquals(typeof functions[name], "function", name);
  }
  const missing = Object.keys(functions).filter(isMissing);
  const called = Object.entries(calls).filter(([name, [, call]]) => call !== undefined && !isMissing(name));
  console.log(`${called.length} functions are called; this system lacks ${missing.length}: ${missing.join(" ")}`);
});

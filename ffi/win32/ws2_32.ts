import { WinsockError } from "./errors.ts";
import { WSADATA } from "./headers/winsock2.ts";
import { initializeLastError } from "./last_error.ts";
import { openLibrary } from "./library.ts";
import { bytesOf, layout } from "../layout/mod.ts";
import { LASTING_CALLS } from "./symbols/lasting_calls.ts";
import { CORE_SYMBOLS, type CoreFunctions } from "./symbols/core.ts";

/** The version of Winsock that is asked for and must be granted: 2.2, minor in the high byte. */
const VERSION_2_2 = 0x0202;

let functions: CoreFunctions | undefined;

/**
 * The functions of `ws2_32.dll` that the library itself calls. The first use loads the DLL and calls `WSAStartup` for version 2.2.
 *
 * @returns The functions.
 * @throws {Deno.errors.NotSupported} Off Windows, or when Winsock 2.2 is not to be had.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 * @throws {WinsockError} When `WSAStartup` fails.
 */
export function ws2_32(): CoreFunctions {
  return functions ??= start(openLibrary("ws2_32.dll", CORE_SYMBOLS));
}

function start(symbols: CoreFunctions): CoreFunctions {
  const data = layout(WSADATA).view();
  const code = symbols.WSAStartup(VERSION_2_2, bytesOf(data));
  if (code !== 0) throw new WinsockError(code, "WSAStartup");
  if (data.wVersion !== VERSION_2_2) {
    symbols.WSACleanup();
    const [major, minor] = [data.wVersion & 0xff, data.wVersion >> 8];
    throw new Deno.errors.NotSupported(`Winsock 2.2 is needed; this system has ${major}.${minor}`);
  }
  initializeLastError(symbols);
  return symbols;
}

let lasting: Deno.DynamicLibrary<typeof LASTING_CALLS>["symbols"] | undefined;

/** The calls that go on after they return. */
export function lastingCalls(): Deno.DynamicLibrary<typeof LASTING_CALLS>["symbols"] {
  return lasting ??= openLibrary("ws2_32.dll", LASTING_CALLS);
}

/**
 * Every call that the library makes, by name, and how a test gets in between: the functions are replaced in the tables
 * that the library calls through. What is not in a table are the extension functions of Winsock, which it calls through
 * `Deno.UnsafeFnPointer`.
 */

import { ACCEPT_EX, CONNECT_EX, GET_ACCEPT_EX_SOCKADDRS, WSA_RECV_MSG } from "../../../ffi/win32/provider.ts";
import { fileCalls, kernel32 } from "../../../ffi/win32/kernel32.ts";
import {
  datagramCalls,
  handoverCalls,
  peerCalls,
  resolverCalls,
  streamCalls,
  ws2_32,
} from "../../../ffi/win32/ws2_32.ts";
import { msvcrt } from "../../../ffi/win32/msvcrt.ts";
import { system } from "./system.ts";

/** What a call returned, and the thread's last error afterwards. */
export interface Outcome {
  readonly result: unknown;
  readonly code: number;
}

/** A call that the library makes. */
export interface Call {
  readonly name: string;
  readonly parameters: readonly unknown[];
}

/** What stands between the library and the system: answers a call itself, or passes it on. */
export type Layer = (call: Call, next: (call: Call) => Outcome) => Outcome;

/** By what value a call says that it failed. */
export type Failure = number | bigint | "its result is the code" | "it cannot fail";

const INVALID_SOCKET = 2n ** 64n - 1n;
const CODE = "its result is the code";
const NONE = "it cannot fail";

/** How each call of the tables says that it failed. A name that is missing here makes the tests fail. */
export const FAILURES: Readonly<Record<string, Failure>> = {
  // ws2_32.dll
  WSAStartup: CODE,
  WSACleanup: -1,
  WSAGetLastError: NONE,
  WSASetLastError: NONE,
  WSASocketW: INVALID_SOCKET,
  bind: -1,
  connect: -1,
  listen: -1,
  closesocket: -1,
  shutdown: -1,
  getsockopt: -1,
  setsockopt: -1,
  getsockname: -1,
  WSAIoctl: -1,
  FreeAddrInfoW: NONE,
  WSARecv: -1,
  recv: -1,
  WSASend: -1,
  send: -1,
  WSARecvFrom: -1,
  WSASendTo: -1,
  WSASendMsg: -1,
  WSARecvMsg: -1,
  WSADuplicateSocketW: -1,
  getpeername: -1,
  GetAddrInfoW: CODE,
  GetAddrInfoWNonblocking: CODE,
  // mswsock.dll
  AcceptEx: 0,
  ConnectEx: 0,
  GetAcceptExSockaddrs: NONE,
  // kernel32.dll
  CreateIoCompletionPort: 0n,
  GetQueuedCompletionStatusEx: 0,
  PostQueuedCompletionStatus: 0,
  CancelIoEx: 0,
  SetFileCompletionNotificationModes: 0,
  DuplicateHandle: 0,
  WaitForSingleObject: 0xffff_ffff,
  CloseHandle: 0,
  VirtualAlloc: 0n,
  VirtualFree: 0,
  HeapCreate: 0n,
  HeapDestroy: 0,
  HeapAlloc: 0n,
  HeapFree: 0,
  CreateFileW: INVALID_SOCKET, // the same number as INVALID_HANDLE_VALUE
  GetFileSizeEx: 0,
  GetLastError: NONE,
  // msvcrt.dll
  copyToAddress: NONE,
  copyFromAddress: NONE,
  addressOf: NONE,
};

/** What only reads or sets the last error: always that of the system, as it is what everything else is judged by. */
const UNTOUCHED: ReadonlySet<string> = new Set(["WSAGetLastError", "WSASetLastError", "GetLastError"]);

const EXTENSION_FUNCTIONS = new Map<unknown, string>([
  [ACCEPT_EX, "AcceptEx"],
  [CONNECT_EX, "ConnectEx"],
  [GET_ACCEPT_EX_SOCKADDRS, "GetAcceptExSockaddrs"],
  [WSA_RECV_MSG, "WSARecvMsg"],
]);

type Table = Record<string, unknown>;

function tables(): Table[] {
  return [
    ws2_32(),
    streamCalls(),
    datagramCalls(),
    peerCalls(),
    handoverCalls(),
    resolverCalls(),
    kernel32(),
    fileCalls(),
    msvcrt(),
  ] as unknown as Table[];
}

/** The same, opened so that every function can be replaced: Deno makes nonblocking ones read-only. */
function openTables(): Table[] {
  const { dlopen } = Deno;
  Deno.dlopen = (...parameters) => {
    const library = dlopen(...parameters);
    return { symbols: { ...library.symbols }, close: () => library.close() };
  };
  try {
    return tables();
  } finally {
    Deno.dlopen = dlopen;
  }
}

/** The names of all calls that the library makes. */
export function callNames(): string[] {
  intercept();
  return [...tables().flatMap((table) => Object.keys(table)), ...EXTENSION_FUNCTIONS.values()];
}

/** Whether a call has failed. */
export function hasFailed({ name }: Call, { result }: Outcome): boolean {
  return FAILURES[name] === CODE ? result !== 0 : result === FAILURES[name];
}

/** What a call returns that fails with a code. */
export function failed({ name }: Call, code: number): Outcome {
  const failure = FAILURES[name];
  if (failure === NONE) throw new Error(`${name} cannot fail`);
  if (failure === CODE) return { result: name === "GetAddrInfoWNonblocking" ? Promise.resolve(code) : code, code };
  return { result: failure, code };
}

/** The layers in force, the outermost last. */
const layers: Layer[] = [];

/** Sets the last error as the very last thing before the library goes on. */
function answer(name: string, parameters: readonly unknown[], run: (parameters: readonly unknown[]) => unknown) {
  const { WSAGetLastError, WSASetLastError } = system();
  const pass = (layer: number, call: Call): Outcome => {
    if (layer >= 0) return layers[layer](call, (call) => pass(layer - 1, call));
    const result = run(call.parameters);
    const code = WSAGetLastError();
    return { result, code };
  };
  const { result, code } = pass(layers.length - 1, { name, parameters });
  WSASetLastError(code);
  return result;
}

type AnyFunction = (...parameters: unknown[]) => unknown;

let isIntercepting = false;

/** Puts everything in place for good; without layers each call is passed on to the system. */
function intercept(): void {
  if (isIntercepting) return;
  isIntercepting = true;
  for (const table of openTables()) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(table))) {
      if (UNTOUCHED.has(name)) continue;
      const original = descriptor.value as AnyFunction;
      const value = (...parameters: unknown[]) => {
        if (layers.length === 0) return original(...parameters);
        return answer(name, parameters, (parameters) => original(...parameters));
      };
      Object.defineProperty(table, name, { ...descriptor, value });
    }
  }
  const prototype = Deno.UnsafeFnPointer.prototype as unknown as { call: AnyFunction };
  const { call } = prototype;
  prototype.call = function (this: Deno.UnsafeFnPointer<Deno.ForeignFunction>, ...parameters: unknown[]) {
    const name = EXTENSION_FUNCTIONS.get(this.definition);
    if (name === undefined || layers.length === 0) return Reflect.apply(call, this, parameters);
    return answer(name, parameters, (parameters) => Reflect.apply(call, this, [...parameters]));
  };
}

/** Puts a layer around those in force, until the end of the block. */
export function addLayer(layer: Layer): Disposable {
  intercept();
  layers.push(layer);
  return { [Symbol.dispose]: () => void layers.splice(layers.lastIndexOf(layer), 1) };
}

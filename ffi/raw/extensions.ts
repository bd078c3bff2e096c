/** The functions that are looked up by GUID, for callers of the raw layer. */

import { layout, type View } from "../layout/mod.ts";
import { ERROR_CODES, WinsockError } from "../win32/errors.ts";
import { guidBytes } from "../win32/provider.ts";
import {
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SOCKET_ERROR,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_GETACCEPTEXSOCKADDRS,
  WSAID_TRANSMITFILE,
  WSAID_WSARECVMSG,
} from "../win32/winsock.ts";
import {
  RIO_EXTENSION_FUNCTION_TABLE,
  WSAID_DISCONNECTEX,
  WSAID_MULTIPLE_RIO,
  WSAID_TRANSMITPACKETS,
  WSAID_WSASENDMSG,
} from "./headers/mswsock.ts";
import { SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER } from "./headers/ws2def.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../win32/last_error.ts";
import { pointerTo } from "../win32/msvcrt.ts";
import { ws2_32 } from "./dll.ts";
import { EXTENSION_SYMBOLS, type ExtensionFunctions } from "./symbols/extensions.ts";
import { REGISTERED_IO_SYMBOLS, type RegisteredIoFunctions } from "./symbols/registered_io.ts";
import type { SOCKET } from "../win32/handles.ts";

const GUIDS: { readonly [K in keyof ExtensionFunctions]: string } = {
  AcceptEx: WSAID_ACCEPTEX,
  GetAcceptExSockaddrs: WSAID_GETACCEPTEXSOCKADDRS,
  ConnectEx: WSAID_CONNECTEX,
  DisconnectEx: WSAID_DISCONNECTEX,
  TransmitFile: WSAID_TRANSMITFILE,
  TransmitPackets: WSAID_TRANSMITPACKETS,
  WSARecvMsg: WSAID_WSARECVMSG,
  WSASendMsg: WSAID_WSASENDMSG,
};

/** The codes of a provider that does not know a GUID. */
const UNKNOWN: ReadonlySet<number> = new Set([ERROR_CODES.WSAEINVAL[0], ERROR_CODES.WSAEOPNOTSUPP[0]]);

/** Looks up the function or table of a GUID at the provider of a socket. Returns whether it knows the GUID. */
function ask(s: SOCKET, code: number, guid: string, answer: Uint8Array<ArrayBuffer>): boolean {
  const { WSAIoctl } = ws2_32();
  const input = guidBytes(guid);
  const length = new Uint32Array(1);
  if (WSAIoctl(s, code, input, input.length, answer, answer.length, length, null, null) !== SOCKET_ERROR) return true;
  const error = lastErrorWord[0] || WSASYSCALLFAILURE;
  if (UNKNOWN.has(error)) return false;
  throw new WinsockError(error, "WSAIoctl");
}

/** What calls the function at an address. */
function bindAt(address: bigint, { parameters, result }: Deno.ForeignFunction): (...values: never[]) => unknown {
  const pointer = pointerTo(address) as Deno.PointerObject<Deno.ForeignFunction>;
  const native = new Deno.UnsafeFnPointer(pointer, { parameters, result });
  return (...values) => native.call(...values);
}

/**
 * The extension functions of the provider of a socket: what `AcceptEx`, `ConnectEx`, `WSARecvMsg` and the others are for
 * sockets of its family, type and protocol.
 *
 * @example Receive a datagram and see what it was sent to
 * ```ts
 * import { AF_INET, check, extensionFunctions, INVALID_SOCKET, owned, SOCK_DGRAM, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const { closesocket, socket } = ws2_32();
 * using s = owned(check(socket(AF_INET, SOCK_DGRAM, 0), "socket", INVALID_SOCKET), closesocket);
 * const { WSARecvMsg } = extensionFunctions(s.value);
 * console.log(WSARecvMsg !== undefined); // true
 * ```
 *
 * @param s The socket.
 * @returns The functions; one that the provider lacks is undefined.
 * @throws {WinsockError} When it cannot be found out, such as for what is no socket.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi` for all files.
 */
export function extensionFunctions(s: SOCKET): ExtensionFunctions {
  const functions: Record<string, unknown> = {};
  for (const [name, guid] of Object.entries(GUIDS)) {
    const address = new BigUint64Array(1);
    if (!ask(s, SIO_GET_EXTENSION_FUNCTION_POINTER, guid, new Uint8Array(address.buffer))) continue;
    functions[name] = bindAt(address[0], EXTENSION_SYMBOLS[name as keyof ExtensionFunctions]);
  }
  return functions as unknown as ExtensionFunctions;
}

/**
 * The functions of registered I/O for a socket that was made with `WSA_FLAG_REGISTERED_IO`.
 *
 * @example See whether this system has registered I/O
 * ```ts
 * import { AF_INET, check, INVALID_SOCKET, owned, registeredIoFunctions, SOCK_DGRAM, WSA_FLAG_REGISTERED_IO, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const { closesocket, WSASocketW } = ws2_32();
 * const handle = WSASocketW(AF_INET, SOCK_DGRAM, 0, null, 0, WSA_FLAG_REGISTERED_IO);
 * using s = owned(check(handle, "WSASocketW", INVALID_SOCKET), closesocket);
 * console.log(registeredIoFunctions(s.value) !== undefined);
 * ```
 *
 * @param s The socket.
 * @returns The functions, or undefined when the provider has no registered I/O.
 * @throws {WinsockError} When it cannot be found out, such as for what is no socket.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi` for all files.
 */
export function registeredIoFunctions(s: SOCKET): RegisteredIoFunctions | undefined {
  const bytes = new Uint8Array(layout(RIO_EXTENSION_FUNCTION_TABLE).size);
  const table = layout(RIO_EXTENSION_FUNCTION_TABLE).view(bytes);
  table.cbSize = bytes.length;
  const isKnown = ask(s, SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER, WSAID_MULTIPLE_RIO, bytes);
  return isKnown ? bindRegisteredIo(table) : undefined;
}

/** The functions at the addresses in a table. */
export function bindRegisteredIo(table: View<typeof RIO_EXTENSION_FUNCTION_TABLE>): RegisteredIoFunctions {
  const entries = Object.entries(REGISTERED_IO_SYMBOLS).map(([name, symbol]) => {
    return [name, bindAt(table[name as keyof RegisteredIoFunctions], symbol)];
  });
  return Object.fromEntries(entries);
}

/** The failure convention of Winsock: a special value is returned, and the code waits in the last-error slot. */

import { WinsockError } from "./errors.ts";
import { SOCKET_ERROR } from "./headers/winsock2.ts";
import { ws2_32 } from "./ws2_32.ts";

/** The code of the call before; nothing else may be called in between. */
export function lastError(): number {
  return ws2_32().WSAGetLastError();
}

/**
 * Returns the result of a call, or throws what `WSAGetLastError` says when it is the call's failure value. Must be
 * given the result directly: a call, an `await` or an allocation in between can change the last error.
 *
 * @example Create a socket
 * ```ts
 * import { AF_INET6, check, INVALID_SOCKET, IPPROTO_UDP, SOCK_DGRAM, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const socket = check(ws2_32().socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP), "socket", INVALID_SOCKET);
 * check(ws2_32().closesocket(socket), "closesocket");
 * ```
 *
 * @param result What the call returned.
 * @param syscall The name of the call.
 * @param failure The value by which the call says that it failed; `SOCKET_ERROR` by default.
 * @returns The result.
 * @throws {WinsockError} When the result is the failure value.
 */
export function check<T>(result: T, syscall: string, failure: T | typeof SOCKET_ERROR = SOCKET_ERROR): T {
  if (result === failure) throw new WinsockError(lastError(), syscall);
  return result;
}

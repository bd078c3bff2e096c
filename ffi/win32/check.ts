/** The failure convention of Winsock: a special value is returned, and the code is the thread's last error. */

import { WinsockError } from "./errors.ts";
import { SOCKET_ERROR } from "./winsock.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "./last_error.ts";

/**
 * Returns the result of a call, or throws the last error of this thread when it is the call's failure value. Must be
 * given the result directly: a call, an `await` or an allocation in between can change the last error.
 *
 * The failure is certain, its code nearly so: when V8 collects garbage or installs optimised code between the call and this
 * function, the code can be a different one, about once in a million failures of a busy program. So use the code for error
 * messages, and never to decide about memory: the result of `CancelIoEx` for an OVERLAPPED, or its packet at a completion
 * port, tells whether the operation is in flight and the kernel uses its buffers.
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
 * @param failure The value by which the call says that it failed: `SOCKET_ERROR` by default for a number; `INVALID_SOCKET`,
 *   `WSA_INVALID_EVENT`, 0 where `FALSE` or `NULL` means failure.
 * @returns The result.
 * @throws {WinsockError} When the result is the failure value.
 */
export function check(result: number, syscall: string, failure?: number): number;
/**
 * Returns the result of a call that does not return a number, or throws the last error of this thread when it is the call's
 * failure value.
 *
 * @param result What the call returned.
 * @param syscall The name of the call.
 * @param failure The value by which the call says that it failed, such as `INVALID_SOCKET`.
 * @returns The result.
 * @throws {WinsockError} When the result is the failure value.
 */
export function check<T>(result: T, syscall: string, failure: T): T;
export function check<T>(result: T, syscall: string, failure: T | typeof SOCKET_ERROR = SOCKET_ERROR): T {
  if (result === failure) throw new WinsockError(lastErrorWord[0] || WSASYSCALLFAILURE, syscall);
  return result;
}

/**
 * Throws when a call that returns its error code has failed: `GetAddrInfoW`, `WSAStartup`, `WSCWriteProviderOrder`.
 *
 * @example Look a name up, and hear why it cannot be
 * ```ts
 * import { checkCode, wideString, WinsockError, ws2_32 } from "@winsock/ws2/ffi";
 *
 * try {
 *   checkCode(ws2_32().GetAddrInfoW(wideString("no such host"), null, null, new BigUint64Array(1)), "GetAddrInfoW");
 * } catch (error) {
 *   console.log(error instanceof WinsockError && error.symbol); // WSAHOST_NOT_FOUND
 * }
 * ```
 *
 * @param code What the call returned, or stored as its error code; 0 when it worked.
 * @param syscall The name of the call.
 * @throws {WinsockError} When the code is not 0.
 */
export function checkCode(code: number, syscall: string): void {
  if (code !== 0) throw new WinsockError(code, syscall);
}

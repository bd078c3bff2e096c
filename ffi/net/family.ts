/** Which address families the system has, and what to do when one is missing. */

import type { SOCKET } from "../win32/handles.ts";
import { check } from "../win32/last_error.ts";
import { ERROR_CODES, WinsockError } from "../win32/errors.ts";
import { IPPROTO_IP, IPPROTO_IPV6, IPV6_V6ONLY } from "../win32/winsock.ts";
import type { SocketFamily } from "../marshal/sockaddr.ts";
import { getNumberOption, setOption } from "./sockopt.ts";
import { closeSocket, makeSocket } from "./create.ts";
import { describeFailure } from "./open_socket.ts";

const [WSAEAFNOSUPPORT] = ERROR_CODES.WSAEAFNOSUPPORT;
const [WSAEINVAL] = ERROR_CODES.WSAEINVAL;

/** What {@linkcode probeStack} finds. */
export interface StackInfo {
  /** Whether IPv4 sockets can be made. */
  ipv4: boolean;
  /** Whether IPv6 sockets can be made. */
  ipv6: boolean;
  /** Whether an IPv6 socket can be made dual-stack. Without IPv4 such a socket serves IPv6 only. */
  dualStack: boolean;
}

/**
 * Finds out which address families this system has, by making a socket of each and closing it again.
 *
 * @example Choose what to listen on
 * ```ts
 * import { listen, probeStack } from "@winsock/ws2";
 *
 * const { ipv4, ipv6, dualStack } = probeStack();
 * console.log({ ipv4, ipv6, dualStack });
 * using listener = listen({ hostname: dualStack ? "::" : "0.0.0.0" });
 * ```
 *
 * @returns What there is.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 * @throws The error that fits when sockets cannot be made for another reason, such as `Deno.errors.Busy` when there are too
 * many.
 */
export function probeStack(): StackInfo {
  try {
    return {
      ipv4: canMake("ipv4", () => true),
      ipv6: canMake("ipv6", () => true),
      dualStack: canMake("ipv6", canBeDualStack),
    };
  } catch (error) {
    throw describeFailure("Cannot find out which address families there are", error);
  }
}

function canBeDualStack(handle: SOCKET): boolean {
  try {
    setOption(handle, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    return true;
  } catch {
    return false; // a system without dual-stack sockets refuses the option
  }
}

/** Makes a UDP socket, which costs less than any other, and asks it something. */
function canMake(family: SocketFamily, ask: (handle: SOCKET) => boolean): boolean {
  let handle: SOCKET;
  try {
    handle = makeSocket(family, "udp");
  } catch (error) {
    if (error instanceof WinsockError && error.code === WSAEAFNOSUPPORT) return false;
    throw error;
  }
  try {
    return ask(handle);
  } finally {
    check(closeSocket(handle), "closesocket");
  }
}

/**
 * Sets an option of the level IPPROTO_IP. On a dual-stack socket that fails with WSAEINVAL when IPv4 is disabled, as it
 * does for other reasons: only when no IPv4 socket can be made either, there is nothing to set, and the failure means
 * nothing.
 *
 * @returns Whether the option is set.
 * @throws {WinsockError} When it fails otherwise.
 */
export function setIpv4Option(
  handle: SOCKET,
  family: SocketFamily,
  name: number,
  value: number | Uint8Array,
): boolean {
  try {
    setOption(handle, IPPROTO_IP, name, value);
    return true;
  } catch (error) {
    const mayBeDisabled = family !== "ipv4" && error instanceof WinsockError && error.code === WSAEINVAL;
    // A connection over IPv6 may be that of a dual-stack socket: the socket itself knows.
    const isDualStack = mayBeDisabled && getNumberOption(handle, IPPROTO_IPV6, IPV6_V6ONLY) === 0;
    if (isDualStack && !canMake("ipv4", () => true)) return false;
    throw error;
  }
}

/** Sets of sockets for `select`: the macros of winsock2.h. */

import { layout } from "../../layout/mod.ts";
import { fd_set, FD_SETSIZE } from "../headers/winsock2.ts";
import type { SOCKET } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";

/** A set of sockets, of which `select` waits for one. */
export type FdSet = Pointer<typeof fd_set>;

/**
 * Empties a set. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-fd_zero
 *
 * @example Wait until a socket can be read from
 * ```ts
 * import { AF_INET, allocate, check, FD_ISSET, FD_SET, fd_set, INVALID_SOCKET, owned, SOCK_DGRAM, TIMEVAL, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const { closesocket, select, socket } = ws2_32();
 * using s = owned(check(socket(AF_INET, SOCK_DGRAM, 0), "socket", INVALID_SOCKET), closesocket);
 * const readable = allocate(fd_set);
 * FD_SET(s.value, readable.bytes);
 * check(select(0, readable.bytes, null, null, allocate(TIMEVAL).bytes), "select"); // a timeout of 0
 * console.log(FD_ISSET(s.value, readable.bytes)); // false: nothing has come
 * ```
 */
export function FD_ZERO(set: FdSet): void {
  layout(fd_set).view(set).fd_count = 0;
}

/** Adds a socket to a set, unless it is there or the set is full. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-fd_set */
export function FD_SET(fd: SOCKET, set: FdSet): void {
  const { fd_array, fd_count } = layout(fd_set).view(set);
  if (fd_count >= FD_SETSIZE || FD_ISSET(fd, set)) return;
  fd_array.set(fd_count, fd);
  layout(fd_set).view(set).fd_count = fd_count + 1;
}

/** Removes a socket from a set. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-fd_clr */
export function FD_CLR(fd: SOCKET, set: FdSet): void {
  const view = layout(fd_set).view(set);
  const rest = membersOf(set).filter((member) => member !== fd);
  for (const [index, member] of rest.entries()) view.fd_array.set(index, member);
  view.fd_count = rest.length;
}

/** Whether a socket is in a set; `__WSAFDIsSet` of `ws2_32.dll` does the same. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-fd_isset */
export function FD_ISSET(fd: SOCKET, set: FdSet): boolean {
  return membersOf(set).includes(fd);
}

function membersOf(set: FdSet): bigint[] {
  const { fd_array, fd_count } = layout(fd_set).view(set);
  return [...fd_array].slice(0, fd_count);
}

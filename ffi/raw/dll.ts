/** The raw layer for callers outside of the library: the whole of `ws2_32.dll` and what it takes to complete overlapped operations. */

import { kernel32 as openKernel32, type OVERLAPPED_ENTRY } from "../win32/kernel32.ts";
import { openWithMissing } from "./missing.ts";
import { type Ws2_32, WS2_32_SYMBOLS } from "./symbols/ws2_32.ts";
import type { HANDLE, SOCKET } from "../win32/handles.ts";
import type { Pointer } from "../layout/bytes.ts";
import { ws2_32 as startWinsock } from "../win32/ws2_32.ts";

let functions: Ws2_32 | undefined;

/**
 * The functions of `ws2_32.dll`, all that Microsoft documents. The first use loads the DLL and calls `WSAStartup` for
 * version 2.2. A function that this system lacks is null; every other works without it.
 *
 * A function returns what it returns in C; {@linkcode check} turns its failure value into an error.
 *
 * @example Make a dual-stack socket
 * ```ts
 * import { AF_INET6, check, INVALID_SOCKET, IPPROTO_IPV6, IPPROTO_TCP, IPV6_V6ONLY, SOCK_STREAM, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const { closesocket, setsockopt, socket } = ws2_32();
 * const s = check(socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP), "socket", INVALID_SOCKET);
 * check(setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, new Int32Array([0]), 4), "setsockopt");
 * check(closesocket(s), "closesocket");
 * ```
 *
 * @returns The functions.
 * @throws {Deno.errors.NotSupported} Off Windows, or when Winsock 2.2 is not to be had.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 * @throws {WinsockError} When `WSAStartup` fails.
 */
export function ws2_32(): Ws2_32 {
  if (functions === undefined) {
    startWinsock();
    functions = openWithMissing("ws2_32.dll", WS2_32_SYMBOLS) as unknown as Ws2_32;
  }
  return functions;
}

/**
 * The functions of `kernel32.dll` that complete overlapped operations, as {@linkcode kernel32} returns them. Their error
 * code comes from `GetLastError`.
 */
export interface Kernel32 {
  /** Makes a completion port, or joins a handle to one. Fails with `NULL`. https://learn.microsoft.com/windows/win32/fileio/createiocompletionport */
  CreateIoCompletionPort(
    FileHandle: SOCKET | HANDLE,
    ExistingCompletionPort: HANDLE | 0n,
    CompletionKey: bigint,
    NumberOfConcurrentThreads: number,
  ): HANDLE;
  /** Takes completed operations from a port. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/fileio/getqueuedcompletionstatusex-func */
  GetQueuedCompletionStatusEx(
    CompletionPort: HANDLE,
    lpCompletionPortEntries: Pointer<typeof OVERLAPPED_ENTRY>,
    ulCount: number,
    ulNumEntriesRemoved: Uint32Array,
    dwMilliseconds: number,
    fAlertable: number,
  ): number;
  /** Puts a packet of one's own into a port. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/fileio/postqueuedcompletionstatus */
  PostQueuedCompletionStatus(
    CompletionPort: HANDLE,
    dwNumberOfBytesTransferred: number,
    dwCompletionKey: bigint,
    lpOverlapped: bigint,
  ): number;
  /** Cancels the operation of an OVERLAPPED at an address, or with 0 all of a handle. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/fileio/cancelioex-func */
  CancelIoEx(hFile: SOCKET | HANDLE, lpOverlapped: bigint): number;
  /** Says what is not to happen on completion. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-setfilecompletionnotificationmodes */
  SetFileCompletionNotificationModes(FileHandle: SOCKET | HANDLE, Flags: number): number;
  /** Closes a handle. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-closehandle */
  CloseHandle(hObject: HANDLE): number;
  /** Reserves or commits memory; returns its address. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/memoryapi/nf-memoryapi-virtualalloc */
  VirtualAlloc(lpAddress: bigint, dwSize: bigint, flAllocationType: number, flProtect: number): bigint;
  /** Gives memory back. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/memoryapi/nf-memoryapi-virtualfree */
  VirtualFree(lpAddress: bigint, dwSize: bigint, dwFreeType: number): number;
  /** The code of the call before that failed. https://learn.microsoft.com/windows/win32/api/errhandlingapi/nf-errhandlingapi-getlasterror */
  GetLastError(): number;
}

/**
 * The functions of `kernel32.dll` that complete overlapped operations, loaded on first use.
 *
 * @example Make a completion port
 * ```ts
 * import { INVALID_HANDLE_VALUE, kernel32 } from "@winsock/ws2/ffi";
 *
 * const port = kernel32().CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0n, 0n, 0);
 * kernel32().CloseHandle(port);
 * ```
 *
 * @returns The functions.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function kernel32(): Kernel32 {
  return openKernel32() as unknown as Kernel32;
}

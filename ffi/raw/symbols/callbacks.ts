/**
 * The callbacks of Winsock: definitions for `Deno.UnsafeCallback`, named as the pointer types in C.
 *
 * @module
 */

/**
 * What an overlapped operation calls when it has ended. It is called on the thread that began the operation, while that
 * thread waits alertably: in `WSAWaitForMultipleEvents` with `fAlertable`.
 *
 * Source: winsock2.h; https://learn.microsoft.com/windows/win32/api/winsock2/nc-winsock2-lpwsaoverlapped_completion_routine
 *
 * @example Hear that something has been received
 * ```ts
 * import { LPWSAOVERLAPPED_COMPLETION_ROUTINE } from "@winsock/ws2/ffi";
 *
 * const routine = new Deno.UnsafeCallback(LPWSAOVERLAPPED_COMPLETION_ROUTINE, (error, bytes) => console.log(error, bytes));
 * // WSARecv(s, buffers.bytes, 1, null, flags, overlapped.bytes, routine.pointer)
 * routine.close();
 * ```
 */
export const LPWSAOVERLAPPED_COMPLETION_ROUTINE = {
  parameters: [
    "u32", // DWORD dwError
    "u32", // DWORD cbTransferred
    "pointer", // LPWSAOVERLAPPED lpOverlapped
    "u32", // DWORD dwFlags
  ],
  result: "void", // void
} as const satisfies Deno.UnsafeCallbackDefinition;

/**
 * Called when an overlapped lookup of `GetAddrInfoExW` has completed. It is called on another thread: create it with
 * `Deno.UnsafeCallback.threadSafe()`.
 *
 * Source: ws2tcpip.h; https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexw
 */
export const LPLOOKUPSERVICE_COMPLETION_ROUTINE = {
  parameters: [
    "u32", // DWORD dwError
    "u32", // DWORD dwBytes
    "pointer", // LPWSAOVERLAPPED lpOverlapped
  ],
  result: "void", // void
} as const satisfies Deno.UnsafeCallbackDefinition;

/**
 * Called by `WSAAccept` to decide whether to accept a connection. Returns `CF_ACCEPT`, `CF_REJECT` or `CF_DEFER`.
 *
 * Source: winsock2.h; https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaaccept
 */
export const LPCONDITIONPROC = {
  parameters: [
    "pointer", // LPWSABUF lpCallerId
    "pointer", // LPWSABUF lpCallerData
    "pointer", // LPQOS lpSQOS
    "pointer", // LPQOS lpGQOS
    "pointer", // LPWSABUF lpCalleeId
    "pointer", // LPWSABUF lpCalleeData
    "pointer", // GROUP *g
    "usize", // DWORD_PTR dwCallbackData
  ],
  result: "i32", // int
} as const satisfies Deno.UnsafeCallbackDefinition;

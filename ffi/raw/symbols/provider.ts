/**
 * What only providers call.
 *
 * @module
 */

import type { OVERLAPPED } from "../../win32/kernel32.ts";
import type { SOCKET } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings } from "../types.ts";

/** The functions that only providers call. */
export interface ProviderFunctions {
  /** Completes an overlapped operation of a provider without installable file system handles. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpucompleteoverlappedrequest */
  WPUCompleteOverlappedRequest(
    s: SOCKET,
    lpOverlapped: Pointer<typeof OVERLAPPED>,
    dwError: number,
    cbTransferred: number,
    lpErrno: Int32Array,
  ): number;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const PROVIDER_SYMBOLS: Bindings<ProviderFunctions> = {
  WPUCompleteOverlappedRequest: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "u32", // DWORD dwError
      "u32", // DWORD cbTransferred
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
  },
};

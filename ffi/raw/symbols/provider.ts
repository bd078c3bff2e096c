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
  /** Completes an overlapped operation of a provider that has no handles of a file system. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpucompleteoverlappedrequest */
  WPUCompleteOverlappedRequest(
    s: SOCKET,
    lpOverlapped: Pointer<typeof OVERLAPPED>,
    dwError: number,
    cbTransferred: number,
    lpErrno: Int32Array,
  ): number;
}

/** How they are bound: the C declaration beside each parameter, the type and the failure value beside each result. */
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

/**
 * Starting and ending the use of Winsock, and its last error.
 *
 * @module
 */

import type { WSADATA } from "../../win32/winsock.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings } from "../types.ts";

/** The functions that start and end the use of Winsock. */
export interface StartupFunctions {
  /** Initializes Winsock for the process. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsastartup */
  WSAStartup(wVersionRequested: number, lpWSAData: Pointer<typeof WSADATA>): number;
  /** Ends one use of Winsock. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacleanup */
  WSACleanup(): number;
  /** The error code of the call before, on this thread. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetlasterror */
  WSAGetLastError(): number;
  /** Sets what `WSAGetLastError` returns. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetlasterror */
  WSASetLastError(iError: number): void;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const STARTUP_SYMBOLS: Bindings<StartupFunctions> = {
  WSAStartup: {
    parameters: [
      "u16", // WORD wVersionRequested
      "buffer", // LPWSADATA lpWSAData
    ],
    result: "i32", // int: the error code; 0 when it worked
  },
  WSACleanup: {
    parameters: [],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAGetLastError: {
    parameters: [],
    result: "i32", // int
  },
  WSASetLastError: {
    parameters: [
      "i32", // int iError
    ],
    result: "void", // void
  },
};

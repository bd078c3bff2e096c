/**
 * Name spaces: looking services up, registering them, and their providers.
 *
 * @module
 */

import type { GUID } from "../../win32/winsock.ts";
import type {
  WSACOMPLETION,
  WSANAMESPACE_INFOA,
  WSANAMESPACE_INFOEXA,
  WSANAMESPACE_INFOEXW,
  WSANAMESPACE_INFOW,
  WSAQUERYSETA,
  WSAQUERYSETW,
  WSASERVICECLASSINFOA,
  WSASERVICECLASSINFOW,
} from "../headers/winsock2.ts";
import type { NSPV2_ROUTINE } from "../headers/ws2spi.ts";
import type { HANDLE } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings, Memory } from "../types.ts";

/** The functions of name spaces. */
export interface NameServiceFunctions {
  /** Begins a query, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupservicebegina */
  WSALookupServiceBeginA(
    lpqsRestrictions: Pointer<typeof WSAQUERYSETA>,
    dwControlFlags: number,
    lphLookup: BigUint64Array,
  ): number;
  /** Begins a query. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupservicebeginw */
  WSALookupServiceBeginW(
    lpqsRestrictions: Pointer<typeof WSAQUERYSETW>,
    dwControlFlags: number,
    lphLookup: BigUint64Array,
  ): number;
  /** The next answer to a query, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupservicenexta */
  WSALookupServiceNextA(
    hLookup: HANDLE,
    dwControlFlags: number,
    lpdwBufferLength: Uint32Array,
    lpqsResults: Pointer<typeof WSAQUERYSETA>,
  ): number;
  /** The next answer to a query. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupservicenextw */
  WSALookupServiceNextW(
    hLookup: HANDLE,
    dwControlFlags: number,
    lpdwBufferLength: Uint32Array,
    lpqsResults: Pointer<typeof WSAQUERYSETW> | null,
  ): number;
  /** Ends a query. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsalookupserviceend */
  WSALookupServiceEnd(hLookup: HANDLE): number;
  /** Controls a query: `SIO_NSP_NOTIFY_CHANGE`. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsanspioctl */
  WSANSPIoctl(
    hLookup: HANDLE,
    dwControlCode: number,
    lpvInBuffer: Memory | null,
    cbInBuffer: number,
    lpvOutBuffer: Memory | null,
    cbOutBuffer: number,
    lpcbBytesReturned: Uint32Array,
    lpCompletion: Pointer<typeof WSACOMPLETION> | null,
  ): number;
  /** Registers a service class, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsainstallserviceclassa */
  WSAInstallServiceClassA(lpServiceClassInfo: Pointer<typeof WSASERVICECLASSINFOA>): number;
  /** Registers a service class. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsainstallserviceclassw */
  WSAInstallServiceClassW(lpServiceClassInfo: Pointer<typeof WSASERVICECLASSINFOW>): number;
  /** Forgets a service class. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaremoveserviceclass */
  WSARemoveServiceClass(lpServiceClassId: Pointer<typeof GUID>): number;
  /** What is known of a service class, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetserviceclassinfoa */
  WSAGetServiceClassInfoA(
    lpProviderId: Pointer<typeof GUID>,
    lpServiceClassId: Pointer<typeof GUID>,
    lpdwBufSize: Uint32Array,
    lpServiceClassInfo: Pointer<typeof WSASERVICECLASSINFOA>,
  ): number;
  /** What is known of a service class. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetserviceclassinfow */
  WSAGetServiceClassInfoW(
    lpProviderId: Pointer<typeof GUID>,
    lpServiceClassId: Pointer<typeof GUID>,
    lpdwBufSize: Uint32Array,
    lpServiceClassInfo: Pointer<typeof WSASERVICECLASSINFOW>,
  ): number;
  /** The name of a service class, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetserviceclassnamebyclassida */
  WSAGetServiceClassNameByClassIdA(
    lpServiceClassId: Pointer<typeof GUID>,
    lpszServiceClassName: Memory,
    lpdwBufferLength: Uint32Array,
  ): number;
  /** The name of a service class. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetserviceclassnamebyclassidw */
  WSAGetServiceClassNameByClassIdW(
    lpServiceClassId: Pointer<typeof GUID>,
    lpszServiceClassName: Memory,
    lpdwBufferLength: Uint32Array,
  ): number;
  /** The providers of name spaces, in ANSI text; returns how many. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnamespaceprovidersa */
  WSAEnumNameSpaceProvidersA(lpdwBufferLength: Uint32Array, lpnspBuffer: Pointer<typeof WSANAMESPACE_INFOA>): number;
  /** The providers of name spaces; returns how many. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnamespaceprovidersw */
  WSAEnumNameSpaceProvidersW(lpdwBufferLength: Uint32Array, lpnspBuffer: Pointer<typeof WSANAMESPACE_INFOW>): number;
  /** The providers of name spaces with their own data, in ANSI text; returns how many. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnamespaceprovidersexa */
  readonly WSAEnumNameSpaceProvidersExA:
    | ((lpdwBufferLength: Uint32Array, lpnspBuffer: Pointer<typeof WSANAMESPACE_INFOEXA>) => number)
    | null;
  /** The providers of name spaces with their own data; returns how many. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnamespaceprovidersexw */
  readonly WSAEnumNameSpaceProvidersExW:
    | ((lpdwBufferLength: Uint32Array, lpnspBuffer: Pointer<typeof WSANAMESPACE_INFOEXW>) => number)
    | null;
  /** Registers or deregisters a service, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetservicea */
  WSASetServiceA(lpqsRegInfo: Pointer<typeof WSAQUERYSETA>, essoperation: number, dwControlFlags: number): number;
  /** Registers or deregisters a service. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetservicew */
  WSASetServiceW(lpqsRegInfo: Pointer<typeof WSAQUERYSETW>, essoperation: number, dwControlFlags: number): number;
  /** Advertises a name space provider of this process. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wsaadvertiseprovider */
  readonly WSAAdvertiseProvider:
    | ((puuidProviderId: Pointer<typeof GUID>, pNSPv2Routine: Pointer<typeof NSPV2_ROUTINE>) => number)
    | null;
  /** Withdraws a name space provider of this process. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wsaunadvertiseprovider */
  readonly WSAUnadvertiseProvider: ((puuidProviderId: Pointer<typeof GUID>) => number) | null;
  /** Reports that an asynchronous call of a provider has completed. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wsaprovidercompleteasynccall */
  readonly WSAProviderCompleteAsyncCall: ((hAsyncCall: HANDLE, iRetCode: number) => number) | null;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const NAME_SERVICE_SYMBOLS: Bindings<NameServiceFunctions> = {
  WSALookupServiceBeginA: {
    parameters: [
      "buffer", // LPWSAQUERYSETA lpqsRestrictions
      "u32", // DWORD dwControlFlags
      "buffer", // LPHANDLE lphLookup
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSALookupServiceBeginW: {
    parameters: [
      "buffer", // LPWSAQUERYSETW lpqsRestrictions
      "u32", // DWORD dwControlFlags
      "buffer", // LPHANDLE lphLookup
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSALookupServiceNextA: {
    parameters: [
      "usize", // HANDLE hLookup
      "u32", // DWORD dwControlFlags
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPWSAQUERYSETA lpqsResults
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSALookupServiceNextW: {
    parameters: [
      "usize", // HANDLE hLookup
      "u32", // DWORD dwControlFlags
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPWSAQUERYSETW lpqsResults
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSALookupServiceEnd: {
    parameters: [
      "usize", // HANDLE hLookup
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSANSPIoctl: {
    parameters: [
      "usize", // HANDLE hLookup
      "u32", // DWORD dwControlCode
      "buffer", // LPVOID lpvInBuffer
      "u32", // DWORD cbInBuffer
      "buffer", // LPVOID lpvOutBuffer
      "u32", // DWORD cbOutBuffer
      "buffer", // LPDWORD lpcbBytesReturned
      "buffer", // LPWSACOMPLETION lpCompletion
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAInstallServiceClassA: {
    parameters: [
      "buffer", // LPWSASERVICECLASSINFOA lpServiceClassInfo
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAInstallServiceClassW: {
    parameters: [
      "buffer", // LPWSASERVICECLASSINFOW lpServiceClassInfo
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSARemoveServiceClass: {
    parameters: [
      "buffer", // LPGUID lpServiceClassId
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAGetServiceClassInfoA: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // LPGUID lpServiceClassId
      "buffer", // LPDWORD lpdwBufSize
      "buffer", // LPWSASERVICECLASSINFOA lpServiceClassInfo
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAGetServiceClassInfoW: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // LPGUID lpServiceClassId
      "buffer", // LPDWORD lpdwBufSize
      "buffer", // LPWSASERVICECLASSINFOW lpServiceClassInfo
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAGetServiceClassNameByClassIdA: {
    parameters: [
      "buffer", // LPGUID lpServiceClassId
      "buffer", // LPSTR lpszServiceClassName
      "buffer", // LPDWORD lpdwBufferLength
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAGetServiceClassNameByClassIdW: {
    parameters: [
      "buffer", // LPGUID lpServiceClassId
      "buffer", // LPWSTR lpszServiceClassName
      "buffer", // LPDWORD lpdwBufferLength
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAEnumNameSpaceProvidersA: {
    parameters: [
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPWSANAMESPACE_INFOA lpnspBuffer
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAEnumNameSpaceProvidersW: {
    parameters: [
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPWSANAMESPACE_INFOW lpnspBuffer
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAEnumNameSpaceProvidersExA: {
    parameters: [
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPWSANAMESPACE_INFOEXA lpnspBuffer
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSAEnumNameSpaceProvidersExW: {
    parameters: [
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPWSANAMESPACE_INFOEXW lpnspBuffer
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSASetServiceA: {
    parameters: [
      "buffer", // LPWSAQUERYSETA lpqsRegInfo
      "u32", // WSAESETSERVICEOP essoperation
      "u32", // DWORD dwControlFlags
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSASetServiceW: {
    parameters: [
      "buffer", // LPWSAQUERYSETW lpqsRegInfo
      "u32", // WSAESETSERVICEOP essoperation
      "u32", // DWORD dwControlFlags
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAAdvertiseProvider: {
    parameters: [
      "buffer", // const GUID *puuidProviderId
      "buffer", // const LPCNSPV2_ROUTINE pNSPv2Routine
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSAUnadvertiseProvider: {
    parameters: [
      "buffer", // const GUID *puuidProviderId
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSAProviderCompleteAsyncCall: {
    parameters: [
      "usize", // HANDLE hAsyncCall
      "i32", // INT iRetCode
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
};

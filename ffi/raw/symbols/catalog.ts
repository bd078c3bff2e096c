/**
 * The catalog of transport and name space providers. The forms with 32 in their name are for the catalog of 32-bit programs.
 *
 * @module
 */

import type { GUID, WSAPROTOCOL_INFOW } from "../../win32/winsock.ts";
import type { BLOB, WSANAMESPACE_INFOEXW, WSANAMESPACE_INFOW } from "../headers/winsock2.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings, Memory } from "../types.ts";

/** The functions of the catalog of providers. */
export interface CatalogFunctions {
  /** Removes a transport provider. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscdeinstallprovider */
  WSCDeinstallProvider(lpProviderId: Pointer<typeof GUID>, lpErrno: Int32Array): number;
  /** Removes a transport provider from the 32-bit catalog. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscdeinstallprovider32 */
  readonly WSCDeinstallProvider32: ((lpProviderId: Pointer<typeof GUID>, lpErrno: Int32Array) => number) | null;
  /** Switches a name space provider on or off. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenablensprovider */
  WSCEnableNSProvider(lpProviderId: Pointer<typeof GUID>, fEnable: number): number;
  /** Switches a name space provider of the 32-bit catalog on or off. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenablensprovider32 */
  readonly WSCEnableNSProvider32: ((lpProviderId: Pointer<typeof GUID>, fEnable: number) => number) | null;
  /** The name space providers of the 32-bit catalog; returns how many. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumnamespaceproviders32 */
  readonly WSCEnumNameSpaceProviders32:
    | ((lpdwBufferLength: Uint32Array, lpnspBuffer: Pointer<typeof WSANAMESPACE_INFOW>) => number)
    | null;
  /** The name space providers of the 32-bit catalog with their own data; returns how many. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumnamespaceprovidersex32 */
  readonly WSCEnumNameSpaceProvidersEx32:
    | ((lpdwBufferLength: Uint32Array, lpnspBuffer: Pointer<typeof WSANAMESPACE_INFOEXW>) => number)
    | null;
  /** The protocols that are installed, layers among them; returns how many. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumprotocols */
  WSCEnumProtocols(
    lpiProtocols: Int32Array | null,
    lpProtocolBuffer: Pointer<typeof WSAPROTOCOL_INFOW> | null,
    lpdwBufferLength: Uint32Array,
    lpErrno: Int32Array,
  ): number;
  /** The protocols of the 32-bit catalog; returns how many. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumprotocols32 */
  readonly WSCEnumProtocols32:
    | ((
      lpiProtocols: Int32Array | null,
      lpProtocolBuffer: Pointer<typeof WSAPROTOCOL_INFOW>,
      lpdwBufferLength: Uint32Array,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** What layered providers a program allows. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetapplicationcategory */
  WSCGetApplicationCategory(
    Path: Memory,
    PathLength: number,
    Extra: Memory | null,
    ExtraLength: number,
    pPermittedLspCategories: Uint32Array,
    lpErrno: Int32Array,
  ): number;
  /** Sets what layered providers a program allows. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscsetapplicationcategory */
  WSCSetApplicationCategory(
    Path: Memory,
    PathLength: number,
    Extra: Memory | null,
    ExtraLength: number,
    PermittedLspCategories: number,
    pPrevPermLspCat: Uint32Array | null,
    lpErrno: Int32Array,
  ): number;
  /** A piece of information about a layered provider. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetproviderinfo */
  WSCGetProviderInfo(
    lpProviderId: Pointer<typeof GUID>,
    InfoType: number,
    Info: Memory,
    InfoSize: BigUint64Array,
    Flags: number,
    lpErrno: Int32Array,
  ): number;
  /** A piece of information about a layered provider of the 32-bit catalog. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetproviderinfo32 */
  readonly WSCGetProviderInfo32:
    | ((
      lpProviderId: Pointer<typeof GUID>,
      InfoType: number,
      Info: Memory,
      InfoSize: BigUint64Array,
      Flags: number,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** Sets a piece of information about a layered provider. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscsetproviderinfo */
  readonly WSCSetProviderInfo:
    | ((
      lpProviderId: Pointer<typeof GUID>,
      InfoType: number,
      Info: Memory,
      InfoSize: bigint,
      Flags: number,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** Sets a piece of information about a layered provider of the 32-bit catalog. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscsetproviderinfo32 */
  readonly WSCSetProviderInfo32:
    | ((
      lpProviderId: Pointer<typeof GUID>,
      InfoType: number,
      Info: Memory,
      InfoSize: bigint,
      Flags: number,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** The DLL of a transport provider. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetproviderpath */
  WSCGetProviderPath(
    lpProviderId: Pointer<typeof GUID>,
    lpszProviderDllPath: Memory,
    lpProviderDllPathLen: Int32Array,
    lpErrno: Int32Array,
  ): number;
  /** The DLL of a transport provider of the 32-bit catalog. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetproviderpath32 */
  readonly WSCGetProviderPath32:
    | ((
      lpProviderId: Pointer<typeof GUID>,
      lpszProviderDllPath: Memory,
      lpProviderDllPathLen: Int32Array,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** Installs a name space provider. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallnamespace */
  WSCInstallNameSpace(
    lpszIdentifier: Memory,
    lpszPathName: Memory,
    dwNameSpace: number,
    dwVersion: number,
    lpProviderId: Pointer<typeof GUID>,
  ): number;
  /** Installs a name space provider in the 32-bit catalog. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallnamespace32 */
  readonly WSCInstallNameSpace32:
    | ((
      lpszIdentifier: Memory,
      lpszPathName: Memory,
      dwNameSpace: number,
      dwVersion: number,
      lpProviderId: Pointer<typeof GUID>,
    ) => number)
    | null;
  /** Installs a name space provider with its own data. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallnamespaceex */
  readonly WSCInstallNameSpaceEx:
    | ((
      lpszIdentifier: Memory,
      lpszPathName: Memory,
      dwNameSpace: number,
      dwVersion: number,
      lpProviderId: Pointer<typeof GUID>,
      lpProviderSpecific: Pointer<typeof BLOB>,
    ) => number)
    | null;
  /** Installs a name space provider with its own data in the 32-bit catalog. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallnamespaceex32 */
  readonly WSCInstallNameSpaceEx32:
    | ((
      lpszIdentifier: Memory,
      lpszPathName: Memory,
      dwNameSpace: number,
      dwVersion: number,
      lpProviderId: Pointer<typeof GUID>,
      lpProviderSpecific: Pointer<typeof BLOB>,
    ) => number)
    | null;
  /** Removes a name space provider. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscuninstallnamespace */
  WSCUnInstallNameSpace(lpProviderId: Pointer<typeof GUID>): number;
  /** Removes a name space provider from the 32-bit catalog. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscuninstallnamespace32 */
  readonly WSCUnInstallNameSpace32: ((lpProviderId: Pointer<typeof GUID>) => number) | null;
  /** Installs a transport provider. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallprovider */
  WSCInstallProvider(
    lpProviderId: Pointer<typeof GUID>,
    lpszProviderDllPath: Memory,
    lpProtocolInfoList: Pointer<typeof WSAPROTOCOL_INFOW>,
    dwNumberOfEntries: number,
    lpErrno: Int32Array,
  ): number;
  /** Installs a transport provider in both catalogs. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallprovider64_32 */
  readonly WSCInstallProvider64_32:
    | ((
      lpProviderId: Pointer<typeof GUID>,
      lpszProviderDllPath: Memory,
      lpProtocolInfoList: Pointer<typeof WSAPROTOCOL_INFOW>,
      dwNumberOfEntries: number,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** Installs a layered provider and its chains in both catalogs. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscinstallproviderandchains64_32 */
  readonly WSCInstallProviderAndChains64_32:
    | ((
      lpProviderId: Pointer<typeof GUID>,
      lpszProviderDllPath: Memory,
      lpszProviderDllPath32: Memory,
      lpszLspName: Memory,
      dwServiceFlags: number,
      lpProtocolInfoList: Pointer<typeof WSAPROTOCOL_INFOW>,
      dwNumberOfEntries: number,
      lpdwCatalogEntryId: Uint32Array | null,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** Changes a transport provider. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscupdateprovider */
  readonly WSCUpdateProvider:
    | ((
      lpProviderId: Pointer<typeof GUID>,
      lpszProviderDllPath: Memory,
      lpProtocolInfoList: Pointer<typeof WSAPROTOCOL_INFOW>,
      dwNumberOfEntries: number,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** Changes a transport provider of the 32-bit catalog. Fails with `SOCKET_ERROR`, the code in `lpErrno`. https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscupdateprovider32 */
  readonly WSCUpdateProvider32:
    | ((
      lpProviderId: Pointer<typeof GUID>,
      lpszProviderDllPath: Memory,
      lpProtocolInfoList: Pointer<typeof WSAPROTOCOL_INFOW>,
      dwNumberOfEntries: number,
      lpErrno: Int32Array,
    ) => number)
    | null;
  /** Sets the order of the name space providers. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/sporder/nf-sporder-wscwritenamespaceorder */
  WSCWriteNameSpaceOrder(lpProviderId: Pointer<typeof GUID>, dwNumberOfEntries: number): number;
  /** Sets the order of the name space providers of the 32-bit catalog. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/sporder/nf-sporder-wscwritenamespaceorder32 */
  readonly WSCWriteNameSpaceOrder32: ((lpProviderId: Pointer<typeof GUID>, dwNumberOfEntries: number) => number) | null;
  /** Sets the order of the transport providers. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/sporder/nf-sporder-wscwriteproviderorder */
  WSCWriteProviderOrder(lpwdCatalogEntryId: Uint32Array, dwNumberOfEntries: number): number;
  /** Sets the order of the transport providers of the 32-bit catalog. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/sporder/nf-sporder-wscwriteproviderorder32 */
  readonly WSCWriteProviderOrder32: ((lpwdCatalogEntryId: Uint32Array, dwNumberOfEntries: number) => number) | null;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const CATALOG_SYMBOLS: Bindings<CatalogFunctions> = {
  WSCDeinstallProvider: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
  },
  WSCDeinstallProvider32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCEnableNSProvider: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "i32", // BOOL fEnable
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSCEnableNSProvider32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "i32", // BOOL fEnable
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSCEnumNameSpaceProviders32: {
    parameters: [
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPWSANAMESPACE_INFOW lpnspBuffer
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSCEnumNameSpaceProvidersEx32: {
    parameters: [
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPWSANAMESPACE_INFOEXW lpnspBuffer
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSCEnumProtocols: {
    parameters: [
      "buffer", // LPINT lpiProtocols
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolBuffer
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
  },
  WSCEnumProtocols32: {
    parameters: [
      "buffer", // LPINT lpiProtocols
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolBuffer
      "buffer", // LPDWORD lpdwBufferLength
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCGetApplicationCategory: {
    parameters: [
      "buffer", // LPCWSTR Path
      "u32", // DWORD PathLength
      "buffer", // LPCWSTR Extra
      "u32", // DWORD ExtraLength
      "buffer", // DWORD *pPermittedLspCategories
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
  },
  WSCSetApplicationCategory: {
    parameters: [
      "buffer", // LPCWSTR Path
      "u32", // DWORD PathLength
      "buffer", // LPCWSTR Extra
      "u32", // DWORD ExtraLength
      "u32", // DWORD PermittedLspCategories
      "buffer", // DWORD *pPrevPermLspCat
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
  },
  WSCGetProviderInfo: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "u32", // WSC_PROVIDER_INFO_TYPE InfoType
      "buffer", // PBYTE Info
      "buffer", // size_t *InfoSize
      "u32", // DWORD Flags
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
  },
  WSCGetProviderInfo32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "u32", // WSC_PROVIDER_INFO_TYPE InfoType
      "buffer", // PBYTE Info
      "buffer", // size_t *InfoSize
      "u32", // DWORD Flags
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCSetProviderInfo: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "u32", // WSC_PROVIDER_INFO_TYPE InfoType
      "buffer", // PBYTE Info
      "usize", // size_t InfoSize
      "u32", // DWORD Flags
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCSetProviderInfo32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "u32", // WSC_PROVIDER_INFO_TYPE InfoType
      "buffer", // PBYTE Info
      "usize", // size_t InfoSize
      "u32", // DWORD Flags
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCGetProviderPath: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // WCHAR *lpszProviderDllPath
      "buffer", // LPINT lpProviderDllPathLen
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
  },
  WSCGetProviderPath32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // WCHAR *lpszProviderDllPath
      "buffer", // LPINT lpProviderDllPathLen
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCInstallNameSpace: {
    parameters: [
      "buffer", // LPWSTR lpszIdentifier
      "buffer", // LPWSTR lpszPathName
      "u32", // DWORD dwNameSpace
      "u32", // DWORD dwVersion
      "buffer", // LPGUID lpProviderId
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSCInstallNameSpace32: {
    parameters: [
      "buffer", // LPWSTR lpszIdentifier
      "buffer", // LPWSTR lpszPathName
      "u32", // DWORD dwNameSpace
      "u32", // DWORD dwVersion
      "buffer", // LPGUID lpProviderId
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSCInstallNameSpaceEx: {
    parameters: [
      "buffer", // LPWSTR lpszIdentifier
      "buffer", // LPWSTR lpszPathName
      "u32", // DWORD dwNameSpace
      "u32", // DWORD dwVersion
      "buffer", // LPGUID lpProviderId
      "buffer", // LPBLOB lpProviderSpecific
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSCInstallNameSpaceEx32: {
    parameters: [
      "buffer", // LPWSTR lpszIdentifier
      "buffer", // LPWSTR lpszPathName
      "u32", // DWORD dwNameSpace
      "u32", // DWORD dwVersion
      "buffer", // LPGUID lpProviderId
      "buffer", // LPBLOB lpProviderSpecific
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSCUnInstallNameSpace: {
    parameters: [
      "buffer", // LPGUID lpProviderId
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSCUnInstallNameSpace32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
    ],
    result: "i32", // INT: SOCKET_ERROR
    optional: true,
  },
  WSCInstallProvider: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // const WCHAR *lpszProviderDllPath
      "buffer", // const LPWSAPROTOCOL_INFOW lpProtocolInfoList
      "u32", // DWORD dwNumberOfEntries
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
  },
  WSCInstallProvider64_32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // const WCHAR *lpszProviderDllPath
      "buffer", // const LPWSAPROTOCOL_INFOW lpProtocolInfoList
      "u32", // DWORD dwNumberOfEntries
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCInstallProviderAndChains64_32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // const LPWSTR lpszProviderDllPath
      "buffer", // const LPWSTR lpszProviderDllPath32
      "buffer", // const LPWSTR lpszLspName
      "u32", // DWORD dwServiceFlags
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolInfoList
      "u32", // DWORD dwNumberOfEntries
      "buffer", // LPDWORD lpdwCatalogEntryId
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCUpdateProvider: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // const WCHAR *lpszProviderDllPath
      "buffer", // const LPWSAPROTOCOL_INFOW lpProtocolInfoList
      "u32", // DWORD dwNumberOfEntries
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCUpdateProvider32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "buffer", // const WCHAR *lpszProviderDllPath
      "buffer", // const LPWSAPROTOCOL_INFOW lpProtocolInfoList
      "u32", // DWORD dwNumberOfEntries
      "buffer", // LPINT lpErrno
    ],
    result: "i32", // int: SOCKET_ERROR, the code in lpErrno
    optional: true,
  },
  WSCWriteNameSpaceOrder: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "u32", // DWORD dwNumberOfEntries
    ],
    result: "i32", // int: the error code; 0 when it worked
  },
  WSCWriteNameSpaceOrder32: {
    parameters: [
      "buffer", // LPGUID lpProviderId
      "u32", // DWORD dwNumberOfEntries
    ],
    result: "i32", // int: the error code; 0 when it worked
    optional: true,
  },
  WSCWriteProviderOrder: {
    parameters: [
      "buffer", // LPDWORD lpwdCatalogEntryId
      "u32", // DWORD dwNumberOfEntries
    ],
    result: "i32", // int: the error code; 0 when it worked
  },
  WSCWriteProviderOrder32: {
    parameters: [
      "buffer", // LPDWORD lpwdCatalogEntryId
      "u32", // DWORD dwNumberOfEntries
    ],
    result: "i32", // int: the error code; 0 when it worked
    optional: true,
  },
};

/**
 * ws2spi.h: the interface of providers.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ws2spi/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";

// Providers

/** Longest description in a WSPDATA, in characters. */
export const WSPDESCRIPTION_LEN = 255;
/** OVERLAPPED: the operation is under way. */
export const WSS_OPERATION_IN_PROGRESS = 0x00103;

// Categories of layered providers

/** Layered provider: of the system. */
export const LSP_SYSTEM = 0x80000000;
/** Layered provider: looks at data. */
export const LSP_INSPECTOR = 0x00001;
/** Layered provider: changes where connections go. */
export const LSP_REDIRECTOR = 0x00002;
/** Layered provider: a proxy. */
export const LSP_PROXY = 0x00004;
/** Layered provider: a firewall. */
export const LSP_FIREWALL = 0x00008;
/** Layered provider: changes what is received. */
export const LSP_INBOUND_MODIFY = 0x00010;
/** Layered provider: changes what is sent. */
export const LSP_OUTBOUND_MODIFY = 0x00020;
/** Layered provider: encrypts or compresses. */
export const LSP_CRYPTO_COMPRESS = 0x00040;
/** Layered provider: a cache. */
export const LSP_LOCAL_CACHE = 0x00080;

// WSCGetProviderInfo

/** `WSCGetProviderInfo`: the category of a layered provider. */
export const ProviderInfoLspCategories = 0;
/** `WSCGetProviderInfo`: a WSC_PROVIDER_AUDIT_INFO. */
export const ProviderInfoAudit = 1;

// Structs

/** What a provider reports about itself. https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-wspdata */
export const WSPDATA = {
  struct: { wVersion: "u16", wHighVersion: "u16", szDescription: { array: "u16", length: 256 } },
} as const satisfies StructDef;

/** A thread of a provider. https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-wsathreadid */
export const WSATHREADID = { struct: { ThreadHandle: "usize", Reserved: "usize" } } as const satisfies StructDef;

/** The functions of a transport provider. https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-wspproc_table */
export const WSPPROC_TABLE = {
  struct: {
    lpWSPAccept: "pointer",
    lpWSPAddressToString: "pointer",
    lpWSPAsyncSelect: "pointer",
    lpWSPBind: "pointer",
    lpWSPCancelBlockingCall: "pointer",
    lpWSPCleanup: "pointer",
    lpWSPCloseSocket: "pointer",
    lpWSPConnect: "pointer",
    lpWSPDuplicateSocket: "pointer",
    lpWSPEnumNetworkEvents: "pointer",
    lpWSPEventSelect: "pointer",
    lpWSPGetOverlappedResult: "pointer",
    lpWSPGetPeerName: "pointer",
    lpWSPGetSockName: "pointer",
    lpWSPGetSockOpt: "pointer",
    lpWSPGetQOSByName: "pointer",
    lpWSPIoctl: "pointer",
    lpWSPJoinLeaf: "pointer",
    lpWSPListen: "pointer",
    lpWSPRecv: "pointer",
    lpWSPRecvDisconnect: "pointer",
    lpWSPRecvFrom: "pointer",
    lpWSPSelect: "pointer",
    lpWSPSend: "pointer",
    lpWSPSendDisconnect: "pointer",
    lpWSPSendTo: "pointer",
    lpWSPSetSockOpt: "pointer",
    lpWSPShutdown: "pointer",
    lpWSPSocket: "pointer",
    lpWSPStringToAddress: "pointer",
  },
} as const satisfies StructDef;

/** The functions that a transport provider may call. https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-wspupcalltable */
export const WSPUPCALLTABLE = {
  struct: {
    lpWPUCloseEvent: "pointer",
    lpWPUCloseSocketHandle: "pointer",
    lpWPUCreateEvent: "pointer",
    lpWPUCreateSocketHandle: "pointer",
    lpWPUFDIsSet: "pointer",
    lpWPUGetProviderPath: "pointer",
    lpWPUModifyIFSHandle: "pointer",
    lpWPUPostMessage: "pointer",
    lpWPUQueryBlockingCallback: "pointer",
    lpWPUQuerySocketHandleContext: "pointer",
    lpWPUQueueApc: "pointer",
    lpWPUResetEvent: "pointer",
    lpWPUSetEvent: "pointer",
    lpWPUOpenCurrentThread: "pointer",
    lpWPUCloseThread: "pointer",
  },
} as const satisfies StructDef;

/** What is recorded of the installation of a provider. https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-wsc_provider_audit_info */
export const WSC_PROVIDER_AUDIT_INFO = {
  struct: { RecordSize: "u32", Reserved: "pointer" },
} as const satisfies StructDef;

/** The functions of a name space provider. https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-nsp_routine */
export const NSP_ROUTINE = {
  struct: {
    cbSize: "u32",
    dwMajorVersion: "u32",
    dwMinorVersion: "u32",
    NSPCleanup: "pointer",
    NSPLookupServiceBegin: "pointer",
    NSPLookupServiceNext: "pointer",
    NSPLookupServiceEnd: "pointer",
    NSPSetService: "pointer",
    NSPInstallServiceClass: "pointer",
    NSPRemoveServiceClass: "pointer",
    NSPGetServiceClassInfo: "pointer",
    NSPIoctl: "pointer",
  },
} as const satisfies StructDef;

/** The functions of a name space provider of the second version. https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-nspv2_routine */
export const NSPV2_ROUTINE = {
  struct: {
    cbSize: "u32",
    dwMajorVersion: "u32",
    dwMinorVersion: "u32",
    NSPv2Startup: "pointer",
    NSPv2Cleanup: "pointer",
    NSPv2LookupServiceBegin: "pointer",
    NSPv2LookupServiceNextEx: "pointer",
    NSPv2LookupServiceEnd: "pointer",
    NSPv2SetServiceEx: "pointer",
    NSPv2ClientSessionRundown: "pointer",
  },
} as const satisfies StructDef;

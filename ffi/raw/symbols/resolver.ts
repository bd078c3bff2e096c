/**
 * Names to addresses, and back.
 *
 * @module
 */

import type { ADDRINFOW, GUID } from "../../win32/winsock.ts";
import type { OVERLAPPED } from "../../win32/kernel32.ts";
import type { BLOB, TIMEVAL } from "../headers/winsock2.ts";
import type { ADDRINFOA, ADDRINFOEXA, ADDRINFOEXW, SOCKET_ADDRESS } from "../headers/ws2def.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings, Memory, Sockaddr } from "../types.ts";

/** The functions that look names up. */
export interface ResolverFunctions {
  /** Looks names up, in ANSI text; blocks. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfo */
  getaddrinfo(
    pNodeName: Memory | null,
    pServiceName: Memory | null,
    pHints: Pointer<typeof ADDRINFOA> | null,
    ppResult: BigUint64Array,
  ): number;
  /** `getaddrinfo` on another thread, for it blocks. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfo */
  getaddrinfoNonblocking(
    pNodeName: Memory | null,
    pServiceName: Memory | null,
    pHints: Pointer<typeof ADDRINFOA> | null,
    ppResult: BigUint64Array,
  ): Promise<number>;
  /** Frees what `getaddrinfo` returned. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfo */
  freeaddrinfo(pAddrInfo: bigint): void;
  /** Looks an address up, in ANSI text; blocks. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getnameinfo */
  getnameinfo(
    pSockaddr: Sockaddr,
    SockaddrLength: number,
    pNodeBuffer: Memory | null,
    NodeBufferSize: number,
    pServiceBuffer: Memory | null,
    ServiceBufferSize: number,
    Flags: number,
  ): number;
  /** `getnameinfo` on another thread, for it blocks. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getnameinfo */
  getnameinfoNonblocking(
    pSockaddr: Sockaddr,
    SockaddrLength: number,
    pNodeBuffer: Memory | null,
    NodeBufferSize: number,
    pServiceBuffer: Memory | null,
    ServiceBufferSize: number,
    Flags: number,
  ): Promise<number>;
  /** Looks names up; blocks. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfow */
  GetAddrInfoW(
    pNodeName: Memory | null,
    pServiceName: Memory | null,
    pHints: Pointer<typeof ADDRINFOW> | null,
    ppResult: BigUint64Array,
  ): number;
  /** `GetAddrInfoW` on another thread, for it blocks. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfow */
  GetAddrInfoWNonblocking(
    pNodeName: Memory | null,
    pServiceName: Memory | null,
    pHints: Pointer<typeof ADDRINFOW> | null,
    ppResult: BigUint64Array,
  ): Promise<number>;
  /** Frees what `GetAddrInfoW` returned. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfow */
  FreeAddrInfoW(pAddrInfo: bigint): void;
  /** Looks an address up; blocks. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getnameinfow */
  GetNameInfoW(
    pSockaddr: Sockaddr,
    SockaddrLength: number,
    pNodeBuffer: Memory | null,
    NodeBufferSize: number,
    pServiceBuffer: Memory | null,
    ServiceBufferSize: number,
    Flags: number,
  ): number;
  /** `GetNameInfoW` on another thread, for it blocks. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getnameinfow */
  GetNameInfoWNonblocking(
    pSockaddr: Sockaddr,
    SockaddrLength: number,
    pNodeBuffer: Memory | null,
    NodeBufferSize: number,
    pServiceBuffer: Memory | null,
    ServiceBufferSize: number,
    Flags: number,
  ): Promise<number>;
  /** Looks names up in a name space, in ANSI text; blocks. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexa */
  readonly GetAddrInfoExA:
    | ((
      pName: Memory | null,
      pServiceName: Memory | null,
      dwNameSpace: number,
      lpNspId: Pointer<typeof GUID> | null,
      hints: Pointer<typeof ADDRINFOEXA> | null,
      ppResult: BigUint64Array,
      timeout: Pointer<typeof TIMEVAL> | null,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpCompletionRoutine: Deno.PointerValue,
      lpNameHandle: BigUint64Array | null,
    ) => number)
    | null;
  /** `GetAddrInfoExA` on another thread, for it blocks. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexa */
  readonly GetAddrInfoExANonblocking:
    | ((
      pName: Memory | null,
      pServiceName: Memory | null,
      dwNameSpace: number,
      lpNspId: Pointer<typeof GUID> | null,
      hints: Pointer<typeof ADDRINFOEXA> | null,
      ppResult: BigUint64Array,
      timeout: Pointer<typeof TIMEVAL> | null,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpCompletionRoutine: Deno.PointerValue,
      lpNameHandle: BigUint64Array | null,
    ) => Promise<number>)
    | null;
  /** Looks names up in a name space; blocks, unless it is overlapped. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexw */
  GetAddrInfoExW(
    pName: Memory | null,
    pServiceName: Memory | null,
    dwNameSpace: number,
    lpNspId: Pointer<typeof GUID> | null,
    hints: Pointer<typeof ADDRINFOEXW> | null,
    ppResult: BigUint64Array,
    timeout: Pointer<typeof TIMEVAL> | null,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
    lpHandle: BigUint64Array | null,
  ): number;
  /** `GetAddrInfoExW` on another thread, for it blocks. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexw */
  GetAddrInfoExWNonblocking(
    pName: Memory | null,
    pServiceName: Memory | null,
    dwNameSpace: number,
    lpNspId: Pointer<typeof GUID> | null,
    hints: Pointer<typeof ADDRINFOEXW> | null,
    ppResult: BigUint64Array,
    timeout: Pointer<typeof TIMEVAL> | null,
    lpOverlapped: Pointer<typeof OVERLAPPED> | null,
    lpCompletionRoutine: Deno.PointerValue,
    lpHandle: BigUint64Array | null,
  ): Promise<number>;
  /** Frees what `GetAddrInfoExA` returned. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfoex */
  FreeAddrInfoEx(pAddrInfoEx: bigint): void;
  /** Frees what `GetAddrInfoExW` returned. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfoexw */
  FreeAddrInfoExW(pAddrInfoEx: bigint): void;
  /** Ends an overlapped lookup. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexcancel */
  GetAddrInfoExCancel(lpHandle: BigUint64Array): number;
  /** The result of an overlapped lookup. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexoverlappedresult */
  GetAddrInfoExOverlappedResult(lpOverlapped: Pointer<typeof OVERLAPPED>): number;
  /** Registers or deregisters a name in a name space, in ANSI text; blocks. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setaddrinfoexa */
  readonly SetAddrInfoExA:
    | ((
      pName: Memory,
      pServiceName: Memory | null,
      pAddresses: Pointer<typeof SOCKET_ADDRESS> | null,
      dwAddressCount: number,
      lpBlob: Pointer<typeof BLOB> | null,
      dwFlags: number,
      dwNameSpace: number,
      lpNspId: Pointer<typeof GUID> | null,
      timeout: Pointer<typeof TIMEVAL> | null,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpCompletionRoutine: Deno.PointerValue,
      lpNameHandle: BigUint64Array | null,
    ) => number)
    | null;
  /** `SetAddrInfoExA` on another thread, for it blocks. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setaddrinfoexa */
  readonly SetAddrInfoExANonblocking:
    | ((
      pName: Memory,
      pServiceName: Memory | null,
      pAddresses: Pointer<typeof SOCKET_ADDRESS> | null,
      dwAddressCount: number,
      lpBlob: Pointer<typeof BLOB> | null,
      dwFlags: number,
      dwNameSpace: number,
      lpNspId: Pointer<typeof GUID> | null,
      timeout: Pointer<typeof TIMEVAL> | null,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpCompletionRoutine: Deno.PointerValue,
      lpNameHandle: BigUint64Array | null,
    ) => Promise<number>)
    | null;
  /** Registers or deregisters a name in a name space; blocks. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setaddrinfoexw */
  readonly SetAddrInfoExW:
    | ((
      pName: Memory,
      pServiceName: Memory | null,
      pAddresses: Pointer<typeof SOCKET_ADDRESS> | null,
      dwAddressCount: number,
      lpBlob: Pointer<typeof BLOB> | null,
      dwFlags: number,
      dwNameSpace: number,
      lpNspId: Pointer<typeof GUID> | null,
      timeout: Pointer<typeof TIMEVAL> | null,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpCompletionRoutine: Deno.PointerValue,
      lpNameHandle: BigUint64Array | null,
    ) => number)
    | null;
  /** `SetAddrInfoExW` on another thread, for it blocks. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setaddrinfoexw */
  readonly SetAddrInfoExWNonblocking:
    | ((
      pName: Memory,
      pServiceName: Memory | null,
      pAddresses: Pointer<typeof SOCKET_ADDRESS> | null,
      dwAddressCount: number,
      lpBlob: Pointer<typeof BLOB> | null,
      dwFlags: number,
      dwNameSpace: number,
      lpNspId: Pointer<typeof GUID> | null,
      timeout: Pointer<typeof TIMEVAL> | null,
      lpOverlapped: Pointer<typeof OVERLAPPED> | null,
      lpCompletionRoutine: Deno.PointerValue,
      lpNameHandle: BigUint64Array | null,
    ) => Promise<number>)
    | null;
  /** Looks an address up; returns the address of a HOSTENT of this thread. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-gethostbyaddr */
  gethostbyaddr(addr: Memory, len: number, type: number): bigint;
  /** Looks a host up; returns the address of a HOSTENT of this thread. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-gethostbyname */
  gethostbyname(name: Memory): bigint;
  /** The name of this machine, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-gethostname */
  gethostname(name: Memory, namelen: number): number;
  /** The name of this machine. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-gethostnamew */
  GetHostNameW(name: Memory, namelen: number): number;
  /** Looks a service up; returns the address of a SERVENT of this thread. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getservbyname */
  getservbyname(name: Memory, proto: Memory | null): bigint;
  /** Looks a port up; returns the address of a SERVENT of this thread. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getservbyport */
  getservbyport(port: number, proto: Memory | null): bigint;
  /** Looks a protocol up; returns the address of a PROTOENT of this thread. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getprotobyname */
  getprotobyname(name: Memory): bigint;
  /** Looks a protocol number up; returns the address of a PROTOENT of this thread. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-getprotobynumber */
  getprotobynumber(number: number): bigint;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const RESOLVER_SYMBOLS: Bindings<ResolverFunctions> = {
  getaddrinfo: {
    parameters: [
      "buffer", // PCSTR pNodeName
      "buffer", // PCSTR pServiceName
      "buffer", // const ADDRINFOA *pHints
      "buffer", // PADDRINFOA *ppResult
    ],
    result: "i32", // INT: the error code; 0 when it worked
  },
  getaddrinfoNonblocking: {
    name: "getaddrinfo",
    parameters: [
      "buffer", // PCSTR pNodeName
      "buffer", // PCSTR pServiceName
      "buffer", // const ADDRINFOA *pHints
      "buffer", // PADDRINFOA *ppResult
    ],
    result: "i32", // INT: the error code; 0 when it worked
    nonblocking: true,
  },
  freeaddrinfo: {
    parameters: [
      "usize", // PADDRINFOA pAddrInfo
    ],
    result: "void", // VOID
  },
  getnameinfo: {
    parameters: [
      "buffer", // const SOCKADDR *pSockaddr
      "i32", // socklen_t SockaddrLength
      "buffer", // PCHAR pNodeBuffer
      "u32", // DWORD NodeBufferSize
      "buffer", // PCHAR pServiceBuffer
      "u32", // DWORD ServiceBufferSize
      "i32", // INT Flags
    ],
    result: "i32", // INT: the error code; 0 when it worked
  },
  getnameinfoNonblocking: {
    name: "getnameinfo",
    parameters: [
      "buffer", // const SOCKADDR *pSockaddr
      "i32", // socklen_t SockaddrLength
      "buffer", // PCHAR pNodeBuffer
      "u32", // DWORD NodeBufferSize
      "buffer", // PCHAR pServiceBuffer
      "u32", // DWORD ServiceBufferSize
      "i32", // INT Flags
    ],
    result: "i32", // INT: the error code; 0 when it worked
    nonblocking: true,
  },
  GetAddrInfoW: {
    parameters: [
      "buffer", // PCWSTR pNodeName
      "buffer", // PCWSTR pServiceName
      "buffer", // const ADDRINFOW *pHints
      "buffer", // PADDRINFOW *ppResult
    ],
    result: "i32", // INT: the error code; 0 when it worked
  },
  GetAddrInfoWNonblocking: {
    name: "GetAddrInfoW",
    parameters: [
      "buffer", // PCWSTR pNodeName
      "buffer", // PCWSTR pServiceName
      "buffer", // const ADDRINFOW *pHints
      "buffer", // PADDRINFOW *ppResult
    ],
    result: "i32", // INT: the error code; 0 when it worked
    nonblocking: true,
  },
  FreeAddrInfoW: {
    parameters: [
      "usize", // PADDRINFOW pAddrInfo
    ],
    result: "void", // VOID
  },
  GetNameInfoW: {
    parameters: [
      "buffer", // const SOCKADDR *pSockaddr
      "i32", // socklen_t SockaddrLength
      "buffer", // PWCHAR pNodeBuffer
      "u32", // DWORD NodeBufferSize
      "buffer", // PWCHAR pServiceBuffer
      "u32", // DWORD ServiceBufferSize
      "i32", // INT Flags
    ],
    result: "i32", // INT: the error code; 0 when it worked
  },
  GetNameInfoWNonblocking: {
    name: "GetNameInfoW",
    parameters: [
      "buffer", // const SOCKADDR *pSockaddr
      "i32", // socklen_t SockaddrLength
      "buffer", // PWCHAR pNodeBuffer
      "u32", // DWORD NodeBufferSize
      "buffer", // PWCHAR pServiceBuffer
      "u32", // DWORD ServiceBufferSize
      "i32", // INT Flags
    ],
    result: "i32", // INT: the error code; 0 when it worked
    nonblocking: true,
  },
  GetAddrInfoExA: {
    parameters: [
      "buffer", // PCSTR pName
      "buffer", // PCSTR pServiceName
      "u32", // DWORD dwNameSpace
      "buffer", // LPGUID lpNspId
      "buffer", // const ADDRINFOEXA *hints
      "buffer", // PADDRINFOEXA *ppResult
      "buffer", // struct timeval *timeout
      "buffer", // LPOVERLAPPED lpOverlapped
      "pointer", // LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine
      "buffer", // LPHANDLE lpNameHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
    optional: true,
  },
  GetAddrInfoExANonblocking: {
    name: "GetAddrInfoExA",
    parameters: [
      "buffer", // PCSTR pName
      "buffer", // PCSTR pServiceName
      "u32", // DWORD dwNameSpace
      "buffer", // LPGUID lpNspId
      "buffer", // const ADDRINFOEXA *hints
      "buffer", // PADDRINFOEXA *ppResult
      "buffer", // struct timeval *timeout
      "buffer", // LPOVERLAPPED lpOverlapped
      "pointer", // LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine
      "buffer", // LPHANDLE lpNameHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
    nonblocking: true,
    optional: true,
  },
  GetAddrInfoExW: {
    parameters: [
      "buffer", // PCWSTR pName
      "buffer", // PCWSTR pServiceName
      "u32", // DWORD dwNameSpace
      "buffer", // LPGUID lpNspId
      "buffer", // const ADDRINFOEXW *hints
      "buffer", // PADDRINFOEXW *ppResult
      "buffer", // struct timeval *timeout
      "buffer", // LPOVERLAPPED lpOverlapped
      "pointer", // LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine
      "buffer", // LPHANDLE lpHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
  },
  GetAddrInfoExWNonblocking: {
    name: "GetAddrInfoExW",
    parameters: [
      "buffer", // PCWSTR pName
      "buffer", // PCWSTR pServiceName
      "u32", // DWORD dwNameSpace
      "buffer", // LPGUID lpNspId
      "buffer", // const ADDRINFOEXW *hints
      "buffer", // PADDRINFOEXW *ppResult
      "buffer", // struct timeval *timeout
      "buffer", // LPOVERLAPPED lpOverlapped
      "pointer", // LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine
      "buffer", // LPHANDLE lpHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
    nonblocking: true,
  },
  FreeAddrInfoEx: {
    parameters: [
      "usize", // PADDRINFOEXA pAddrInfoEx
    ],
    result: "void", // void
  },
  FreeAddrInfoExW: {
    parameters: [
      "usize", // PADDRINFOEXW pAddrInfoEx
    ],
    result: "void", // void
  },
  GetAddrInfoExCancel: {
    parameters: [
      "buffer", // LPHANDLE lpHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
  },
  GetAddrInfoExOverlappedResult: {
    parameters: [
      "buffer", // LPOVERLAPPED lpOverlapped
    ],
    result: "i32", // INT: the error code; 0 when it worked
  },
  SetAddrInfoExA: {
    parameters: [
      "buffer", // PCSTR pName
      "buffer", // PCSTR pServiceName
      "buffer", // SOCKET_ADDRESS *pAddresses
      "u32", // DWORD dwAddressCount
      "buffer", // LPBLOB lpBlob
      "u32", // DWORD dwFlags
      "u32", // DWORD dwNameSpace
      "buffer", // LPGUID lpNspId
      "buffer", // struct timeval *timeout
      "buffer", // LPOVERLAPPED lpOverlapped
      "pointer", // LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine
      "buffer", // LPHANDLE lpNameHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
    optional: true,
  },
  SetAddrInfoExANonblocking: {
    name: "SetAddrInfoExA",
    parameters: [
      "buffer", // PCSTR pName
      "buffer", // PCSTR pServiceName
      "buffer", // SOCKET_ADDRESS *pAddresses
      "u32", // DWORD dwAddressCount
      "buffer", // LPBLOB lpBlob
      "u32", // DWORD dwFlags
      "u32", // DWORD dwNameSpace
      "buffer", // LPGUID lpNspId
      "buffer", // struct timeval *timeout
      "buffer", // LPOVERLAPPED lpOverlapped
      "pointer", // LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine
      "buffer", // LPHANDLE lpNameHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
    nonblocking: true,
    optional: true,
  },
  SetAddrInfoExW: {
    parameters: [
      "buffer", // PCWSTR pName
      "buffer", // PCWSTR pServiceName
      "buffer", // SOCKET_ADDRESS *pAddresses
      "u32", // DWORD dwAddressCount
      "buffer", // LPBLOB lpBlob
      "u32", // DWORD dwFlags
      "u32", // DWORD dwNameSpace
      "buffer", // LPGUID lpNspId
      "buffer", // struct timeval *timeout
      "buffer", // LPOVERLAPPED lpOverlapped
      "pointer", // LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine
      "buffer", // LPHANDLE lpNameHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
    optional: true,
  },
  SetAddrInfoExWNonblocking: {
    name: "SetAddrInfoExW",
    parameters: [
      "buffer", // PCWSTR pName
      "buffer", // PCWSTR pServiceName
      "buffer", // SOCKET_ADDRESS *pAddresses
      "u32", // DWORD dwAddressCount
      "buffer", // LPBLOB lpBlob
      "u32", // DWORD dwFlags
      "u32", // DWORD dwNameSpace
      "buffer", // LPGUID lpNspId
      "buffer", // struct timeval *timeout
      "buffer", // LPOVERLAPPED lpOverlapped
      "pointer", // LPLOOKUPSERVICE_COMPLETION_ROUTINE lpCompletionRoutine
      "buffer", // LPHANDLE lpNameHandle
    ],
    result: "i32", // INT: the error code; 0 when it worked
    nonblocking: true,
    optional: true,
  },
  gethostbyaddr: {
    parameters: [
      "buffer", // const char *addr
      "i32", // int len
      "i32", // int type
    ],
    result: "usize", // struct hostent *: NULL
  },
  gethostbyname: {
    parameters: [
      "buffer", // const char *name
    ],
    result: "usize", // struct hostent *: NULL
  },
  gethostname: {
    parameters: [
      "buffer", // char *name
      "i32", // int namelen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  GetHostNameW: {
    parameters: [
      "buffer", // PWSTR name
      "i32", // int namelen
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  getservbyname: {
    parameters: [
      "buffer", // const char *name
      "buffer", // const char *proto
    ],
    result: "usize", // struct servent *: NULL
  },
  getservbyport: {
    parameters: [
      "i32", // int port
      "buffer", // const char *proto
    ],
    result: "usize", // struct servent *: NULL
  },
  getprotobyname: {
    parameters: [
      "buffer", // const char *name
    ],
    result: "usize", // struct protoent *: NULL
  },
  getprotobynumber: {
    parameters: [
      "i32", // int number
    ],
    result: "usize", // struct protoent *: NULL
  },
};

/**
 * Between addresses and text.
 *
 * @module
 */

import type { WSAPROTOCOL_INFOW } from "../../win32/winsock.ts";
import type { WSAPROTOCOL_INFOA } from "../headers/winsock2.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings, Memory, Sockaddr } from "../types.ts";

/** The functions that read and write addresses. */
export interface AddressTextFunctions {
  /** Reads an IPv4 address; returns it in network byte order. Fails with `INADDR_NONE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-inet_addr */
  inet_addr(cp: Memory): number;
  /** Writes an IPv4 address; returns the address of a text of this thread. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-inet_ntoa */
  inet_ntoa(in_: number): bigint;
  /** Writes an IPv4 or IPv6 address, in ANSI text; returns the address of the text. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-inet_ntop */
  inet_ntop(Family: number, pAddr: Memory, pStringBuf: Memory, StringBufSize: bigint): bigint;
  /** Reads an IPv4 or IPv6 address, in ANSI text; returns 1. Returns 0 for a text that is no address, -1 for a family that is not known. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-inet_pton */
  inet_pton(Family: number, pszAddrString: Memory, pAddrBuf: Memory): number;
  /** Writes an IPv4 or IPv6 address; returns the address of the text. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-inetntopw */
  InetNtopW(Family: number, pAddr: Memory, pStringBuf: Memory, StringBufSize: bigint): bigint;
  /** Reads an IPv4 or IPv6 address; returns 1. Returns 0 for a text that is no address, -1 for a family that is not known. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-inetptonw */
  InetPtonW(Family: number, pszAddrString: Memory, pAddrBuf: Memory): number;
  /** Writes a sockaddr with port and scope, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaaddresstostringa */
  WSAAddressToStringA(
    lpsaAddress: Sockaddr,
    dwAddressLength: number,
    lpProtocolInfo: Pointer<typeof WSAPROTOCOL_INFOA> | null,
    lpszAddressString: Memory,
    lpdwAddressStringLength: Uint32Array,
  ): number;
  /** Writes a sockaddr with port and scope. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaaddresstostringw */
  WSAAddressToStringW(
    lpsaAddress: Sockaddr,
    dwAddressLength: number,
    lpProtocolInfo: Pointer<typeof WSAPROTOCOL_INFOW> | null,
    lpszAddressString: Memory,
    lpdwAddressStringLength: Uint32Array,
  ): number;
  /** Reads a sockaddr with port and scope, in ANSI text. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsastringtoaddressa */
  WSAStringToAddressA(
    AddressString: Memory,
    AddressFamily: number,
    lpProtocolInfo: Pointer<typeof WSAPROTOCOL_INFOA> | null,
    lpAddress: Sockaddr,
    lpAddressLength: Int32Array,
  ): number;
  /** Reads a sockaddr with port and scope. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsastringtoaddressw */
  WSAStringToAddressW(
    AddressString: Memory,
    AddressFamily: number,
    lpProtocolInfo: Pointer<typeof WSAPROTOCOL_INFOW> | null,
    lpAddress: Sockaddr,
    lpAddressLength: Int32Array,
  ): number;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const ADDRESS_TEXT_SYMBOLS: Bindings<AddressTextFunctions> = {
  inet_addr: {
    parameters: [
      "buffer", // const char *cp
    ],
    result: "u32", // unsigned long: INADDR_NONE
  },
  inet_ntoa: {
    parameters: [
      "u32", // struct in_addr in
    ],
    result: "usize", // char *: NULL
  },
  inet_ntop: {
    parameters: [
      "i32", // INT Family
      "buffer", // const VOID *pAddr
      "buffer", // PSTR pStringBuf
      "usize", // size_t StringBufSize
    ],
    result: "usize", // PCSTR: NULL
  },
  inet_pton: {
    parameters: [
      "i32", // INT Family
      "buffer", // PCSTR pszAddrString
      "buffer", // PVOID pAddrBuf
    ],
    result: "i32", // INT: 0 for a text that is no address, -1 for a family that is not known
  },
  InetNtopW: {
    parameters: [
      "i32", // INT Family
      "buffer", // const VOID *pAddr
      "buffer", // PWSTR pStringBuf
      "usize", // size_t StringBufSize
    ],
    result: "usize", // PCWSTR: NULL
  },
  InetPtonW: {
    parameters: [
      "i32", // INT Family
      "buffer", // PCWSTR pszAddrString
      "buffer", // PVOID pAddrBuf
    ],
    result: "i32", // INT: 0 for a text that is no address, -1 for a family that is not known
  },
  WSAAddressToStringA: {
    parameters: [
      "buffer", // LPSOCKADDR lpsaAddress
      "u32", // DWORD dwAddressLength
      "buffer", // LPWSAPROTOCOL_INFOA lpProtocolInfo
      "buffer", // LPSTR lpszAddressString
      "buffer", // LPDWORD lpdwAddressStringLength
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAAddressToStringW: {
    parameters: [
      "buffer", // LPSOCKADDR lpsaAddress
      "u32", // DWORD dwAddressLength
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolInfo
      "buffer", // LPWSTR lpszAddressString
      "buffer", // LPDWORD lpdwAddressStringLength
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAStringToAddressA: {
    parameters: [
      "buffer", // LPSTR AddressString
      "i32", // INT AddressFamily
      "buffer", // LPWSAPROTOCOL_INFOA lpProtocolInfo
      "buffer", // LPSOCKADDR lpAddress
      "buffer", // LPINT lpAddressLength
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
  WSAStringToAddressW: {
    parameters: [
      "buffer", // LPWSTR AddressString
      "i32", // INT AddressFamily
      "buffer", // LPWSAPROTOCOL_INFOW lpProtocolInfo
      "buffer", // LPSOCKADDR lpAddress
      "buffer", // LPINT lpAddressLength
    ],
    result: "i32", // INT: SOCKET_ERROR
  },
};

/**
 * Between host and network byte order.
 *
 * @module
 */

import type { SOCKET } from "../../win32/handles.ts";
import type { Bindings } from "../types.ts";

/** The functions that change the byte order. */
export interface ByteOrderFunctions {
  /** From host to network byte order, 32 bits. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htonl */
  htonl(hostlong: number): number;
  /** From host to network byte order, 16 bits. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htons */
  htons(hostshort: number): number;
  /** From network to host byte order, 32 bits. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohl */
  ntohl(netlong: number): number;
  /** From network to host byte order, 16 bits. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohs */
  ntohs(netshort: number): number;
  /** From host to the byte order of a socket's protocol, 32 bits. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsahtonl */
  WSAHtonl(s: SOCKET, hostlong: number, lpnetlong: Uint32Array): number;
  /** From host to the byte order of a socket's protocol, 16 bits. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsahtons */
  WSAHtons(s: SOCKET, hostshort: number, lpnetshort: Uint16Array): number;
  /** From the byte order of a socket's protocol to host, 32 bits. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsantohl */
  WSANtohl(s: SOCKET, netlong: number, lphostlong: Uint32Array): number;
  /** From the byte order of a socket's protocol to host, 16 bits. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsantohs */
  WSANtohs(s: SOCKET, netshort: number, lphostshort: Uint16Array): number;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const BYTE_ORDER_SYMBOLS: Bindings<ByteOrderFunctions> = {
  htonl: {
    parameters: [
      "u32", // u_long hostlong
    ],
    result: "u32", // u_long
  },
  htons: {
    parameters: [
      "u16", // u_short hostshort
    ],
    result: "u16", // u_short
  },
  ntohl: {
    parameters: [
      "u32", // u_long netlong
    ],
    result: "u32", // u_long
  },
  ntohs: {
    parameters: [
      "u16", // u_short netshort
    ],
    result: "u16", // u_short
  },
  WSAHtonl: {
    parameters: [
      "usize", // SOCKET s
      "u32", // u_long hostlong
      "buffer", // u_long *lpnetlong
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAHtons: {
    parameters: [
      "usize", // SOCKET s
      "u16", // u_short hostshort
      "buffer", // u_short *lpnetshort
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSANtohl: {
    parameters: [
      "usize", // SOCKET s
      "u32", // u_long netlong
      "buffer", // u_long *lphostlong
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSANtohs: {
    parameters: [
      "usize", // SOCKET s
      "u16", // u_short netshort
      "buffer", // u_short *lphostshort
    ],
    result: "i32", // int: SOCKET_ERROR
  },
};

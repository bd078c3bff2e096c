/**
 * What Winsock 1.1 had for Windows without threads: messages to windows, hooks while a call blocks.
 *
 * @module
 */

import type { HANDLE, HWND, SOCKET } from "../../win32/handles.ts";
import type { Bindings, Memory } from "../types.ts";

/** The functions of Winsock 1.1 for windows and blocking hooks. */
export interface LegacyFunctions {
  /** Sends a message to a window when something happens on a socket. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncselect */
  WSAAsyncSelect(s: SOCKET, hWnd: HWND, wMsg: number, lEvent: number): number;
  /** Looks up a host; posts a window message when done. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgethostbyname */
  WSAAsyncGetHostByName(hWnd: HWND, wMsg: number, name: Memory, buf: Memory, buflen: number): HANDLE;
  /** Looks up an address; posts a window message when done. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgethostbyaddr */
  WSAAsyncGetHostByAddr(
    hWnd: HWND,
    wMsg: number,
    addr: Memory,
    len: number,
    type: number,
    buf: Memory,
    buflen: number,
  ): HANDLE;
  /** Looks up a service; posts a window message when done. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgetservbyname */
  WSAAsyncGetServByName(hWnd: HWND, wMsg: number, name: Memory, proto: Memory, buf: Memory, buflen: number): HANDLE;
  /** Looks up a port; posts a window message when done. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgetservbyport */
  WSAAsyncGetServByPort(hWnd: HWND, wMsg: number, port: number, proto: Memory, buf: Memory, buflen: number): HANDLE;
  /** Looks up a protocol; posts a window message when done. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgetprotobyname */
  WSAAsyncGetProtoByName(hWnd: HWND, wMsg: number, name: Memory, buf: Memory, buflen: number): HANDLE;
  /** Looks up a protocol number; posts a window message when done. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgetprotobynumber */
  WSAAsyncGetProtoByNumber(hWnd: HWND, wMsg: number, number: number, buf: Memory, buflen: number): HANDLE;
  /** Ends a lookup that was to send a message. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacancelasyncrequest */
  WSACancelAsyncRequest(hAsyncTaskHandle: HANDLE): number;
  /** Whether a call of this thread blocks. Of Winsock 1.1. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaisblocking */
  WSAIsBlocking(): number;
  /** Sets what runs while a call blocks. Of Winsock 1.1. Fails with `NULL`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetblockinghook */
  WSASetBlockingHook(lpBlockFunc: Deno.PointerValue): Deno.PointerValue;
  /** Takes the hook away. Of Winsock 1.1. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaunhookblockinghook */
  WSAUnhookBlockingHook(): number;
  /** Ends a call that blocks. Of Winsock 1.1. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacancelblockingcall */
  WSACancelBlockingCall(): number;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const LEGACY_SYMBOLS: Bindings<LegacyFunctions> = {
  WSAAsyncSelect: {
    parameters: [
      "usize", // SOCKET s
      "usize", // HWND hWnd
      "u32", // u_int wMsg
      "i32", // long lEvent
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAAsyncGetHostByName: {
    parameters: [
      "usize", // HWND hWnd
      "u32", // u_int wMsg
      "buffer", // const char *name
      "buffer", // char *buf
      "i32", // int buflen
    ],
    result: "usize", // HANDLE: NULL
  },
  WSAAsyncGetHostByAddr: {
    parameters: [
      "usize", // HWND hWnd
      "u32", // u_int wMsg
      "buffer", // const char *addr
      "i32", // int len
      "i32", // int type
      "buffer", // char *buf
      "i32", // int buflen
    ],
    result: "usize", // HANDLE: NULL
  },
  WSAAsyncGetServByName: {
    parameters: [
      "usize", // HWND hWnd
      "u32", // u_int wMsg
      "buffer", // const char *name
      "buffer", // const char *proto
      "buffer", // char *buf
      "i32", // int buflen
    ],
    result: "usize", // HANDLE: NULL
  },
  WSAAsyncGetServByPort: {
    parameters: [
      "usize", // HWND hWnd
      "u32", // u_int wMsg
      "i32", // int port
      "buffer", // const char *proto
      "buffer", // char *buf
      "i32", // int buflen
    ],
    result: "usize", // HANDLE: NULL
  },
  WSAAsyncGetProtoByName: {
    parameters: [
      "usize", // HWND hWnd
      "u32", // u_int wMsg
      "buffer", // const char *name
      "buffer", // char *buf
      "i32", // int buflen
    ],
    result: "usize", // HANDLE: NULL
  },
  WSAAsyncGetProtoByNumber: {
    parameters: [
      "usize", // HWND hWnd
      "u32", // u_int wMsg
      "i32", // int number
      "buffer", // char *buf
      "i32", // int buflen
    ],
    result: "usize", // HANDLE: NULL
  },
  WSACancelAsyncRequest: {
    parameters: [
      "usize", // HANDLE hAsyncTaskHandle
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAIsBlocking: {
    parameters: [],
    result: "i32", // BOOL
  },
  WSASetBlockingHook: {
    parameters: [
      "pointer", // FARPROC lpBlockFunc
    ],
    result: "pointer", // FARPROC: NULL
  },
  WSAUnhookBlockingHook: {
    parameters: [],
    result: "i32", // int: SOCKET_ERROR
  },
  WSACancelBlockingCall: {
    parameters: [],
    result: "i32", // int: SOCKET_ERROR
  },
};

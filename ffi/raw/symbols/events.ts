/**
 * Overlapped results, events, and waiting for many sockets at a time.
 *
 * @module
 */

import type { OVERLAPPED, OVERLAPPED_ENTRY } from "../../win32/kernel32.ts";
import type { SOCK_NOTIFY_REGISTRATION, WSANETWORKEVENTS, WSAPOLLFD } from "../headers/winsock2.ts";
import type { HANDLE, SOCKET, WSAEVENT } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings } from "../types.ts";

/** The functions that report what has happened on sockets. */
export interface EventFunctions {
  /** The result of an overlapped operation. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsagetoverlappedresult */
  WSAGetOverlappedResult(
    s: SOCKET,
    lpOverlapped: Pointer<typeof OVERLAPPED>,
    lpcbTransfer: Uint32Array,
    fWait: number,
    lpdwFlags: Uint32Array,
  ): number;
  /** Creates an event. Fails with `WSA_INVALID_EVENT`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacreateevent */
  WSACreateEvent(): WSAEVENT;
  /** Closes an event. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacloseevent */
  WSACloseEvent(hEvent: WSAEVENT): number;
  /** Sets an event. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetevent */
  WSASetEvent(hEvent: WSAEVENT): number;
  /** Resets an event. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaresetevent */
  WSAResetEvent(hEvent: WSAEVENT): number;
  /** Waits for events; returns which. Fails with `WSA_WAIT_FAILED`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsawaitformultipleevents */
  WSAWaitForMultipleEvents(
    cEvents: number,
    lphEvents: BigUint64Array,
    fWaitAll: number,
    dwTimeout: number,
    fAlertable: number,
  ): number;
  /** Sets an event when something happens on a socket. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaeventselect */
  WSAEventSelect(s: SOCKET, hEventObject: WSAEVENT, lNetworkEvents: number): number;
  /** What has happened on a socket. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnetworkevents */
  WSAEnumNetworkEvents(s: SOCKET, hEventObject: WSAEVENT, lpNetworkEvents: Pointer<typeof WSANETWORKEVENTS>): number;
  /** Waits until sockets are ready; returns how many are. Fails with `SOCKET_ERROR`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsapoll */
  WSAPoll(fdArray: Pointer<typeof WSAPOLLFD>, fds: number, timeout: number): number;
  /** Watches sockets through a completion port. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-processsocketnotifications */
  readonly ProcessSocketNotifications:
    | ((
      completionPort: HANDLE,
      registrationCount: number,
      registrationInfos: Pointer<typeof SOCK_NOTIFY_REGISTRATION> | null,
      timeoutMs: number,
      completionCount: number,
      completionPortEntries: Pointer<typeof OVERLAPPED_ENTRY> | null,
      receivedEntryCount: Uint32Array | null,
    ) => number)
    | null;
  /** `ProcessSocketNotifications` on another thread, for it blocks until its timeout. What it is given must stay reachable until the promise has settled. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-processsocketnotifications */
  readonly ProcessSocketNotificationsNonblocking:
    | ((
      completionPort: HANDLE,
      registrationCount: number,
      registrationInfos: Pointer<typeof SOCK_NOTIFY_REGISTRATION> | null,
      timeoutMs: number,
      completionCount: number,
      completionPortEntries: Pointer<typeof OVERLAPPED_ENTRY> | null,
      receivedEntryCount: Uint32Array | null,
    ) => Promise<number>)
    | null;
}

/** The bindings: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const EVENTS_SYMBOLS: Bindings<EventFunctions> = {
  WSAGetOverlappedResult: {
    parameters: [
      "usize", // SOCKET s
      "buffer", // LPWSAOVERLAPPED lpOverlapped
      "buffer", // LPDWORD lpcbTransfer
      "i32", // BOOL fWait
      "buffer", // LPDWORD lpdwFlags
    ],
    result: "i32", // BOOL: FALSE
  },
  WSACreateEvent: {
    parameters: [],
    result: "usize", // WSAEVENT: WSA_INVALID_EVENT
  },
  WSACloseEvent: {
    parameters: [
      "usize", // WSAEVENT hEvent
    ],
    result: "i32", // BOOL: FALSE
  },
  WSASetEvent: {
    parameters: [
      "usize", // WSAEVENT hEvent
    ],
    result: "i32", // BOOL: FALSE
  },
  WSAResetEvent: {
    parameters: [
      "usize", // WSAEVENT hEvent
    ],
    result: "i32", // BOOL: FALSE
  },
  WSAWaitForMultipleEvents: {
    parameters: [
      "u32", // DWORD cEvents
      "buffer", // const WSAEVENT *lphEvents
      "i32", // BOOL fWaitAll
      "u32", // DWORD dwTimeout
      "i32", // BOOL fAlertable
    ],
    result: "u32", // DWORD: WSA_WAIT_FAILED
  },
  WSAEventSelect: {
    parameters: [
      "usize", // SOCKET s
      "usize", // WSAEVENT hEventObject
      "i32", // long lNetworkEvents
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAEnumNetworkEvents: {
    parameters: [
      "usize", // SOCKET s
      "usize", // WSAEVENT hEventObject
      "buffer", // LPWSANETWORKEVENTS lpNetworkEvents
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  WSAPoll: {
    parameters: [
      "buffer", // LPWSAPOLLFD fdArray
      "u32", // ULONG fds
      "i32", // INT timeout
    ],
    result: "i32", // int: SOCKET_ERROR
  },
  ProcessSocketNotifications: {
    parameters: [
      "usize", // HANDLE completionPort
      "u32", // UINT32 registrationCount
      "buffer", // SOCK_NOTIFY_REGISTRATION *registrationInfos
      "u32", // UINT32 timeoutMs
      "u32", // ULONG completionCount
      "buffer", // OVERLAPPED_ENTRY *completionPortEntries
      "buffer", // UINT32 *receivedEntryCount
    ],
    result: "u32", // DWORD: the error code; 0 when it worked
    optional: true,
  },
  ProcessSocketNotificationsNonblocking: {
    name: "ProcessSocketNotifications",
    parameters: [
      "usize", // HANDLE completionPort
      "u32", // UINT32 registrationCount
      "buffer", // SOCK_NOTIFY_REGISTRATION *registrationInfos
      "u32", // UINT32 timeoutMs
      "u32", // ULONG completionCount
      "buffer", // OVERLAPPED_ENTRY *completionPortEntries
      "buffer", // UINT32 *receivedEntryCount
    ],
    result: "u32", // DWORD: the error code; 0 when it worked
    nonblocking: true,
    optional: true,
  },
};

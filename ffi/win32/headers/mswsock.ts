/**
 * mswsock.h: the extension functions of Microsoft and what goes with them.
 *
 * Only what the library itself uses; the rest is in rest/mswsock.ts, for raw callers alone, so that a program which only
 * wants `listen()` does not load it.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/mswsock/
 *
 * @module
 */

// Options at SOL_SOCKET

/** `SOL_SOCKET`: gives a socket of `AcceptEx` the properties of its listener. */
export const SO_UPDATE_ACCEPT_CONTEXT = 0x700b;
/** `SOL_SOCKET`: gives a socket of `ConnectEx` the properties of a connected one. */
export const SO_UPDATE_CONNECT_CONTEXT = 0x7010;

// Control codes

/** `WSAIoctl`: whether an ICMP port unreachable fails a receive with `WSAECONNRESET`. */
export const SIO_UDP_CONNRESET = 0x9800000c;
/** `WSAIoctl`: whether an ICMP time exceeded fails a receive with `WSAENETRESET`. */
export const SIO_UDP_NETRESET = 0x9800000f;

// GUIDs of the extension functions

/** `AcceptEx`. */
export const WSAID_ACCEPTEX = "b5367df1-cbac-11cf-95ca-00805f48a192";
/** `GetAcceptExSockaddrs`. */
export const WSAID_GETACCEPTEXSOCKADDRS = "b5367df2-cbac-11cf-95ca-00805f48a192";
/** `ConnectEx`. */
export const WSAID_CONNECTEX = "25a207b9-ddf3-4660-8ee9-76e58c74063e";
/** `WSARecvMsg`. */
export const WSAID_WSARECVMSG = "f689d7c8-6f1f-436b-8a53-e54fe351c322";

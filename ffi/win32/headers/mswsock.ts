/** Constants of mswsock.h: the extension functions and what completes their work. */

/** `SOL_SOCKET`: gives a socket of `ConnectEx` the properties of a connected one. */
export const SO_UPDATE_CONNECT_CONTEXT = 0x7010;
/** `SOL_SOCKET`: gives a socket of `AcceptEx` the properties of its listener. */
export const SO_UPDATE_ACCEPT_CONTEXT = 0x700b;

/** `AcceptEx`. */
export const WSAID_ACCEPTEX = "b5367df1-cbac-11cf-95ca-00805f48a192";
/** `GetAcceptExSockaddrs`. */
export const WSAID_GETACCEPTEXSOCKADDRS = "b5367df2-cbac-11cf-95ca-00805f48a192";
/** `ConnectEx`. */
export const WSAID_CONNECTEX = "25a207b9-ddf3-4660-8ee9-76e58c74063e";

/**
 * ws2tcpip.h: resolving names.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ws2tcpip/
 *
 * @module
 */

// Options at IPPROTO_UDP

/** `IPPROTO_UDP`: send without checksums. */
export const UDP_NOCHECKSUM = 1;
/** `IPPROTO_UDP`: send with checksums. */
export const UDP_CHECKSUM_COVERAGE = 20;

// Error codes of getaddrinfo

/** The number of `WSATRY_AGAIN`. */
export const EAI_AGAIN = 0x2afa;
/** The number of `WSAEINVAL`. */
export const EAI_BADFLAGS = 0x2726;
/** The number of `WSANO_RECOVERY`. */
export const EAI_FAIL = 0x2afb;
/** The number of `WSAEAFNOSUPPORT`. */
export const EAI_FAMILY = 0x273f;
/** The number of `WSA_NOT_ENOUGH_MEMORY`. */
export const EAI_MEMORY = 8;
/** The number of `WSA_SECURE_HOST_NOT_FOUND`. */
export const EAI_NOSECURENAME = 0x2b18;
/** The number of `WSAHOST_NOT_FOUND`. */
export const EAI_NONAME = 0x2af9;
/** Another name of `EAI_NONAME`. */
export const EAI_NODATA = 0x2af9;
/** The number of `WSATYPE_NOT_FOUND`. */
export const EAI_SERVICE = 0x277d;
/** The number of `WSAESOCKTNOSUPPORT`. */
export const EAI_SOCKTYPE = 0x273c;
/** The number of `WSA_IPSEC_NAME_POLICY_ERROR`. */
export const EAI_IPSECPOLICY = 0x2b19;
/** Longest text of `gai_strerror`, in characters. */
export const GAI_STRERROR_BUFFER_SIZE = 1024;

// Structs

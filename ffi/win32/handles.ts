/** The handles of Windows: bigints that the compiler tells apart. */

/**
 * A socket: a bigint that the compiler distinguishes from numbers, addresses and other handles. The property exists for the
 * compiler only; cast a bigint that is known to be a socket by `as SOCKET`.
 */
export type SOCKET = bigint & { readonly __handle: "SOCKET" };
/** A handle of the system, such as an event, a lookup or a completion port. */
export type HANDLE = bigint & { readonly __handle: "HANDLE" };
/** An event object of `WSACreateEvent`. */
export type WSAEVENT = HANDLE;
/** A window. */
export type HWND = bigint & { readonly __handle: "HWND" };

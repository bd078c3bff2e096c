/** The handles of Windows: bigints that the compiler tells apart. */

/**
 * A socket: a bigint that no number, address or other handle can be taken for. The property is for the compiler alone;
 * a bigint that is known to be a socket becomes one by `as SOCKET`.
 */
export type SOCKET = bigint & { readonly __handle: "SOCKET" };
/** A handle of the system, such as an event, a lookup or a completion port. */
export type HANDLE = bigint & { readonly __handle: "HANDLE" };
/** An event object of `WSACreateEvent`. */
export type WSAEVENT = HANDLE;
/** A window. */
export type HWND = bigint & { readonly __handle: "HWND" };

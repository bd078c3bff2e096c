/**
 * Every code of the page "Windows Sockets Error Codes", and two newer ones of winerror.h.
 *
 * Source: winerror.h, winsock2.h; https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2
 *
 * @module
 */

/** The name of a class in `Deno.errors`, or `TypeError` for what can only be a mistake in the call. */
export type ErrorClassName = keyof typeof Deno.errors | "TypeError" | "Error";

/** An error code: its number, its meaning in a few words, and its error class. */
export type ErrorCode = readonly [code: number, meaning: string, errorClass: ErrorClassName];

/** The error codes of Winsock by symbol: number, meaning, and error class. */
export const ERROR_CODES = {
  WSA_INVALID_HANDLE: [6, "the event object handle is invalid", "BadResource"],
  WSA_NOT_ENOUGH_MEMORY: [8, "not enough memory", "Error"],
  WSA_INVALID_PARAMETER: [87, "a parameter is invalid", "TypeError"],
  WSA_OPERATION_ABORTED: [995, "operation canceled", "Interrupted"],
  WSA_IO_INCOMPLETE: [996, "the overlapped operation has not completed", "WouldBlock"],
  WSA_IO_PENDING: [997, "the overlapped operation will complete later", "WouldBlock"],
  WSAEINTR: [10004, "the call was interrupted", "Interrupted"],
  WSAEBADF: [10009, "the file handle is not valid", "BadResource"],
  WSAEACCES: [10013, "access denied", "PermissionDenied"],
  WSAEFAULT: [10014, "an address or length is not valid", "TypeError"],
  WSAEINVAL: [10022, "an argument or the state of the socket is not valid for this call", "InvalidData"],
  WSAEMFILE: [10024, "too many open sockets", "Busy"],
  WSAEWOULDBLOCK: [10035, "the operation would block", "WouldBlock"],
  WSAEINPROGRESS: [10036, "a blocking operation is in progress", "Busy"],
  WSAEALREADY: [10037, "the operation is already in progress", "Busy"],
  WSAENOTSOCK: [10038, "not a socket", "BadResource"],
  WSAEDESTADDRREQ: [10039, "a destination address is required", "NotConnected"],
  WSAEMSGSIZE: [10040, "the message is too long", "InvalidData"],
  WSAEPROTOTYPE: [10041, "the protocol does not fit the socket type", "NotSupported"],
  WSAENOPROTOOPT: [10042, "the option is not supported", "NotSupported"],
  WSAEPROTONOSUPPORT: [10043, "the protocol is not supported", "NotSupported"],
  WSAESOCKTNOSUPPORT: [10044, "the socket type is not supported", "NotSupported"],
  WSAEOPNOTSUPP: [10045, "the operation is not supported on this socket", "NotSupported"],
  WSAEPFNOSUPPORT: [10046, "the protocol family is not supported", "NotSupported"],
  WSAEAFNOSUPPORT: [10047, "the address family is not supported", "NotSupported"],
  WSAEADDRINUSE: [10048, "address already in use", "AddrInUse"],
  WSAEADDRNOTAVAIL: [10049, "address not available", "AddrNotAvailable"],
  WSAENETDOWN: [10050, "the network is down", "NetworkUnreachable"],
  WSAENETUNREACH: [10051, "network unreachable", "NetworkUnreachable"],
  WSAENETRESET: [10052, "the network dropped the connection", "ConnectionReset"],
  WSAECONNABORTED: [10053, "connection aborted", "ConnectionAborted"],
  WSAECONNRESET: [10054, "connection reset by the peer", "ConnectionReset"],
  WSAENOBUFS: [10055, "no buffer space available", "Busy"],
  WSAEISCONN: [10056, "the socket is already connected", "AlreadyExists"],
  WSAENOTCONN: [10057, "the socket is not connected", "NotConnected"],
  WSAESHUTDOWN: [10058, "the socket has been shut down", "BrokenPipe"],
  WSAETOOMANYREFS: [10059, "too many references to a kernel object", "Busy"],
  WSAETIMEDOUT: [10060, "timed out", "TimedOut"],
  WSAECONNREFUSED: [10061, "connection refused", "ConnectionRefused"],
  WSAELOOP: [10062, "the name cannot be translated", "InvalidData"],
  WSAENAMETOOLONG: [10063, "the name is too long", "InvalidData"],
  WSAEHOSTDOWN: [10064, "the host is down", "NetworkUnreachable"],
  WSAEHOSTUNREACH: [10065, "no route to the host", "NetworkUnreachable"],
  WSAENOTEMPTY: [10066, "the directory is not empty", "Error"],
  WSAEPROCLIM: [10067, "too many processes use Winsock", "Busy"],
  WSAEUSERS: [10068, "the user quota is exceeded", "Busy"],
  WSAEDQUOT: [10069, "the disk quota is exceeded", "Busy"],
  WSAESTALE: [10070, "the file handle refers to something that is gone", "BadResource"],
  WSAEREMOTE: [10071, "the item is not available locally", "Error"],
  WSASYSNOTREADY: [10091, "the network subsystem is unavailable", "NotSupported"],
  WSAVERNOTSUPPORTED: [10092, "this version of Winsock is not supported", "NotSupported"],
  WSANOTINITIALISED: [10093, "WSAStartup has not been called", "Error"],
  WSAEDISCON: [10101, "the peer is shutting down", "ConnectionAborted"],
  WSAENOMORE: [10102, "no more results", "Error"],
  WSAECANCELLED: [10103, "the call was canceled", "Interrupted"],
  WSAEINVALIDPROCTABLE: [10104, "the procedure call table is invalid", "Error"],
  WSAEINVALIDPROVIDER: [10105, "the service provider is invalid", "Error"],
  WSAEPROVIDERFAILEDINIT: [10106, "the service provider failed to initialize", "Error"],
  WSASYSCALLFAILURE: [10107, "a system call failed that should never fail", "Error"],
  WSASERVICE_NOT_FOUND: [10108, "the service is not known", "NotFound"],
  WSATYPE_NOT_FOUND: [10109, "the class or service is not known", "NotFound"],
  WSA_E_NO_MORE: [10110, "no more results", "Error"],
  WSA_E_CANCELLED: [10111, "the call was canceled", "Interrupted"],
  WSAEREFUSED: [10112, "the query was refused", "PermissionDenied"],
  WSAHOST_NOT_FOUND: [11001, "host not found", "NotFound"],
  WSATRY_AGAIN: [11002, "the name server did not answer, try again", "Busy"],
  WSANO_RECOVERY: [11003, "the name lookup failed and cannot be retried", "Error"],
  WSANO_DATA: [11004, "the name has no address of the wanted kind", "NotFound"],
  WSA_QOS_RECEIVERS: [11005, "a QoS reserve message has arrived", "Error"],
  WSA_QOS_SENDERS: [11006, "a QoS path message has arrived", "Error"],
  WSA_QOS_NO_SENDERS: [11007, "there are no QoS senders", "Error"],
  WSA_QOS_NO_RECEIVERS: [11008, "there are no QoS receivers", "Error"],
  WSA_QOS_REQUEST_CONFIRMED: [11009, "the QoS request is confirmed", "Error"],
  WSA_QOS_ADMISSION_FAILURE: [11010, "the QoS request lacks resources", "Error"],
  WSA_QOS_POLICY_FAILURE: [11011, "the QoS request was refused by policy", "PermissionDenied"],
  WSA_QOS_BAD_STYLE: [11012, "the QoS style is unknown or conflicts", "Error"],
  WSA_QOS_BAD_OBJECT: [11013, "the QoS filter or provider data is invalid", "Error"],
  WSA_QOS_TRAFFIC_CTRL_ERROR: [11014, "the QoS traffic control failed", "Error"],
  WSA_QOS_GENERIC_ERROR: [11015, "QoS failed", "Error"],
  WSA_QOS_ESERVICETYPE: [11016, "the QoS service type is invalid", "Error"],
  WSA_QOS_EFLOWSPEC: [11017, "the QoS flow specification is invalid", "Error"],
  WSA_QOS_EPROVSPECBUF: [11018, "the QoS provider buffer is invalid", "Error"],
  WSA_QOS_EFILTERSTYLE: [11019, "the QoS filter style is invalid", "Error"],
  WSA_QOS_EFILTERTYPE: [11020, "the QoS filter type is invalid", "Error"],
  WSA_QOS_EFILTERCOUNT: [11021, "the number of QoS filters is wrong", "Error"],
  WSA_QOS_EOBJLENGTH: [11022, "the length of the QoS object is invalid", "Error"],
  WSA_QOS_EFLOWCOUNT: [11023, "the number of QoS flow descriptors is wrong", "Error"],
  WSA_QOS_EUNKOWNPSOBJ: [11024, "the QoS provider buffer has an unknown object", "Error"],
  WSA_QOS_EPOLICYOBJ: [11025, "the QoS policy object is invalid", "Error"],
  WSA_QOS_EFLOWDESC: [11026, "the QoS flow descriptor is invalid", "Error"],
  WSA_QOS_EPSFLOWSPEC: [11027, "the QoS provider's flow specification is invalid", "Error"],
  WSA_QOS_EPSFILTERSPEC: [11028, "the QoS provider's filter specification is invalid", "Error"],
  WSA_QOS_ESDMODEOBJ: [11029, "the QoS shape-discard mode object is invalid", "Error"],
  WSA_QOS_ESHAPERATEOBJ: [11030, "the QoS shaping rate object is invalid", "Error"],
  WSA_QOS_RESERVED_PETYPE: [11031, "the QoS policy element is of a reserved type", "Error"],
  WSA_SECURE_HOST_NOT_FOUND: [11032, "the host was not found securely", "NotFound"],
  WSA_IPSEC_NAME_POLICY_ERROR: [11033, "an IPsec name policy applies", "PermissionDenied"],
} as const satisfies Record<string, ErrorCode>;

/** The symbol of an error code of Winsock. */
export type ErrorSymbol = keyof typeof ERROR_CODES;

/** Some codes of Win32 with which the completion port and the loader fail. */
export const WIN32_ERROR_CODES = {
  ERROR_FILE_NOT_FOUND: [2, "no such file", "NotFound"],
  ERROR_PATH_NOT_FOUND: [3, "no such folder", "NotFound"],
  ERROR_ACCESS_DENIED: [5, "access denied", "PermissionDenied"],
  ERROR_NETNAME_DELETED: [64, "connection reset by the peer", "ConnectionReset"],
  ERROR_SHARING_VIOLATION: [32, "another program uses the file", "Busy"],
  ERROR_INVALID_NAME: [123, "this is no name of a file", "InvalidData"],
  ERROR_INSUFFICIENT_BUFFER: [122, "the buffer is too small", "InvalidData"],
  WAIT_TIMEOUT: [258, "timed out", "TimedOut"],
  ERROR_ABANDONED_WAIT_0: [735, "the completion port has been closed", "BadResource"],
  ERROR_NOT_FOUND: [1168, "no such operation is pending", "NotFound"],
} as const satisfies Record<string, ErrorCode>;

/** The symbol of a Windows error code that is not one of Winsock, but with which its calls fail. */
export type Win32ErrorSymbol = keyof typeof WIN32_ERROR_CODES;

interface KnownCode {
  readonly symbol: ErrorSymbol | Win32ErrorSymbol;
  readonly meaning: string;
  readonly errorClass: ErrorClassName;
}

let byCode: Map<number, KnownCode> | undefined;

/**
 * Looks an error code up.
 *
 * @param code The code, as `WSAGetLastError` gives it.
 * @returns Its symbol, meaning and class; undefined when the code is not of Winsock.
 */
export function findErrorCode(code: number): KnownCode | undefined {
  byCode ??= new Map(
    [...Object.entries(ERROR_CODES), ...Object.entries(WIN32_ERROR_CODES)].map((
      [symbol, [number, meaning, errorClass]],
    ) => [number, { symbol: symbol as KnownCode["symbol"], meaning, errorClass }]),
  );
  return byCode.get(code);
}

/**
 * A failed call of Winsock, with its error code. The errors of the high-level API carry one as their `cause`;
 * {@linkcode check} throws it as it is.
 *
 * @example Find out why binding failed
 * ```ts
 * import { listen, WinsockError } from "@winsock/ws2";
 *
 * try {
 *   listen({ hostname: "192.0.2.1" }).close();
 * } catch (error) {
 *   if (error instanceof Error && error.cause instanceof WinsockError) {
 *     console.log(error.cause.syscall, error.cause.symbol, error.cause.code); // bind WSAEADDRNOTAVAIL 10049
 *   }
 * }
 * ```
 */
export class WinsockError extends Error {
  /** The name of the class. */
  override readonly name = "WinsockError";
  /** The error code, as `WSAGetLastError` gave it. */
  readonly code: number;
  /** The name of the code in the C headers, such as `WSAEADDRINUSE`; `UNKNOWN` when Winsock documents none. */
  readonly symbol: ErrorSymbol | Win32ErrorSymbol | "UNKNOWN";
  /** The function that failed, such as `bind`. */
  readonly syscall: string;

  /**
   * Makes the error; the message says which function failed and what the code means.
   *
   * @param code The error code.
   * @param syscall The function that failed.
   */
  constructor(code: number, syscall: string) {
    super(`${syscall} failed: ${describeCode(code)}`);
    this.code = code;
    this.symbol = findErrorCode(code)?.symbol ?? "UNKNOWN";
    this.syscall = syscall;
  }
}

/** The meaning of a code, its symbol and the number: `address already in use (WSAEADDRINUSE, 10048)`. */
export function describeCode(code: number): string {
  const known = findErrorCode(code);
  return known ? `${known.meaning} (${known.symbol}, ${code})` : `unknown error (${code})`;
}

/**
 * The error of the high-level API for a failed call: of the `Deno.errors` class that fits the code, saying what was
 * tried and why it failed, with the {@linkcode WinsockError} as its cause.
 *
 * @param tried What was tried, on what: `Cannot bind [::1]:80`.
 * @param cause The failure of the call.
 */
export function socketError(tried: string, cause: WinsockError): Error {
  return new (errorClassOf(cause.code))(`${tried}: ${describeCode(cause.code)}`, { cause });
}

/** The code of the failed call that is the cause of an error; undefined when none is. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof Error && error.cause instanceof WinsockError ? error.cause.code : undefined;
}

/** The error class of a code. */
export function errorClassOf(code: number): new (message: string, options: ErrorOptions) => Error {
  const errorClass = findErrorCode(code)?.errorClass ?? "Error";
  if (errorClass === "Error") return Error;
  return errorClass === "TypeError" ? TypeError : Deno.errors[errorClass];
}

/** Errors of the library as Node's programs know them: by `code`, `errno`, `syscall`, `address` and `port`. */

import { getSystemErrorMap } from "node:util";
import { WinsockError } from "../win32/errors.ts";

/** An error as Node's sockets emit it. */
export interface NodeError extends Error {
  /** The name of the error, such as `ECONNRESET`. */
  code?: string;
  /** Its number, which is negative. */
  errno?: number;
  /** What failed, such as `connect`. */
  syscall?: string;
  /** The address that was tried. */
  address?: string;
  /** The port that was tried. */
  port?: number;
  /** The name that was looked up. */
  hostname?: string;
}

/** What was tried, for the message and the members of an error. */
export interface Attempted {
  readonly syscall: "read" | "write" | "shutdown" | "connect" | "getaddrinfo" | "accept";
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/** The codes of Windows that Node does not call by the name of Winsock without `WSA`, as libuv translates them. */
const CODES: Readonly<Record<string, string>> = {
  ERROR_NETNAME_DELETED: "ECONNRESET",
  ERROR_ACCESS_DENIED: "EACCES",
  WAIT_TIMEOUT: "ETIMEDOUT",
  WSA_INVALID_HANDLE: "EBADF",
  WSA_NOT_ENOUGH_MEMORY: "ENOMEM",
  WSA_INVALID_PARAMETER: "EINVAL",
  WSA_OPERATION_ABORTED: "ECANCELED",
  WSAEWOULDBLOCK: "EAGAIN",
  WSAENETRESET: "ECONNRESET",
  WSAESHUTDOWN: "EPIPE",
  WSAEDISCON: "ECONNRESET",
  WSAHOST_NOT_FOUND: "ENOTFOUND",
  WSANO_DATA: "ENOTFOUND",
  WSATRY_AGAIN: "EAI_AGAIN",
  WSANO_RECOVERY: "EAI_FAIL",
};

let numbers: ReadonlyMap<string, number> | undefined;

function errnoOf(code: string): number | undefined {
  numbers ??= new Map(Array.from(getSystemErrorMap(), ([number, [name]]) => [name, number]));
  return numbers.get(code);
}

/** The name that Node has for the failure of a call. */
export function codeOf({ symbol }: WinsockError): string {
  return CODES[symbol] ?? (symbol.startsWith("WSAE") ? symbol.slice(3) : "UNKNOWN");
}

/** The error with which a socket is destroyed when the library has failed with `error`. */
export function toNodeError(error: unknown, attempted: Attempted): unknown {
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof AggregateError) return aggregate(error.cause, attempted);
  if (!(error.cause instanceof WinsockError)) return error; // the reason of a signal, or wrong arguments
  const code = error instanceof Deno.errors.BrokenPipe ? "EPIPE" : codeOf(error.cause);
  const { syscall, address, port, hostname } = attempted;
  const place = hostname ?? (address === undefined ? "" : port === undefined ? address : `${address}:${port}`);
  const result: NodeError = new Error(`${syscall} ${code}${place === "" ? "" : ` ${place}`}`, { cause: error });
  const errno = errnoOf(code);
  if (errno !== undefined) result.errno = errno;
  return Object.assign(result, { code, ...attempted });
}

/** The attempts to several addresses, as Node tells of them. */
function aggregate({ errors }: AggregateError, { syscall, port }: Attempted): unknown {
  const failures = errors.map((error) => toNodeError(error, { syscall, address: error.address, port })) as NodeError[];
  return Object.assign(new AggregateError(failures), { code: failures[0].code });
}

/** An error that Node has a code of its own for. */
export function codedError(code: string, message: string): NodeError {
  return Object.assign(new Error(message), { code });
}

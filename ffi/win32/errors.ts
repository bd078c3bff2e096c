/** From a Winsock failure to a JavaScript error. */

import { findErrorCode } from "./error_codes.ts";

/**
 * A call of Winsock that failed: which, with what code. The errors of the high-level API carry one as their `cause`;
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
  readonly symbol: string;
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
  const errorClass = findErrorCode(cause.code)?.errorClass ?? "Error";
  const constructor: new (message: string, options: ErrorOptions) => Error = errorClass === "Error"
    ? Error
    : errorClass === "TypeError"
    ? TypeError
    : Deno.errors[errorClass];
  return new constructor(`${tried}: ${describeCode(cause.code)}`, { cause });
}

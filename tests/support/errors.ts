import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { type ErrorSymbol, WinsockError } from "@winsock/ws2/ffi";

/** Checks that an error is of the class, with the failed call as its cause. */
export function assertFailedCall(
  error: unknown,
  errorClass: new () => Error,
  syscall: string,
  ...symbols: ErrorSymbol[]
): asserts error is Error {
  assertInstanceOf(error, errorClass);
  assertInstanceOf(error.cause, WinsockError);
  assertEquals(error.cause.syscall, syscall);
  assert(symbols.includes(error.cause.symbol as ErrorSymbol), `${error.cause.symbol} is one of ${symbols}`);
  assert(error.message.includes(`${error.cause.symbol}, ${error.cause.code}`), error.message);
}

import { assertEquals, assertInstanceOf } from "@std/assert";
import { ERROR_CODES, errorClassOf, socketError, WIN32_ERROR_CODES, WinsockError } from "../../ffi/win32/errors.ts";

const CODES = Object.entries({ ...ERROR_CODES, ...WIN32_ERROR_CODES });

Deno.test("errorClassOf() gives the class that the table names, for every code", () => {
  for (const [symbol, [code, , name]] of CODES) assertEquals(errorClassOf(code).name, name, symbol);
  assertEquals(errorClassOf(12345), Error);
});

Deno.test("socketError() is of the class of its code, says what was tried, and has the call as its cause", () => {
  for (const [symbol, [code, meaning]] of CODES) {
    const cause = new WinsockError(code, "bind");
    const error = socketError("Cannot bind", cause);
    assertInstanceOf(error, errorClassOf(code));
    assertEquals([error.message, error.cause], [`Cannot bind: ${meaning} (${symbol}, ${code})`, cause]);
    assertEquals([cause.symbol, cause.code, cause.syscall], [symbol, code, "bind"]);
  }
  assertEquals(new WinsockError(12345, "bind").symbol, "UNKNOWN");
});

// A substitute for the functions of jsr:@std/assert that this project imports, over Node's own assertions, for machines
// that cannot reach jsr.io.
import nodeAssert from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";

/** Thrown when an assertion does not hold. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

// deno-lint-ignore no-explicit-any -- the signature of @std/assert: a constructor of whatever arguments
type AnyConstructor = abstract new (...args: any[]) => any;
// deno-lint-ignore no-explicit-any -- as above
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Throws when `expr` is not truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg || "expected a truthy value");
}

/** Always throws. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${msg ? `: ${msg}` : "."}`);
}

/** Throws when the values are not deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  // Binary data first: the deep comparison is slow for megabytes, and its report unreadable.
  if (actual instanceof Uint8Array && expected instanceof Uint8Array && actual.length > 4096) {
    return assert(
      isDeepStrictEqual(actual, expected),
      msg ?? `${actual.length} bytes differ from ${expected.length} bytes`,
    );
  }
  wrap(() => nodeAssert.deepEqual(actual, expected), msg);
}

/** Throws when the values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  wrap(() => nodeAssert.notDeepEqual(actual, expected), msg);
}

/** Throws when the values are not the same. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  wrap(() => nodeAssert.equal(actual, expected), msg);
}

/** Throws when `actual` is null or undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  assert(actual !== null && actual !== undefined, msg ?? `expected a value, got ${actual}`);
}

/** Throws when `actual` is not an instance of the class. */
export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  assert(actual instanceof expectedType, msg ?? `expected an instance of ${expectedType.name}, got ${inspect(actual)}`);
}

/** Throws when the text does not match. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  assert(expected.test(actual), msg ?? `${inspect(actual)} does not match ${expected}`);
}

/** Throws when the text does not contain the other. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  assert(actual.includes(expected), msg ?? `${inspect(actual)} does not include ${inspect(expected)}`);
}

/** Throws when `actual` is not greater than `expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  assert(actual > expected, msg ?? `expected ${inspect(actual)} > ${inspect(expected)}`);
}

/** Throws when `actual` is less than `expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  assert(actual >= expected, msg ?? `expected ${inspect(actual)} >= ${inspect(expected)}`);
}

/** Throws when `actual` is not less than `expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  assert(actual < expected, msg ?? `expected ${inspect(actual)} < ${inspect(expected)}`);
}

/** Throws when `actual` is greater than `expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  assert(actual <= expected, msg ?? `expected ${inspect(actual)} <= ${inspect(expected)}`);
}

/** Throws unless `fn` throws; returns what it throws. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Throws unless `fn` throws an error of the class, with a message that includes the text; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...rest: Expectation): unknown {
  try {
    fn();
  } catch (error) {
    return expected(error, ...rest);
  }
  throw new AssertionError(`expected an error to be thrown${why(rest)}`);
}

/** Rejects unless `fn` rejects; resolves with what it rejects with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Rejects unless `fn` rejects with an error of the class, with a message that includes the text; resolves with it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(fn: () => PromiseLike<unknown>, ...rest: Expectation): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    throw new AssertionError(`expected a rejection, but ${inspect(error)} was thrown${why(rest)}`);
  }
  try {
    await promise;
  } catch (error) {
    return expected(error, ...rest);
  }
  throw new AssertionError(`expected a rejection${why(rest)}`);
}

/** A message for the failure; or the class, a text that the message includes, and that message. */
type Expectation = [msg?: string] | [ErrorClass: ErrorClass<Error>, msgIncludes?: string, msg?: string];

function expected(error: unknown, ErrorClass?: string | ErrorClass<Error>, msgIncludes = "", msg?: string): unknown {
  if (typeof ErrorClass !== "function") return error;
  assertInstanceOf(error, ErrorClass, msg ?? `expected ${ErrorClass.name}, got ${inspect(error)}`);
  assertStringIncludes(error.message, msgIncludes, msg);
  return error;
}

function why([first, , msg]: Expectation): string {
  const text = typeof first === "string" ? first : msg;
  return text === undefined ? "" : `: ${text}`;
}

function wrap(check: () => void, msg?: string): void {
  try {
    check();
  } catch (error) {
    throw new AssertionError(msg ? `${msg}\n${(error as Error).message}` : (error as Error).message);
  }
}

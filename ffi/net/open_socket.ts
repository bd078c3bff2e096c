/** Errors of open sockets, and of those that have been closed. */

import type { Operation } from "../overlapped/operation.ts";
import type { OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { ERROR_CODES, socketError, WinsockError } from "../win32/errors.ts";

const [WSA_OPERATION_ABORTED] = ERROR_CODES.WSA_OPERATION_ABORTED;

/**
 * What the promise of a failed operation rejects with: the reason of its signal when that cancelled it, or an error.
 *
 * @param error What the operation ended with.
 * @param tried What was tried, on what: `Cannot read from [::1]:80`.
 * @param closed Makes the error for an operation whose socket was closed meanwhile.
 */
export function failureOf(
  { signal }: Operation,
  socket: OverlappedSocket,
  error: WinsockError,
  tried: string,
  closed: () => unknown,
): unknown {
  if (error.code === WSA_OPERATION_ABORTED && signal?.aborted) return signal.reason;
  // That we closed the socket is known from our own state: the status says many things then.
  if (socket.isClosed) return closed();
  return socketError(tried, error);
}

/**
 * Whether an operation must be started again because its call seemed to fail and the library cancelled it: see
 * "When a call fails" in completion_port.ts. Not when its user has cancelled it too.
 */
export function mustBeRepeated(operation: Operation, code: number, socket: OverlappedSocket): boolean {
  return code === WSA_OPERATION_ABORTED && operation.isMistaken && !socket.isClosed && !operation.signal?.aborted;
}

/**
 * The error of a call on a socket that is closed.
 *
 * @param name How errors name the socket: `the listener on [::]:80`.
 */
export function closedError(name: string): Error {
  return new Deno.errors.BadResource(`${name[0].toUpperCase()}${name.slice(1)} is closed`);
}

/** The error of an operation that was in flight when its socket was closed. */
export function interrupted(tried: string, syscall: string): Error {
  const cause = new WinsockError(WSA_OPERATION_ABORTED, syscall);
  return new Deno.errors.Interrupted(`${tried}: it was closed meanwhile (${cause.symbol}, ${cause.code})`, { cause });
}

/** Says what was tried, where a raw call failed. */
export function describeFailure(tried: string, error: unknown): unknown {
  return error instanceof WinsockError ? socketError(tried, error) : error;
}

/** The state of a socket, for `Deno.inspect`. */
export function stateOf(socket: OverlappedSocket): "open" | "closed" {
  return socket.isClosed ? "closed" : "open";
}

/**
 * Makes `Deno.inspect` and `console.log` show the objects of a class, whose members are private or on its prototype.
 *
 * @param shown What is shown of an object.
 */
export function inspectAs<T>(
  { prototype }: { readonly prototype: T; readonly name: string },
  shown: (object: T) => Record<string, unknown>,
): void {
  Object.defineProperty(prototype, Symbol.for("Deno.customInspect"), {
    value(this: T & object, inspect: typeof Deno.inspect, options: Deno.InspectOptions): string {
      const { name } = this.constructor;
      if (this === prototype) return `${name} {}`; // it has nothing of an object
      return `${name} ${inspect(shown(this), options)}`;
    },
  });
}

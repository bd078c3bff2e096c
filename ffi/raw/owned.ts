/** What Windows hands out and wants back: `using` gives it back at the end of the block. */

/** Something that has to be given back, as {@linkcode owned} makes it. */
export interface Owned<T> extends Disposable {
  /** What it is: a socket, a handle, an address. */
  readonly value: T;
}

/**
 * Releases something at the end of the block in which `using` declared it.
 *
 * @example Close a socket whatever happens
 * ```ts
 * import { AF_INET, check, INVALID_SOCKET, owned, SOCK_STREAM, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const { closesocket, listen, socket } = ws2_32();
 * using s = owned(check(socket(AF_INET, SOCK_STREAM, 0), "socket", INVALID_SOCKET), closesocket);
 * console.log(listen(s.value, 5)); // -1: it is not bound
 * ```
 *
 * @param value The resource.
 * @param giveBack Releases it. Called once, however often it is disposed of; its result is ignored.
 */
export function owned<T>(value: T, giveBack: (value: T) => unknown): Owned<T> {
  let isGivenBack = false;
  return {
    value,
    [Symbol.dispose]() {
      if (isGivenBack) return;
      isGivenBack = true;
      giveBack(value);
    },
  };
}

/**
 * Puts a function in the place of another one in the table that the library calls through, until the end of the block:
 * `using _stand = standIn(ws2_32(), "bind", …)`.
 *
 * @param make Makes the stand-in; it is given the function that it stands in for.
 */
export function standIn<T, K extends keyof T>(table: T, name: K, make: (original: T[K]) => T[K]): Disposable {
  const original = table[name];
  const set = (value: T[K]) => Object.defineProperty(table, name, { ...descriptor, value });
  const descriptor = Object.getOwnPropertyDescriptor(table, name)!;
  set(make(original));
  return { [Symbol.dispose]: () => void set(original) };
}

/** Counts the calls of a function of a table, until the end of the block. */
export function countCalls<K extends PropertyKey, T extends Record<K, (...parameters: never[]) => unknown>>(
  table: T,
  name: K,
): Disposable & { calls: number } {
  const count = { calls: 0, [Symbol.dispose]: () => counting[Symbol.dispose]() };
  const counting = standIn(table, name, (original) =>
    new Proxy(original, {
      apply(target, self, parameters) {
        count.calls++;
        return Reflect.apply(target, self, parameters);
      },
    }));
  return count;
}

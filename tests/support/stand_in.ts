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

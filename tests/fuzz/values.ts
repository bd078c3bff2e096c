/** Values that no caller should pass, among them objects that throw at whoever looks at them. */

import type { Random } from "./random.ts";

/** An object that throws when it is converted, shown or asked anything. */
function hostile(): unknown {
  const refuse = (): never => {
    throw new Error("hostile value");
  };
  const value = {
    toString: refuse,
    valueOf: refuse,
    toJSON: refuse,
    [Symbol.toPrimitive]: refuse,
    [Symbol.for("Deno.customInspect")]: refuse,
    [Symbol.for("nodejs.util.inspect.custom")]: refuse,
  };
  // Not enumerable: a copy of its members may be made.
  return Object.defineProperty(value, Symbol.toStringTag, { get: refuse });
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** What an object throws whose members cannot be read: that is the caller's own error, and passes through. */
export const TRAP_MESSAGE = "hostile trap";

function throwing(): unknown {
  const refuse = (): never => {
    throw new Error(TRAP_MESSAGE);
  };
  return new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse, ownKeys: refuse });
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

const MAKERS: readonly (() => unknown)[] = [
  ...[undefined, null, true, false, 0, 1, -1, 0.5, -0, NaN, Infinity, -Infinity].map((value) => () => value),
  ...[255, 256, 65535, 65536, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, 1n, -1n, 2n ** 64n].map((value) => () => value),
  ...["", " ", "0", "1", "::1", "127.0.0.1", "x".repeat(300), "a.".repeat(40), "\0", "\ud800"].map((text) => () =>
    text
  ),
  () => Symbol("symbol"),
  () => () => 1,
  () => [],
  () => ({}),
  () => new Date(0),
  () => Object.create(null),
  () => new Uint8Array(0),
  () => new Uint8Array(3),
  () => new Uint16Array(2),
  () => new DataView(new ArrayBuffer(4)),
  () => new ArrayBuffer(4),
  () => new Proxy(new Uint8Array(4), {}),
  () => Object.create(Uint8Array.prototype),
  () => Object.create(AbortSignal.prototype),
  () => new Number(1),
  () => new String("::1"),
  detached,
  hostile,
  revoked,
  throwing,
];

/** Any value at all. */
export function anyValue(random: Random): unknown {
  return random.pick(MAKERS)();
}

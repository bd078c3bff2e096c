/** Checks of arguments, made before any system call. */

import { type IpAddress, knownAddress } from "./ip_address.ts";

const MAX_HOSTNAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/** How a value is shown in an error message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value);
  try {
    return Deno.inspect(value, { depth: 0, strAbbreviateSize: 40 });
  } catch { // from the code of the value itself, which must not hide what is wrong with it
    return `a value of type ${typeof value}`;
  }
}

/** Checks that a number is whole and within bounds. */
export function checkInteger(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, got ${show(value)}`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}, got ${value}`);
  }
  return value;
}

/** Checks a port; {@linkcode min} is 1 where 0 has no meaning. */
export function checkPort(value: unknown, name = "port", min = 0): number {
  return checkInteger(name, value, min, 65535);
}

/** Checks an IP version. */
export function checkFamily(value: unknown): void {
  if (value !== undefined && value !== 4 && value !== 6) {
    throw new TypeError(`family must be 4 or 6, got ${show(value)}`);
  }
}

/** Checks the transport in an object of options. */
export function checkTransport(value: unknown, expected: "tcp" | "udp"): void {
  if (value !== undefined && value !== expected) {
    throw new TypeError(`transport must be ${show(expected)}, got ${show(value)}`);
  }
}

/** Checks that a value is a boolean. */
export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${name} must be a boolean, got ${show(value)}`);
  return value;
}

/** Checks that a signal is one, and that it has not been aborted; throws its reason when it has. */
export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  if (!isSignal(signal)) throw new TypeError(`signal must be an AbortSignal, got ${show(signal)}`);
  signal.throwIfAborted();
  return signal;
}

function isSignal(value: unknown): value is AbortSignal {
  try {
    return value instanceof AbortSignal && typeof value.aborted === "boolean";
  } catch { // a proxy, or an object that only has the prototype of one
    return false;
  }
}

/** Checks an object of options. */
export function checkOptions(value: unknown): void {
  if (typeof value !== "object" || value === null) throw new TypeError(`options must be an object, got ${show(value)}`);
}

/** The original getter of typed arrays, even if a subclass or an array overrides it. */
function getterOf(name: keyof Uint8Array): (this: unknown) => unknown {
  return Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), name)!.get!;
}

const kindOf = getterOf(Symbol.toStringTag);
const bufferOf = getterOf("buffer") as (this: Uint8Array) => ArrayBufferLike;
const offsetOf = getterOf("byteOffset") as (this: Uint8Array) => number;
const lengthOf = getterOf("byteLength") as (this: Uint8Array) => number;

/**
 * Checks the array of a read or write. Returns the array, or a plain one over the same memory if the array is of a subclass
 * or overrides its length, which may then be wrong.
 */
export function checkBytes(name: string, value: unknown): Uint8Array {
  if (!isBytes(value)) throw new TypeError(`${name} must be a Uint8Array, got ${show(value)}`);
  const length = lengthOf.call(value);
  if (length === 0) checkAttached(name, bufferOf.call(value));
  const isPlain = Object.getPrototypeOf(value) === Uint8Array.prototype && !Object.hasOwn(value, "byteLength");
  return isPlain ? value : new Uint8Array(bufferOf.call(value), offsetOf.call(value), length);
}

function checkAttached(name: string, buffer: ArrayBufferLike): void {
  if (!(buffer instanceof ArrayBuffer && buffer.detached)) return;
  throw new TypeError(`${name} must be a Uint8Array with memory, got one whose buffer is detached`);
}

/** Whether a value is a Uint8Array: a proxy of one, or an object with its prototype, is not. */
export function isBytes(value: unknown): value is Uint8Array {
  return kindOf.call(value) === "Uint8Array";
}

/** Checks a host: an IP address, or a name, which is returned as it is. */
export function checkHostname(value: unknown, name = "hostname"): IpAddress | string {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, got ${show(value)}`);
  const address = knownAddress(value);
  if (address !== undefined) return address;
  if (value.length > MAX_HOSTNAME_LENGTH) {
    throw new RangeError(`${name} must have at most ${MAX_HOSTNAME_LENGTH} characters, got ${value.length}`);
  }
  if (!isHostname(value)) throw new TypeError(`${name} must be an IP address or a host name, got ${show(value)}`);
  return value;
}

/** Checks an IP address. */
export function checkAddress(value: unknown, name: string): IpAddress {
  const address = typeof value === "string" ? knownAddress(value) : undefined;
  if (address === undefined) throw new TypeError(`${name} must be an IP address, got ${show(value)}`);
  return address;
}

function isHostname(text: string): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  // A name that ends in a number would be an IPv4 address, and "1.2.3" is none.
  if (/^(\d+|0x[0-9a-f]*)$/i.test(labels[labels.length - 1])) return false;
  // Letters of any script: the resolver of the system knows internationalized names.
  return labels.every((label) =>
    label.length <= MAX_LABEL_LENGTH && /^[\p{L}\p{M}\p{N}_]([\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?$/u.test(label)
  );
}

// A substitute for the functions of jsr:@std/bytes that this project imports, for machines that cannot reach jsr.io.
import { Buffer } from "node:buffer";

/** Concatenates byte arrays into a new one. */
export function concat(buffers: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(buffers));
}

/** Whether two byte arrays hold the same bytes. */
export function equals(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

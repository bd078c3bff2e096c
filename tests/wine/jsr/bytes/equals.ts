// A substitute for the function of jsr:@std/bytes that this project imports, for machines that cannot reach jsr.io.

/** Whether two byte arrays hold the same bytes. */
export function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

// A substitute for the function of jsr:@std/bytes that this project imports, for machines that cannot reach jsr.io.

/** Whether a byte array begins with the bytes of another one. */
export function startsWith(source: Uint8Array, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (source[i] !== prefix[i]) return false;
  return true;
}

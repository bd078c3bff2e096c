// A substitute for the function of jsr:@std/bytes that this project imports, for machines that cannot reach jsr.io.

/** Concatenates byte arrays into a new one. */
export function concat(buffers: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(buffers.reduce((length, { byteLength }) => length + byteLength, 0));
  let end = 0;
  for (const bytes of buffers) {
    all.set(bytes, end);
    end += bytes.byteLength;
  }
  return all;
}

/** From addresses to memory. */

/**
 * The memory at an address, in place. It is the caller's business that it is there, and for long enough.
 *
 * @param address The address.
 * @param length How many bytes.
 * @throws {TypeError} When the address is 0.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi` for all files.
 */
export function memoryAt(address: bigint, length: number): ArrayBuffer {
  return Deno.UnsafePointerView.getArrayBuffer(pointerTo(address), length);
}

/** A pointer of Deno's from an address that is not 0. */
export function pointerTo(address: bigint): Deno.PointerObject {
  if (address === 0n) throw new TypeError("address must not be 0");
  return Deno.UnsafePointer.create(address)!;
}

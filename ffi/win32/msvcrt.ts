import { openLibrary } from "./library.ts";

/**
 * Functions of `msvcrt.dll` that copy between JavaScript and native memory. Each name is one signature of a C function, so
 * that every call keeps Deno's fast path.
 *
 * Source: string.h; https://learn.microsoft.com/cpp/c-runtime-library/reference/memmove-wmemmove
 */
export const MSVCRT_SYMBOLS = {
  /** `memmove` from a buffer to an address. */
  copyToAddress: {
    name: "memmove",
    parameters: [
      "usize", // void *dest
      "buffer", // const void *src
      "usize", // size_t count
    ],
    result: "void",
  },
  /** `memmove` from an address to a buffer. */
  copyFromAddress: {
    name: "memmove",
    parameters: [
      "buffer", // void *dest
      "usize", // const void *src
      "usize", // size_t count
    ],
    result: "void",
  },
  /** `memset` of no bytes, for the address that it returns: that of the buffer. */
  addressOf: {
    name: "memset",
    parameters: [
      "buffer", // void *dest
      "i32", // int c
      "usize", // size_t count
    ],
    result: "usize",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of `msvcrt.dll`, as {@linkcode msvcrt} returns them. */
export type Msvcrt = Deno.DynamicLibrary<typeof MSVCRT_SYMBOLS>["symbols"];

let functions: Msvcrt | undefined;

/** The functions of `msvcrt.dll`, loaded on first use. */
export function msvcrt(): Msvcrt {
  return functions ??= openLibrary("msvcrt.dll", MSVCRT_SYMBOLS);
}

/**
 * The memory at an address, in place. The caller must make sure that it exists for long enough.
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

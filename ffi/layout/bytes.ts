/** Bytes that know, for the compiler, which struct they hold. */

import type { CompoundDef } from "./definition.ts";

/** The bytes of one struct or of several, as {@linkcode allocate} and {@linkcode allocateArray} make them. */
export type StructBytes<D extends CompoundDef> = Uint8Array<ArrayBuffer> & {
  /** For the compiler alone: neither more nor less than this definition will do. */
  readonly __struct: (def: D) => D;
};

/** Bytes that nothing is known of, which stand for any struct. */
export type PlainBytes = Uint8Array & {
  /** For the compiler alone: bytes of a known struct are no plain bytes. */
  readonly __struct?: undefined;
};

/** A pointer to one of the structs: its bytes, or plain bytes. The bytes of another struct do not compile. */
export type Pointer<D extends CompoundDef> = (D extends CompoundDef ? StructBytes<D> : never) | PlainBytes;

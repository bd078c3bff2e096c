import type { CompoundDef, MemberName } from "./definition.ts";
import { compoundExtent } from "./size.ts";
import { makeView, type View } from "./view.ts";

/** Where the members of a struct or union lie, and how to look at one in memory. */
export interface Layout<D extends CompoundDef> {
  /** The size in bytes, padding included: C's `sizeof`. */
  readonly size: number;
  /** The alignment in bytes: C's `_Alignof`. */
  readonly align: number;
  /** The offset of each member in bytes: C's `offsetof`. */
  readonly offsets: { readonly [K in MemberName<D>]: number };

  /**
   * A view of a struct in place. Making one costs some 50 ns and reading a member as much as a `DataView`, so make a
   * view once for memory that is used again and again.
   *
   * @param buffer The memory; a new zeroed buffer of {@linkcode size} bytes when left out.
   * @param byteOffset Where the struct begins, in bytes from the start of `buffer`; 0 by default.
   * @throws {RangeError} When the struct does not fit in the buffer there.
   */
  view(buffer?: ArrayBufferLike | ArrayBufferView, byteOffset?: number): View<D>;
}

class CompoundLayout<D extends CompoundDef> implements Layout<D> {
  readonly size: number;
  readonly align: number;
  readonly offsets: { readonly [K in MemberName<D>]: number };
  readonly #def: D;

  constructor(def: D) {
    const { size, align, offsets } = compoundExtent(def);
    this.size = size;
    this.align = align;
    this.offsets = Object.freeze({ ...offsets }) as { readonly [K in MemberName<D>]: number };
    this.#def = def;
  }

  view(buffer: ArrayBufferLike | ArrayBufferView = new ArrayBuffer(this.size), byteOffset = 0): View<D> {
    const [memory, start, length] = ArrayBuffer.isView(buffer)
      ? [buffer.buffer, buffer.byteOffset, buffer.byteLength]
      : [buffer, 0, buffer.byteLength];
    if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset + this.size > length) {
      throw new RangeError(`A struct of ${this.size} bytes does not fit at offset ${byteOffset} of ${length} bytes`);
    }
    return makeView(this.#def, new DataView(memory, start + byteOffset, this.size));
  }
}

const layouts = new WeakMap<CompoundDef, Layout<CompoundDef>>();

/**
 * The layout of a struct or union on x64, computed once per definition: natural alignment, padding between members and
 * at the end, nested structs, unions and arrays in place.
 *
 * @example Declare a struct, look at its layout, fill one in
 * ```ts
 * import { layout, type StructDef } from "@winsock/ws2/layout";
 *
 * const SOCKADDR_IN = {
 *   struct: { sin_family: "u16", sin_port: "u16be", sin_addr: { array: "u8", length: 4 }, sin_zero: { array: "u8", length: 8 } },
 * } as const satisfies StructDef;
 *
 * console.log(layout(SOCKADDR_IN).size); // 16
 * console.log(layout(SOCKADDR_IN).offsets.sin_addr); // 4
 *
 * const address = layout(SOCKADDR_IN).view();
 * address.sin_family = 2; // AF_INET
 * address.sin_port = 5001; // stored in network byte order
 * address.sin_addr.set([127, 0, 0, 1]);
 * ```
 *
 * @param def The definition.
 * @returns Its layout.
 * @throws {TypeError} When a member has an unknown type.
 * @throws {RangeError} When an array has a length that is negative or no whole number.
 */
export function layout<const D extends CompoundDef>(def: D): Layout<D> {
  let known = layouts.get(def);
  if (known === undefined) layouts.set(def, known = new CompoundLayout<CompoundDef>(def));
  return known as unknown as Layout<D>;
}

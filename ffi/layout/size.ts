/** Sizes, alignments and offsets by the x64 C rules: natural alignment, padding between members and at the end. */

import type { CompoundDef, FieldDef, Scalar } from "./definition.ts";

/** A size and an alignment, in bytes. */
export interface Extent {
  readonly size: number;
  readonly align: number;
}

/** The extent of a struct or union, and the offset of each member. */
export interface CompoundExtent extends Extent {
  readonly offsets: { readonly [member: string]: number };
}

const SCALAR_SIZES: Readonly<Record<Scalar, 1 | 2 | 4 | 8>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u16be: 2,
  u32: 4,
  i32: 4,
  u32be: 4,
  u64: 8,
  i64: 8,
  usize: 8,
  pointer: 8,
};

const compounds = new WeakMap<CompoundDef, CompoundExtent>();

/** The members of a struct or union. */
export function membersOf(def: CompoundDef): { readonly [member: string]: FieldDef } {
  return "struct" in def ? def.struct : def.union;
}

/** The size and alignment of any field. */
export function extentOf(field: FieldDef): Extent {
  if (typeof field === "string") {
    if (!Object.hasOwn(SCALAR_SIZES, field)) throw new TypeError(`Unknown scalar type "${field}"`);
    const size = SCALAR_SIZES[field];
    return { size, align: size };
  }
  if ("array" in field) {
    if (!Number.isSafeInteger(field.length) || field.length < 0) {
      throw new RangeError(`The length of an array must be a whole number from 0, got ${field.length}`);
    }
    const element = extentOf(field.array);
    return { size: element.size * field.length, align: element.align };
  }
  return compoundExtent(field);
}

/** The size, alignment and member offsets of a struct or union; computed once per definition. */
export function compoundExtent(def: CompoundDef): CompoundExtent {
  let extent = compounds.get(def);
  if (extent === undefined) compounds.set(def, extent = measure(def));
  return extent;
}

function measure(def: CompoundDef): CompoundExtent {
  const isStruct = "struct" in def;
  const offsets: Record<string, number> = {};
  let end = 0;
  let align = 1;
  for (const [member, field] of Object.entries(membersOf(def))) {
    const extent = extentOf(field);
    const offset = isStruct ? alignUp(end, extent.align) : 0;
    offsets[member] = offset;
    end = Math.max(end, offset + extent.size);
    align = Math.max(align, extent.align);
  }
  return { size: alignUp(end, align), align, offsets };
}

/** The next multiple of `align` at or after `offset`. */
export function alignUp(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Typed access to structs in place: getters and setters over a `DataView`, defined once per definition. */

import type { ArrayDef, CompoundDef, FieldDef, MembersOf, Scalar } from "./definition.ts";
import { compoundExtent, extentOf, membersOf } from "./size.ts";

/** The TypeScript type of a scalar: `number` up to 32 bits, `bigint` for 64 bits and pointers. */
export type ScalarValue<S extends Scalar> = S extends "u64" | "i64" | "usize" | "pointer" ? bigint : number;

/** The elements of an array of scalars, in place. `u8` arrays are plain `Uint8Array`s instead. */
export interface ScalarArrayView<T extends number | bigint> extends Iterable<T> {
  /** How many elements. */
  readonly length: number;
  /** The element at `index`; throws `RangeError` where there is none. */
  get(index: number): T;
  /** Sets the element at `index`; throws `RangeError` where there is none. */
  set(index: number, value: T): void;
}

/** What an array member reads as. */
export type ArrayView<E extends FieldDef> = E extends "u8" ? Uint8Array<ArrayBufferLike>
  : E extends Scalar ? ScalarArrayView<ScalarValue<E>>
  : E extends ArrayDef ? readonly ArrayView<E["array"]>[]
  : E extends CompoundDef ? readonly View<E>[]
  : never;

/** What any member reads as. */
export type FieldValue<F> = F extends Scalar ? ScalarValue<F>
  : F extends ArrayDef ? ArrayView<F["array"]>
  : F extends CompoundDef ? View<F>
  : never;

/** A struct or union in place: scalars can be read and assigned; nested structs, unions and arrays are views of their own. */
export type View<D extends CompoundDef> =
  & {
    -readonly [K in keyof MembersOf<D> as MembersOf<D>[K] extends Scalar ? K : never]: FieldValue<MembersOf<D>[K]>;
  }
  & { readonly [K in keyof MembersOf<D> as MembersOf<D>[K] extends Scalar ? never : K]: FieldValue<MembersOf<D>[K]> };

interface Access {
  get(data: DataView, offset: number): number | bigint;
  set(data: DataView, offset: number, value: never): void;
}

/** One accessor per scalar type: monomorphic, so that V8 inlines it. */
const ACCESS: Readonly<Record<Scalar, Access>> = {
  u8: { get: (d, o) => d.getUint8(o), set: (d, o, v) => d.setUint8(o, v) },
  i8: { get: (d, o) => d.getInt8(o), set: (d, o, v) => d.setInt8(o, v) },
  u16: { get: (d, o) => d.getUint16(o, true), set: (d, o, v) => d.setUint16(o, v, true) },
  i16: { get: (d, o) => d.getInt16(o, true), set: (d, o, v) => d.setInt16(o, v, true) },
  u16be: { get: (d, o) => d.getUint16(o), set: (d, o, v) => d.setUint16(o, v) },
  u32: { get: (d, o) => d.getUint32(o, true), set: (d, o, v) => d.setUint32(o, v, true) },
  i32: { get: (d, o) => d.getInt32(o, true), set: (d, o, v) => d.setInt32(o, v, true) },
  u32be: { get: (d, o) => d.getUint32(o), set: (d, o, v) => d.setUint32(o, v) },
  u64: { get: (d, o) => d.getBigUint64(o, true), set: (d, o, v) => d.setBigUint64(o, v, true) },
  i64: { get: (d, o) => d.getBigInt64(o, true), set: (d, o, v) => d.setBigInt64(o, v, true) },
  usize: { get: (d, o) => d.getBigUint64(o, true), set: (d, o, v) => d.setBigUint64(o, v, true) },
  pointer: { get: (d, o) => d.getBigUint64(o, true), set: (d, o, v) => d.setBigUint64(o, v, true) },
};

/** The memory of each view, kept apart so that every member name is free for the struct. */
class Placed {
  readonly #data: DataView;
  constructor(data: DataView) {
    this.#data = data;
  }
  static data(view: Placed): DataView {
    return view.#data;
  }
}

type ViewClass = new (data: DataView) => Placed;
const classes = new WeakMap<CompoundDef, ViewClass>();

/** Makes the view of a struct or union over `data`, which begins at the struct's first byte. */
export function makeView<D extends CompoundDef>(def: D, data: DataView): View<D> {
  let viewClass = classes.get(def);
  if (viewClass === undefined) classes.set(def, viewClass = defineClass(def));
  return new viewClass(data) as unknown as View<D>;
}

/**
 * The bytes of a view, in place: what to give to a function of a DLL.
 *
 * @example Fill a struct in and look at its bytes
 * ```ts
 * import { bytesOf, layout, type StructDef } from "@winsock/ws2/layout";
 *
 * const POINT = { struct: { x: "i16", y: "u16be" } } as const satisfies StructDef;
 * const point = layout(POINT).view();
 * point.x = -1;
 * point.y = 2;
 * console.log(bytesOf(point)); // Uint8Array [255, 255, 0, 2]
 * ```
 *
 * @param view A view of {@linkcode layout}, or one nested in it.
 * @returns As many bytes as the struct has.
 * @throws {TypeError} When it is no view of a struct or union.
 */
export function bytesOf(view: object): Uint8Array<ArrayBufferLike> {
  if (!(view instanceof Placed)) throw new TypeError("Not a view of a struct");
  const data = Placed.data(view);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function defineClass(def: CompoundDef): ViewClass {
  const { offsets } = compoundExtent(def);
  const nested: [member: string, field: ArrayDef | CompoundDef, offset: number][] = [];
  const viewClass = class extends Placed {
    constructor(data: DataView) {
      super(data);
      for (const [member, field, offset] of nested) {
        const value = makeNested(field, data, offset);
        Object.defineProperty(this, member, { value, enumerable: true });
      }
    }
  };
  for (const [member, field] of Object.entries(membersOf(def))) {
    const offset = offsets[member];
    if (typeof field === "string") defineScalar(viewClass.prototype, member, ACCESS[field], offset);
    else nested.push([member, field, offset]);
  }
  return viewClass;
}

function defineScalar(prototype: object, member: string, { get, set }: Access, offset: number): void {
  Object.defineProperty(prototype, member, {
    enumerable: true,
    get(this: Placed) {
      return get(Placed.data(this), offset);
    },
    set(this: Placed, value: never) {
      set(Placed.data(this), offset, value);
    },
  });
}

function makeNested(field: ArrayDef | CompoundDef, data: DataView, offset: number): unknown {
  const { size } = extentOf(field);
  const part = new DataView(data.buffer, data.byteOffset + offset, size);
  return "array" in field ? makeArray(field, part) : makeView(field, part);
}

function makeArray({ array: element, length }: ArrayDef, data: DataView): unknown {
  if (element === "u8") return new Uint8Array(data.buffer, data.byteOffset, length);
  if (typeof element === "string") return new ScalarArray(data, length, ACCESS[element], extentOf(element).size);
  const { size } = extentOf(element);
  return Array.from({ length }, (_, index) => makeNested(element, data, index * size));
}

class ScalarArray implements ScalarArrayView<number | bigint> {
  readonly length: number;
  readonly #data: DataView;
  readonly #access: Access;
  readonly #size: number;

  constructor(data: DataView, length: number, access: Access, size: number) {
    this.length = length;
    this.#data = data;
    this.#access = access;
    this.#size = size;
  }

  get(index: number): number | bigint {
    return this.#access.get(this.#data, this.#offset(index));
  }

  set(index: number, value: number | bigint): void {
    this.#access.set(this.#data, this.#offset(index), value as never);
  }

  *[Symbol.iterator](): IterableIterator<number | bigint> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }

  #offset(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(`index must be a whole number from 0 to ${this.length - 1}, got ${index}`);
    }
    return index * this.#size;
  }
}

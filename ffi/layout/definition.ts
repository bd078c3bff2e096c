/**
 * The notation that structs are declared in: plain literals, written `as const satisfies StructDef`.
 *
 * @module
 */

/**
 * A scalar member. `u16be` and `u32be` are stored in network byte order and read as ordinary numbers; `usize` and
 * `pointer` are eight bytes (x64) and read as bigint, a pointer as the address.
 */
export type Scalar =
  | "u8"
  | "i8"
  | "u16"
  | "i16"
  | "u16be"
  | "u32"
  | "i32"
  | "u32be"
  | "u64"
  | "i64"
  | "usize"
  | "pointer";

/** A C array of `length` elements. */
export interface ArrayDef {
  /** The type of one element. */
  readonly array: FieldDef;
  /** How many elements. */
  readonly length: number;
}

/** A C struct: its members in order. */
export interface StructDef {
  /** The members, in the order of the C declaration. */
  readonly struct: { readonly [member: string]: FieldDef };
}

/** A C union: its members, all at offset 0. */
export interface UnionDef {
  /** The members. */
  readonly union: { readonly [member: string]: FieldDef };
}

/** What can be a member of a struct or union, or the element of an array. */
export type FieldDef = Scalar | ArrayDef | StructDef | UnionDef;

/** What {@linkcode layout} takes: a struct or a union. */
export type CompoundDef = StructDef | UnionDef;

/** The members of a struct or union definition. */
export type MembersOf<D extends CompoundDef> = D extends { readonly struct: infer M } ? M
  : D extends { readonly union: infer M } ? M
  : never;

/** The names of the members of a struct or union definition. */
export type MemberName<D extends CompoundDef> = string & keyof MembersOf<D>;

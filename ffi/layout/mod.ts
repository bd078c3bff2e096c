/**
 * C structs in TypeScript: declare one as a plain literal, and get its size, alignment and offsets by the x64 rules and
 * typed views that read and write it in place. Pure TypeScript, on any operating system.
 *
 * @module
 */

export type {
  ArrayDef,
  CompoundDef,
  FieldDef,
  MemberName,
  MembersOf,
  Scalar,
  StructDef,
  UnionDef,
} from "./definition.ts";
export { type Layout, layout } from "./layout.ts";
export { type ArrayView, bytesOf, type FieldValue, type ScalarArrayView, type ScalarValue, type View } from "./view.ts";

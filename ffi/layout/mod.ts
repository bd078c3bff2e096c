/**
 * C structs in TypeScript: declare one as a plain literal, and get its size, alignment and offsets by the x64 rules and
 * typed views that read and write it in place. Pure TypeScript, on any operating system.
 *
 * @example The layout of a struct with a nested one, a union and an array
 * ```ts
 * import { layout, type StructDef } from "@winsock/ws2/layout";
 *
 * const POINT = { struct: { x: "i32", y: "i32" } } as const satisfies StructDef;
 * const EVENT = {
 *   struct: {
 *     kind: "u8",
 *     where: POINT, // at offset 4: aligned like its widest member
 *     what: { union: { key: "u32", pointer: "pointer" } }, // at 16
 *     name: { array: "u16", length: 5 }, // at 24
 *   },
 * } as const satisfies StructDef;
 *
 * console.log(layout(EVENT).offsets); // { kind: 0, where: 4, what: 16, name: 24 }
 * console.log(layout(EVENT).size); // 40
 * ```
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

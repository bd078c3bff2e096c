/** Programs of C that say how large the exported structs are, and where their members lie. */

import * as ffi from "@winsock/ws2/ffi";
import { type CompoundDef, type FieldDef, layout } from "@winsock/ws2/layout";
import { isAnonymous } from "./exceptions.ts";

/** Whether a value is the definition of a struct or union. */
export function isCompound(value: unknown): value is CompoundDef {
  return typeof value === "object" && value !== null && ("struct" in value || "union" in value);
}

const entries: [string, unknown][] = Object.entries(ffi);
/** The exported structs and unions, by name. */
export const STRUCTS: ReadonlyMap<string, CompoundDef> = new Map(
  entries.filter((entry): entry is [string, CompoundDef] => isCompound(entry[1])),
);

/** The members of a struct or union. */
export function membersOf(def: CompoundDef): [string, FieldDef][] {
  return Object.entries("struct" in def ? def.struct : def.union);
}

/** The size of a member. */
export function sizeOf(field: FieldDef): number {
  return layout({ struct: { field } }).size;
}

/** A member of a struct, however deep in it: its name in C, where it is, and what it is. */
interface Place {
  readonly path: string;
  readonly offset: number;
  readonly field: FieldDef;
}

function* placesIn(struct: string, def: CompoundDef, prefix = "", start = 0): Generator<Place> {
  const offsets: Readonly<Record<string, number>> = layout(def).offsets;
  for (const [member, field] of membersOf(def)) {
    const offset = start + offsets[member];
    const isCompoundField = isCompound(field);
    if (isCompoundField && isAnonymous(struct, member)) {
      yield* placesIn(struct, field, prefix, offset);
      continue;
    }
    yield { path: prefix + member, offset, field };
    if (isCompoundField) yield* placesIn(struct, field, `${prefix}${member}.`, offset);
  }
}

/** The structs that C knows by their tag only. */
const TAGS: ReadonlySet<string> = new Set(["netent", "sockaddr_in6_old", "sockproto", "tcp_keepalive"]);

/** The statements that print a struct, and the lines that they print when it is laid out as here. */
export interface StructProgram {
  readonly body: string;
  readonly expected: readonly string[];
}

/** Makes the statements for a struct. */
export function structProgram(name: string, def: CompoundDef): StructProgram {
  const type = TAGS.has(name) ? `struct ${name}` : name;
  const { size, align } = layout(def);
  const expected = [`${name} ${size} ${align}`];
  let body = `printf("${name} %d %d\\n", (int) sizeof(${type}), (int) _Alignof(${type}));\n`;
  for (const { path, offset, field } of placesIn(name, def)) {
    // An array without a length has no size in C.
    const isOpen = typeof field === "object" && "array" in field && field.length === 0;
    expected.push(`${name}.${path} ${offset} ${isOpen ? 0 : sizeOf(field)}`);
    const sizeInC = isOpen ? "0" : `(int) sizeof(((${type} *) 0)->${path})`;
    body += `printf("${name}.${path} %d %d\\n", (int) offsetof(${type}, ${path}), ${sizeInC});\n`;
  }
  return { body, expected };
}

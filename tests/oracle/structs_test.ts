import { assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { type CompoundDef, type FieldDef, layout } from "@winsock/ws2/layout";
import { runProgram, typesOf, WINDOWS_HEADERS, WINSOCK_HEADERS } from "./c_compiler.ts";
import type { CompoundType, CType } from "./dwarf.ts";
import { isAnonymous, NO_STRUCTS } from "./exceptions.ts";
import { UNVERIFIED } from "./unverified.ts";

function isCompound(value: unknown): value is CompoundDef {
  return typeof value === "object" && value !== null && ("struct" in value || "union" in value);
}

const entries: [string, unknown][] = Object.entries(ffi);
const structs = new Map(entries.filter((entry): entry is [string, CompoundDef] => isCompound(entry[1])));
const unverified = new Set(Object.values(UNVERIFIED).flat());
const [windows, winsock] = await Promise.all([typesOf(WINDOWS_HEADERS), typesOf(WINSOCK_HEADERS)]);
const known = [...structs].filter(([name]) => winsock.named.has(name));

function membersOf(def: CompoundDef): [string, FieldDef][] {
  return Object.entries("struct" in def ? def.struct : def.union);
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

function sizeOf(field: FieldDef): number {
  return layout({ struct: { field } }).size;
}

const spelling = (name: string) => winsock.typedefs.has(name) ? name : `struct ${name}`;

Deno.test("every struct has the size, the alignment and the members that it has in C", async () => {
  const expected: string[] = [];
  let body = "";
  for (const [name, def] of known) {
    const type = spelling(name);
    const { size, align } = layout(def);
    expected.push(`${name} ${size} ${align}`);
    body += `printf("${name} %d %d\\n", (int) sizeof(${type}), (int) _Alignof(${type}));\n`;
    for (const { path, offset, field } of placesIn(name, def)) {
      // An array without a length has no size in C.
      const isOpen = typeof field === "object" && "array" in field && field.length === 0;
      expected.push(`${name}.${path} ${offset} ${isOpen ? 0 : sizeOf(field)}`);
      const sizeInC = isOpen ? "0" : `(int) sizeof(((${type} *) 0)->${path})`;
      body += `printf("${name}.${path} %d %d\\n", (int) offsetof(${type}, ${path}), ${sizeInC});\n`;
    }
  }
  const lines = await runProgram(`${WINSOCK_HEADERS}int main(void) {\n${body}return 0;\n}\n`);
  assertEquals(lines, expected);
  console.log(`${known.length} of ${structs.size} structs and unions, with ${expected.length - known.length} members`);
});

/** The members of a compound of C, those of anonymous members among them. */
function* membersInC(compound: CompoundType): Generator<{ name: string; type: CType }> {
  for (const { name, type, isBitField } of compound.members) {
    // Bit-fields are read from the member that they share memory with.
    if (name !== undefined && !isBitField) yield { name, type };
    else if (name === undefined && type.kind === "compound") yield* membersInC(type.compound);
  }
}

function* ownMembers(struct: string, def: CompoundDef): Generator<[string, FieldDef]> {
  for (const [member, field] of membersOf(def)) {
    if (isCompound(field) && isAnonymous(struct, member)) yield* ownMembers(struct, field);
    else yield [member, field];
  }
}

/** What is different about a struct in C: members too many or too few, or of another kind. */
function* differences(struct: string, def: CompoundDef, compound: CompoundType): Generator<string> {
  const ours = new Map(ownMembers(struct, def));
  for (const { name, type } of membersInC(compound)) {
    const field = ours.get(name);
    ours.delete(name);
    if (field !== undefined) yield* fieldDifferences(`${struct}.${name}`, field, type);
    else yield `${struct}.${name} is missing`;
  }
  for (const name of ours.keys()) yield `${struct}.${name} is not in C`;
}

function* fieldDifferences(path: string, field: FieldDef, type: CType): Generator<string> {
  if (type.kind === "array" && typeof field === "object" && "array" in field) {
    if (type.length !== field.length) yield `${path} has ${field.length} elements, in C ${type.length}`;
    yield* fieldDifferences(`${path}[]`, field.array, type.element);
  } else if (type.kind === "compound" && isCompound(field)) {
    yield* differences(path, field, type.compound);
  } else if (type.kind === "compound") {
    // The one struct that is a number to all who use it.
    if (type.name !== "LARGE_INTEGER" || field !== "i64") yield `${path} is ${field}, in C ${type.name}`;
  } else if (type.kind === "pointer") {
    if (field !== "pointer" && field !== "usize") yield `${path} is ${field}, in C a pointer`;
  } else if (type.kind === "integer") {
    if (typeof field !== "string" || field === "pointer" || sizeOf(field) !== type.size) {
      yield `${path} is ${typeof field === "string" ? field : "no number"}, in C an integer of ${type.size} bytes`;
    }
  } else yield `${path} is no array`;
}

Deno.test("no struct lacks a member of C or has one of another kind", () => {
  assertEquals(known.flatMap(([name, def]) => [...differences(name, def, winsock.named.get(name)!)]), []);
});

Deno.test("every struct is one of C, or listed as newer than the C headers", () => {
  assertEquals([...structs.keys()].filter((name) => !winsock.named.has(name) && !unverified.has(name)), []);
});

Deno.test("every struct of the C headers is exported, or left out for a reason", () => {
  const exported = new Set(known.map(([name]) => winsock.named.get(name)));
  const missing = [...winsock.named].filter(([name, compound]) =>
    compound.kind !== "enum" && !exported.has(compound) && !windows.named.has(name) && !NO_STRUCTS.has(name)
  );
  assertEquals(missing.map(([name]) => name), []);
});

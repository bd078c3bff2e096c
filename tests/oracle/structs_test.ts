import { assertEquals } from "@std/assert";
import type { CompoundDef, FieldDef } from "@winsock/ws2/layout";
import { runProgram, typesOf, WINDOWS_HEADERS, WINSOCK_HEADERS } from "./c_compiler.ts";
import type { CompoundType, CType } from "./dwarf.ts";
import { isAnonymous, NO_STRUCTS } from "./exceptions.ts";
import { isCompound, membersOf, sizeOf, structProgram, STRUCTS } from "./struct_program.ts";
import { UNVERIFIED } from "./unverified.ts";

const unverified = new Set(Object.values(UNVERIFIED).flat());
const [windows, winsock] = await Promise.all([typesOf(WINDOWS_HEADERS), typesOf(WINSOCK_HEADERS)]);
const known = [...STRUCTS].filter(([name]) => winsock.named.has(name));

Deno.test("every struct has the size, the alignment and the members that it has in C", async () => {
  const programs = known.map(([name, def]) => structProgram(name, def));
  const body = programs.map(({ body }) => body).join("");
  const expected = programs.flatMap(({ expected }) => expected);
  const lines = await runProgram(`${WINSOCK_HEADERS}int main(void) {\n${body}return 0;\n}\n`);
  assertEquals(lines, expected);
  console.log(`${known.length} of ${STRUCTS.size} structs and unions, with ${expected.length - known.length} members`);
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
  assertEquals([...STRUCTS.keys()].filter((name) => !winsock.named.has(name) && !unverified.has(name)), []);
});

Deno.test("every struct of the C headers is exported, or left out for a reason", () => {
  const exported = new Set(known.map(([name]) => winsock.named.get(name)));
  const missing = [...winsock.named].filter(([name, compound]) =>
    compound.kind !== "enum" && !exported.has(compound) && !windows.named.has(name) && !NO_STRUCTS.has(name)
  );
  assertEquals(missing.map(([name]) => name), []);
});

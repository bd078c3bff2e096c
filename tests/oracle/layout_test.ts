import { assertEquals } from "@std/assert";
import { type CompoundDef, type FieldDef, layout, type Scalar } from "@winsock/ws2/layout";
import { randomBytes } from "../support/bytes.ts";
import { runProgram, WINSOCK_HEADERS } from "./c_compiler.ts";

// The rules by which structs are laid out, over definitions that nobody would write.

const C_TYPES: Readonly<Record<Scalar, string>> = {
  u8: "unsigned char",
  i8: "signed char",
  u16: "unsigned short",
  i16: "short",
  u16be: "unsigned short",
  u32: "unsigned long",
  i32: "int",
  u32be: "unsigned int",
  u64: "unsigned long long",
  i64: "long long",
  usize: "size_t",
  pointer: "void *",
};
const SCALARS = Object.keys(C_TYPES) as Scalar[];

/** The same numbers for the same seed. */
class Random {
  readonly #bytes: Uint8Array;
  #next = 0;
  constructor(seed: number) {
    this.#bytes = randomBytes(64 * 1024, seed);
  }
  below(limit: number): number {
    return this.#bytes[this.#next++ % this.#bytes.length] % limit;
  }
}

function randomField(random: Random, depth: number): FieldDef {
  const kind = random.below(10);
  if (kind < 6 || depth === 0) return SCALARS[random.below(SCALARS.length)];
  if (kind < 8) return { array: randomField(random, depth - 1), length: 1 + random.below(5) };
  return randomCompound(random, depth - 1);
}

function randomCompound(random: Random, depth: number): CompoundDef {
  const count = 1 + random.below(6);
  const members = Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, randomField(random, depth)]));
  return random.below(4) === 0 ? { union: members } : { struct: members };
}

/** A declaration of C: what stands before the name, and what behind. */
function declare(field: FieldDef): [before: string, behind: string] {
  if (typeof field === "string") return [C_TYPES[field], ""];
  if ("array" in field) {
    const [before, behind] = declare(field.array);
    return [before, `[${field.length}]${behind}`];
  }
  return [declareCompound(field), ""];
}

function declareCompound(def: CompoundDef): string {
  const [word, members] = "struct" in def ? ["struct", def.struct] : ["union", def.union];
  const body = Object.entries(members).map(([name, field]) => {
    const [before, behind] = declare(field);
    return `${before} ${name}${behind};`;
  });
  return `${word} { ${body.join(" ")} }`;
}

Deno.test("layout() lays random structs out as the C compiler does", async () => {
  const definitions = Array.from({ length: 300 }, (_, index) => randomCompound(new Random(index + 1), 3));
  const types = definitions.map((def, index) => `typedef ${declareCompound(def)} T${index};\n`).join("");
  const expected = definitions.map((def) => {
    const { size, align, offsets } = layout(def);
    return [size, align, ...Object.values(offsets)].join(" ");
  });
  const body = definitions.map((def, index) => {
    const members = Object.keys(layout(def).offsets).map((member) => `(int) offsetof(T${index}, ${member})`);
    const values = [`(int) sizeof(T${index})`, `(int) _Alignof(T${index})`, ...members];
    return `printf("${values.map(() => "%d").join(" ")}\\n", ${values.join(", ")});\n`;
  }).join("");
  assertEquals(await runProgram(`${WINSOCK_HEADERS}${types}int main(void) {\n${body}return 0;\n}\n`), expected);
});

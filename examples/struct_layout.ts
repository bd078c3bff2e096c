// Prints the layout of the structs of Winsock: offset, size, name and type of each member, padding included.
//
//   deno run examples/struct_layout.ts --help
import { parseArgs } from "@std/cli/parse-args";
import * as ffi from "@winsock/ws2/ffi";
import { type CompoundDef, type FieldDef, layout } from "@winsock/ws2/layout";

const HELP = `Usage: struct_layout.ts STRUCT...
       struct_layout.ts --list

  STRUCT  the name of a struct, as in C: SOCKADDR_IN6, WSAMSG
  --list  print the names of all structs
  --help  show this text`;

function fail(message: string): never {
  console.error(`struct_layout: ${message}`);
  Deno.exit(2);
}

function isCompound(value: unknown): value is CompoundDef {
  return typeof value === "object" && value !== null && ("struct" in value || "union" in value);
}

const entries: [string, unknown][] = Object.entries(ffi);
const structs = new Map(entries.filter((entry): entry is [string, CompoundDef] => isCompound(entry[1])));

/** A line of the table: a member, or padding. */
interface Row {
  readonly offset: number;
  readonly size: number;
  readonly member: string;
  readonly type: string;
}

/** The type of a member in a few words. */
function typeOf(field: FieldDef): string {
  if (typeof field === "string") return field;
  if ("array" in field) return `${typeOf(field.array)}[${field.length}]`;
  const known = [...structs].find(([, def]) => def === field)?.[0];
  return known ?? ("struct" in field ? "struct" : "union");
}

function sizeOf(field: FieldDef): number {
  return layout({ struct: { field } }).size;
}

/** The members of a struct, those of nested ones below them, and what lies between. */
function* rowsOf(def: CompoundDef, start = 0, prefix = ""): Generator<Row> {
  const { offsets, size }: { offsets: Readonly<Record<string, number>>; size: number } = layout(def);
  const isStruct = "struct" in def;
  let end = 0;
  for (const [name, field] of Object.entries(isStruct ? def.struct : def.union)) {
    if (isStruct) yield* padding(start, end, offsets[name]);
    const offset = start + offsets[name];
    yield { offset, size: sizeOf(field), member: prefix + name, type: typeOf(field) };
    if (isCompound(field)) yield* rowsOf(field, offset, `${prefix}${name}.`);
    end = Math.max(end, offsets[name] + sizeOf(field));
  }
  yield* padding(start, end, size);
}

function* padding(start: number, from: number, to: number): Generator<Row> {
  if (to > from) yield { offset: start + from, size: to - from, member: "", type: "padding" };
}

function print(name: string, def: CompoundDef): void {
  const { size, align } = layout(def);
  const rows = [...rowsOf(def)];
  const width = Math.max("member".length, ...rows.map(({ member }) => member.length));
  console.log(`${"struct" in def ? "struct" : "union"} ${name}: ${size} bytes, aligned to ${align}`);
  console.log(`  offset  size  ${"member".padEnd(width)}  type`);
  for (const { offset, size, member, type } of rows) {
    console.log(`  ${String(offset).padStart(6)}  ${String(size).padStart(4)}  ${member.padEnd(width)}  ${type}`);
  }
}

const flags = parseArgs(Deno.args, {
  boolean: ["help", "list"],
  unknown: (argument, key) => key === undefined ? true : fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) console.log(HELP);
else if (flags.list) console.log([...structs.keys()].join("\n"));
else {
  const names = flags._.map(String);
  if (names.length === 0) fail("name a struct, see --help");
  const unknown = names.find((name) => !structs.has(name));
  if (unknown !== undefined) fail(`unknown struct ${unknown}, see --list`);
  for (const name of names) print(name, structs.get(name)!);
}

/** Views of structs that are declared at random, against plain reads and writes at offsets that are worked out here. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { bytesOf, type CompoundDef, type FieldDef, layout, type Scalar } from "@winsock/ws2/layout";
import type { Random } from "./random.ts";
import type { Tally, Target } from "./runner.ts";

/** Size, signedness and byte order: what a scalar is to a `DataView`. */
const SCALARS: Readonly<Record<Scalar, readonly [size: 1 | 2 | 4 | 8, isSigned: boolean, isBigEndian: boolean]>> = {
  u8: [1, false, false],
  i8: [1, true, false],
  u16: [2, false, false],
  i16: [2, true, false],
  u16be: [2, false, true],
  u32: [4, false, false],
  i32: [4, true, false],
  u32be: [4, false, true],
  u64: [8, false, false],
  i64: [8, true, false],
  usize: [8, false, false],
  pointer: [8, false, false],
};
const NAMES = Object.keys(SCALARS) as Scalar[];
/** Names that JavaScript has a meaning for, all of which C allows. */
const MEMBERS = ["__proto__", "constructor", "toString", "valueOf", "length", "hasOwnProperty", "view", "then"];

function makeField(random: Random, depth: number): FieldDef {
  const kind = depth === 0 ? 0 : random.below(6);
  if (kind < 3) return random.pick(NAMES);
  if (kind === 3) return { array: makeField(random, depth - 1), length: random.below(5) };
  return makeDef(random, depth - 1);
}

function makeDef(random: Random, depth: number): CompoundDef {
  const count = random.between(1, 6);
  const members = Object.fromEntries(Array.from({ length: count }, (_, index) => {
    const name = random.oneIn(12) ? random.pick(MEMBERS) : `m${index}`;
    return [name, makeField(random, depth)];
  }));
  return random.oneIn(4) ? { union: members } : { struct: members };
}

interface Extent {
  readonly size: number;
  readonly align: number;
}

const roundUp = (value: number, to: number) => value + (to - value % to) % to;

function extentOf(field: FieldDef): Extent {
  if (typeof field === "string") return { size: SCALARS[field][0], align: SCALARS[field][0] };
  if ("array" in field) {
    const { size, align } = extentOf(field.array);
    return { size: size * field.length, align };
  }
  return place(field);
}

/** The x64 rules of C. */
function place(def: CompoundDef): Extent & { readonly members: [string, FieldDef, number][] } {
  let [size, align] = [0, 1];
  const members = Object.entries("struct" in def ? def.struct : def.union).map(([name, field]) => {
    const extent = extentOf(field);
    const offset = "struct" in def ? roundUp(size, extent.align) : 0;
    size = Math.max(size, offset + extent.size);
    align = Math.max(align, extent.align);
    return [name, field, offset] as [string, FieldDef, number];
  });
  return { size: roundUp(size, align), align, members };
}

/** A number as it lies in memory, put together from its bytes. */
function valueAt(bytes: Uint8Array, at: number, scalar: Scalar): number | bigint {
  const [size, isSigned, isBigEndian] = SCALARS[scalar];
  const part = (from: number, length: number) => {
    let value = 0;
    for (let i = 0; i < length; i++) value = 256 * value + bytes[at + (isBigEndian ? from + i : from + length - 1 - i)];
    return value;
  };
  if (size === 8) {
    const value = BigInt(part(4, 4)) << 32n | BigInt(part(0, 4)); // no scalar of eight bytes is big-endian
    return isSigned ? BigInt.asIntN(64, value) : value;
  }
  const value = part(0, size);
  return isSigned && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
}

/** The comparison of all that is compared most often, without the cost of the general one. */
function same(value: unknown, expected: unknown): void {
  if (value !== expected) assertEquals(value, expected);
}

type Members = Record<string, unknown>;
type Elements = { readonly length: number; get(index: number): unknown; set(index: number, value: unknown): void };

/** Compares everything a view shows with its bytes; the view is that of `field` at `at`. */
function compare(bytes: Uint8Array, at: number, field: FieldDef, value: unknown): void {
  if (typeof field === "string") return same(value, valueAt(bytes, at, field));
  if (!("array" in field)) {
    const { size, members } = place(field);
    const { buffer, byteOffset, byteLength } = bytesOf(value as object);
    assert(buffer === bytes.buffer && byteOffset === bytes.byteOffset + at && byteLength === size, "bytesOf");
    for (const [name, member, offset] of members) compare(bytes, at + offset, member, (value as Members)[name]);
    return;
  }
  const { size } = extentOf(field.array);
  same((value as Elements).length, field.length);
  for (let index = 0; index < field.length; index++) {
    const element = typeof field.array !== "string" || field.array === "u8"
      ? (value as unknown[])[index]
      : (value as Elements).get(index);
    compare(bytes, at + index * size, field.array, element);
  }
  if (typeof field.array !== "string" || field.array === "u8") return;
  const index = [-1, field.length, 0.5, NaN, 2 ** 32][at % 5];
  assertThrows(() => (value as Elements).get(index), RangeError, "index must");
  assertThrows(() => (value as Elements).set(index, 0), RangeError, "index must");
}

const WRONG_OFFSETS = [-1, -0.5, 0.5, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 32];

function run(random: Random, tally: Tally): void {
  if (random.oneIn(16)) return refuse(random, tally);
  const def = makeDef(random, random.below(4));
  const { size, align, members } = place(def);
  const found = layout(def);
  same(found.size, size);
  same(found.align, align);
  same(Object.keys(found.offsets).length, members.length);
  for (const [name, , offset] of members) same((found.offsets as Record<string, number>)[name], offset);

  // The struct ends where its memory ends, now and then with poison behind; before it there always is some.
  const start = random.below(24);
  const memory = new Uint8Array(
    random.pick([makeBuffer, makeShared, makeResizable])(start + size + random.below(2) * 8),
  );
  random.fill(memory);
  const view = found.view(random.oneIn(2) ? memory : memory.buffer, start) as Members;
  compare(memory, start, def, view);
  const before = memory.slice();
  for (const [name, field, offset] of members) {
    if (typeof field !== "string") continue;
    const { size } = extentOf(field);
    const value = random.bytes(8);
    const wanted = valueAt(value, 0, field);
    view[name] = wanted;
    same(view[name], wanted);
    before.set(value.subarray(0, size), start + offset);
  }
  assert(memory.every((byte, index) => byte === before[index]), "only the members are written");
  compare(memory, start, def, view);
  tally.add("read and written");

  const wrong = random.oneIn(2) ? random.pick(WRONG_OFFSETS) : memory.length - size + 1 + random.below(64);
  assertThrows(() => found.view(memory, wrong), RangeError, "does not fit");
}

const makeBuffer = (length: number) => new ArrayBuffer(length);
const makeShared = (length: number) => new SharedArrayBuffer(length);
const makeResizable = (length: number) => new ArrayBuffer(length, { maxByteLength: length + 64 });

/** Definitions and values that are none. */
function refuse(random: Random, tally: Tally): void {
  const length = random.pick([-1, 0.5, NaN, Infinity, 2 ** 53]);
  assertThrows(
    () => layout({ struct: { a: { array: random.pick(NAMES), length } } }),
    RangeError,
    "length of an array",
  );
  for (const name of ["u128", "__proto__", "toString", "constructor", ""]) {
    assertThrows(() => layout({ struct: { a: name as Scalar } }), TypeError, "Unknown scalar type");
  }
  const view = layout({ struct: { a: "u64", b: "u8" } }).view();
  assertThrows(() => Object.assign(view, { a: 1 }), TypeError);
  assertThrows(() => Object.assign(view, { b: 1n }), TypeError);
  assert(bytesOf(view).every((byte) => byte === 0), "what is refused is not half written");
  for (const value of [{}, [], new Uint8Array(8), Object.create(view)]) {
    assertThrows(() => bytesOf(value), TypeError);
  }
  tally.add("refused");
}

/** `layout` and the views that it makes. */
export const STRUCT_VIEWS: Target = {
  name: "struct-views",
  about: "views of structs that are declared at random, between poison",
  needsWindows: false,
  short: 2000,
  long: 1_000_000,
  outcomes: ["read and written", "refused"],
  run,
};

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { bytesOf, type CompoundDef, layout, type StructDef } from "@winsock/ws2/layout";

// Every struct of Winsock, and random ones, are compared with C in tests/oracle.

const POINT = { struct: { x: "i32", y: "i32" } } as const satisfies StructDef;
const EVERYTHING = {
  struct: {
    a: "u8",
    b: "i8",
    c: "u16",
    d: "i16",
    e: "u16be",
    f: "u32",
    g: "i32",
    h: "u32be",
    i: "u64",
    j: "i64",
    k: "usize",
    l: "pointer",
  },
} as const satisfies StructDef;

Deno.test("layout() aligns every scalar to its size", () => {
  const { size, align, offsets } = layout(EVERYTHING);
  assertEquals({ ...offsets }, { a: 0, b: 1, c: 2, d: 4, e: 6, f: 8, g: 12, h: 16, i: 24, j: 32, k: 40, l: 48 });
  assertEquals([size, align], [56, 8]);
});

const CASES: readonly [what: string, def: CompoundDef, size: number, align: number, offsets: number[]][] = [
  ["pads between members", { struct: { a: "u8", b: "u32" } }, 8, 4, [0, 4]],
  ["pads at the end", { struct: { a: "u32", b: "u8" } }, 8, 4, [0, 4]],
  ["does not align bytes", { struct: { a: "u8", b: { array: "u8", length: 3 }, c: "u8" } }, 5, 1, [0, 1, 4]],
  ["aligns a struct to its widest member", { struct: { a: "u8", b: POINT, c: "u8" } }, 16, 4, [0, 4, 12]],
  ["aligns an array to its element", { struct: { a: "u8", b: { array: "u16", length: 3 } } }, 8, 2, [0, 2]],
  ["puts the members of a union in one place", { union: { a: "u8", b: "u32", c: "u16" } }, 4, 4, [0, 0, 0]],
  ["pads a union", { union: { a: "u16", b: { array: "u8", length: 5 } } }, 6, 2, [0, 0]],
  [
    "gives an array without elements no room",
    {
      struct: { a: "u8", b: { array: "u64", length: 0 } },
    },
    8,
    8,
    [0, 8],
  ],
  [
    "lays arrays of arrays out",
    {
      struct: { a: { array: { array: "u16", length: 3 }, length: 2 }, b: "u8" },
    },
    14,
    2,
    [0, 12],
  ],
  [
    "lays arrays of structs out",
    {
      struct: { a: "u8", b: { array: { struct: { c: "u8", d: "u16" } }, length: 2 } },
    },
    10,
    2,
    [0, 2],
  ],
  ["knows a struct without members", { struct: {} }, 0, 1, []],
];
for (const [what, def, size, align, offsets] of CASES) {
  Deno.test(`layout() ${what}`, () => {
    const found = layout(def);
    assertEquals([found.size, found.align, Object.values(found.offsets)], [size, align, offsets]);
  });
}

Deno.test("layout() computes a definition once", () => {
  assertStrictEquals(layout(POINT), layout(POINT));
  assert(layout(POINT) !== layout({ struct: { x: "i32", y: "i32" } }));
});

Deno.test("layout() refuses what is no definition", () => {
  for (const name of ["u24", "", "toString", "constructor", "__proto__"]) {
    const unknown = { struct: { a: name } } as unknown as StructDef;
    assertThrows(() => layout(unknown), TypeError, `Unknown scalar type "${name}"`);
  }
  for (const length of [-1, 0.5, NaN, Infinity]) {
    assertThrows(() => layout({ struct: { a: { array: "u8", length } } }), RangeError, `got ${length}`);
  }
});

Deno.test("offsets cannot be changed", () => {
  const { offsets } = layout(POINT);
  assertThrows(() => (offsets as { x: number }).x = 4, TypeError);
});

Deno.test("view() reads and writes every scalar in its byte order", () => {
  const view = layout(EVERYTHING).view();
  view.a = 0xff;
  view.b = -1;
  view.c = 0x0102;
  view.d = -2;
  view.e = 0x0102;
  view.f = 0xfffefdfc;
  view.g = -3;
  view.h = 0x01020304;
  view.i = 0xffff_ffff_ffff_fffen;
  view.j = -4n;
  view.k = 0x0102030405060708n;
  view.l = 0xffff_8000_0000_0001n;
  assertEquals(
    bytesOf(view).toHex(),
    "ff" + "ff" + "0201" + "feff" + "0102" + "fcfdfeff" + "fdffffff" + "01020304" + "00000000" +
      "feffffffffffffff" + "fcffffffffffffff" + "0807060504030201" + "0100000000" + "80ffff",
  );
  assertEquals([view.a, view.b, view.c, view.d, view.e, view.f, view.g, view.h], [
    0xff,
    -1,
    0x0102,
    -2,
    0x0102,
    0xfffefdfc,
    -3,
    0x01020304,
  ]);
  assertEquals([view.i, view.j, view.k, view.l], [
    0xffff_ffff_ffff_fffen,
    -4n,
    0x0102030405060708n,
    0xffff_8000_0000_0001n,
  ]);
});

Deno.test("view() keeps the low bits of a number that does not fit, as C does", () => {
  const view = layout(EVERYTHING).view();
  view.a = 0x1ff;
  view.c = -1;
  view.g = 0xffffffff;
  assertEquals([view.a, view.c, view.g], [0xff, 0xffff, -1]);
});

Deno.test("view() looks at the memory in place, wherever it begins", () => {
  const buffer = new ArrayBuffer(32);
  const bytes = new Uint8Array(buffer, 3, 20);
  const view = layout(POINT).view(bytes, 5); // at byte 8 of the buffer, which need not be aligned
  view.y = 0x01020304;
  assertEquals([...new Uint8Array(buffer, 12, 4)], [4, 3, 2, 1]);
  new Uint8Array(buffer)[8] = 9;
  assertEquals(view.x, 9);
  assertEquals(bytesOf(view).byteOffset, 8);
  assertEquals(layout(POINT).view(buffer, 8).x, 9);
  assertEquals(layout(POINT).view(new DataView(buffer, 8)).x, 9);
});

Deno.test("view() looks at shared memory too", () => {
  const view = layout(POINT).view(new SharedArrayBuffer(8));
  view.x = 1;
  assert(bytesOf(view).buffer instanceof SharedArrayBuffer);
});

Deno.test("view() refuses memory that the struct does not fit in", () => {
  const point = layout(POINT);
  assertThrows(() => point.view(new Uint8Array(7)), RangeError, "8 bytes does not fit at offset 0 of 7 bytes");
  assertThrows(() => point.view(new ArrayBuffer(8), 1), RangeError);
  // Not even where the buffer goes on behind what was given.
  assertThrows(() => point.view(new Uint8Array(new ArrayBuffer(100), 10, 8), 4), RangeError);
  for (const offset of [-1, 0.5, NaN]) assertThrows(() => point.view(new ArrayBuffer(100), offset), RangeError);
});

const NESTED = {
  struct: {
    kind: "u8",
    point: POINT,
    either: { union: { word: "u16", bytes: { array: "u8", length: 2 } } },
    numbers: { array: "i16", length: 3 },
    points: { array: POINT, length: 2 },
    rows: { array: { array: "u16be", length: 2 }, length: 2 },
  },
} as const satisfies StructDef;

Deno.test("view() gives nested structs, unions and arrays, made once", () => {
  const view = layout(NESTED).view();
  view.point.y = -1;
  view.either.word = 0x0102;
  view.points[1].x = 7;
  view.rows[1].set(0, 0x0304);
  assertEquals([...view.either.bytes], [2, 1]);
  assertStrictEquals(view.point, view.point);
  assertStrictEquals(view.points[1], view.points[1]);
  assertEquals([view.points.length, view.points[1].x, view.points[0].x], [2, 7, 0]);
  const { offsets } = layout(NESTED);
  assertEquals([...bytesOf(view).subarray(offsets.rows + 4, offsets.rows + 6)], [3, 4]);
  view.either.bytes.set([0xaa, 0xbb]);
  assertEquals(view.either.word, 0xbbaa);
});

Deno.test("an array of scalars is read and written by index, and iterated", () => {
  const { numbers } = layout(NESTED).view();
  numbers.set(0, -1);
  numbers.set(2, 300);
  assertEquals([numbers.length, numbers.get(0), ...numbers], [3, -1, -1, 0, 300]);
  for (const index of [-1, 3, 0.5, NaN]) {
    assertThrows(() => numbers.get(index), RangeError, `from 0 to 2, got ${index}`);
    assertThrows(() => numbers.set(index, 1), RangeError);
  }
});

Deno.test("a view has its members, and no others, in order", () => {
  const view = layout(NESTED).view();
  const names: string[] = [];
  for (const name in view) names.push(name);
  assertEquals(new Set(names), new Set(["kind", "point", "either", "numbers", "points", "rows"]));
});

Deno.test("a member may have any name", () => {
  const view = layout({ struct: { constructor: "u8", get: "u8", length: "u8" } } as const).view();
  view.constructor = 1;
  view.get = 2;
  view.length = 3;
  assertEquals([...bytesOf(view)], [1, 2, 3]);
});

Deno.test("bytesOf() gives the bytes of a nested struct, and refuses what is no view", () => {
  const view = layout(NESTED).view();
  bytesOf(view.points[1]).fill(0xff);
  assertEquals([view.points[0].y, view.points[1].x], [0, -1]);
  for (const other of [{}, new Uint8Array(4), view.numbers]) assertThrows(() => bytesOf(other), TypeError);
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { layout } from "@winsock/ws2/layout";
import { runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test("allocate() makes a zeroed struct whose view and bytes are the same memory", () => {
  const { bytes, view } = ffi.allocate(ffi.SOCKADDR_IN6);
  assertEquals(bytes, new Uint8Array(28));
  view.sin6_port = 0x1389;
  assertEquals([bytes[2], bytes[3]], [0x13, 0x89]);
  bytes[0] = 23;
  assertEquals(view.sin6_family, ffi.AF_INET6);
});

Deno.test("allocateArray() puts structs one after another", () => {
  const { bytes, views } = ffi.allocateArray(ffi.WSABUF, 3);
  assertEquals([bytes.length, views.length], [48, 3]);
  views[2].len = 7;
  assertEquals(bytes[32], 7);
  assertEquals(ffi.allocateArray(ffi.WSABUF, 0).bytes.length, 0);
});

Deno.test("allocateArray() refuses a length that is none", () => {
  for (const length of [-1, 1.5, NaN, Infinity]) {
    assertThrows(() => ffi.allocateArray(ffi.WSABUF, length), RangeError, `got ${length}`);
  }
});

Deno.test("structsIn() looks at structs in place, and refuses more than there are", () => {
  const bytes = new Uint8Array(40);
  const buffers = ffi.structsIn(ffi.WSABUF, bytes.subarray(8), 2);
  buffers[1].len = 9;
  assertEquals(bytes[24], 9);
  assertThrows(() => ffi.structsIn(ffi.WSABUF, bytes.subarray(8), 3), RangeError);
});

Deno.test("addressOf() gives the address that the memory is found at again", NEEDS_WINDOWS, () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const address = ffi.addressOf(bytes);
  assertEquals(ffi.addressOf(bytes.subarray(3)), address + 3n);
  assertEquals(ffi.addressOf(bytes.buffer), address);
  assertEquals(new Uint8Array(ffi.memoryAt(address, 8)), bytes);
  new Uint8Array(ffi.memoryAt(address + 1n, 1))[0] = 99;
  assertEquals(bytes[1], 99, "in place");
});

Deno.test("addressOf() gives short arrays an address that the collector does not change", NEEDS_WINDOWS, () => {
  const arrays = Array.from({ length: 2000 }, (_, index) => Uint8Array.of(index & 0xff, index >> 8, 1, 2));
  const addresses = arrays.map(ffi.addressOf);
  let garbage: unknown[] = [];
  for (let index = 0; index < 300_000; index++) {
    garbage.push(new Uint8Array(16));
    if (index % 10_000 === 0) garbage = [];
  }
  assertEquals(addresses.map((address) => new Uint8Array(ffi.memoryAt(address, 4))), arrays);
});

Deno.test("structAt() and pointersAt() follow the pointers of a struct", NEEDS_WINDOWS, () => {
  const [first, second] = [ffi.narrowString("one"), ffi.narrowString("two")];
  const aliases = new BigUint64Array([ffi.addressOf(first), ffi.addressOf(second), 0n]);
  const host = ffi.allocate(ffi.HOSTENT);
  ffi.pointTo(host.view, "h_aliases", aliases);
  host.view.h_length = 4;
  const found = ffi.structAt(ffi.HOSTENT, ffi.addressOf(host.bytes));
  assertEquals(found.h_length, 4);
  assertEquals(Array.from(ffi.pointersAt(found.h_aliases), (text) => ffi.readNarrowString(text)), ["one", "two"]);
});

Deno.test("memoryAt(), structAt(), pointersAt() and the texts refuse the address 0", () => {
  for (
    const read of [
      () => ffi.memoryAt(0n, 4),
      () => ffi.structAt(ffi.GUID, 0n),
      () => [...ffi.pointersAt(0n)],
      () => ffi.readWideString(0n),
      () => ffi.readNarrowString(0n),
    ]
  ) assertThrows(read, TypeError, "address must not be 0");
});

const TEXTS = ["", "a", "localhost", "grüße", "日本", "😀", "\ud800"];

Deno.test("wideString() and readWideString() are the inverse of each other", NEEDS_WINDOWS, () => {
  for (const text of TEXTS) {
    const units = ffi.wideString(text);
    assertEquals([units.length, units[text.length]], [text.length + 1, 0]);
    assertEquals(ffi.readWideString(units), text);
    assertEquals(ffi.readWideString(ffi.addressOf(units)), text);
    assertEquals(ffi.readWideString(new Uint8Array(units.buffer)), text);
  }
});

Deno.test("narrowString() and readNarrowString() are the inverse of each other", NEEDS_WINDOWS, () => {
  for (const text of TEXTS.filter((text) => text.isWellFormed())) {
    const bytes = ffi.narrowString(text);
    assertEquals(bytes.at(-1), 0);
    assertEquals(ffi.readNarrowString(bytes), text);
    assertEquals(ffi.readNarrowString(ffi.addressOf(bytes)), text);
  }
});

Deno.test("readNarrowString() reads another encoding when told so", () => {
  assertEquals(ffi.readNarrowString(Uint8Array.of(0x67, 0x72, 0xfc, 0xdf, 0x65, 0, 1), "windows-1252"), "grüße");
  assertThrows(() => ffi.readNarrowString(new Uint8Array(1), "no such encoding"), RangeError);
});

Deno.test("readWideString() and readNarrowString() end at a zero, or where the memory does", () => {
  assertEquals(ffi.readWideString(Uint16Array.of(97, 0, 98)), "a");
  assertEquals(ffi.readWideString(Uint16Array.of(97, 98)), "ab");
  assertEquals(ffi.readNarrowString(Uint8Array.of(97, 98)), "ab");
  assertEquals(ffi.readWideString(new Uint8Array([0, 97, 0, 98, 0, 0]).subarray(1)), "ab", "at an odd offset");
  const info = layout(ffi.WSAPROTOCOL_INFOW).view();
  for (const [index, unit] of ffi.wideString("TCP").entries()) info.szProtocol.set(index, unit);
  assertEquals(ffi.readWideString(info.szProtocol), "TCP");
});

Deno.test("wideString() and narrowString() refuse a text with a zero in it", () => {
  for (const make of [ffi.wideString, ffi.narrowString]) {
    assertThrows(() => make("a\0b"), TypeError, 'text must not contain a zero, got "a\\u0000b"');
  }
});

Deno.test("guidBytes() and guidText() go between a GUID's text and its memory", () => {
  const bytes = ffi.guidBytes("00112233-4455-6677-8899-AABBCCDDEEFF");
  assertEquals(bytes.toHex(), "33221100" + "5544" + "7766" + "8899aabbccddeeff");
  assertEquals(ffi.guidText(bytes), "00112233-4455-6677-8899-aabbccddeeff");
  assertEquals(ffi.guidBytes(`{${ffi.WSAID_ACCEPTEX}}`), ffi.guidBytes(ffi.WSAID_ACCEPTEX));
  for (const text of ["", "0011223-4455-6677-8899-aabbccddeeff", "0011223g-4455-6677-8899-aabbccddeeff", "x"]) {
    assertThrows(() => ffi.guidBytes(text), TypeError, `got ${JSON.stringify(text)}`);
  }
  assertThrows(() => ffi.guidText(new Uint8Array(15)), RangeError);
});

Deno.test("owned() gives back once, at the end of the block", () => {
  const givenBack: number[] = [];
  {
    using owned = ffi.owned(7, (value) => givenBack.push(value));
    assertEquals([owned.value, givenBack], [7, []]);
    owned[Symbol.dispose]();
    assertEquals(givenBack, [7]);
  }
  assertEquals(givenBack, [7]);
});

Deno.test("owned() closes a socket also when the block throws", NEEDS_WINDOWS, () => {
  const { closesocket, getsockopt, socket } = ffi.ws2_32();
  let handle: ffi.SOCKET | undefined;
  assertThrows(
    () => {
      using s = ffi.owned(ffi.check(socket(ffi.AF_INET, ffi.SOCK_DGRAM, 0), "socket", ffi.INVALID_SOCKET), closesocket);
      handle = s.value;
      throw new Error("on purpose");
    },
    Error,
    "on purpose",
  );
  assert(handle !== undefined);
  const result = getsockopt(handle, ffi.SOL_SOCKET, ffi.SO_TYPE, new Int32Array(1), new Int32Array([4]));
  const error = ffi.ws2_32().WSAGetLastError();
  assertEquals([result, error], [ffi.SOCKET_ERROR, ffi.ERROR_CODES.WSAENOTSOCK[0]]);
});

Deno.test("pointTo() stores an address, or none", NEEDS_WINDOWS, () => {
  const { view } = ffi.allocate(ffi.WSABUF);
  const data = new Uint8Array(10);
  ffi.pointTo(view, "buf", data);
  assertEquals(view.buf, ffi.addressOf(data));
  ffi.pointTo(view, "buf", data.subarray(4));
  assertEquals(view.buf, ffi.addressOf(data) + 4n);
  ffi.pointTo(view, "buf", null);
  assertEquals(view.buf, 0n);
  assertThrows(() => ffi.pointTo({ buf: 0n }, "buf", data), TypeError, "Not a view");
});

Deno.test("pointTo() keeps what is pointed to for as long as the struct, and no longer", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runProgram(["--v8-flags=--expose-gc", "tests/raw/programs/point_to.ts"]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.split("\n"), [
    "kept by the struct: true",
    "kept by the struct that points to the struct: true",
    "let go when the member points elsewhere: true",
    "let go with the struct: true",
    "kept by each struct of an array: true",
    "let go when the member points to nothing: true",
    "32",
    "",
  ]);
});

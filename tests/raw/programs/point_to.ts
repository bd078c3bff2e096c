// What the garbage collector takes of memory that structs point to. Started with --v8-flags=--expose-gc.
import { allocate, allocateArray, pointTo, type Struct, WSABUF, WSAMSG } from "@winsock/ws2/ffi";

/** Lets the collector run, after the jobs that keep weak references alive have ended. */
async function collect(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve));
    (globalThis as unknown as { gc(): void }).gc();
  }
}

/** A buffer that nothing but the struct refers to. */
function pointToNew(struct: Struct<typeof WSABUF>): WeakRef<ArrayBuffer> {
  const data = new Uint8Array(100_000);
  pointTo(struct.view, "buf", data);
  return new WeakRef(data.buffer);
}

function chain(message: Struct<typeof WSAMSG>): WeakRef<ArrayBuffer> {
  const buffer = allocate(WSABUF);
  pointTo(message.view, "lpBuffers", buffer.bytes);
  return pointToNew(buffer);
}

let buffer: Struct<typeof WSABUF> | undefined = allocate(WSABUF);
const message = allocate(WSAMSG);
const [first, chained] = [pointToNew(buffer), chain(message)];
await collect();
console.log("kept by the struct:", first.deref() !== undefined);
console.log("kept by the struct that points to the struct:", chained.deref() !== undefined);
const second = pointToNew(buffer);
await collect();
console.log("let go when the member points elsewhere:", first.deref() === undefined && second.deref() !== undefined);
buffer = undefined;
await collect();
console.log("let go with the struct:", second.deref() === undefined && message.view.lpBuffers !== 0n);
const array = allocateArray(WSABUF, 2);
const each = array.views.map((view) => pointToNew({ bytes: array.bytes, view }));
await collect();
console.log("kept by each struct of an array:", each.every((data) => data.deref() !== undefined));
pointTo(array.views[0], "buf", null);
await collect();
console.log(
  "let go when the member points to nothing:",
  each[0].deref() === undefined && each[1].deref() !== undefined,
);
console.log(array.bytes.length);

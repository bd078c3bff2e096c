/** Arrays of every kind to read into and write from, with poison around them that must stay as it is. */

import { assert } from "@std/assert";
import { Buffer } from "node:buffer";
import { GuardedMemory } from "../support/guard_page.ts";
import type { Random } from "./random.ts";

class Subclass extends Uint8Array {}

/** An array, and what can happen to it while a call is pending. It is in use until the end of the block. */
export interface MadeArray extends Disposable {
  readonly kind: string;
  readonly array: Uint8Array<ArrayBuffer>;
  /** Changes the memory under the array: shrinks, grows or detaches it, where it can be. Returns whether it did. */
  change(random: Random): boolean;
  /** Checks that nothing but the first `written` bytes of the array has been written to. */
  check(written: number): void;
}

type Kind = "window" | "Buffer" | "subclass" | "shared" | "growable" | "resizable" | "tracking" | "guarded";
const KINDS: readonly Kind[] = [
  "window",
  "Buffer",
  "subclass",
  "shared",
  "growable",
  "resizable",
  "tracking",
  "guarded",
];

/** Poison on either side. */
const MARGIN = 16;
const ROOM = 4096;
/** Memory before guard pages that no array is in. */
const guarded: GuardedMemory[] = [];

function makeMemory(kind: Kind, size: number): ArrayBufferLike {
  switch (kind) {
    case "shared":
      return new SharedArrayBuffer(size);
    case "growable":
      return new SharedArrayBuffer(size, { maxByteLength: size + ROOM });
    case "resizable":
    case "tracking":
      return new ArrayBuffer(size, { maxByteLength: size + ROOM });
    default:
      return new ArrayBuffer(size);
  }
}

/** An array of a length, filled at random. */
export function makeArray(random: Random, length: number): MadeArray {
  const kind = random.pick(KINDS);
  if (kind === "guarded") {
    const memory = guarded.pop() ?? new GuardedMemory(192);
    const around = memory.last(length + MARGIN);
    return made(kind, random.fill(around), around.subarray(MARGIN), () => void guarded.push(memory));
  }
  const buffer = makeMemory(kind, MARGIN + length + (kind === "tracking" ? 0 : MARGIN));
  const around = random.fill(new Uint8Array(buffer));
  const args = [buffer, MARGIN, length] as [ArrayBuffer, number, number];
  if (kind === "tracking") return made(kind, around, new Uint8Array(buffer as ArrayBuffer, MARGIN));
  if (kind === "Buffer") return made(kind, around, Buffer.from(...args));
  return made(kind, around, kind === "subclass" ? new Subclass(...args) : new Uint8Array(...args));
}

function made(
  kind: Kind,
  around: Uint8Array,
  array: Uint8Array<ArrayBuffer>,
  release: () => void = () => {},
): MadeArray {
  const before = around.slice();
  const { byteOffset } = array;
  const start = byteOffset - around.byteOffset;
  return {
    kind,
    array,
    [Symbol.dispose]: release,
    change: (random) => change(random, kind, array),
    check: (written) => {
      // What has been shrunk or detached is no longer there to look at.
      for (let i = 0; i < Math.min(around.length, before.length); i++) {
        if (i >= start && i < start + written) continue;
        assert(around[i] === before[i], `byte ${i - start} of a ${kind} array of which ${written} bytes were written`);
      }
    },
  };
}

function change(random: Random, kind: Kind, array: Uint8Array<ArrayBuffer>): boolean {
  const { buffer } = array;
  if (kind === "growable") {
    const shared = buffer as unknown as SharedArrayBuffer;
    shared.grow(random.between(shared.byteLength, shared.maxByteLength));
    return true;
  }
  if (kind === "resizable" || kind === "tracking") {
    buffer.resize(random.oneIn(4) ? 0 : random.below(random.oneIn(4) ? buffer.maxByteLength : buffer.byteLength + 1));
    return true;
  }
  if (kind !== "window" && kind !== "subclass") return false;
  structuredClone(buffer, { transfer: [buffer] });
  return true;
}

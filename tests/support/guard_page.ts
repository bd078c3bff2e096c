/** Native memory whose last byte lies before a page that nobody may touch: whatever reads past it crashes. */

import { kernel32, MEM_COMMIT, MEM_RESERVE, PAGE_NOACCESS, PAGE_READWRITE } from "../../ffi/win32/kernel32.ts";
import { memoryAt } from "../../ffi/win32/msvcrt.ts";

const PAGE = 4096;

/** A stretch of memory before a guard page; it is never given back. */
export class GuardedMemory {
  readonly #end: bigint;
  readonly #memory: Uint8Array<ArrayBuffer>;

  /** @param pages How many pages there are before the guard. */
  constructor(pages: number) {
    const { VirtualAlloc } = kernel32();
    const size = BigInt(pages * PAGE);
    const base = VirtualAlloc(0n, size + BigInt(PAGE), MEM_RESERVE, PAGE_NOACCESS);
    if (base === 0n || VirtualAlloc(base, size, MEM_COMMIT, PAGE_READWRITE) === 0n) throw new Error("No memory");
    this.#end = base + size;
    this.#memory = new Uint8Array(memoryAt(base, Number(size)));
  }

  /** The last `length` bytes, up to the guard. */
  last(length: number): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(this.#memory.length - length);
  }

  /** Puts bytes right before the guard. */
  put(bytes: Uint8Array): { readonly bytes: Uint8Array<ArrayBuffer>; readonly address: bigint } {
    const target = this.last(bytes.length);
    target.set(bytes);
    return { bytes: target, address: this.#end - BigInt(bytes.length) };
  }
}

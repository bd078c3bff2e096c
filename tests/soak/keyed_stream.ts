/**
 * The bytes that the soak sends. Every direction of every connection, and every datagram, has a key, and its bytes say
 * so: they are blocks of 16 bytes with the key, the number of the block and a check of both. Bytes that are found where
 * they do not belong therefore tell where they come from.
 */

import { scramble } from "./random.ts";

/** The length of a block. */
export const BLOCK = 16;

const WORDS = BLOCK / 4;

let salt = 0;

/** Sets what the checks depend on, so that the bytes of another run are not taken for those of this one. */
export function saltStreams(seed: number): void {
  salt = scramble(seed);
}

function checkOf(key: number, index: number): number {
  return scramble(key ^ Math.imul(index, 0x9e3779b1) ^ salt);
}

/** Fills whole blocks, from the one with this index on. */
function fillBlocks(words: Int32Array, count: number, key: number, index: number): void {
  for (let word = 0; word < count * WORDS; word += WORDS, index++) {
    const check = checkOf(key, index);
    words[word] = key;
    words[word + 1] = index;
    words[word + 2] = check;
    words[word + 3] = ~check;
  }
}

function blocksFor(offset: number, length: number): { first: number; count: number; skip: number } {
  const first = Math.floor(offset / BLOCK);
  const skip = offset % BLOCK;
  return { first, count: Math.ceil((skip + length) / BLOCK), skip };
}

/** A new array with a part of a stream. */
export function keyedBytes(key: number, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const { first, count, skip } = blocksFor(offset, length);
  const words = new Int32Array(count * WORDS);
  fillBlocks(words, count, key, first);
  return new Uint8Array(words.buffer, skip, length);
}

let scratch = new Int32Array(0);

/** A part of a stream to compare with; the same memory each time. */
export function expectedBytes(key: number, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const { first, count, skip } = blocksFor(offset, length);
  if (scratch.length < count * WORDS) scratch = new Int32Array(2 * count * WORDS);
  fillBlocks(scratch, count, key, first);
  return new Uint8Array(scratch.buffer, skip, length);
}

/** Where bytes come from. */
export interface Origin {
  readonly key: number;
  /** The offset in the stream. */
  readonly offset: number;
  /** Where they were found. */
  readonly at: number;
}

/** Where the first whole block in these bytes comes from; undefined when there is none. */
export function originOf(bytes: Uint8Array): Origin | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + BLOCK <= bytes.length; at++) {
    const [key, index] = [view.getInt32(at, true), view.getInt32(at + 4, true)];
    const check = checkOf(key, index);
    if (view.getInt32(at + 8, true) === check && view.getInt32(at + 12, true) === ~check) {
      return { key, offset: index * BLOCK, at };
    }
  }
  return undefined;
}

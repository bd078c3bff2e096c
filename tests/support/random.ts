import { randomBytes } from "./bytes.ts";

/** Numbers that look random, the same each time: each call returns one from 0 to `limit` - 1. */
export function randomNumbers(seed: number): (limit: number) => number {
  let words = new Uint32Array(0);
  let next = 0;
  return (limit) => {
    if (next === words.length) {
      words = new Uint32Array(randomBytes(4096, seed).buffer);
      next = 0;
      seed = words[0];
    }
    return words[next++] % limit;
  };
}

import { concat } from "@std/bytes";
import { createHash } from "node:crypto";

/** Bytes that look random, the same for the same seed. */
export function randomBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** The SHA-256 of bytes that come one part after another. */
export class Checksum {
  readonly #hash = createHash("sha256");
  /** How many bytes there have been. */
  length = 0;

  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    this.length += bytes.length;
    return this;
  }

  /** The checksum with the length, so that a difference says which. */
  digest(): string {
    return `${this.length} bytes, ${this.#hash.digest("hex")}`;
  }
}

/** The checksum of bytes. */
export function checksumOf(bytes: Uint8Array): string {
  return new Checksum().update(bytes).digest();
}

/** What can be read from. */
export interface Source {
  read(p: Uint8Array): Promise<number | null>;
}

/** Reads to the end. */
export async function readAll(source: Source, room = 64 * 1024): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(room);
  for (let bytes; (bytes = await source.read(buffer)) !== null;) parts.push(buffer.slice(0, bytes));
  return concat(parts);
}

/** Reads exactly `length` bytes. */
export async function readExactly(source: Source, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let have = 0; have < length;) {
    const more = await source.read(bytes.subarray(have));
    if (more === null) throw new Error(`The stream ended after ${have} of ${length} bytes`);
    have += more;
  }
  return bytes;
}

/** Sends back what comes until the peer ends its side, then ends this one. */
export async function echo(
  conn: Source & { write(p: Uint8Array): Promise<number>; closeWrite(): Promise<void> },
): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let bytes; (bytes = await conn.read(buffer)) !== null;) await writeAll(conn, buffer.subarray(0, bytes));
  await conn.closeWrite();
}

/** Writes all, also to what may write less at once. */
export async function writeAll(conn: { write(p: Uint8Array): Promise<number> }, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await conn.write(bytes.subarray(written));
}

/** The books of a soak: what was done, which faults were met, which bytes were compared, and what went wrong. */

import { DatagramSizes } from "./datagram_sizes.ts";
import { BLOCK, expectedBytes, keyedBytes, originOf } from "./keyed_stream.ts";
import { equals } from "@std/bytes";

/** What must not happen. */
export const WRONGS = {
  lost: "bytes or messages that did not arrive though a write had resolved for them",
  "mixed up": "bytes, messages or answers that came where others belong",
  leaked: "slots, buffers or sockets that were left at the end",
  stuck: "calls that never settled",
  unexpected: "errors that nothing in the traffic explains",
} as const;

/** A kind of what must not happen. */
export type Wrong = keyof typeof WRONGS;

/** How much of what went wrong is told in words. */
const TOLD = 20;

/** Counts by name. */
export class Counts extends Map<string, number> {
  add(name: string, count = 1): void {
    this.set(name, (this.get(name) ?? 0) + count);
  }

  get total(): number {
    return this.values().reduce((sum, count) => sum + count, 0);
  }
}

/** The books of a soak. */
export class Ledger {
  /** The calls of the library that have settled, by method. */
  readonly operations = new Counts();
  /** The errors that were met and had been provoked, by class and code. */
  readonly faults = new Counts();
  /** The conversations that have ended, by kind. */
  readonly conversations = new Counts();
  readonly wrongs: Record<Wrong, number> = { lost: 0, "mixed up": 0, leaked: 0, stuck: 0, unexpected: 0 };
  /** The datagrams that nothing can have dropped and that have not come yet, in words. */
  readonly awaited = new Set<{ readonly what: string }>();
  /** What went wrong, in words: the first cases. */
  readonly stories: string[] = [];
  /** How many bytes were received and compared with what had been sent. */
  bytesCompared = 0;
  /** The sizes of datagrams. */
  readonly sizes: DatagramSizes;
  #keys = 0;

  constructor(seed: number) {
    this.sizes = new DatagramSizes(seed);
  }

  /** Counts a call when it has settled. */
  async operation<T>(name: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } finally {
      this.operations.add(name);
    }
  }

  /** Counts an error that was to be expected. */
  fault(error: unknown): void {
    this.faults.add(nameOf(error));
  }

  /** Notes what must not happen. */
  wrong(kind: Wrong, count: number, story: string): void {
    this.wrongs[kind] += count;
    if (this.stories.length < TOLD) this.stories.push(`${kind}: ${story}`);
  }

  /** Whether anything went wrong. */
  get hasWrongs(): boolean {
    return Object.values(this.wrongs).some((count) => count > 0);
  }

  /** A key that nothing else has. */
  key(): number {
    return ++this.#keys;
  }

  /** A stream with a key of its own. */
  stream(label: string): Stream {
    return new Stream(this, this.key(), label);
  }
}

/** What an error is called in the summary: its class, and the code of Winsock where there is one. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { cause?: { symbol?: string } };
  return cause?.symbol === undefined ? error.name : `${error.name} (${cause.symbol})`;
}

/** One direction of a connection. */
export class Stream {
  readonly key: number;
  readonly label: string;
  readonly #ledger: Ledger;
  /** How many bytes have been given to writes that may still send them, and how many ever. */
  #offered = 0;
  #mostOffered = 0;
  /** How many bytes writes have resolved for. */
  #resolved = 0;
  #received = 0;

  constructor(ledger: Ledger, key: number, label: string) {
    this.#ledger = ledger;
    this.key = key;
    this.label = label;
  }

  /** How many bytes have been received. */
  get received(): number {
    return this.#received;
  }

  /** The next bytes to send. */
  offer(length: number): Uint8Array<ArrayBuffer> {
    const bytes = keyedBytes(this.key, this.#offered, length);
    this.#offered += length;
    this.#mostOffered = Math.max(this.#mostOffered, this.#offered);
    return bytes;
  }

  /** A write has resolved. What it did not send comes first in the next one. */
  resolve(written: number, offered: number): void {
    this.#resolved += written;
    this.#offered -= offered - written;
  }

  /** Compares bytes that have been received with those that were sent. */
  receive(bytes: Uint8Array): void {
    this.#ledger.bytesCompared += bytes.length;
    const expected = expectedBytes(this.key, this.#received, bytes.length);
    if (equals(bytes, expected)) this.#received += bytes.length;
    else this.#mismatch(bytes, bytes.findIndex((byte, at) => byte !== expected[at]));
    if (this.#received > this.#mostOffered) {
      this.#wrong("mixed up", this.#received - this.#mostOffered, "more came than was sent");
    }
  }

  #mismatch(bytes: Uint8Array, at: number): void {
    const expected = this.#received + at;
    // The block may have begun with bytes that happen to be the same.
    const from = Math.max(0, at - BLOCK + 1);
    const origin = originOf(bytes.subarray(from));
    const offset = origin && origin.offset - (from + origin.at - at);
    const where = `at byte ${expected} came ${bytes.length - at} bytes`;
    if (origin === undefined) this.#wrong("mixed up", bytes.length - at, `${where} of nobody`);
    else if (origin.key !== this.key) {
      this.#wrong("mixed up", bytes.length - at, `${where} of stream ${origin.key}, from its byte ${offset} on`);
    } else if (offset! > expected) this.#wrong("lost", offset! - expected, `${where} from byte ${offset} on`);
    else this.#wrong("mixed up", bytes.length - at, `${where} once more, from byte ${offset} on`);
    // What follows is compared with what follows these, so that one mistake is not taken for many.
    this.#received = origin?.key === this.key ? offset! + bytes.length - at : this.#received + bytes.length;
  }

  /** At an end that loses nothing: whatever writes have resolved for must have arrived. */
  mustBeComplete(): void {
    const missing = this.#resolved - this.#received;
    if (missing > 0) this.#wrong("lost", missing, `the end came after ${this.#received} of ${this.#resolved} bytes`);
  }

  #wrong(kind: Wrong, count: number, what: string): void {
    this.#ledger.wrong(kind, count, `stream ${this.key}, ${this.label}: ${what}`);
  }
}

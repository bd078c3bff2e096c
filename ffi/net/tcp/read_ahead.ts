/** Receiving more than was asked for, while a connection delivers faster than it is read from. */

import {
  allocateBuffer,
  copyFromNative,
  copyToNative,
  LARGEST_BUFFER,
  type NativeBuffer,
  releaseBuffer,
} from "../../overlapped/native_memory.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { ERROR_CODES, WinsockError } from "../../win32/errors.ts";
import { isCodeOfCall, lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { streamCalls } from "../../win32/ws2_32.ts";

const [WSAEWOULDBLOCK] = ERROR_CODES.WSAEWOULDBLOCK;

/** The most filled reads in a row before the next try; the number doubles with each try that finds nothing. */
export const LONGEST_STREAK = 64;

/**
 * What a connection has received ahead of its reader. A read that fills its array suggests that more has arrived: one
 * nonblocking call then takes up to {@linkcode LARGEST_BUFFER}, and the next reads need no call. That is the most that is
 * kept, and nothing is kept once the reader has caught up. When the guess is wrong, as with requests that just fill the
 * reader's array, it is made less and less often.
 */
export class ReadAhead {
  readonly #socket: OverlappedSocket;
  #streak = 0;
  #neededStreak = 1;
  #buffer: NativeBuffer | undefined;
  #next = 0;
  #end = 0;

  constructor(socket: OverlappedSocket) {
    this.#socket = socket;
  }

  /** Whether there is something that has not been taken. */
  get hasData(): boolean {
    return this.#buffer !== undefined;
  }

  /** Notes whether a read that made its own call filled its array. */
  note(isFilled: boolean): void {
    this.#streak = isFilled ? this.#streak + 1 : 0;
  }

  /** Keeps what was received for a read that could not take it. Nothing else may be kept. */
  keep(buffer: NativeBuffer, bytes: number): void {
    this.#buffer = buffer;
    this.#next = 0;
    this.#end = bytes;
  }

  /**
   * Takes what is there without waiting. Must not be called while a read waits, which comes first.
   *
   * @returns How many bytes, 0 at the end of the stream; undefined when the caller must make a read that may wait.
   * @throws {WinsockError} When the connection has failed.
   */
  take(target: Uint8Array): number | undefined {
    if (this.#buffer === undefined) {
      if (this.#streak < this.#neededStreak) return undefined;
      const received = this.#receive();
      if (received === undefined || received === 0) return received;
      if (received > target.byteLength) this.#neededStreak = 1;
      else if (received < target.byteLength) this.#streak = 0; // that was all
    }
    const bytes = Math.min(target.byteLength, this.#end - this.#next);
    copyFromNative(target, this.#buffer!.address + BigInt(this.#next), bytes);
    this.#next += bytes;
    if (this.#next === this.#end) this.release();
    return bytes;
  }

  /** A copy of what has not been taken. */
  copyRest(): Uint8Array<ArrayBuffer> {
    const rest = new Uint8Array(this.#buffer === undefined ? 0 : this.#end - this.#next);
    if (rest.length > 0) copyFromNative(rest, this.#buffer!.address + BigInt(this.#next), rest.length);
    return rest;
  }

  /** Keeps what another isolate or process has received for this connection. */
  keepCopy(data: Uint8Array): void {
    const buffer = allocateBuffer(data.byteLength);
    copyToNative(buffer.address, data);
    this.keep(buffer, data.byteLength);
  }

  /** Gives back what has not been taken. */
  release(): void {
    if (this.#buffer !== undefined) releaseBuffer(this.#buffer);
    this.#buffer = undefined;
  }

  #receive(): number | undefined {
    this.#socket.neverBlock();
    const buffer = allocateBuffer(LARGEST_BUFFER);
    const received = streamCalls().recv(this.#socket.handle, buffer.address, buffer.size, 0);
    const code = received < 0 ? lastErrorWord[0] || WSASYSCALLFAILURE : 0;
    if (received > 0) {
      this.keep(buffer, received);
      return received;
    }
    releaseBuffer(buffer);
    this.#streak = 0;
    if (code === 0) return 0;
    // When the reason is uncertain, WSARecv comes next and reports it.
    if (code !== WSAEWOULDBLOCK && isCodeOfCall(code)) throw new WinsockError(code, "recv");
    this.#neededStreak = Math.min(2 * this.#neededStreak, LONGEST_STREAK);
    return undefined;
  }
}

/** Receiving more than was asked for, while a connection delivers faster than it is read from. */

import {
  allocateBuffer,
  copyFromNative,
  LARGEST_BUFFER,
  type NativeBuffer,
  releaseBuffer,
} from "../overlapped/native_memory.ts";
import { codeOf, type OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { ERROR_CODES } from "../win32/error_codes.ts";
import { WinsockError } from "../win32/errors.ts";
import { lastingCalls } from "../win32/ws2_32.ts";

const [WSAEWOULDBLOCK] = ERROR_CODES.WSAEWOULDBLOCK;

/** After how many reads in a row that were filled at once it pays to take more. */
const STREAK = 4;

/**
 * What a connection has received ahead of its reader. When several reads in a row have ended at once with as many bytes as
 * they had room for, there is more to be had: then one call that does not wait takes up to {@linkcode LARGEST_BUFFER}, and
 * the next reads need none. Never more than that is held, and nothing once the reader has caught up.
 */
export class ReadAhead {
  readonly #socket: OverlappedSocket;
  #streak = 0;
  #buffer: NativeBuffer | undefined;
  #next = 0;
  #end = 0;

  constructor(socket: OverlappedSocket) {
    this.#socket = socket;
  }

  /** Tells of a read that took a call of its own, whether it was filled at once. */
  note(isFilledAtOnce: boolean): void {
    this.#streak = isFilledAtOnce ? this.#streak + 1 : 0;
  }

  /**
   * Takes what is there without waiting. Only while no read waits, which would be first.
   *
   * @returns How many bytes, 0 at the end of the stream; undefined when this is for a read that may wait.
   * @throws {WinsockError} When the connection has failed.
   */
  take(target: Uint8Array): number | undefined {
    if (this.#buffer === undefined) {
      if (this.#streak < STREAK) return undefined;
      const received = this.#receive();
      if (received === undefined || received === 0) return received;
      this.note(received > target.byteLength); // else it did not pay
    }
    const bytes = Math.min(target.byteLength, this.#end - this.#next);
    copyFromNative(target, this.#buffer!.address + BigInt(this.#next), bytes);
    this.#next += bytes;
    if (this.#next === this.#end) this.release();
    return bytes;
  }

  /** Gives back what has not been taken. */
  release(): void {
    if (this.#buffer !== undefined) releaseBuffer(this.#buffer);
    this.#buffer = undefined;
  }

  #receive(): number | undefined {
    this.#socket.neverBlock();
    const buffer = allocateBuffer(LARGEST_BUFFER);
    const received = lastingCalls().recv(this.#socket.handle, buffer.address, buffer.size, 0);
    const code = codeOf(received < 0);
    if (received > 0) {
      this.#buffer = buffer;
      this.#next = 0;
      this.#end = received;
      return received;
    }
    releaseBuffer(buffer);
    this.#streak = 0;
    if (code === WSAEWOULDBLOCK) return undefined;
    if (code !== 0) throw new WinsockError(code, "recv");
    return 0;
  }
}

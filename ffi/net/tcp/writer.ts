/** The sending side of a TCP connection. */

import { concat } from "@std/bytes/concat";
import { LARGEST_BUFFER } from "../../overlapped/native_memory.ts";
import { acquireSend, type Operation } from "../../overlapped/operation.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { check, isCodeOfCall, lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { ERROR_CODES, WinsockError } from "../../win32/errors.ts";
import { SD_SEND } from "../../win32/winsock.ts";
import { streamCalls } from "../../win32/ws2_32.ts";
import { describeFailure, failureOf, interrupted } from "../open_socket.ts";
import { decodeRemote, formatEndpoint } from "../../marshal/sockaddr.ts";
import { withSignal } from "../wait.ts";

const [WSAEWOULDBLOCK] = ERROR_CODES.WSAEWOULDBLOCK;
const [WSA_OPERATION_ABORTED] = ERROR_CODES.WSA_OPERATION_ABORTED;

/**
 * Sends what is written, in order; the bytes of two writes never mix. At most one `WSASend` is in flight: when it is
 * cancelled, no later one can have taken its place in the stream.
 */
export class TcpWriter {
  readonly #socket: OverlappedSocket;
  readonly #sockaddrs: Uint8Array;
  /** Resolves when all queued writes are settled; undefined when there are none. */
  #waiting: Promise<void> | undefined;
  /** Whether a `WSASend` was cancelled. How much of it was sent is uncertain, so nothing may follow it. */
  #isCutOff = false;
  /** Whether anything has been sent. */
  hasWritten = false;

  /**
   * @param socket The connected socket.
   * @param sockaddrs Those of both ends, for error messages.
   */
  constructor(socket: OverlappedSocket, sockaddrs: Uint8Array) {
    this.#socket = socket;
    this.#sockaddrs = sockaddrs;
  }

  /** Sends at least one byte; resolves with the number that the system accepted. */
  write(data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    if (this.#waiting !== undefined || data.byteLength > LARGEST_BUFFER) return this.#queue(data, 0, signal);
    this.#checkWhole();
    const sent = this.#sendNow(data);
    return sent === data.byteLength ? this.#socket.ended(sent) : this.#queue(data, sent, signal);
  }

  /**
   * Sends several arrays, one after another, as one write. They are copied together: a WSABUF for each would be addresses in
   * V8's memory, which may move while they are collected.
   */
  writeAll(parts: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<number> {
    return this.write(concat(parts), signal);
  }

  /** In a task of {@linkcode after}: sends all of `data`, or fewer bytes when it is aborted or fails halfway. */
  send(data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    return this.#sendAll(data, data.byteLength, 0, signal);
  }

  /** Notes that something may have been sent of which the amount is unknown: nothing may follow it. */
  cutOff(): void {
    this.#isCutOff = true;
  }

  /** Ends the sending side after the queued writes. */
  async end(): Promise<void> {
    await this.#waiting;
    const tried = `Cannot end writing to ${this.#peer}`;
    if (this.#socket.isClosed) throw interrupted(tried, "shutdown");
    this.#checkWhole(tried);
    try {
      check(streamCalls().shutdown(this.#socket.handle, SD_SEND), "shutdown");
    } catch (error) {
      throw describeFailure(tried, error);
    }
  }

  /** Sends after the earlier writes. */
  #queue(data: Uint8Array, written: number, signal: AbortSignal | undefined): Promise<number> {
    const { byteLength } = data;
    return this.after(() => this.#sendAll(data, byteLength, written, signal), signal);
  }

  /** Has a task send after the earlier writes and before later ones. */
  after(send: () => Promise<number>, signal: AbortSignal | undefined): Promise<number> {
    const before = this.#waiting;
    const sending = before === undefined ? send() : withSignal(before, signal).then(send);
    // If this write is aborted while it is queued, the next one still follows the one before.
    const waiting = Promise.allSettled([before, sending]).then(() => {
      if (this.#waiting === waiting) this.#waiting = undefined;
    });
    this.#waiting = waiting;
    return sending;
  }

  /** @param written How many bytes have been sent already. */
  async #sendAll(
    data: Uint8Array,
    length: number,
    written: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    while (written < length) {
      if (data.byteLength < length) {
        throw new TypeError(`p was detached or made shorter after ${written} bytes were sent`);
      }
      try {
        if (this.#socket.isClosed) throw interrupted(this.#tried, "WSASend");
        signal?.throwIfAborted();
        this.#checkWhole();
        const part = data.subarray(written, Math.min(written + LARGEST_BUFFER, length));
        const sentNow = this.#sendNow(part);
        written += await (sentNow > 0 ? this.#socket.ended(sentNow) : this.#send(part, signal));
      } catch (error) {
        if (written > 0) break; // resolves with the count; the next write reports the error
        throw describeFailure(this.#tried, error);
      }
    }
    return written;
  }

  /**
   * Sends what the system accepts without waiting, straight from the caller's array: a nonblocking call keeps no pointer
   * when it returns. At most {@linkcode LARGEST_BUFFER} bytes, as some systems accept any number. Returns the number of bytes;
   * 0 when the socket has no room, or when the reason of a failure is uncertain: `WSASend` comes next and reports it.
   *
   * @throws {WinsockError} When the connection has failed.
   */
  #sendNow(data: Uint8Array): number {
    this.#socket.neverBlock();
    const sent = streamCalls().send(this.#socket.handle, data, data.byteLength, 0);
    const code = sent < 0 ? lastErrorWord[0] || WSASYSCALLFAILURE : 0;
    if (code !== 0) {
      if (code === WSAEWOULDBLOCK || !isCodeOfCall(code)) return 0;
      throw new WinsockError(code, "send");
    }
    this.hasWritten = true;
    return sent;
  }

  /** Sends up to {@linkcode LARGEST_BUFFER} bytes when the system has room for them. */
  #send(data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    this.#socket.join();
    const operation = acquireSend(data);
    const { buffersAddress, bytesAddress, address } = operation;
    const result = streamCalls().WSASend(this.#socket.handle, buffersAddress, 1, bytesAddress, 0, address, 0n);
    const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
    return this.#socket.start(operation, code, TcpWriter.#sent, this, signal);
  }

  static readonly #sent = (operation: Operation, writer: TcpWriter, code: number, bytes: number): number => {
    if (code === WSA_OPERATION_ABORTED) writer.#isCutOff = true;
    if (bytes > 0) writer.hasWritten = true;
    // A partial send is no failure; the next write reports the error.
    else {
      const error = new WinsockError(code || WSASYSCALLFAILURE, "WSASend");
      throw failureOf(operation, writer.#socket, error, writer.#tried, () => interrupted(writer.#tried, "WSASend"));
    }
    return bytes;
  };

  /** Throws when nothing may follow what has been sent. */
  checkWhole(tried: string): void {
    this.#checkWhole(tried);
  }

  #checkWhole(tried?: string): void {
    if (!this.#isCutOff) return;
    const cause = new WinsockError(WSA_OPERATION_ABORTED, "WSASend");
    const why = "an earlier write was aborted while it was being sent, and how much of it was is not certain";
    throw new Deno.errors.BrokenPipe(`${tried ?? this.#tried}: ${why} (${cause.symbol}, ${cause.code})`, { cause });
  }

  get #tried(): string {
    return `Cannot write to ${this.#peer}`;
  }

  get #peer(): string {
    return formatEndpoint(decodeRemote(this.#sockaddrs));
  }
}

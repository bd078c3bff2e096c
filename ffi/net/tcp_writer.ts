/** The sending side of a TCP connection. */

import { allocateBuffer, copyToNative, LARGEST_BUFFER } from "../overlapped/native_memory.ts";
import { acquireOperation, type Operation } from "../overlapped/operation.ts";
import { codeOf, type OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { check } from "../win32/check.ts";
import { ERROR_CODES } from "../win32/error_codes.ts";
import { WinsockError } from "../win32/errors.ts";
import { SD_SEND } from "../win32/headers/winsock2.ts";
import { lastingCalls, ws2_32 } from "../win32/ws2_32.ts";
import { failureOf, interrupted } from "./failure.ts";
import { formatEndpoint } from "./net_addr.ts";
import { decodeRemote } from "./sockaddr.ts";
import { describeFailure } from "./socket.ts";
import { withSignal } from "./with_signal.ts";

const [WSAEWOULDBLOCK] = ERROR_CODES.WSAEWOULDBLOCK;

/** Sends what is written: in order, and the bytes of two writes never mix. */
export class TcpWriter {
  readonly #socket: OverlappedSocket;
  readonly #sockaddrs: Uint8Array;
  /** Sends that the kernel holds, and who waits for the last of them. */
  #sends = 0;
  #allSent: PromiseWithResolvers<void> | undefined;
  /** Resolves when the last write that takes several sends is over; undefined when there is none. */
  #longWrite: Promise<void> | undefined;

  /**
   * @param socket The connected socket.
   * @param sockaddrs Those of both ends, for error messages.
   */
  constructor(socket: OverlappedSocket, sockaddrs: Uint8Array) {
    this.#socket = socket;
    this.#sockaddrs = sockaddrs;
  }

  /** Sends at least one byte; resolves with how many the system has taken over. */
  write(data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    const isLong = data.byteLength > LARGEST_BUFFER || this.#longWrite !== undefined;
    if (isLong) return this.#writeInTurn(data, 0, signal);
    const sent = this.#sendNow(data);
    if (sent === data.byteLength) return this.#socket.ended(sent);
    return sent === 0 ? this.#send(data, signal) : this.#writeInTurn(data, sent, signal);
  }

  /** Ends the sending side, after the writes that wait. */
  async end(): Promise<void> {
    await this.#longWrite;
    if (this.#sends > 0) await (this.#allSent ??= Promise.withResolvers()).promise;
    const tried = `Cannot end writing to ${this.#peer}`;
    if (this.#socket.isClosed) throw interrupted(tried, "shutdown");
    try {
      check(ws2_32().shutdown(this.#socket.handle, SD_SEND), "shutdown");
    } catch (error) {
      throw describeFailure(tried, error);
    }
  }

  /**
   * Sends what the system takes at once, straight from the caller's array: the call is over when it returns. At most
   * {@linkcode LARGEST_BUFFER} bytes, as some systems take any number over. Returns how many bytes that were.
   *
   * @throws {WinsockError} When the connection has failed.
   */
  #sendNow(data: Uint8Array): number {
    if (this.#sends > 0) return 0; // those are first
    this.#socket.neverBlock();
    const sent = lastingCalls().send(this.#socket.handle, data, data.byteLength, 0);
    const code = codeOf(sent < 0);
    if (code === 0) return sent;
    if (code === WSAEWOULDBLOCK) return 0;
    throw new WinsockError(code, "send");
  }

  /** Sends up to {@linkcode LARGEST_BUFFER} bytes when the system has room for them. */
  #send(data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    this.#socket.join();
    const operation = acquireOperation();
    const length = data.byteLength;
    const buffer = allocateBuffer(length);
    copyToNative(buffer.address, data, length);
    operation.use(buffer, length);
    operation.context = this;
    this.#sends++;
    const { buffersAddress, bytesAddress, address } = operation;
    const failed = lastingCalls().WSASend(this.#socket.handle, buffersAddress, 1, bytesAddress, 0, address, 0n);
    return this.#socket.start(operation, codeOf(failed !== 0), TcpWriter.#sent, signal);
  }

  static readonly #sent = (operation: Operation, code: number, bytes: number): number => {
    const writer = operation.context as TcpWriter;
    if (--writer.#sends === 0) writer.#allSent = void writer.#allSent?.resolve();
    // What went out before the end is no failure; the next write reports that.
    if (code !== 0 && bytes === 0) {
      const error = new WinsockError(code, "WSASend");
      throw failureOf(operation, writer.#socket, error, writer.#tried, () => interrupted(writer.#tried, "WSASend"));
    }
    return bytes;
  };

  /** Writes what takes several sends, or follows something that does: bytes of two writes must not mix. */
  #writeInTurn(data: Uint8Array, written: number, signal: AbortSignal | undefined): Promise<number> {
    const before = this.#longWrite;
    const sending = before === undefined
      ? this.#sendAll(data, written, signal)
      : withSignal(before, signal).then(() => this.#sendAll(data, written, signal));
    // Also when this write is aborted while it waits, the next one follows the one before.
    const turn = Promise.allSettled([before, sending]).then(() => {
      if (this.#longWrite === turn) this.#longWrite = undefined;
    });
    this.#longWrite = turn;
    return sending;
  }

  /** @param written How many bytes have been sent already. */
  async #sendAll(data: Uint8Array, written: number, signal: AbortSignal | undefined): Promise<number> {
    while (written < data.byteLength) {
      try {
        if (this.#socket.isClosed) throw interrupted(this.#tried, "WSASend");
        signal?.throwIfAborted();
        const part = data.subarray(written, written + LARGEST_BUFFER);
        const sentNow = this.#sendNow(part);
        const sent = await (sentNow > 0 ? this.#socket.ended(sentNow) : this.#send(part, signal));
        written += sent;
        if (sentNow === 0 && sent < part.byteLength) break;
      } catch (error) {
        if (written > 0) break; // says how much; the next write reports the error
        throw describeFailure(this.#tried, error);
      }
    }
    return written;
  }

  get #tried(): string {
    return `Cannot write to ${this.#peer}`;
  }

  get #peer(): string {
    return formatEndpoint(decodeRemote(this.#sockaddrs));
  }
}

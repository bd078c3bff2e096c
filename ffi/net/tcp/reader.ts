/** The receiving side of a TCP connection: one read is in flight, the others are queued. */

import { copyFromNative, OFFSETS } from "../../overlapped/native_memory.ts";
import { acquireOperation, type Operation } from "../../overlapped/operation.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { WinsockError } from "../../win32/errors.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { streamCalls } from "../../win32/ws2_32.ts";
import { describeFailure, failureOf, interrupted, mustBeRepeated } from "../open_socket.ts";
import { decodeRemote, formatEndpoint } from "../../marshal/sockaddr.ts";
import { ReadAhead } from "./read_ahead.ts";

/** The first size of a waiting read. It doubles while reads fill it, so that an idle connection takes little memory. */
export const FIRST_READ = 2048;
/** The largest size of a waiting read. */
export const LARGEST_READ = 64 * 1024;

/** Receives what is read: reads are settled in the order of the calls. */
export class TcpReader implements Reader {
  readonly #socket: OverlappedSocket;
  readonly #sockaddrs: Uint8Array;
  readonly #queue = new ReadQueue(this);
  #readSize = FIRST_READ;
  /** Whether the receive in flight was started because the one before had failed with a code that was not its own. */
  #asksForCode = false;
  /** Made when a read has been filled. */
  #ahead: ReadAhead | undefined;

  /**
   * @param socket The connected socket.
   * @param sockaddrs Those of both ends, for error messages.
   */
  constructor(socket: OverlappedSocket, sockaddrs: Uint8Array) {
    this.#socket = socket;
    this.#sockaddrs = sockaddrs;
  }

  /** Whether something has been received that was not read. */
  get hasUnread(): boolean {
    return this.#ahead?.hasData === true;
  }

  /** A copy of what has been received that was not read. */
  copyUnread(): Uint8Array<ArrayBuffer> {
    return this.#ahead?.copyRest() ?? new Uint8Array(0);
  }

  /** Takes over what was received before the connection was handed to this isolate: it is read first. */
  keepUnread(data: Uint8Array): void {
    if (data.byteLength > 0) (this.#ahead = new ReadAhead(this.#socket)).keepCopy(data);
  }

  /** Receives into `target`; resolves with how many bytes, or `null` at the end of the stream. */
  read(target: Uint8Array, signal: AbortSignal | undefined): Promise<number | null> {
    return this.#queue.read(target, signal);
  }

  /** Releases what was received and will not be read. */
  close(): void {
    this.#ahead?.release();
  }

  /** Begins a read. No other read may be in flight. */
  begin(
    target: Uint8Array,
    signal: AbortSignal | undefined,
    settles?: PromiseWithResolvers<number | null>,
  ): Promise<number | null> {
    if (this.#socket.isClosed) throw interrupted(this.#tried, "WSARecv");
    if (target.byteLength === 0) throw new TypeError("p was detached while it waited; the next read is given the data");
    try {
      const bytes = this.#ahead?.take(target);
      if (bytes === undefined) return this.#receive(target, signal, settles);
      return this.#socket.ended(bytes === 0 ? null : bytes, settles);
    } catch (error) {
      throw describeFailure(this.#tried, error);
    }
  }

  #receive(
    target: Uint8Array,
    signal: AbortSignal | undefined,
    settles: PromiseWithResolvers<number | null> | undefined,
  ): Promise<number | null> {
    this.#socket.join();
    const length = Math.min(Math.max(target.byteLength, 1), this.#readSize);
    const operation = acquireOperation(length);
    operation.memory.setUint32(OFFSETS.flags, 0, true);
    operation.target = target;
    this.#queue.isBusy = true;
    const { buffersAddress, bytesAddress, flagsAddress, address } = operation;
    const result = streamCalls().WSARecv(
      this.#socket.handle,
      buffersAddress,
      1,
      bytesAddress,
      flagsAddress,
      address,
      0n,
    );
    const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
    return this.#socket.start(operation, code, TcpReader.#received, this, signal, settles);
  }

  static readonly #received = (
    operation: Operation,
    reader: TcpReader,
    code: number,
    bytes: number,
  ): number | null | Promise<null> => {
    const { target, signal } = operation;
    let isOver = true;
    try {
      if (!mustBeRepeated(operation, code, reader.#socket) && !reader.#mustAskForCode(operation)) {
        return reader.#give(operation, code, bytes);
      }
      const repeated = reader.#receive(target!, signal, undefined) as Promise<null>;
      isOver = false;
      return repeated;
    } finally {
      if (isOver) reader.#queue.next();
    }
  };

  /**
   * Whether to receive once more, as a call has failed and said nothing of use about it. Nothing is lost by that, and it
   * says more.
   */
  #mustAskForCode({ isCodeWrong, signal }: Operation): boolean {
    return this.#asksForCode = isCodeWrong && !this.#asksForCode && !this.#socket.isClosed && !signal?.aborted;
  }

  /** Gives a read what its operation has received. */
  #give(operation: Operation, code: number, bytes: number): number | null {
    if (code !== 0) {
      const error = new WinsockError(code, "WSARecv");
      throw failureOf(operation, this.#socket, error, this.#tried, () => interrupted(this.#tried, "WSARecv"));
    }
    if (bytes === 0) return null;
    const { buffer, target } = operation;
    const room = target!.byteLength;
    if (room < bytes) {
      (this.#ahead ??= new ReadAhead(this.#socket)).keep(operation.takeBuffer(), bytes);
      if (this.#socket.isClosed) this.close();
      throw new TypeError(`p was detached or made shorter while ${bytes} bytes arrived; the next read is given them`);
    }
    copyFromNative(target!, buffer!.address, bytes);
    this.#adaptReadSize(bytes, room);
    const isFilled = bytes === room;
    if (isFilled) this.#ahead ??= new ReadAhead(this.#socket);
    this.#ahead?.note(isFilled);
    return bytes;
  }

  /** A filled read makes the next ones larger; one that uses little of its buffer makes them smaller. */
  #adaptReadSize(bytes: number, room: number): void {
    const size = this.#readSize;
    if (bytes === size && size < room) this.#readSize = Math.min(2 * size, LARGEST_READ);
    else if (bytes < size / 4 && size > FIRST_READ) this.#readSize = size / 2;
  }

  get #tried(): string {
    return `Cannot read from ${formatEndpoint(decodeRemote(this.#sockaddrs))}`;
  }
}

/** Makes the call for a read. */
export interface Reader {
  /**
   * Receives into `target`.
   *
   * @param settles The promise of a read that was queued; by default there is a new one.
   */
  begin(
    target: Uint8Array,
    signal: AbortSignal | undefined,
    settles?: PromiseWithResolvers<number | null>,
  ): Promise<number | null>;
}

/** A read that is queued. */
interface Queued extends PromiseWithResolvers<number | null> {
  readonly target: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/**
 * Windows cancels all receives of a connection when one is cancelled, and their packets may be dequeued in any order. With
 * one receive in flight at a time, an abort ends no other read, and reads are settled in the order of the calls.
 */
export class ReadQueue {
  readonly #reader: Reader;
  #queued: Queued[] | undefined;
  /** Whether a read is in flight or not yet settled. The caller that starts one sets it. */
  isBusy = false;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Reads now, or when the reads before have been settled. */
  read(target: Uint8Array, signal: AbortSignal | undefined): Promise<number | null> {
    if (!this.isBusy) return this.#reader.begin(target, signal);
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    const queued: Queued = { target, signal, promise, resolve, reject, onAbort: () => this.#abort(queued) };
    signal?.addEventListener("abort", queued.onAbort);
    (this.#queued ??= []).push(queued);
    return promise;
  }

  /** Called when the read in flight is being settled: begins queued reads until one waits. */
  next(): void {
    this.isBusy = false;
    while (this.#queued !== undefined && this.#queued.length > 0 && !this.isBusy) {
      const queued = this.#queued.shift()!;
      queued.signal?.removeEventListener("abort", queued.onAbort);
      try {
        this.#reader.begin(queued.target, queued.signal, queued);
      } catch (error) {
        queued.reject(error);
      }
    }
  }

  #abort(queued: Queued): void {
    this.#queued!.splice(this.#queued!.indexOf(queued), 1);
    queued.signal!.removeEventListener("abort", queued.onAbort);
    queued.reject(queued.signal!.reason);
  }
}

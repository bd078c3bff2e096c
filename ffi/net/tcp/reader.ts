/** The receiving side of a TCP connection. */

import { copyFromNative } from "../../overlapped/native_memory.ts";
import { acquireOperation, type Operation } from "../../overlapped/operation.ts";
import { OFFSETS } from "../../overlapped/operation_memory.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { WinsockError } from "../../win32/errors.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { streamCalls } from "../../win32/ws2_32.ts";
import { describeFailure, failureOf, interrupted, mustBeRepeated } from "../open_socket.ts";
import { formatEndpoint } from "../../marshal/net_addr.ts";
import { ReadAhead } from "./read_ahead.ts";
import { type Reader, ReadQueue } from "./read_queue.ts";
import { decodeRemote } from "../../marshal/sockaddr.ts";

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

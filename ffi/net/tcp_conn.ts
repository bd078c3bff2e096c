import { allocateBuffer, copyFromNative, copyToNative, LARGEST_BUFFER } from "../overlapped/native_memory.ts";
import { acquireOperation, OFFSETS, type Operation } from "../overlapped/operation.ts";
import { codeOf, type OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { check } from "../win32/check.ts";
import { WinsockError } from "../win32/errors.ts";
import { SD_SEND } from "../win32/headers/winsock2.ts";
import { IPPROTO_TCP, SO_KEEPALIVE, SOL_SOCKET, TCP_NODELAY } from "../win32/headers/ws2def.ts";
import { lastingCalls, ws2_32 } from "../win32/ws2_32.ts";
import { checkBoolean, checkBytes, checkSignal } from "./arguments.ts";
import { failureOf, interrupted } from "./failure.ts";
import { formatEndpoint, type NetAddr, toNetAddr } from "./net_addr.ts";
import { decodeSockaddr } from "./sockaddr.ts";
import { describeFailure, setOption } from "./socket.ts";
import { ConnStreams } from "./streams.ts";
import { withSignal } from "./with_signal.ts";

/** Options of a call that waits. */
export interface WaitOptions {
  /** Ends the wait: the call then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** What a waiting read asks for at first; it doubles while reads fill it, so that an idle connection holds little. */
const FIRST_READ = 2048;
const LARGEST_READ = 64 * 1024;

/** A TCP connection. Made by {@linkcode connect} and {@linkcode TcpListener.accept}; assignable to `Deno.TcpConn`. */
export class TcpConn implements Deno.TcpConn {
  readonly #socket: OverlappedSocket;
  readonly #localSockaddr: Uint8Array;
  readonly #remoteSockaddr: Uint8Array;
  #localAddr: NetAddr | undefined;
  #remoteAddr: NetAddr | undefined;
  #streams: ConnStreams | undefined;

  #readSize = FIRST_READ;
  /** Sends that the kernel holds, and who waits for the last of them. */
  #sends = 0;
  #allSent: PromiseWithResolvers<void> | undefined;
  /** Resolves when the last write that takes several sends is over; undefined when there is none. */
  #longWrite: Promise<void> | undefined;

  /** For the library itself: takes over a connected socket, with the sockaddrs of both ends. */
  constructor(socket: OverlappedSocket, localSockaddr: Uint8Array, remoteSockaddr: Uint8Array) {
    this.#socket = socket;
    this.#localSockaddr = localSockaddr;
    this.#remoteSockaddr = remoteSockaddr;
  }

  get localAddr(): NetAddr {
    return this.#localAddr ??= toNetAddr(decodeSockaddr(this.#localSockaddr), "tcp");
  }

  get remoteAddr(): NetAddr {
    return this.#remoteAddr ??= toNetAddr(decodeSockaddr(this.#remoteSockaddr), "tcp");
  }

  read(p: Uint8Array, options?: WaitOptions): Promise<number | null> {
    try {
      this.#checkOpen();
      checkBytes("p", p);
      if (p.byteLength === 0) throw new RangeError("p must have room for at least one byte, got 0 bytes");
      return this.#receive(p, options && checkSignal(options.signal));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #receive(target: Uint8Array, signal: AbortSignal | undefined): Promise<number | null> {
    const operation = acquireOperation();
    const length = Math.min(target.byteLength, this.#readSize);
    operation.use(allocateBuffer(length), length);
    operation.memory.setUint32(OFFSETS.flags, 0, true);
    operation.target = target;
    operation.context = this;
    const { buffersAddress, bytesAddress, flagsAddress, address } = operation;
    const failed = lastingCalls().WSARecv(
      this.#socket.handle,
      buffersAddress,
      1,
      bytesAddress,
      flagsAddress,
      address,
      0n,
    );
    return this.#socket.start(operation, codeOf(failed !== 0), TcpConn.#received, signal);
  }

  static readonly #received = (operation: Operation, code: number, bytes: number): number | null => {
    const conn = operation.context as TcpConn;
    const { target, buffer } = operation;
    if (code !== 0) throw conn.#failure(operation, code, "Cannot read from", "WSARecv");
    if (bytes === 0) return null;
    if (target!.byteLength < bytes) throw new TypeError(`p was detached or made shorter while ${bytes} bytes arrived`);
    copyFromNative(target!, buffer!.address, bytes);
    conn.#adaptReadSize(bytes, target!.byteLength);
    return bytes;
  };

  /** Reads that fill their buffer are followed by larger ones; those that use little of it by smaller ones. */
  #adaptReadSize(bytes: number, room: number): void {
    const size = this.#readSize;
    if (bytes === size && size < room) this.#readSize = Math.min(2 * size, LARGEST_READ);
    else if (bytes < size / 4 && size > FIRST_READ) this.#readSize = size / 2;
  }

  write(p: Uint8Array, options?: WaitOptions): Promise<number> {
    try {
      this.#checkOpen();
      checkBytes("p", p);
      const signal = options && checkSignal(options.signal);
      if (p.byteLength === 0) return Promise.resolve(0);
      if (p.byteLength > LARGEST_BUFFER || this.#longWrite !== undefined) return this.#writeInTurn(p, signal);
      return this.#send(p, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #send(data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    const operation = acquireOperation();
    const length = data.byteLength;
    const buffer = allocateBuffer(length);
    copyToNative(buffer.address, data, length);
    operation.use(buffer, length);
    operation.context = this;
    this.#sends++;
    const { buffersAddress, bytesAddress, address } = operation;
    const failed = lastingCalls().WSASend(this.#socket.handle, buffersAddress, 1, bytesAddress, 0, address, 0n);
    return this.#socket.start(operation, codeOf(failed !== 0), TcpConn.#sent, signal);
  }

  static readonly #sent = (operation: Operation, code: number, bytes: number): number => {
    const conn = operation.context as TcpConn;
    if (--conn.#sends === 0) conn.#allSent = void conn.#allSent?.resolve();
    // What went out before the end is no failure; the next write reports that.
    if (code !== 0 && bytes === 0) throw conn.#failure(operation, code, "Cannot write to", "WSASend");
    return bytes;
  };

  /** Writes what takes several sends, or follows something that does: bytes of two writes must not mix. */
  async #writeInTurn(data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    const { promise: turn, resolve: endTurn } = Promise.withResolvers<void>();
    const before = this.#longWrite;
    this.#longWrite = turn;
    try {
      if (before !== undefined) await withSignal(before, signal);
      return await this.#sendAll(data, signal);
    } finally {
      // Also when this write was aborted while it waited: the next one follows the one before.
      if (before !== undefined) await before;
      if (this.#longWrite === turn) this.#longWrite = undefined;
      endTurn();
    }
  }

  async #sendAll(data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    let written = 0;
    while (written < data.byteLength) {
      try {
        this.#checkOpen();
        signal?.throwIfAborted();
        const part = data.subarray(written, written + LARGEST_BUFFER);
        const sent = await this.#send(part, signal);
        written += sent;
        if (sent < part.byteLength) break;
      } catch (error) {
        if (written > 0) break; // says how much; the next write reports the error
        throw error;
      }
    }
    return written;
  }

  async closeWrite(): Promise<void> {
    this.#checkOpen();
    await this.#longWrite;
    if (this.#sends > 0) await (this.#allSent ??= Promise.withResolvers()).promise;
    this.#checkOpen();
    try {
      check(ws2_32().shutdown(this.#socket.handle, SD_SEND), "shutdown");
    } catch (error) {
      throw describeFailure(`Cannot end writing to ${this.#peer}`, error);
    }
  }

  close(): void {
    this.#checkOpen();
    this.#socket.close();
  }

  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return (this.#streams ??= new ConnStreams(this)).readable;
  }

  get writable(): WritableStream<Uint8Array<ArrayBufferLike>> {
    return (this.#streams ??= new ConnStreams(this)).writable;
  }

  setNoDelay(noDelay = true): void {
    this.#setOption("noDelay", noDelay, IPPROTO_TCP, TCP_NODELAY);
  }

  setKeepAlive(keepAlive = true): void {
    this.#setOption("keepAlive", keepAlive, SOL_SOCKET, SO_KEEPALIVE);
  }

  #setOption(what: string, value: boolean, level: number, name: number): void {
    this.#checkOpen();
    checkBoolean(what, value);
    try {
      setOption(this.#socket.handle, level, name, value ? 1 : 0);
    } catch (error) {
      throw describeFailure(`Cannot set ${what} of the connection with ${this.#peer}`, error);
    }
  }

  ref(): void {
    this.#socket.isRef = true;
  }

  unref(): void {
    this.#socket.isRef = false;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#socket.drained;
  }

  get #peer(): string {
    return formatEndpoint(decodeSockaddr(this.#remoteSockaddr));
  }

  #checkOpen(): void {
    if (this.#socket.isClosed) throw new Deno.errors.BadResource(`The connection with ${this.#peer} is closed`);
  }

  #failure(operation: Operation, code: number, verb: string, syscall: string): unknown {
    const tried = `${verb} ${this.#peer}`;
    const error = new WinsockError(code, syscall);
    return failureOf(operation, this.#socket, error, tried, () => interrupted(tried, syscall));
  }
}

/** A `net.Socket` over a connection of the library. */

import { Buffer } from "node:buffer";
import net from "node:net";
import type { TcpConn } from "../net/tcp/conn.ts";
import { openRoute, type RouteOptions } from "./open_route.ts";
import { type Attempted, codedError, toNodeError } from "./node_errors.ts";

/** Options of {@linkcode toNodeSocket}. */
export interface NodeSocketOptions {
  /** Whether the socket stays writable when the peer has ended. Default: `false`, as with Node. */
  allowHalfOpen?: boolean;
  /** Whether nothing is read before `resume()` or `read()` is called. Default: `false`. */
  pauseOnCreate?: boolean;
}

/** The room of a read at first, which grows as reads fill it, so that an idle connection takes little memory. */
const FIRST_ROOM = 2048;
const LARGEST_ROOM = 64 * 1024;
/** The least room that is worth a read: data of several reads share an array. */
const LEAST_ROOM = 512;
/** The most bytes of one send; the idle timer is restarted after each. */
const LARGEST_SEND = 256 * 1024;

type Callback = (error?: Error | null) => void;

/** Text or bytes that are written, with the encoding of text. */
interface Chunk {
  readonly chunk: string | Uint8Array;
  readonly encoding: BufferEncoding | "buffer";
}

/**
 * The part of Node's `net.Socket` that is not in its types. The class must be a `net.Socket`, as packages ask with
 * `instanceof`. A subclass works because all that Node's sockets do with the system goes through these members, and
 * `node:http`, `node:http2` and `node:tls` read and write a socket as any stream unless its handle is one of Node's own.
 */
interface Internals {
  connecting: boolean;
  _handle: Handle | null;
  /** Set by `node:http` while it reads no more requests. */
  _paused?: boolean;
  _server: unknown;
  server: unknown;
  _unrefTimer(): void;
  _undestroy(): void;
}

interface InternalMethods {
  _writeGeneric(isMany: boolean, data: unknown, encoding: string, callback: Callback): void;
  _destroy(error: Error | null, callback: Callback): void;
  _reset(): void;
}

const inherited = net.Socket.prototype as unknown as InternalMethods;
const normalizeArguments = (net as unknown as {
  _normalizeArgs(parameters: readonly unknown[]): [options: ConnectOptions, callback: (() => void) | null];
})._normalizeArgs;

type ConnectOptions = RouteOptions & {
  readonly noDelay?: boolean;
  readonly keepAlive?: boolean;
  readonly keepAliveInitialDelay?: number;
  readonly path?: string | null;
};

/**
 * What stands for a handle of Node's. `node:tls` takes a socket without one for one that still connects, and Node emits
 * `"close"`, with whether there was an error, when it has been closed. The data does not go through it.
 */
class Handle {
  readonly #socket: NodeSocket;

  constructor(socket: NodeSocket) {
    this.#socket = socket;
  }

  readStart(): number {
    return 0;
  }

  readStop(): number {
    return 0;
  }

  getAsyncId(): number {
    return 0;
  }

  reset(): void {
    const conn = connOf(this.#socket);
    if (conn !== undefined) conn.options.linger = 0;
  }

  close(closed: () => void): void {
    connOf(this.#socket)?.[Symbol.dispose]();
    setImmediate(closed); // after "error", as with Node, and whoever waits for that
  }
}

let connOf: (socket: NodeSocket) => TcpConn | undefined;

/** What {@linkcode toNodeSocket} and {@linkcode createConnection} return. */
export class NodeSocket extends net.Socket {
  /** Kept when it is closed: Node keeps the address of the peer. */
  #conn: TcpConn | undefined;
  #opening: AbortController | undefined;
  #isReading = false;
  #room = new Uint8Array(0);
  #roomSize = FIRST_ROOM;
  #bytesRead = 0;
  #bytesWritten = 0;
  #isUnref = false;
  #noDelay: boolean | undefined;
  #keepAlive: [isOn: boolean, delay: number] | undefined;

  constructor(options: NodeSocketOptions & net.SocketConstructorOpts & { signal?: AbortSignal }, conn?: TcpConn) {
    super(options);
    if (conn === undefined) return;
    this.#conn = conn;
    this.#internals._handle = this.#handle;
    if (options.pauseOnCreate === true) this.pause();
    else this.read(0);
  }

  readonly #handle = new Handle(this);

  get #internals(): Internals {
    return this as unknown as Internals;
  }

  // Connecting

  override connect(...parameters: unknown[]): this {
    const [options, callback] = normalizeArguments(parameters);
    if (options.path != null) {
      throw new TypeError(
        `options.path must be undefined, as these sockets are TCP, got ${Deno.inspect(options.path)}`,
      );
    }
    if (this.#internals.connecting) throw codedError("EALREADY", "connect EALREADY: the socket is connecting already");
    if (this.#conn !== undefined && !this.destroyed) {
      throw codedError("EISCONN", "connect EISCONN: the socket is connected already");
    }
    if (this.destroyed) this.#internals._undestroy();
    this.#conn = undefined;
    if (callback !== null) this.once("connect", callback);
    this.#internals._unrefTimer();
    this.#internals.connecting = true;
    if (options.noDelay !== undefined) this.#noDelay = Boolean(options.noDelay);
    if (options.keepAlive !== undefined) this.setKeepAlive(options.keepAlive, options.keepAliveInitialDelay);
    const opening = this.#opening = new AbortController();
    openRoute(this, options, opening.signal).then(
      (conn) => this.#connected(conn, opening),
      (error) => {
        if (!opening.signal.aborted) this.destroy(error);
      },
    );
    return this;
  }

  #connected(conn: TcpConn, opening: AbortController): void {
    if (opening.signal.aborted) return conn[Symbol.dispose]();
    this.#conn = conn;
    this.#internals.connecting = false;
    if (this.#isUnref) conn.unref();
    if (this.#noDelay) conn.setNoDelay(true);
    if (this.#keepAlive) this.#setKeepAlive(...this.#keepAlive);
    this.#internals._unrefTimer();
    this.emit("connect");
    this.emit("ready");
    if (this.destroyed) return;
    // Not before "connect": a TLS socket that waited for that takes a handle for one of Node's own.
    this.#internals._handle = this.#handle;
    if (this.readable && !this.isPaused()) this.read(0);
  }

  // The stream

  override _read(size: number): void {
    if (this.connecting || this.#conn === undefined) {
      this.once("connect", () => this._read(size));
      return;
    }
    if (this.#isReading) return;
    this.#isReading = true;
    if (this.#room.byteLength < LEAST_ROOM) this.#room = new Uint8Array(this.#roomSize);
    this.#conn.read(this.#room).then(this.#onRead, this.#onReadError);
  }

  readonly #onRead = (bytes: number | null): void => {
    this.#isReading = false;
    if (this.destroyed) return;
    this.#internals._unrefTimer();
    if (bytes === null) {
      this.push(null);
      this.read(0);
      return;
    }
    const room = this.#room;
    this.#bytesRead += bytes;
    this.#room = room.subarray(bytes);
    if (bytes === room.byteLength) this.#roomSize = Math.min(2 * this.#roomSize, LARGEST_ROOM);
    this.push(Buffer.from(room.buffer, room.byteOffset, bytes));
  };

  readonly #onReadError = (error: unknown): void => {
    this.#isReading = false;
    if (!this.destroyed) this.destroy(this.#toError(error, "read"));
  };

  _writeGeneric(isMany: boolean, data: unknown, encoding: string, callback: Callback): void {
    if (this.connecting) return inherited._writeGeneric.call(this, isMany, data, encoding, callback);
    if (this.#conn === undefined) return callback(codedError("ERR_SOCKET_CLOSED", "Socket is closed"));
    this.#internals._unrefTimer();
    const bytes = isMany
      ? gather(data as readonly Chunk[])
      : bytesOf({ chunk: data as Chunk["chunk"], encoding: encoding as Chunk["encoding"] });
    this.#send(bytes, 0, callback);
  }

  #send(bytes: Uint8Array, from: number, callback: Callback): void {
    const part = bytes.byteLength - from <= LARGEST_SEND && from === 0
      ? bytes
      : bytes.subarray(from, from + LARGEST_SEND);
    this.#conn!.write(part).then((sent) => {
      this.#bytesWritten += sent;
      this.#internals._unrefTimer();
      // A send that the system took a part of has failed, and the next one says why.
      if (from + sent < bytes.byteLength) return this.#send(bytes, from + sent, callback);
      callback();
      if (this.#internals._paused === true) setImmediate(this.#drain);
    }, (error) => callback(this.#toError(error, "write") as Error));
  }

  /**
   * A server of Deno's `node:http` stops reading when many responses to pipelined requests are queued, and looks whether it
   * can go on when the socket has drained: but that it does not hear of when no single write had to wait.
   */
  readonly #drain = (): void => {
    if (this.#internals._paused === true && !this.destroyed && !this.writableNeedDrain) this.emit("drain");
  };

  override _final(callback: Callback): void {
    if (this.connecting) {
      this.once("connect", () => this._final(callback));
      return;
    }
    if (this.#conn === undefined) return callback();
    this.#conn.closeWrite().then(() => callback(), (error) => {
      const failure = this.#toError(error, "shutdown") as Error & { code?: string };
      // A connection that is gone needs no end. Why it is, reading says.
      callback(failure.code === "ENOTCONN" || failure.code === "ECONNRESET" ? null : failure);
    });
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#opening?.abort();
    this.#internals._handle = this.#handle;
    inherited._destroy.call(this, error, callback);
  }

  #toError(error: unknown, syscall: Attempted["syscall"]): Error {
    return toNodeError(error, { syscall }) as Error;
  }

  override resetAndDestroy(): this {
    if (this.destroyed) return this;
    if (this.connecting) {
      this.once("connect", () => inherited._reset.call(this));
    } else if (this.#conn === undefined) {
      this.destroy(codedError("ERR_SOCKET_CLOSED", "Socket is closed"));
    } else {
      inherited._reset.call(this);
    }
    return this;
  }

  // What is known of the connection

  _getpeername(): net.AddressInfo | Record<never, never> {
    return this.#conn === undefined ? {} : addressInfo(this.#conn.remoteAddr);
  }

  _getsockname(): net.AddressInfo | Record<never, never> {
    return this.#conn === undefined || this.destroyed ? {} : addressInfo(this.#conn.localAddr);
  }

  static {
    connOf = (socket) => socket.#conn;
    // Accessors in Node's class too, though its types have them as properties.
    Object.defineProperties(this.prototype, {
      bytesRead: {
        get(this: NodeSocket) {
          return this.#bytesRead;
        },
      },
      _bytesDispatched: {
        get(this: NodeSocket) {
          return this.#bytesWritten;
        },
      },
      pending: {
        get(this: NodeSocket) {
          return this.#conn === undefined || this.connecting || this.destroyed;
        },
      },
      bufferSize: {
        get(this: NodeSocket) {
          return this.writableLength;
        },
      },
    });
  }

  // Options

  override setNoDelay(noDelay = true): this {
    const isWanted = Boolean(noDelay);
    if (isWanted === (this.#noDelay ?? false)) return this;
    this.#noDelay = isWanted;
    if (this.#conn !== undefined && !this.destroyed) this.#conn.setNoDelay(isWanted);
    return this;
  }

  override setKeepAlive(enable: boolean | { enable?: boolean } = false, initialDelay = 0): this {
    const isWanted = typeof enable === "object" ? Boolean(enable.enable) : Boolean(enable);
    this.#keepAlive = [isWanted, initialDelay];
    if (this.#conn !== undefined && !this.destroyed) this.#setKeepAlive(isWanted, initialDelay);
    return this;
  }

  #setKeepAlive(isOn: boolean, delay: number): void {
    const seconds = Math.trunc(delay / 1000);
    if (isOn && seconds > 0) this.#conn!.options.keepAliveIdle = Math.min(seconds, 0x7fff);
    this.#conn!.setKeepAlive(isOn);
  }

  override ref(): this {
    this.#isUnref = false;
    if (!this.destroyed) this.#conn?.ref();
    return this;
  }

  override unref(): this {
    this.#isUnref = true;
    if (!this.destroyed) this.#conn?.unref();
    return this;
  }
}

function bytesOf({ chunk, encoding }: Chunk): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk, encoding as BufferEncoding) : chunk;
}

/** One array of several chunks: one send for the head and the body of a response. */
function gather(chunks: readonly Chunk[]): Uint8Array {
  return chunks.length === 1 ? bytesOf(chunks[0]) : Buffer.concat(chunks.map(bytesOf));
}

/** An address as Node has it. */
export function addressInfo({ hostname, port }: Deno.NetAddr): net.AddressInfo {
  return { address: hostname, family: hostname.includes(":") ? "IPv6" : "IPv4", port };
}

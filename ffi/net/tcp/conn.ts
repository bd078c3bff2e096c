import { checkTimeout, type WaitOptions, withTimeout } from "../wait.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { isIpv4, unmapAddress } from "../../marshal/ip_address.ts";
import { checkBytes, checkInteger, checkOptions, checkSignal, show } from "../../marshal/arguments.ts";
import { decodeRemote, decodeSockaddr, formatEndpoint, type NetAddr, toNetAddr } from "../../marshal/sockaddr.ts";
import { OptionAccess } from "../options.ts";
import { drainInput, hasUnreadInput } from "./drain_input.ts";
import { closedError, describeFailure, inspectAs, stateOf } from "../open_socket.ts";
import { ConnStreams } from "./streams.ts";
import { readTcpInfo, type TcpInfo, TcpOptions } from "./options.ts";
import { ws2_32 } from "../../win32/ws2_32.ts";
import { LARGEST_BUFFER } from "../../overlapped/native_memory.ts";
import { sendFile, type SendFileOptions } from "./send_file.ts";
import { TcpReader } from "./reader.ts";
import { TcpWriter } from "./writer.ts";
import { type ConnDescription, duplicate, newClaim } from "./detached.ts";

/** Whether a connection is open; undefined for what is no connection. */
export let isOpen: (value: unknown) => boolean | undefined;

/** What was done with a connection before this isolate had it. */
interface EarlierUse {
  /** What was received and not read. */
  readonly unread: Uint8Array;
  readonly hasWritten: boolean;
}

/**
 * A TCP connection, made by {@linkcode connect} and {@linkcode TcpListener.accept}; assignable to `Deno.TcpConn`. While
 * something waits for it the process stays alive, unless the connection is unref'd.
 *
 * @example Send a request, end the sending side, read the whole reply
 * ```ts
 * import { connect, listen } from "@winsock/ws2";
 *
 * using listener = listen();
 * listener.accept().then((conn) => conn.readable.pipeTo(conn.writable)); // a server that echoes
 *
 * using conn = await connect({ hostname: "::1", port: listener.addr.port });
 * await conn.write(new TextEncoder().encode("hello"));
 * await conn.closeWrite();
 * console.log(await new Response(conn.readable).text()); // hello
 * ```
 */
export class TcpConn implements Deno.TcpConn {
  readonly #socket: OverlappedSocket;
  /** Those of both ends. */
  readonly #sockaddrs: Uint8Array;
  #localAddr: NetAddr<"tcp"> | undefined;
  #remoteAddr: NetAddr<"tcp"> | undefined;
  #streams: ConnStreams | undefined;
  #options: TcpOptions | undefined;
  #timeout = 0;

  readonly #reader: TcpReader;
  readonly #writer: TcpWriter;

  /**
   * Takes over a connected socket, with the sockaddrs of this end and the other, 28 bytes each.
   *
   * @param earlier What another isolate or process has done with it.
   */
  constructor(socket: OverlappedSocket, sockaddrs: Uint8Array, earlier?: EarlierUse) {
    this.#socket = socket;
    this.#reader = new TcpReader(socket, sockaddrs);
    this.#writer = new TcpWriter(socket, sockaddrs);
    this.#sockaddrs = sockaddrs;
    if (earlier === undefined) return;
    this.#writer.hasWritten = earlier.hasWritten;
    this.#reader.keepUnread(earlier.unread);
  }

  static {
    isOpen = (value) => value instanceof TcpConn ? !value.#socket.isClosed : undefined;
    inspectAs(this, (conn) => {
      const { localAddr, remoteAddr } = conn;
      return { localAddr, remoteAddr, state: stateOf(conn.#socket) };
    });
  }

  /** The local address. */
  get localAddr(): NetAddr<"tcp"> {
    return this.#localAddr ??= toNetAddr(decodeSockaddr(this.#sockaddrs), "tcp");
  }

  /** The address of the peer. An IPv4 peer of a dual-stack socket appears as plain IPv4. */
  get remoteAddr(): NetAddr<"tcp"> {
    return this.#remoteAddr ??= toNetAddr(decodeRemote(this.#sockaddrs), "tcp");
  }

  /**
   * Receives into `p`: waits for data, then takes what has arrived. Several reads may wait at the same time; they are settled
   * in the order of the calls. `p` is written when data has arrived, and can be used freely until then.
   *
   * @param p Where to put the data. When it is detached or made shorter while the read waits, the read rejects, and the
   * next one is given the data.
   * @param options How to end the wait. An abort ends this read and no other one. A read that has been given data resolves
   * with it, aborted or not.
   * @returns How many bytes, at least 1 and at most the size of `p`; `null` when the peer has ended sending.
   * @throws {TypeError} When `p` is no `Uint8Array`, or has been detached.
   * @throws {RangeError} When `p` is empty.
   * @throws {Deno.errors.ConnectionReset} When the peer has reset the connection.
   * @throws {Deno.errors.Interrupted} When the connection is closed during the wait.
   * @throws {Deno.errors.BadResource} When it is closed already.
   * @throws The reason of the signal, when that is aborted first.
   */
  read(p: Uint8Array, options?: WaitOptions): Promise<number | null> {
    try {
      this.#checkOpen();
      const target = checkBytes("p", p);
      if (target.byteLength === 0) throw new RangeError("p must have room for at least one byte, got 0 bytes");
      const signal = options && checkSignal(options.signal);
      if (this.#timeout === 0) return this.#reader.read(target, signal);
      const tried = (): [string, string] => [`Cannot read from ${this.#peer}`, "WSARecv"];
      return withTimeout(this.#timeout, signal, tried, (signal) => this.#reader.read(target, signal));
    } catch (error) {
      return Promise.reject(describeFailure(`Cannot read from ${this.#peer}`, error));
    }
  }

  /**
   * Sends `p`. Several writes may wait at the same time; their bytes go out in order and never mix. Do not change `p` until
   * the write has resolved.
   *
   * An abort stops what has not been handed to the system. If part of `p` is in flight at that moment, it is cancelled, and
   * the system does not say for certain how much of it was sent: at least as much as the write resolves with. Later data
   * could not continue at the right place, so every later write fails with `Deno.errors.BrokenPipe`; close the connection.
   * A write that is aborted while it is queued, or before any of it is in flight, leaves the stream intact.
   *
   * @param p The data.
   * @param options How to end the wait.
   * @returns How many bytes were taken over by the system: all of `p`, or fewer when the write was aborted or the
   * connection failed halfway; the next write then says why. After an abort it is the least that it can be.
   * @throws {TypeError} When `p` is no `Uint8Array`, or has been detached.
   * @throws {Deno.errors.ConnectionReset} When the peer has reset the connection.
   * @throws {Deno.errors.BrokenPipe} After {@linkcode closeWrite}, and after a write that was aborted while it was being
   * sent.
   * @throws {Deno.errors.Interrupted} When the connection is closed during the wait.
   * @throws {Deno.errors.BadResource} When it is closed already.
   * @throws The reason of the signal, when that is aborted before anything went out.
   */
  write(p: Uint8Array, options?: WaitOptions): Promise<number> {
    try {
      this.#checkOpen();
      const data = checkBytes("p", p);
      const signal = options && checkSignal(options.signal);
      if (data.byteLength === 0) return Promise.resolve(0);
      if (this.#timeout === 0) return this.#writer.write(data, signal);
      const tried = (): [string, string] => [`Cannot write to ${this.#peer}`, "WSASend"];
      return withTimeout(this.#timeout, signal, tried, (signal) => this.#writer.write(data, signal));
    } catch (error) {
      return Promise.reject(describeFailure(`Cannot write to ${this.#peer}`, error));
    }
  }

  /**
   * Receives into several arrays: waits for data, then fills one after another with what has arrived. One call of the system
   * receives for all of them. Reads of both kinds are settled in the order of the calls.
   *
   * @example Read a header and what follows it
   * ```ts
   * import { connect, listen } from "@winsock/ws2";
   *
   * using listener = listen();
   * using client = await connect({ hostname: "::1", port: listener.addr.port });
   * using server = await listener.accept();
   * await client.writev([Uint8Array.of(0, 5), new TextEncoder().encode("hello")]);
   * const [header, body] = [new Uint8Array(2), new Uint8Array(100)];
   * const bytes = await server.readv([header, body]);
   * console.log(bytes, header[1], new TextDecoder().decode(body.subarray(0, 5))); // 7 5 hello
   * ```
   *
   * @param buffers Where to put the data. Do not detach them or make them shorter while the read waits: it would reject, and
   * the data would be lost.
   * @param options How to end the wait.
   * @returns How many bytes, at least 1; `null` when the peer has ended sending.
   * @throws {TypeError} When `buffers` is no array, or one of it is no `Uint8Array` or has been detached.
   * @throws {RangeError} When there is no room in them.
   * @throws What {@linkcode read} throws.
   */
  async readv(buffers: readonly Uint8Array[], options?: WaitOptions): Promise<number | null> {
    this.#checkOpen();
    const [targets, room] = checkParts("buffers", buffers);
    if (room === 0) throw new RangeError("buffers must have room for at least one byte, got 0 bytes");
    const all = new Uint8Array(Math.min(room, LARGEST_BUFFER));
    const bytes = await this.read(all, options);
    let rest = all.subarray(0, bytes ?? 0);
    for (const target of targets) {
      const part = rest.subarray(0, target.byteLength);
      target.set(part);
      rest = rest.subarray(part.length);
    }
    if (rest.length > 0) throw new TypeError(`buffers were detached or made shorter while ${bytes} bytes arrived`);
    return bytes;
  }

  /**
   * Sends several arrays, one after another, such as a header and a body, as one {@linkcode write}: by one call of the system
   * where that has room for all, so that they can share a packet.
   *
   * @param buffers The data. It is copied, and can be changed at once.
   * @param options How to end the wait.
   * @returns How many bytes were taken over by the system, as with {@linkcode write}.
   * @throws {TypeError} When `buffers` is no array, or one of it is no `Uint8Array` or has been detached.
   * @throws What {@linkcode write} throws.
   */
  writev(buffers: readonly Uint8Array[], options?: WaitOptions): Promise<number> {
    try {
      this.#checkOpen();
      const [parts, length] = checkParts("buffers", buffers);
      const signal = options && checkSignal(options.signal);
      if (length === 0) return Promise.resolve(0);
      return this.#writer.writeAll(parts, signal);
    } catch (error) {
      return Promise.reject(describeFailure(`Cannot write to ${this.#peer}`, error));
    }
  }

  /**
   * Sends a file, or a part of it, after all queued writes. The system reads and sends it by itself (`TransmitFile`), by one
   * call for each GiB. A `Deno.FsFile`, whose handle Deno does not give away, is read and written piece by piece instead.
   *
   * An abort or a failure halfway leaves the connection as an aborted {@linkcode write} does: how much was sent is not
   * certain, and later writes fail.
   *
   * @example Answer a request with a file
   * ```ts ignore
   * import { listen } from "@winsock/ws2";
   *
   * using listener = listen({ port: 8000 });
   * for await (const conn of listener) {
   *   const head = new TextEncoder().encode("HTTP/1.0 200 OK\r\n\r\n");
   *   await conn.sendFile("index.html", { head }); // needs --allow-read
   *   conn.close();
   * }
   * ```
   *
   * @param file The path, for which the permission `--allow-read` is needed as for `Deno.open`, or an open file. The
   * latter is read from `offset` where that is given, or from where it is.
   * @param options Which part, what goes before and behind it, and how to end the wait.
   * @returns How many bytes were sent, with `head` and `tail`. Fewer than asked for when the file is shorter.
   * @throws {TypeError} When an argument is of the wrong type.
   * @throws {RangeError} When `offset` or `length` is no whole number from 0.
   * @throws {Deno.errors.NotFound} When there is no such file.
   * @throws {Deno.errors.PermissionDenied} When the system does not let it be read, or when it is a folder.
   * @throws {Deno.errors.NotCapable} Without the permission to read it.
   * @throws What {@linkcode write} throws.
   */
  async sendFile(file: string | Deno.FsFile, options: SendFileOptions = {}): Promise<number> {
    this.#checkOpen();
    checkOptions(options);
    const tried = `Cannot send a file to ${this.#peer}`;
    return await sendFile({ socket: this.#socket, writer: this.#writer, tried }, file, options);
  }

  /**
   * Ends the sending side after all queued writes. The peer reads the end of the stream and can still send.
   *
   * @throws {Deno.errors.NotConnected} When the connection is gone.
   * @throws {Deno.errors.BrokenPipe} After a write that was aborted while it was being sent: the peer must not take what it
   * has for the whole.
   * @throws {Deno.errors.Interrupted} When it is closed meanwhile.
   * @throws {Deno.errors.BadResource} When it is closed.
   */
  async closeWrite(): Promise<void> {
    this.#checkOpen();
    await this.#writer.end();
  }

  /**
   * Closes the connection. Calls that wait reject with `Deno.errors.Interrupted`. Data of writes that have resolved is still
   * sent in the background. Of a write that waits, the part that has not been handed to the system is not sent, and how
   * much of the part in flight is sent is undefined.
   *
   * If unread input is left, the system would reset the connection and drop what the peer has not read yet. So, if anything
   * was written, the sending side is ended first, and input is discarded until the peer ends too: for at most 2 seconds and
   * 4 MiB. Set {@linkcode TcpOptions.linger} to 0 first to reset the connection instead.
   *
   * @throws {Deno.errors.BadResource} When it is closed already.
   */
  close(): void {
    this.#checkOpen();
    this.#close();
  }

  /**
   * The received data, as a byte stream. Its end leaves the sending side open; the connection closes when
   * {@linkcode writable} is closed too. Cancelling it closes the connection, unless `writable` is in use.
   */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return (this.#streams ??= new ConnStreams(this)).readable;
  }

  /**
   * The data to send, as a stream. Closing it ends the sending side, as {@linkcode closeWrite} does; aborting it closes the
   * connection.
   */
  get writable(): WritableStream<Uint8Array<ArrayBufferLike>> {
    return (this.#streams ??= new ConnStreams(this)).writable;
  }

  /** The options of the connection, such as its buffer sizes. */
  get options(): TcpOptions {
    return this.#options ??= new TcpOptions(this.#access);
  }

  /**
   * How long each read and write may wait, in milliseconds from 1 to 2147483647; what takes longer rejects with `Deno.errors.TimedOut`.
   * `undefined`, the default, is for ever. A write that times out halfway resolves
   * with fewer bytes, and the connection is over for writing, as after an abort: see {@linkcode write}.
   *
   * @example Give up after a while
   * ```ts
   * import { connect, listen } from "@winsock/ws2";
   *
   * using listener = listen();
   * using conn = await connect({ hostname: "::1", port: listener.addr.port });
   * conn.timeout = 20;
   * console.log(await conn.read(new Uint8Array(1)).catch((error) => error.name)); // TimedOut
   * ```
   */
  get timeout(): number | undefined {
    return this.#timeout || undefined;
  }
  set timeout(timeout: number | undefined) {
    this.#timeout = checkTimeout(timeout);
  }

  /**
   * What the system knows of the connection (`SIO_TCP_INFO`): round trip time, bytes, retransmissions and more.
   *
   * @returns The figures of this moment.
   * @throws {Deno.errors.NotSupported} When the system has none; Windows has them from version 10 1703.
   * @throws {Deno.errors.BadResource} When the connection is closed.
   */
  info(): TcpInfo {
    return readTcpInfo(this.#access);
  }

  get #access(): OptionAccess {
    // A connection is of one family, though the socket may be for both.
    const family = isIpv4(unmapAddress(decodeRemote(this.#sockaddrs).address)) ? "ipv4" : "ipv6";
    return new OptionAccess(this.#socket, family, () => `the connection with ${this.#peer}`);
  }

  /**
   * Sets {@linkcode TcpOptions.noDelay}: whether small writes are sent immediately instead of being gathered.
   *
   * @param noDelay `true`, the default, to send immediately. A new connection gathers.
   * @throws {TypeError} When it is no boolean.
   * @throws {Deno.errors.BadResource} When the connection is closed.
   */
  setNoDelay(noDelay = true): void {
    this.options.noDelay = noDelay;
  }

  /**
   * Sets {@linkcode TcpOptions.keepAlive}: whether an idle connection is probed, so that a peer that has vanished is
   * noticed.
   *
   * @param keepAlive `true`, the default, to probe. A new connection does not.
   * @throws {TypeError} When it is no boolean.
   * @throws {Deno.errors.BadResource} When the connection is closed.
   */
  setKeepAlive(keepAlive = true): void {
    this.options.keepAlive = keepAlive;
  }

  /**
   * Hands the connection over: the description can be posted to another Worker, where {@linkcode adopt} makes a connection
   * of it again. Here it counts as closed from then on. What was received and not read goes with it. A description that
   * nobody adopts keeps the connection open until the process ends: see {@linkcode closeDetached}.
   *
   * No read or write may be under way, and the streams must not be in use. A connection that has just been accepted can
   * always be handed over; one that was read from, or was made by {@linkcode connect}, only where the system can take a
   * socket away from its completion port: Windows since 8.1, but not Wine.
   *
   * @example Accept in one Worker, serve in another
   * ```ts
   * import { adopt, connect, listen } from "@winsock/ws2";
   *
   * using listener = listen();
   * const [client, accepted] = await Promise.all([
   *   connect({ hostname: "::1", port: listener.addr.port }),
   *   listener.accept(),
   * ]);
   * const description = structuredClone(accepted.detach()); // as worker.postMessage() does
   *
   * using conn = adopt(description);
   * await conn.write(new TextEncoder().encode("hello"));
   * const buffer = new Uint8Array(5);
   * await client.read(buffer);
   * console.log(new TextDecoder().decode(buffer)); // hello
   * client.close();
   * ```
   *
   * @returns The description, for one isolate of this process.
   * @throws {Deno.errors.Busy} When a read or write is under way.
   * @throws {Deno.errors.BrokenPipe} After a write that was aborted while it was being sent.
   * @throws {Deno.errors.NotSupported} When the system cannot take the socket away from its completion port. The connection
   * remains open.
   * @throws {Deno.errors.BadResource} When it is closed.
   */
  detach(): ConnDescription {
    this.#prepareHandover();
    const { handle } = this.#socket;
    const [unread, sockaddrs] = [this.#reader.copyUnread(), this.#sockaddrs.slice()];
    this.#release();
    return {
      kind: "tcp connection",
      handle,
      sockaddrs,
      unread,
      hasWritten: this.#writer.hasWritten,
      claim: newClaim(),
    };
  }

  /**
   * Hands the connection over to another process of this machine, where {@linkcode adopt} makes a connection of the bytes.
   * Here it counts as closed from then on. If that process does not adopt it, the connection stays open until it ends.
   *
   * @example Hand a connection over by way of bytes, here to this very process
   * ```ts
   * import { adopt, connect, listen } from "@winsock/ws2";
   *
   * using listener = listen();
   * const [client, accepted] = await Promise.all([
   *   connect({ hostname: "127.0.0.1", port: listener.addr.port }),
   *   listener.accept(),
   * ]);
   * const bytes = accepted.duplicateFor(Deno.pid);
   * using conn = adopt(bytes);
   * console.log(bytes.length, conn.remoteAddr.port === client.localAddr.port); // 628 true
   * client.close();
   * ```
   *
   * @param pid The id of the process, which must run and be open to this one.
   * @returns A WSAPROTOCOL_INFOW, 628 bytes, and what was received and not read.
   * @throws {TypeError} When the id is no number.
   * @throws {RangeError} When it is out of its range.
   * @throws What {@linkcode detach} throws, and the error that fits when there is no such process: the connection is closed
   * then.
   */
  duplicateFor(pid: number): Uint8Array<ArrayBuffer> {
    checkInteger("pid", pid, 1, 0xffffffff);
    this.#prepareHandover();
    const { handle } = this.#socket;
    const unread = this.#reader.copyUnread();
    this.#release();
    try {
      return duplicate(handle, pid, unread);
    } catch (error) {
      throw describeFailure(`Cannot hand the connection with ${this.#peer} over to process ${pid}`, error);
    } finally {
      ws2_32().closesocket(handle); // the other process has a handle of its own
    }
  }

  /**
   * The SOCKET, for calls of Winsock that the library does not make. It belongs to the connection, which alone closes it.
   * Calls with an OVERLAPPED must not be made: their packets would come to the completion port of the library.
   *
   * @throws {Deno.errors.BadResource} When the connection is closed.
   */
  get unsafeHandle(): bigint {
    this.#checkOpen();
    return this.#socket.handle;
  }

  /** Undoes {@linkcode unref}: calls that wait for this connection keep the process alive. */
  ref(): void {
    this.#socket.isRef = true;
  }

  /** Lets the process end even if a call waits for this connection. */
  unref(): void {
    this.#socket.isRef = false;
  }

  /** Closes the connection unless it is closed; for `using`. */
  [Symbol.dispose](): void {
    this.#close();
  }

  /** Closes the connection and waits until nothing of it is left in the system; for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#socket.drained;
  }

  #close(): void {
    if (this.#socket.isClosed) return;
    const hasUnread = this.#writer.hasWritten && (this.#reader.hasUnread || hasUnreadInput(this.#socket));
    this.#socket.close(false, hasUnread ? () => drainInput(this.#socket) : undefined);
    this.#reader.close();
  }

  #prepareHandover(): void {
    this.#checkOpen();
    const tried = `Cannot hand the connection with ${this.#peer} over`;
    this.#writer.checkWhole(tried);
    if (this.#socket.isBusy) throw new Deno.errors.Busy(`${tried}: a read or write is under way`);
  }

  #release(): void {
    try {
      this.#socket.release();
    } catch (error) {
      throw describeFailure(`Cannot hand the connection with ${this.#peer} over`, error);
    }
    this.#reader.close();
  }

  get #peer(): string {
    return formatEndpoint(decodeRemote(this.#sockaddrs));
  }

  #checkOpen(): void {
    if (this.#socket.isClosed) throw closedError(`the connection with ${this.#peer}`);
  }
}

/** Checks several arrays of a read or write; returns them and their length together. */
function checkParts(name: string, value: unknown): [parts: Uint8Array[], length: number] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, got ${show(value)}`);
  const parts = Array.from(value, (part, index) => checkBytes(`${name}[${index}]`, part));
  return [parts, parts.reduce((length, part) => length + part.byteLength, 0)];
}

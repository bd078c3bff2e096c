/** UDP with one peer: `connectDatagram()`. */

import { acquireSend, type Operation } from "../../overlapped/operation.ts";
import { check, lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { udpProvider } from "../../win32/provider.ts";
import { datagramCalls, peerCalls } from "../../win32/ws2_32.ts";
import { ANY_IPV4, ANY_IPV6, destinationFor, type IpAddress, isIpv4, unmapAddress } from "../../marshal/ip_address.ts";
import {
  checkAddress,
  checkBoolean,
  checkBytes,
  checkFamily,
  checkHostname,
  checkOptions,
  checkPort,
  checkSignal,
  checkTransport,
  show,
} from "../../marshal/arguments.ts";
import {
  encodeSockaddr,
  type Endpoint,
  formatEndpoint,
  formatHostPort,
  type NetAddr,
  type SocketFamily,
  toNetAddr,
} from "../../marshal/sockaddr.ts";
import { bindLocal } from "../bind.ts";
import { afOf, localEndpoint, setUpSocket } from "../create.ts";
import { inspectAs, stateOf } from "../open_socket.ts";
import { OptionAccess } from "../options.ts";
import { lookUp } from "../resolve.ts";
import {
  checkTimeout,
  iterate,
  peeksOf,
  promised,
  type ReceiveOptions,
  signalOf,
  type WaitOptions,
  withTimeout,
} from "../wait.ts";
import { ignoreUnreachable } from "./listen.ts";
import { DatagramOptions } from "./options.ts";
import { receiveData } from "./receive.ts";
import { checkLength, MAX_PAYLOAD } from "./send.ts";
import { DatagramSocket } from "./socket.ts";

/** Options of {@linkcode connectDatagram}. */
export interface ConnectDatagramOptions {
  /** The peer: an IP address or a name. `0.0.0.0` and `::` stand for this machine. Default: `"127.0.0.1"`. */
  hostname?: string;
  /** Its port, from 1 to 65535. */
  port: number;
  /** `"udp"`, which is the default and all there is. */
  transport?: "udp";
  /** Only addresses of this family. Default: both; the first that there is a way to is taken. */
  family?: 4 | 6;
  /** The local address. Default: the system chooses the one from which the peer is reached. */
  localAddress?: string;
  /**
   * The local port. Default: 0: the system chooses. On a port of one's own, what strangers sent before the socket had its peer
   * may still be received.
   */
  localPort?: number;
  /**
   * Whether calls fail with `Deno.errors.ConnectionReset` when the peer's machine has answered that nobody has the port (an
   * ICMP "port unreachable"). Default: `false`.
   */
  connectionReset?: boolean;
  /** Ends the look-up of the name, and closes the socket; what waits then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A UDP socket with one peer, made by {@linkcode connectDatagram}. */
export class ConnectedDatagramConn implements AsyncDisposable, Disposable {
  /** The local address and port. */
  readonly localAddr: NetAddr<"udp">;
  /** The address and port of the peer. */
  readonly remoteAddr: NetAddr<"udp">;
  readonly #socket: DatagramSocket;
  readonly #limit: number;
  #options: DatagramOptions | undefined;
  #timeout = 0;
  #readable: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  #writable: WritableStream<Uint8Array<ArrayBufferLike>> | undefined;

  /** Takes over a connected socket. */
  constructor(socket: DatagramSocket, remoteAddr: NetAddr<"udp">) {
    this.#socket = socket;
    this.localAddr = socket.addr;
    this.remoteAddr = remoteAddr;
    this.#limit = socket.family === "ipv4" ? MAX_PAYLOAD.ipv4 : MAX_PAYLOAD.ipv6;
  }

  static {
    inspectAs(this, (conn) => {
      const { localAddr, remoteAddr } = conn;
      return { localAddr, remoteAddr, state: stateOf(conn.#socket.overlapped) };
    });
  }

  /**
   * Sends a datagram to the peer.
   *
   * @param p The data, up to 65507 bytes for IPv4 and 65527 for IPv6. It may be used freely after the call.
   * @param options How to cancel it.
   * @returns How many bytes were sent.
   * @throws {TypeError} When `p` is no `Uint8Array`.
   * @throws {RangeError} When `p` is too long.
   * @throws {Deno.errors.ConnectionReset} With the option `connectionReset`, when an earlier datagram had no receiver.
   * @throws {Deno.errors.Interrupted} When the socket is closed meanwhile.
   * @throws {Deno.errors.BadResource} When it is closed already.
   * @throws The reason of the signal, when that is aborted before the datagram is sent.
   */
  send(p: Uint8Array, options?: WaitOptions): Promise<number> {
    return promised(() => {
      this.#socket.checkOpen();
      const data = checkBytes("p", p);
      checkLength(data, this.#limit);
      return sendToPeer(this.#socket, data, signalOf(options));
    });
  }

  /**
   * Waits for the next datagram of the peer; what others send is never received. Several calls may wait at the same time;
   * they are served in order.
   *
   * @param p Where to put the data; what has no room there is lost. By default a new array of the right size is made.
   * @param options How to end the wait, and whether the datagram stays.
   * @returns The data, a view of `p` when that was given.
   * @throws {TypeError} When `p` is no `Uint8Array`, or has been detached.
   * @throws {RangeError} When `p` is empty.
   * @throws {Deno.errors.ConnectionReset} With the option `connectionReset`, when an earlier datagram had no receiver.
   * @throws {Deno.errors.Interrupted} When the socket is closed during the wait.
   * @throws {Deno.errors.BadResource} When it is closed already.
   * @throws The reason of the signal, when that is aborted first.
   */
  receive(p?: Uint8Array, options?: ReceiveOptions): Promise<Uint8Array<ArrayBuffer>> {
    return promised(() => {
      this.#socket.checkOpen();
      const signal = signalOf(options);
      const peeks = peeksOf(options);
      // Not WSARecv, of which it is not sure that one can be cancelled without the others.
      if (this.#timeout === 0) return receiveData(this.#socket, p, signal, peeks);
      const tried = (): [string, string] => [`Cannot receive on ${this.#socket.place}`, "WSARecvFrom"];
      return withTimeout(this.#timeout, signal, tried, (signal) => receiveData(this.#socket, p, signal, peeks));
    });
  }

  /**
   * The datagrams of the peer, each a chunk, until the socket is closed. Cancelling the stream ends its wait, and leaves the
   * socket open.
   */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    if (this.#readable !== undefined) return this.#readable;
    const cancelled = new AbortController();
    return this.#readable = new ReadableStream({
      pull: async (controller) => {
        try {
          controller.enqueue(await this.receive(undefined, { signal: cancelled.signal }));
        } catch (error) {
          if (cancelled.signal.aborted) return;
          if (!this.#socket.overlapped.isClosed || this.#socket.signal?.aborted) throw error;
          controller.close();
        }
      },
      cancel: (reason) => cancelled.abort(reason),
    }, { highWaterMark: 0 });
  }

  /** What is written is sent, each chunk as a datagram. Closing or aborting the stream leaves the socket open. */
  get writable(): WritableStream<Uint8Array<ArrayBufferLike>> {
    return this.#writable ??= new WritableStream({ write: async (chunk) => void await this.send(chunk) });
  }

  /** The options of the socket, such as its buffer sizes. */
  get options(): DatagramOptions {
    const { overlapped, family } = this.#socket;
    return this.#options ??= new DatagramOptions(
      new OptionAccess(overlapped, family, () => `the socket on ${this.#socket.place}`),
    );
  }

  /**
   * How long each receive may wait, in milliseconds from 1 to 2147483647; what takes longer rejects with `Deno.errors.TimedOut`.
   * `undefined`, the default, is for ever.
   *
   * @example Give up after a while
   * ```ts
   * import { connectDatagram } from "@winsock/ws2";
   *
   * using socket = await connectDatagram({ hostname: "::1", port: 9 });
   * socket.timeout = 20;
   * console.log(await socket.receive().catch((error) => error.name)); // TimedOut
   * ```
   */
  get timeout(): number | undefined {
    return this.#timeout || undefined;
  }
  set timeout(timeout: number | undefined) {
    this.#timeout = checkTimeout(timeout);
  }

  /**
   * Closes the socket. What waits rejects with `Deno.errors.Interrupted`.
   *
   * @throws {Deno.errors.BadResource} When it is closed already.
   */
  close(): void {
    this.#socket.checkOpen();
    this.#socket.close();
  }

  /** The datagrams as they come, until the socket is closed. Leaving the loop leaves it open. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
    return iterate({
      next: () => this.receive(),
      isClosed: () => this.#socket.overlapped.isClosed,
      leave: () => {},
    });
  }

  /** Undoes {@linkcode unref}: calls that wait for this socket keep the process alive. */
  ref(): void {
    this.#socket.overlapped.isRef = true;
  }

  /** Lets the process end even if a call waits for this socket. */
  unref(): void {
    this.#socket.overlapped.isRef = false;
  }

  /** Closes the socket unless it is closed; for `using`. */
  [Symbol.dispose](): void {
    this.#socket.close();
  }

  /** Closes the socket and waits until nothing of it is left in the system; for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#socket.overlapped.drained;
  }
}

/**
 * Opens a UDP socket for one peer: it sends to that alone, receives from that alone, and hears with the option
 * `connectionReset` that nobody has the port there. Nothing is sent by connecting.
 *
 * @example Ask a server, and wait for its answer
 * ```ts
 * import { connectDatagram, listenDatagram } from "@winsock/ws2";
 *
 * using server = listenDatagram({ hostname: "::1" });
 * using client = await connectDatagram({ hostname: "::1", port: server.addr.port, connectionReset: true });
 * await client.send(new TextEncoder().encode("hello"));
 * const [data, remoteAddr] = await server.receive();
 * await server.send(data, remoteAddr);
 * console.log(new TextDecoder().decode(await client.receive())); // hello
 * ```
 *
 * @param options Which peer, and how.
 * @returns The socket.
 * @throws {TypeError} When the port is missing, an option is of the wrong type, the hostname is neither an IP address nor a
 * host name, or an address is of a family that the other options exclude.
 * @throws {RangeError} When a number is out of its range.
 * @throws {Deno.errors.NetworkUnreachable} When there is no way to the peer; of several addresses, the error is that of the
 * first.
 * @throws {Deno.errors.NotFound} When the name is not known.
 * @throws {Deno.errors.AddrInUse} When the local address and port are taken.
 * @throws {Deno.errors.AddrNotAvailable} When the local address is none of this machine.
 * @throws {Deno.errors.NotSupported} Off Windows, or when the system lacks the address family.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 * @throws The reason of the signal, when that is aborted first.
 */
export async function connectDatagram(options: ConnectDatagramOptions): Promise<ConnectedDatagramConn> {
  checkOptions(options);
  const { hostname = "127.0.0.1", port, family, localPort = 0, connectionReset = false } = options;
  checkTransport(options.transport, "udp");
  const given = checkHostname(hostname);
  const host = typeof given === "string" ? given : unmapAddress(given);
  checkPort(port, "port", 1);
  checkFamily(family);
  const localAddress = options.localAddress === undefined
    ? undefined
    : unmapAddress(checkAddress(options.localAddress, "localAddress"));
  checkPort(localPort, "localPort");
  checkBoolean("connectionReset", connectionReset);
  const signal = checkSignal(options.signal);

  const remotes = await lookUp(host, port, family, signal);
  signal?.throwIfAborted();
  const reachable = remotes.filter(({ address }) => !localAddress || isIpv4(address) === isIpv4(localAddress));
  if (reachable.length === 0) {
    const tried = `Cannot connect to ${formatHostPort(hostname, port)}`;
    throw new TypeError(`${tried}: localAddress must be of the same family, got ${show(options.localAddress)}`);
  }
  let first: unknown;
  for (const remote of reachable) {
    try {
      return connectTo(
        { ...remote, address: destinationFor(remote.address) },
        { localAddress, localPort, connectionReset, signal },
      );
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

interface Local {
  readonly localAddress: IpAddress | undefined;
  readonly localPort: number;
  readonly connectionReset: boolean;
  readonly signal: AbortSignal | undefined;
}

function connectTo(remote: Endpoint, local: Local): ConnectedDatagramConn {
  const tried = `Cannot connect to ${formatEndpoint(remote)}`;
  const family: SocketFamily = isIpv4(remote.address) ? "ipv4" : "ipv6";
  return setUpSocket(family, "udp", tried, (overlapped) => {
    const { handle } = overlapped;
    if (!local.connectionReset) ignoreUnreachable(handle);
    if (local.localAddress !== undefined || local.localPort !== 0) {
      const address = local.localAddress ?? (family === "ipv4" ? ANY_IPV4 : ANY_IPV6);
      bindLocal(handle, family, "udp", { address, port: local.localPort, flowInfo: 0 }, tried);
    }
    const name = encodeSockaddr(remote);
    check(peerCalls().connect(handle, name, name.length), "connect");
    const addr = toNetAddr(localEndpoint(handle), "udp");
    const { WSARecvMsg } = udpProvider(afOf(family));
    const socket = new DatagramSocket(overlapped, family, addr, WSARecvMsg, local.signal);
    return new ConnectedDatagramConn(socket, toNetAddr(remote, "udp"));
  });
}

function sendToPeer(socket: DatagramSocket, data: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
  socket.overlapped.join();
  const operation = acquireSend(data);
  const { buffersAddress, bytesAddress, address } = operation;
  const { handle } = socket.overlapped;
  const result = datagramCalls().WSASendTo(handle, buffersAddress, 1, bytesAddress, 0, 0n, 0, address, 0n);
  const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
  return socket.overlapped.start(operation, code, sent, socket, signal);
}

function sent(operation: Operation, socket: DatagramSocket, code: number, bytes: number): number {
  if (code === 0) return bytes;
  throw socket.failure(operation, code, "WSASendTo", "Cannot send");
}

import { inspectAs, stateOf } from "../open_socket.ts";
import { knownAddress } from "../../marshal/ip_address.ts";
import { checkBytes, checkOptions, checkSignal } from "../../marshal/arguments.ts";
import type { ReceivedMessage, SendMessageOptions } from "../../marshal/packet_info.ts";
import { DatagramOptions } from "./options.ts";
import { receiveDatagram, receiveMessage } from "./receive.ts";
import { Replies } from "./reply.ts";
import { checkDestination, sendDatagram } from "./send.ts";
import type { DatagramSocket } from "./socket.ts";
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
import { joinIpv4, joinIpv6 } from "./multicast.ts";
import { joinGroup, type MulticastMembership, type MulticastOptions } from "./membership.ts";
import { type NetAddr, optionFamily, takesBothFamilies } from "../../marshal/sockaddr.ts";
import { OptionAccess } from "../options.ts";

/**
 * A UDP socket, made by {@linkcode listenDatagram}; assignable to `Deno.DatagramConn`. While something waits for it the
 * process stays alive, unless the socket is unref'd.
 *
 * @example Echo datagrams, over IPv6 and IPv4 alike
 * ```ts
 * import { listenDatagram } from "@winsock/ws2";
 *
 * using server = listenDatagram();
 * const echo = async () => {
 *   for await (const [data, remoteAddr] of server) await server.send(data, remoteAddr);
 * };
 * echo();
 *
 * using client = listenDatagram({ hostname: "127.0.0.1" });
 * await client.send(new TextEncoder().encode("hello"), { ...server.addr, hostname: "127.0.0.1" });
 * const [data] = await client.receive();
 * console.log(new TextDecoder().decode(data)); // hello
 * ```
 */
export class DatagramConn implements Deno.DatagramConn {
  /** The local address, with the port that the system chose where none was asked for. */
  readonly addr: NetAddr<"udp">;
  /** Whether datagrams go to and come from IPv6 and IPv4 alike: the socket is dual-stack, and bound to `::`. */
  readonly dualStack: boolean;
  readonly #socket: DatagramSocket;
  readonly #access: OptionAccess;
  readonly #replies = new Replies((p, addr, options) => this.sendMessage(p, addr, options));
  #options: DatagramOptions | undefined;
  #timeout = 0;

  /** Takes over a bound socket. */
  constructor(socket: DatagramSocket) {
    this.#socket = socket;
    const family = optionFamily(socket.family, knownAddress(socket.addr.hostname)!);
    this.#access = new OptionAccess(socket.overlapped, family, () => `the socket on ${socket.place}`);
    this.addr = socket.addr;
    this.dualStack = takesBothFamilies(socket.family, socket.addr);
  }

  static {
    inspectAs(this, (conn) => {
      const { addr, dualStack } = conn;
      return { addr, dualStack, state: stateOf(conn.#socket.overlapped) };
    });
  }

  /**
   * Waits for the next datagram. Several calls may wait at the same time; they are served in order.
   *
   * @param p Where to put the data; what has no room there is lost. By default a new array of the right size is made.
   * @param options How to end the wait, and whether the datagram stays.
   * @returns The data, a view of `p` when that was given, and the sender. An IPv4 sender is plain IPv4, on a dual-stack
   * socket too; it may be handed to any socket of this library.
   * @throws {TypeError} When `p` is no `Uint8Array`, or has been detached.
   * @throws {RangeError} When `p` is empty.
   * @throws {Deno.errors.ConnectionReset} With the option `connectionReset`, when an earlier datagram had no receiver.
   * @throws {Deno.errors.Interrupted} When the socket is closed during the wait.
   * @throws {Deno.errors.BadResource} When it is closed already.
   * @throws The reason of the signal, when that is aborted first.
   */
  receive(p?: Uint8Array, options?: ReceiveOptions): Promise<[Uint8Array<ArrayBuffer>, NetAddr<"udp">]> {
    return promised(() => {
      this.#socket.checkOpen();
      const signal = signalOf(options);
      const peeks = peeksOf(options);
      if (this.#timeout === 0) return receiveDatagram(this.#socket, p, signal, peeks);
      const tried = (): [string, string] => [`Cannot receive on ${this.#socket.place}`, "WSARecvFrom"];
      return withTimeout(this.#timeout, signal, tried, (signal) => receiveDatagram(this.#socket, p, signal, peeks));
    });
  }

  /**
   * Waits for the next datagram, as {@linkcode receive} does, and tells what the system knows of it: to which local
   * address it was sent, on which interface it came, and more. Needs the option `packetInfo`, which is on by default;
   * without it `info` is empty.
   *
   * @example See where a datagram was sent to
   * ```ts
   * import { listenDatagram } from "@winsock/ws2";
   *
   * using server = listenDatagram();
   * using client = listenDatagram();
   * await client.send(new Uint8Array(8), { ...server.addr, hostname: "127.0.0.2" });
   * const { data, remoteAddr, info, truncated } = await server.receiveMessage(new Uint8Array(4));
   * console.log(remoteAddr.hostname, info.localAddress, data.length, truncated); // 127.0.0.1 127.0.0.2 4 true
   * ```
   *
   * @param p Where to put the data. One that is too short is filled, and `truncated` is set. By default a new array of
   * the right size is made.
   * @param options How to end the wait.
   * @returns The datagram.
   * @throws {TypeError} When `p` is no `Uint8Array`, or has been detached.
   * @throws {RangeError} When `p` is empty.
   * @throws {Deno.errors.ConnectionReset} With the option `connectionReset`, when an earlier datagram had no receiver.
   * @throws {Deno.errors.Interrupted} When the socket is closed during the wait.
   * @throws {Deno.errors.BadResource} When it is closed already.
   * @throws The reason of the signal, when that is aborted first.
   */
  receiveMessage(p?: Uint8Array, options?: WaitOptions): Promise<ReceivedMessage> {
    return promised(() => {
      this.#socket.checkOpen();
      const signal = signalOf(options);
      if (this.#timeout === 0) return receiveMessage(this.#socket, p, signal);
      const tried = (): [string, string] => [`Cannot receive on ${this.#socket.place}`, "WSARecvMsg"];
      return withTimeout(this.#timeout, signal, tried, (signal) => receiveMessage(this.#socket, p, signal));
    });
  }

  /**
   * Sends a datagram.
   *
   * @param p The data, up to 65507 bytes for IPv4 and 65527 for IPv6. It may be used freely after the call.
   * @param addr Where to: `hostname`, an IP address or a name that is looked up, and `port`; `scopeId` and `flowInfo`
   * for IPv6. A dual-stack socket takes addresses of both families. `0.0.0.0` and `::` stand for this machine. Of a name, the
   * first address is taken that the socket can reach.
   * @returns How many bytes were sent.
   * @throws {TypeError} When an argument is of the wrong type, or the socket is not for addresses of that family.
   * @throws {RangeError} When `p` is too long, or the port is not from 1 to 65535.
   * @throws {Deno.errors.NotFound} When there is no such name.
   * @throws {Deno.errors.NetworkUnreachable} When there is no way there.
   * @throws {Deno.errors.Interrupted} When the socket is closed meanwhile.
   * @throws {Deno.errors.BadResource} When it is closed already.
   */
  send(p: Uint8Array, addr: Deno.Addr): Promise<number> {
    return promised(() => {
      this.#socket.checkOpen();
      return sendDatagram(this.#socket, checkBytes("p", p), checkDestination(addr));
    });
  }

  /**
   * Sends a datagram and says how: from which local address, on which interface, with which hop limit and traffic class.
   * Nothing of that changes the socket.
   *
   * @example Send from one of several local addresses
   * ```ts
   * import { listenDatagram } from "@winsock/ws2";
   *
   * using server = listenDatagram();
   * using client = listenDatagram();
   * const to = { ...server.addr, hostname: "127.0.0.1" };
   * await client.sendMessage(new Uint8Array(1), to, { source: "127.0.0.1", hopLimit: 8 });
   * ```
   *
   * @param p The data, as for {@linkcode send}.
   * @param addr Where to, as for {@linkcode send}.
   * @param options How.
   * @returns How many bytes were sent.
   * @throws {TypeError} When an argument is of the wrong type, the source is not numeric, unspecified or of the other
   * family than the destination, or the socket is not for addresses of that family.
   * @throws {RangeError} When a number is out of its range, or `p` is too long.
   * @throws {Deno.errors.AddrNotAvailable} When the source is no address of this machine.
   * @throws {Deno.errors.NotSupported} When the system does not take one of the options for a single datagram.
   * @throws {Deno.errors.Interrupted} When the socket is closed meanwhile.
   * @throws {Deno.errors.BadResource} When it is closed already.
   * @throws The reason of the signal, when that is aborted before the datagram is sent.
   */
  sendMessage(p: Uint8Array, addr: Deno.Addr, options: SendMessageOptions = {}): Promise<number> {
    return promised(() => {
      this.#socket.checkOpen();
      const data = checkBytes("p", p);
      checkOptions(options);
      checkSignal(options.signal);
      return sendDatagram(this.#socket, data, checkDestination(addr), options);
    });
  }

  /**
   * Sends a datagram back to the sender of a message, from the very address that the message came to. A message to an
   * address that nothing can be sent from (a multicast group, a broadcast address, that of a subnet too, or another one that the system refuses
   * as a source) is answered on the interface that it came on, from an address that the system chooses.
   *
   * @param message What is replied to, with its packet information.
   * @param p The data, as for {@linkcode send}.
   * @returns How many bytes were sent.
   * @throws {TypeError} When it is no message, or has no local address: packet information was off.
   * @throws What {@linkcode sendMessage} throws.
   */
  reply(message: ReceivedMessage, p: Uint8Array): Promise<number> {
    return promised(() => {
      this.#socket.checkOpen();
      return this.#replies.reply(message, checkBytes("p", p));
    });
  }

  /**
   * Joins an IPv4 multicast group: datagrams to it are received from then on.
   *
   * @param address The group, from 224.0.0.0 to 239.255.255.255.
   * @param networkInterface The IPv4 address of the interface; `0.0.0.0`, the default, lets the system choose.
   * @returns The membership, with which to leave the group. It ends with the socket too.
   * @throws {TypeError} When an address is none of IPv4, or not that of a group.
   * @throws {Deno.errors.BadResource} When the socket is closed.
   */
  joinMulticastV4(address: string, networkInterface = "0.0.0.0"): Promise<Deno.MulticastV4Membership> {
    return promised(() => joinIpv4(this.#access, address, networkInterface));
  }

  /**
   * Joins an IPv6 multicast group: datagrams to it are received from then on.
   *
   * @param address The group, in `ff00::/8`.
   * @param networkInterface The index of the interface; 0, the default, lets the system choose.
   * @returns The membership, with which to leave the group. It ends with the socket too.
   * @throws {TypeError} When the address is none of IPv6, or not that of a group.
   * @throws {RangeError} When the index is out of its range.
   * @throws {Deno.errors.BadResource} When the socket is closed.
   */
  joinMulticastV6(address: string, networkInterface = 0): Promise<Deno.MulticastV6Membership> {
    return promised(() => joinIpv6(this.#access, address, networkInterface));
  }

  /**
   * Joins a multicast group of either family, on one interface or on all, from everyone or from one source: datagrams to it
   * are received from then on. On a dual-stack socket groups of both families can be joined.
   *
   * @example Join a group on the interface that has an address
   * ```ts
   * import { listenDatagram } from "@winsock/ws2";
   *
   * using socket = listenDatagram();
   * using membership = socket.joinMulticast("239.255.77.1", { interface: "127.0.0.1" });
   * console.log(membership.group, membership.interfaces.length); // 239.255.77.1 1
   * ```
   *
   * @param group The group: in `224.0.0.0/4`, or in `ff00::/8`; a scope id, as in `ff02::fb%3`, chooses the interface.
   * @param options Where, and from whom.
   * @returns The membership, with which to leave the group. It ends with the socket too.
   * @throws {TypeError} When the group is no address of one, or of a family that the socket is not for; when the interface
   * is none or ambiguous; when the source is no address of the same family.
   * @throws {RangeError} When the interface is a number and none from 1 to 0xffffff.
   * @throws {Deno.errors.NotFound} When no interface has that name or address, or `"all"` finds none.
   * @throws {Deno.errors.NotSupported} When the system lacks the family, or cannot join one source of a group.
   * @throws {AggregateError} When `"all"` finds interfaces, but the group can be joined on none of them.
   * @throws {Deno.errors.BadResource} When the socket is closed.
   */
  joinMulticast(group: string, options: MulticastOptions = {}): MulticastMembership {
    this.#socket.checkOpen();
    return joinGroup(this.#access, group, options);
  }

  /** The options of the socket, such as its buffer sizes. */
  get options(): DatagramOptions {
    return this.#options ??= new DatagramOptions(this.#access);
  }

  /**
   * How long each receive may wait, in milliseconds from 1 to 2147483647; what takes longer rejects with `Deno.errors.TimedOut`.
   * `undefined`, the default, is for ever.
   *
   * @example Give up after a while
   * ```ts
   * import { listenDatagram } from "@winsock/ws2";
   *
   * using socket = listenDatagram();
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

  /** The datagrams as they come, with their senders, until the socket is closed. Leaving the loop leaves it open. */
  [Symbol.asyncIterator](): AsyncIterableIterator<[Uint8Array<ArrayBuffer>, NetAddr<"udp">]> {
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

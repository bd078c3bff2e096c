/**
 * Options that every socket has. TcpOptions and DatagramOptions add theirs. Not among them, and reached by `get`, `set` and
 * `ioctl`, are these:
 *
 * | Options                                                       | Why                                                        |
 * | ------------------------------------------------------------- | ---------------------------------------------------------- |
 * | `SO_REUSEADDR`, `SO_EXCLUSIVEADDRUSE`, `SO_REUSE_UNICASTPORT`, `SO_RANDOMIZE_PORT`, `SO_PORT_SCALABILITY`, `IPV6_V6ONLY` | count before the socket is bound only, when nobody has it yet; the first two and the last are options of `listen` and its like |
 * | `SO_RCVTIMEO`, `SO_SNDTIMEO`                                  | overlapped calls ignore them; `timeout` of a socket does it |
 * | `SO_TYPE`, `SO_PROTOCOL_INFO`, `SO_ACCEPTCONN`, `SO_BSP_STATE` | the class, `addr` and `remoteAddr` say it                 |
 * | `SO_DONTLINGER`                                               | `linger` says both                                         |
 * | `SO_CONDITIONAL_ACCEPT`, `SO_PAUSE_ACCEPT`                    | `AcceptEx` has no such condition                           |
 * | `SO_DEBUG`, `SO_USELOOPBACK`, `SO_SNDLOWAT`, `SO_RCVLOWAT`, `SO_GROUP_…`, `SO_MAXDG` | Windows has no use for them         |
 * | `SO_COMPARTMENT_ID`                                           | needs rights that programs do not have                     |
 * | `TCP_FASTOPEN`, `TCP_FAIL_CONNECT_ON_ICMP_ERROR`, `SIO_TCP_INITIAL_RTO` | count before connecting only                     |
 * | `TCP_STDURG`, `TCP_EXPEDITED_1122`, `TCP_OFFLOAD_PREFERENCE`, `TCP_CONGESTION_ALGORITHM` | of the past, or not documented  |
 * | `SIO_KEEPALIVE_VALS`                                          | `keepAliveIdle` and `keepAliveInterval` do the same        |
 * | `IP_OPTIONS`, `IP_HDRINCL`, `IPV6_HOPOPTS` and its like       | for raw sockets                                            |
 * | `IP_PKTINFO`, `IP_RECVTOS` and their like                     | the option `packetInfo` of `listenDatagram`                |
 * | `UDP_NOCHECKSUM`, `UDP_CHECKSUM_COVERAGE`                     | datagrams without checksum are dropped on the way          |
 *
 * @module
 */

import { getNumberOption, getOption, setOption } from "./sockopt.ts";
import { check } from "../win32/last_error.ts";
import { codeOf, ERROR_CODES, WinsockError } from "../win32/errors.ts";
import { ws2_32 } from "../win32/ws2_32.ts";
import { interfaceIndexOf } from "./interfaces.ts";
import { closedError, describeFailure, inspectAs, stateOf } from "./open_socket.ts";
import {
  FIONBIO,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_TOS,
  IP_TTL,
  IP_UNICAST_IF,
  IP_USER_MTU,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_MTU,
  IPV6_MTU_DISCOVER,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  IPV6_UNICAST_IF,
  IPV6_USER_MTU,
  SO_DONTROUTE,
  SO_ERROR,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../win32/winsock.ts";
import { checkBoolean, checkBytes, checkInteger, isBytes, show } from "../marshal/arguments.ts";
import type { OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import type { SocketFamily } from "../marshal/sockaddr.ts";
import { setIpv4Option } from "./family.ts";

const HOP_LIMIT = { ipv4: IP_TTL, ipv6: IPV6_UNICAST_HOPS };
const MTU = { ipv4: IP_MTU, ipv6: IPV6_MTU };
const MTU_DISCOVERY = { ipv4: IP_MTU_DISCOVER, ipv6: IPV6_MTU_DISCOVER };
const USER_MTU = { ipv4: IP_USER_MTU, ipv6: IPV6_USER_MTU };
const TOS = [IPPROTO_IP, IP_TOS] as const;
const TCLASS = [IPPROTO_IPV6, IPV6_TCLASS] as const;
/** The values of `IP_MTU_DISCOVER`, by their numbers. */
const DISCOVERIES = ["system", "do", "dont", "probe"] as const;
const [WSAENOPROTOOPT] = ERROR_CODES.WSAENOPROTOOPT;
const MAX_IOCTL_OUTPUT = 1 << 20;
const MAX_INT = 0x7fffffff;
const MIN_INT = -0x80000000;

/**
 * The options of a socket. Getters ask the system, setters take effect immediately.
 *
 * Every one throws `Deno.errors.BadResource` when the socket is closed, and the error that fits when the system refuses.
 *
 * @example Set an option that has no name here
 * ```ts
 * import { listen } from "@winsock/ws2";
 * import { SO_RANDOMIZE_PORT, SOL_SOCKET } from "@winsock/ws2/ffi";
 *
 * using listener = listen();
 * listener.options.receiveBufferSize = 256 * 1024; // what it accepts has the same
 * listener.options.set(SOL_SOCKET, SO_RANDOMIZE_PORT, true);
 * ```
 */
export class SocketOptions {
  readonly #access: OptionAccess;

  /** For the library itself. */
  constructor(access: OptionAccess) {
    this.#access = access;
  }

  static {
    inspectAs(this, (options) => ({ socket: options.#access.name, state: options.#access.state }));
  }

  /**
   * `SO_RCVBUF`: how many bytes the system keeps for the program to receive, from 0. The default is the system's.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
   */
  get receiveBufferSize(): number {
    return this.#access.getNumber("receiveBufferSize", SOL_SOCKET, SO_RCVBUF);
  }
  set receiveBufferSize(size: number) {
    checkInteger("receiveBufferSize", size, 0, MAX_INT);
    this.#access.set("receiveBufferSize", SOL_SOCKET, SO_RCVBUF, size);
  }

  /**
   * `SO_SNDBUF`: how many bytes the system takes over from the program before a send has to wait, from 0. The default is
   * the system's.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
   */
  get sendBufferSize(): number {
    return this.#access.getNumber("sendBufferSize", SOL_SOCKET, SO_SNDBUF);
  }
  set sendBufferSize(size: number) {
    checkInteger("sendBufferSize", size, 0, MAX_INT);
    this.#access.set("sendBufferSize", SOL_SOCKET, SO_SNDBUF, size);
  }

  /**
   * `IP_TTL` and `IPV6_UNICAST_HOPS`: the time to live or hop limit of what is sent, from 1 to 255. The default is the
   * system's. On a dual-stack socket it is set for both families.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-ip-socket-options
   */
  get hopLimit(): number {
    return this.#access.getPaired("hopLimit", HOP_LIMIT);
  }
  set hopLimit(limit: number) {
    checkInteger("hopLimit", limit, 1, 255);
    this.#access.setPaired("hopLimit", HOP_LIMIT, limit);
  }

  /**
   * `IP_TOS` and `IPV6_TCLASS`: the type of service or traffic class of what is sent, DSCP and ECN, from 0 to 255. Default:
   * 0. Windows takes it for IPv4 only, and obeys it where the registry value `DisableUserTOSSetting` is 0; for a single
   * datagram there is `trafficClass` of `sendMessage`. On a dual-stack socket it is set for each family that takes it.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-ip-socket-options
   */
  get trafficClass(): number {
    const what = "trafficClass";
    if (this.#access.family === "ipv6") return this.#access.getNumber(what, ...TCLASS);
    return this.#access.getNumber(what, ...TOS);
  }
  set trafficClass(trafficClass: number) {
    checkInteger("trafficClass", trafficClass, 0, 255);
    const { family } = this.#access;
    if (family !== "ipv4") {
      try {
        this.#access.set("trafficClass", ...TCLASS, trafficClass);
      } catch (error) {
        if (codeOf(error) !== WSAENOPROTOOPT || family === "ipv6") throw error;
      }
    }
    if (family !== "ipv6") this.#access.set("trafficClass", ...TOS, trafficClass);
  }

  /**
   * `IP_MTU_DISCOVER` and `IPV6_MTU_DISCOVER`: whether the greatest packet that the path passes on is found out. `"do"`: yes,
   * nothing is fragmented, and a datagram that is too large fails. `"dont"`: no, fragments are sent. `"probe"`: nothing is
   * fragmented, and larger packets are sent all the same. `"system"`, the default: as the system is set up.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-ip-socket-options
   */
  get mtuDiscovery(): "system" | "do" | "dont" | "probe" {
    return DISCOVERIES[this.#access.getPaired("mtuDiscovery", MTU_DISCOVERY)] ?? "system";
  }
  set mtuDiscovery(discovery: "system" | "do" | "dont" | "probe") {
    const value = DISCOVERIES.indexOf(discovery);
    if (value < 0) throw new TypeError(`mtuDiscovery must be one of ${show([...DISCOVERIES])}, got ${show(discovery)}`);
    this.#access.setPaired("mtuDiscovery", MTU_DISCOVERY, value);
  }

  /**
   * `IP_MTU` and `IPV6_MTU`: the greatest packet that the path to the peer passes on, in bytes with the headers, as far as
   * the system knows. Only for sockets that have one peer.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-ip-socket-options
   */
  get pathMtu(): number {
    return this.#access.getPaired("pathMtu", MTU);
  }

  /**
   * `IP_USER_MTU` and `IPV6_USER_MTU`: the upper bound of packets, in bytes from 1 to 65535, whatever the path passes on.
   * `undefined`, the default, is no bound.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-ip-socket-options
   */
  get userMtu(): number | undefined {
    const mtu = this.#access.getPaired("userMtu", USER_MTU);
    return mtu === -1 ? undefined : mtu;
  }
  set userMtu(mtu: number | undefined) {
    if (mtu !== undefined) checkInteger("userMtu", mtu, 1, 65535);
    this.#access.setPaired("userMtu", USER_MTU, mtu ?? -1);
  }

  /**
   * `IP_UNICAST_IF` and `IPV6_UNICAST_IF`: the interface that is sent on, multicast apart. It is set by its index, its name,
   * or one of its addresses; the getter tells the index. `undefined`, the default, lets the system choose.
   *
   * The setter throws a `TypeError` for what is none of these, `Deno.errors.NotFound` for a name or an address that no
   * interface has.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-ip-socket-options
   */
  get unicastInterface(): number | undefined {
    const what = "unicastInterface";
    if (this.#access.family !== "ipv4") return this.#access.getNumber(what, IPPROTO_IPV6, IPV6_UNICAST_IF) || undefined;
    const bytes = this.#access.getBytes(what, IPPROTO_IP, IP_UNICAST_IF, 4); // IPv4 has it in network order
    return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3] || undefined;
  }
  set unicastInterface(chosen: number | string | undefined) {
    const what = "unicastInterface";
    const index = chosen === undefined ? 0 : interfaceIndexOf(what, chosen);
    if (this.#access.family !== "ipv4") this.#access.set(what, IPPROTO_IPV6, IPV6_UNICAST_IF, index);
    if (this.#access.family === "ipv6") return;
    this.#access.set(what, IPPROTO_IP, IP_UNICAST_IF, Uint8Array.of(0, index >> 16, index >> 8, index));
  }

  /**
   * `SO_DONTROUTE`: whether what is sent goes only to machines on the same networks, past no router. Default: `false`. Windows
   * takes it, and routes all the same.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
   */
  get dontRoute(): boolean {
    return this.#access.getNumber("dontRoute", SOL_SOCKET, SO_DONTROUTE) !== 0;
  }
  set dontRoute(dontRoute: boolean) {
    checkBoolean("dontRoute", dontRoute);
    this.#access.set("dontRoute", SOL_SOCKET, SO_DONTROUTE, dontRoute ? 1 : 0);
  }

  /**
   * `SO_ERROR`: the error that the system keeps for the socket, which is forgotten by reading it.
   *
   * @returns The error, or undefined when there is none.
   * @throws {Deno.errors.BadResource} When the socket is closed.
   */
  takeError(): WinsockError | undefined {
    const code = this.#access.getNumber("error", SOL_SOCKET, SO_ERROR);
    return code === 0 ? undefined : new WinsockError(code, "getsockopt");
  }

  /**
   * Controls the socket by any control code, as `WSAIoctl` does without an OVERLAPPED: it is over on return. Codes that wait,
   * such as `SIO_ADDRESS_LIST_CHANGE`, would block the program.
   *
   * @example Ask how many bytes can be received
   * ```ts
   * import { listenDatagram } from "@winsock/ws2";
   * import { FIONREAD } from "@winsock/ws2/ffi";
   *
   * using socket = listenDatagram();
   * const bytes = socket.options.ioctl(FIONREAD, undefined, 4);
   * console.log(new Uint32Array(bytes.buffer)[0]); // 0
   * ```
   *
   * @param code The control code, a `SIO_` or `FIO` constant of `./ffi`.
   * @param input What it is given; by default nothing.
   * @param outputSize How many bytes there are room for in the answer, from 0, the default, to 1048576.
   * @returns As many bytes as the system gave.
   * @throws {TypeError} When an argument is of the wrong type, or the code is `FIONBIO`, on which the library relies.
   * @throws {RangeError} When a number is out of its range.
   * @throws {Deno.errors.BadResource} When the socket is closed.
   */
  ioctl(code: number, input?: Uint8Array, outputSize = 0): Uint8Array<ArrayBuffer> {
    checkInteger("code", code, MIN_INT, 2 * MAX_INT + 1);
    if (code >>> 0 === FIONBIO) throw new TypeError("code must not be FIONBIO, on which the library relies");
    const bytes = input === undefined ? undefined : checkBytes("input", input);
    checkInteger("outputSize", outputSize, 0, MAX_IOCTL_OUTPUT);
    return this.#access.ioctl(`control code 0x${(code >>> 0).toString(16)}`, code >>> 0, bytes, outputSize);
  }

  /**
   * Reads any option that is a number or a flag (1 or 0), as `getsockopt` does.
   *
   * @param level The level, such as `SOL_SOCKET`; the constants are those of `./ffi`.
   * @param name The option, such as `SO_TYPE`.
   * @returns Its value.
   * @throws {TypeError} When the level or the name is no number.
   * @throws {RangeError} When one is no 32-bit integer.
   * @throws {Deno.errors.BadResource} When the socket is closed.
   */
  get(level: number, name: number): number {
    const option = checkOption(level, name);
    return this.#access.getNumber(option.what, option.level, option.name);
  }

  /**
   * Reads any option as bytes, as `getsockopt` does: a struct, for {@linkcode layout} to look into.
   *
   * @param level The level, such as `SOL_SOCKET`; the constants are those of `./ffi`.
   * @param name The option, such as `SO_PROTOCOL_INFOW`.
   * @param room How many bytes there are room for, from 1 to 65536.
   * @returns As many bytes as the system gave.
   * @throws {TypeError} When an argument is no number.
   * @throws {RangeError} When one is out of its range.
   * @throws {Deno.errors.BadResource} When the socket is closed.
   */
  getBytes(level: number, name: number, room: number): Uint8Array<ArrayBuffer> {
    const option = checkOption(level, name);
    return this.#access.getBytes(option.what, option.level, option.name, checkInteger("room", room, 1, 65536));
  }

  /**
   * Sets any option, as `setsockopt` does. An option of the level `IPPROTO_IP` is ignored on a dual-stack socket where
   * IPv4 is disabled.
   *
   * @param level The level, such as `SOL_SOCKET`; the constants are those of `./ffi`.
   * @param name The option, such as `SO_RANDOMIZE_PORT`.
   * @param value A 32-bit number, a flag, or the bytes of a struct.
   * @throws {TypeError} When an argument is of the wrong type.
   * @throws {RangeError} When a number is no 32-bit integer.
   * @throws {Deno.errors.BadResource} When the socket is closed.
   */
  set(level: number, name: number, value: number | boolean | Uint8Array): void {
    const option = checkOption(level, name);
    this.#access.set(option.what, option.level, option.name, optionValue(value));
  }
}

/** An option that is given by its number, and how errors name it. */
function checkOption(
  level: number,
  name: number,
): { readonly what: string; readonly level: number; readonly name: number } {
  checkInteger("level", level, MIN_INT, MAX_INT);
  checkInteger("name", name, MIN_INT, MAX_INT);
  const what = `option 0x${(name >>> 0).toString(16)} of level 0x${(level >>> 0).toString(16)}`;
  return { what, level: level | 0, name: name | 0 }; // -0 is a whole number, which FFI refuses
}

function optionValue(value: number | boolean | Uint8Array): number | Uint8Array {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return checkInteger("value", value, MIN_INT, 2 * MAX_INT + 1);
  if (isBytes(value)) return checkBytes("value", value);
  throw new TypeError(`value must be a number, a boolean or a Uint8Array, got ${show(value)}`);
}

/** An option that IPv4 and IPv6 have each their own name for. */
export interface PairedOption {
  readonly ipv4: number;
  readonly ipv6: number;
}

/** The options of one socket. */
export class OptionAccess {
  readonly #socket: OverlappedSocket;
  readonly #family: SocketFamily;
  readonly #place: () => string;

  /**
   * @param socket The socket.
   * @param family Which of the two IP protocols its options are for, as {@linkcode optionFamily} says.
   * @param place How errors name the socket: `the socket on [::]:80`.
   */
  constructor(socket: OverlappedSocket, family: SocketFamily, place: () => string) {
    this.#socket = socket;
    this.#family = family;
    this.#place = place;
  }

  /** Reads an option that is a number or a flag. */
  getNumber(what: string, level: number, name: number): number {
    return this.#try("read", what, () => getNumberOption(this.#socket.handle, level, name));
  }

  /** Reads an option as bytes, as many as the system gives. */
  getBytes(what: string, level: number, name: number, room: number): Uint8Array<ArrayBuffer> {
    return this.#try("read", what, () => {
      const bytes = new Uint8Array(room);
      return bytes.subarray(0, getOption(this.#socket.handle, level, name, bytes));
    });
  }

  /**
   * Sets an option. One of the level IPPROTO_IP is left alone where a dual-stack socket has no IPv4 to set it for.
   *
   * @returns Whether it is set.
   */
  set(what: string, level: number, name: number, value: number | Uint8Array): boolean {
    return this.#try("set", what, () => {
      if (level === IPPROTO_IP) return setIpv4Option(this.#socket.handle, this.#family, name, value);
      setOption(this.#socket.handle, level, name, value);
      return true;
    });
  }

  /** Controls the socket; returns as many bytes as the system gave. */
  ioctl(what: string, code: number, input: Uint8Array | undefined, room: number): Uint8Array<ArrayBuffer> {
    return this.#try("use", what, () => {
      const output = new Uint8Array(room);
      const returned = new Uint32Array(1);
      const given = input as Uint8Array<ArrayBuffer> ?? null;
      check(
        ws2_32().WSAIoctl(
          this.#socket.handle,
          code,
          given,
          input?.byteLength ?? 0,
          room === 0 ? null : output,
          room,
          returned,
          null,
          null,
        ),
        "WSAIoctl",
      );
      return output.subarray(0, returned[0]);
    });
  }

  /** Which of the two IP protocols the options of the socket are for. */
  get family(): SocketFamily {
    return this.#family;
  }

  /** Reads an option of both IP protocols, which are set alike. */
  getPaired(what: string, { ipv4, ipv6 }: PairedOption): number {
    return this.#family === "ipv4" ? this.getNumber(what, IPPROTO_IP, ipv4) : this.getNumber(what, IPPROTO_IPV6, ipv6);
  }

  /** Sets an option for each IP protocol that the socket speaks. */
  setPaired(what: string, { ipv4, ipv6 }: PairedOption, value: number): void {
    if (this.#family !== "ipv4") this.set(what, IPPROTO_IPV6, ipv6, value);
    if (this.#family !== "ipv6") this.set(what, IPPROTO_IP, ipv4, value);
  }

  /** How errors name the socket. */
  get name(): string {
    return this.#place();
  }

  /** What the socket is. */
  get state(): "open" | "closed" {
    return stateOf(this.#socket);
  }

  /** Throws when the socket is closed. */
  checkOpen(): void {
    if (this.#socket.isClosed) throw closedError(this.#place());
  }

  #try<T>(verb: string, what: string, action: () => T): T {
    this.checkOpen();
    try {
      return action();
    } catch (error) {
      throw describeFailure(`Cannot ${verb} ${what} of ${this.#place()}`, error);
    }
  }
}

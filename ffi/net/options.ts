/** Options that every socket has. */

import { getNumberOption, getOption, setOption } from "./sockopt.ts";
import { closedError, describeFailure, inspectAs, stateOf } from "./open_socket.ts";
import {
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_UNICAST_HOPS,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../win32/winsock.ts";
import { checkBytes, checkInteger, isBytes, show } from "../marshal/arguments.ts";
import type { OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import type { SocketFamily } from "../marshal/sockaddr.ts";
import { setIpv4Option } from "./family.ts";

const HOP_LIMIT = { ipv4: IP_TTL, ipv6: IPV6_UNICAST_HOPS };
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

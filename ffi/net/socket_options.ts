/** Options that every socket has. */

import { SO_RCVBUF, SO_SNDBUF, SOL_SOCKET } from "../win32/headers/ws2def.ts";
import { IP_TTL, IPV6_UNICAST_HOPS } from "../win32/headers/ws2ipdef.ts";
import { checkBytes, checkInteger, isBytes, show } from "./arguments.ts";
import type { OptionAccess } from "./option_access.ts";

const HOP_LIMIT = { ipv4: IP_TTL, ipv6: IPV6_UNICAST_HOPS };
const MAX_INT = 0x7fffffff;
const MIN_INT = -0x80000000;

/**
 * The options of a socket. Each is read from the system and set there at once.
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

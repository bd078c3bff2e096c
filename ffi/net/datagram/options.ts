/** Options of UDP sockets. */

import {
  IP_DONTFRAGMENT,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_DONTFRAG,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  SO_BROADCAST,
  SO_MAX_MSG_SIZE,
  SOL_SOCKET,
} from "../../win32/winsock.ts";
import { checkBoolean, checkInteger } from "../../marshal/arguments.ts";
import { type OptionAccess, SocketOptions } from "../options.ts";
import { indexOfIpv4, interfaceIndexOf, ipv4AddressOf } from "../interfaces.ts";
import { codeOf, ERROR_CODES } from "../../win32/errors.ts";

const DONT_FRAGMENT = { ipv4: IP_DONTFRAGMENT, ipv6: IPV6_DONTFRAG };
const MULTICAST_HOP_LIMIT = { ipv4: IP_MULTICAST_TTL, ipv6: IPV6_MULTICAST_HOPS };
/** What a system may say to an index where it knows addresses only. */
const NO_INDEX: readonly number[] = [ERROR_CODES.WSAEINVAL[0], ERROR_CODES.WSAEADDRNOTAVAIL[0]];
const MULTICAST_LOOPBACK = { ipv4: IP_MULTICAST_LOOP, ipv6: IPV6_MULTICAST_LOOP };

/**
 * The options of a UDP socket. Getters ask the system, setters take effect immediately; on a dual-stack socket for both
 * families.
 *
 * @example Allow broadcasts
 * ```ts
 * import { listenDatagram } from "@winsock/ws2";
 *
 * using socket = listenDatagram({ hostname: "0.0.0.0" });
 * socket.options.broadcast = true;
 * ```
 */
export class DatagramOptions extends SocketOptions {
  readonly #access: OptionAccess;

  /** For the library itself. */
  constructor(access: OptionAccess) {
    super(access);
    this.#access = access;
  }

  /**
   * `SO_BROADCAST`: whether datagrams may be sent to a broadcast address. Default: `false`.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
   */
  get broadcast(): boolean {
    return this.#access.getNumber("broadcast", SOL_SOCKET, SO_BROADCAST) !== 0;
  }
  set broadcast(broadcast: boolean) {
    checkBoolean("broadcast", broadcast);
    this.#access.set("broadcast", SOL_SOCKET, SO_BROADCAST, broadcast ? 1 : 0);
  }

  /**
   * `SO_MAX_MSG_SIZE`: the longest datagram that the system sends, in bytes.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
   */
  get maxMessageSize(): number {
    return this.#access.getNumber("maxMessageSize", SOL_SOCKET, SO_MAX_MSG_SIZE);
  }

  /**
   * `IP_DONTFRAGMENT` and `IPV6_DONTFRAG`: whether a datagram that is too large for the path is refused instead of cut
   * into fragments. Default: `false`.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-ip-socket-options
   */
  get dontFragment(): boolean {
    return this.#access.getPaired("dontFragment", DONT_FRAGMENT) !== 0;
  }
  set dontFragment(dontFragment: boolean) {
    checkBoolean("dontFragment", dontFragment);
    this.#access.setPaired("dontFragment", DONT_FRAGMENT, dontFragment ? 1 : 0);
  }

  /**
   * `IP_MULTICAST_TTL` and `IPV6_MULTICAST_HOPS`: the time to live or hop limit of what is sent to multicast groups, from
   * 0 to 255. Default: 1.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-ip-socket-options
   */
  get multicastHopLimit(): number {
    return this.#access.getPaired("multicastHopLimit", MULTICAST_HOP_LIMIT);
  }
  set multicastHopLimit(limit: number) {
    checkInteger("multicastHopLimit", limit, 0, 255);
    this.#access.setPaired("multicastHopLimit", MULTICAST_HOP_LIMIT, limit);
  }

  /**
   * `IP_MULTICAST_LOOP` and `IPV6_MULTICAST_LOOP`: whether members on this machine receive what is sent from it to their
   * group. On Windows the setting of the receiver counts. Default: `true`.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ip-multicast-2
   */
  get multicastLoopback(): boolean {
    return this.#access.getPaired("multicastLoopback", MULTICAST_LOOPBACK) !== 0;
  }
  set multicastLoopback(loopback: boolean) {
    checkBoolean("multicastLoopback", loopback);
    this.#access.setPaired("multicastLoopback", MULTICAST_LOOPBACK, loopback ? 1 : 0);
  }

  /**
   * `IP_MULTICAST_IF` and `IPV6_MULTICAST_IF`: the interface on which is sent what goes to multicast groups, on a dual-stack
   * socket for both families. It is set by its index, its name, or one of its addresses; the getter tells the index.
   * `undefined`, the default, lets the system choose.
   *
   * The setter throws a `TypeError` for what is none of these, `Deno.errors.NotFound` for a name or an address that no
   * interface has.
   *
   * @example Send to a group on the interface that has an address
   * ```ts
   * import { listenDatagram } from "@winsock/ws2";
   *
   * using socket = listenDatagram();
   * socket.options.multicastInterface = "127.0.0.1";
   * socket.options.multicastHopLimit = 4;
   * console.log(socket.options.multicastInterface); // the index of the loopback
   * ```
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ip-multicast-2
   */
  get multicastInterface(): number | undefined {
    const what = "multicastInterface";
    if (this.#access.family !== "ipv4") {
      return this.#access.getNumber(what, IPPROTO_IPV6, IPV6_MULTICAST_IF) || undefined;
    }
    const bytes = this.#access.getBytes(what, IPPROTO_IP, IP_MULTICAST_IF, 4);
    const index = bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    return bytes[0] === 0 ? index || undefined : indexOfIpv4(bytes);
  }
  set multicastInterface(chosen: number | string | undefined) {
    const what = "multicastInterface";
    const index = chosen === undefined ? 0 : interfaceIndexOf(what, chosen);
    if (this.#access.family !== "ipv4") this.#access.set(what, IPPROTO_IPV6, IPV6_MULTICAST_IF, index);
    if (this.#access.family === "ipv6") return;
    try {
      // An index is an address in 0.0.0.0/8.
      this.#access.set(what, IPPROTO_IP, IP_MULTICAST_IF, Uint8Array.of(0, index >> 16, index >> 8, index));
    } catch (error) {
      if (index === 0 || !NO_INDEX.includes(codeOf(error) ?? 0)) throw error;
      this.#access.set(what, IPPROTO_IP, IP_MULTICAST_IF, ipv4AddressOf(index));
    }
  }
}

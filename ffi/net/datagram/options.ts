/** Options of UDP sockets. */

import {
  IP_DONTFRAGMENT,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IPV6_DONTFRAG,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_LOOP,
  SO_BROADCAST,
  SOL_SOCKET,
} from "../../win32/winsock.ts";
import { checkBoolean, checkInteger } from "../../marshal/arguments.ts";
import { type OptionAccess, SocketOptions } from "../options.ts";

const DONT_FRAGMENT = { ipv4: IP_DONTFRAGMENT, ipv6: IPV6_DONTFRAG };
const MULTICAST_HOP_LIMIT = { ipv4: IP_MULTICAST_TTL, ipv6: IPV6_MULTICAST_HOPS };
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
}

/** Options of TCP connections. */

import { bytesOf, layout } from "../../layout/mod.ts";
import {
  IPPROTO_TCP,
  LINGER,
  SO_KEEPALIVE,
  SO_LINGER,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
} from "../../win32/winsock.ts";
import { checkBoolean, checkInteger } from "../../marshal/arguments.ts";
import { type OptionAccess, SocketOptions } from "../options.ts";

const MAX_SECONDS = 0x7fff;

/**
 * The options of a TCP connection. Getters ask the system, setters take effect immediately.
 *
 * @example Notice within a minute that the peer has vanished
 * ```ts
 * import { connect, listen } from "@winsock/ws2";
 *
 * using listener = listen();
 * using conn = await connect({ hostname: "::1", port: listener.addr.port });
 * conn.options.keepAliveIdle = 30;
 * conn.options.keepAliveInterval = 5;
 * conn.options.keepAliveCount = 6;
 * conn.options.keepAlive = true;
 * ```
 */
export class TcpOptions extends SocketOptions {
  readonly #access: OptionAccess;

  /** For the library itself. */
  constructor(access: OptionAccess) {
    super(access);
    this.#access = access;
  }

  /**
   * `TCP_NODELAY`: whether small writes are sent immediately instead of being gathered (Nagle's algorithm). Default: `false`.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get noDelay(): boolean {
    return this.#access.getNumber("noDelay", IPPROTO_TCP, TCP_NODELAY) !== 0;
  }
  set noDelay(noDelay: boolean) {
    checkBoolean("noDelay", noDelay);
    this.#access.set("noDelay", IPPROTO_TCP, TCP_NODELAY, noDelay ? 1 : 0);
  }

  /**
   * `SO_KEEPALIVE`: whether an idle connection is probed, so that a peer that has vanished is noticed. Default: `false`.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/so-keepalive
   */
  get keepAlive(): boolean {
    return this.#access.getNumber("keepAlive", SOL_SOCKET, SO_KEEPALIVE) !== 0;
  }
  set keepAlive(keepAlive: boolean) {
    checkBoolean("keepAlive", keepAlive);
    this.#access.set("keepAlive", SOL_SOCKET, SO_KEEPALIVE, keepAlive ? 1 : 0);
  }

  /**
   * `TCP_KEEPIDLE`: after how many idle seconds the connection is probed, from 1 to 32767. Default: 7200.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get keepAliveIdle(): number {
    return this.#access.getNumber("keepAliveIdle", IPPROTO_TCP, TCP_KEEPIDLE);
  }
  set keepAliveIdle(seconds: number) {
    checkInteger("keepAliveIdle", seconds, 1, MAX_SECONDS);
    this.#access.set("keepAliveIdle", IPPROTO_TCP, TCP_KEEPIDLE, seconds);
  }

  /**
   * `TCP_KEEPINTVL`: how many seconds lie between probes that are not answered, from 1 to 32767. Default: 1 on Windows.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get keepAliveInterval(): number {
    return this.#access.getNumber("keepAliveInterval", IPPROTO_TCP, TCP_KEEPINTVL);
  }
  set keepAliveInterval(seconds: number) {
    checkInteger("keepAliveInterval", seconds, 1, MAX_SECONDS);
    this.#access.set("keepAliveInterval", IPPROTO_TCP, TCP_KEEPINTVL, seconds);
  }

  /**
   * `TCP_KEEPCNT`: after how many probes without an answer the connection is given up, from 1 to 255. Default: 10 on
   * Windows.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get keepAliveCount(): number {
    return this.#access.getNumber("keepAliveCount", IPPROTO_TCP, TCP_KEEPCNT);
  }
  set keepAliveCount(count: number) {
    checkInteger("keepAliveCount", count, 1, 255);
    this.#access.set("keepAliveCount", IPPROTO_TCP, TCP_KEEPCNT, count);
  }

  /**
   * `SO_LINGER`: what closing does with data that has not been sent. `undefined`, the default, lets the system send it
   * after the close. 0 throws it away and resets the connection. From 1 to 65535, closing waits that many seconds until
   * it is sent, **and the whole program with it**.
   *
   * Source: https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-linger
   */
  get linger(): number | undefined {
    const { size } = layout(LINGER);
    const bytes = this.#access.getBytes("linger", SOL_SOCKET, SO_LINGER, size);
    const { l_onoff, l_linger } = layout(LINGER).view(bytes);
    return l_onoff === 0 ? undefined : l_linger;
  }
  set linger(seconds: number | undefined) {
    if (seconds !== undefined) checkInteger("linger", seconds, 0, 0xffff);
    const value = layout(LINGER).view();
    value.l_onoff = seconds === undefined ? 0 : 1;
    value.l_linger = seconds ?? 0;
    this.#access.set("linger", SOL_SOCKET, SO_LINGER, bytesOf(value));
  }
}

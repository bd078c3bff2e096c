/** Reading and setting the options of an open socket, with errors that name the option and the socket. */

import type { OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { IPPROTO_IP, IPPROTO_IPV6 } from "../win32/headers/ws2def.ts";
import type { SocketFamily } from "./net_addr.ts";
import { describeFailure, getNumberOption, getOption, setOption } from "./socket.ts";
import { setIpv4Option } from "./stack.ts";

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

  /** Sets an option. One of the level IPPROTO_IP is left alone where a dual-stack socket has no IPv4 to set it for. */
  set(what: string, level: number, name: number, value: number | Uint8Array): void {
    this.#try("set", what, () => {
      if (level === IPPROTO_IP) setIpv4Option(this.#socket.handle, this.#family, name, value);
      else setOption(this.#socket.handle, level, name, value);
    });
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

  /** Throws when the socket is closed. */
  checkOpen(): void {
    if (!this.#socket.isClosed) return;
    const place = this.#place();
    throw new Deno.errors.BadResource(`${place[0].toUpperCase()}${place.slice(1)} is closed`);
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

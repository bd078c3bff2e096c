/** Replies to datagrams, from the address that each came to. */

import { codeOf, ERROR_CODES } from "../../win32/errors.ts";
import { type IpAddress, isIpv4, knownAddress } from "../../marshal/ip_address.ts";
import { checkAddress, show } from "../../marshal/arguments.ts";
import type { PacketInfo, ReceivedMessage, SendMessageOptions } from "../../marshal/packet_info.ts";
import { type InterfaceAddress, interfaces } from "../interfaces.ts";
import { isMulticast } from "./multicast.ts";
import type { NetAddr } from "../../marshal/sockaddr.ts";

/** What a system may say to a source that it does not send from. */
const REFUSALS: readonly number[] = [ERROR_CODES.WSAEADDRNOTAVAIL[0], ERROR_CODES.WSAEINVAL[0]];

/** How many addresses are remembered; they are those of this machine. */
const REMEMBERED = 1024;

/** Sends a datagram as {@linkcode DatagramConn.sendMessage} does. */
export type SendMessage = (p: Uint8Array, addr: NetAddr<"udp">, options: SendMessageOptions) => Promise<number>;

/** The replies of one socket. */
export class Replies {
  readonly #send: SendMessage;
  /** The addresses that messages came to, and whether the system sends from them. */
  readonly #isSource = new Map<string, boolean>();

  constructor(send: SendMessage) {
    this.#send = send;
  }

  /**
   * Sends a datagram to the sender of a message. Not every address that a message came to can be sent from: those of many
   * machines never can, and Windows may refuse one of `127.0.0.0/8`. Then the interface that the message came on is as close
   * as it gets.
   */
  reply(message: ReceivedMessage, p: Uint8Array): Promise<number> {
    const { localAddress, interfaceIndex } = infoOf(message);
    if (localAddress === undefined) {
      const why = "packet information was off, or the system gave none";
      throw new TypeError(`message.info must have a localAddress to reply from: ${why}`);
    }
    const fromAddress = { source: localAddress };
    const fromInterface = { interfaceIndex: interfaceIndex || undefined };
    const isSource = this.#isSource.get(localAddress);
    if (isSource !== undefined) return this.#send(p, message.remoteAddr, isSource ? fromAddress : fromInterface);
    if (isForMany(checkAddress(localAddress, "message.info.localAddress"))) {
      this.#remember(localAddress, false);
      return this.#send(p, message.remoteAddr, fromInterface);
    }
    return this.#tryFrom(localAddress, message.remoteAddr, p, fromInterface);
  }

  async #tryFrom(source: string, addr: NetAddr<"udp">, p: Uint8Array, otherwise: SendMessageOptions): Promise<number> {
    const copy = p.slice(); // the caller may use it freely before it is sent for the second time
    let sent: number;
    try {
      sent = await this.#send(p, addr, { source });
      this.#remember(source, true);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      sent = await this.#send(copy, addr, otherwise);
      this.#remember(source, false);
    }
    return sent;
  }

  #remember(address: string, isSource: boolean): void {
    if (this.#isSource.size === REMEMBERED) this.#isSource.clear();
    this.#isSource.set(address, isSource);
  }
}

function isRefusal(error: unknown): boolean {
  return REFUSALS.includes(codeOf(error) ?? 0);
}

function infoOf(message: unknown): PacketInfo {
  const info = typeof message === "object" && message !== null && "info" in message ? message.info : undefined;
  if (typeof info === "object" && info !== null) return info;
  throw new TypeError(`message must be one that receiveMessage() has resolved with, got ${show(message)}`);
}

/** Whether an address is that of several machines: a multicast group, everyone, or all of a subnet. */
function isForMany(address: IpAddress): boolean {
  if (isMulticast(address)) return true;
  if (!isIpv4(address) || (address.bytes[3] & 3) !== 3) return false; // those of the smallest subnets end with two ones
  return address.bytes.every((byte) => byte === 255) || isSubnetBroadcast(toNumber(address.bytes));
}

/** Whether an address is the broadcast address of a subnet that this machine is in. */
function isSubnetBroadcast(address: number): boolean {
  let own: InterfaceAddress[];
  try {
    own = interfaces().flatMap(({ addresses }) => addresses).filter(({ family }) => family === 4);
  } catch {
    return false; // the system will say whether it sends from the address
  }
  return own.some((entry) => {
    const hosts = entry.prefixLength > 30 ? 0 : 0xffffffff >>> entry.prefixLength; // longer prefixes have no broadcast
    const number = toNumber(knownAddress(entry.address)!.bytes);
    return hosts !== 0 && number !== address && (number | hosts) >>> 0 === address;
  });
}

function toNumber(bytes: Uint8Array): number {
  return (bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]) >>> 0;
}

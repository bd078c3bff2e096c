/** Addresses with ports: as sockaddr structs, as the API has them, and as messages show them. Pure, on any system. */

import {
  formatAddress,
  type IpAddress,
  isIpv4,
  isMapped,
  isUnspecified,
  mapAddress,
  MAX_SCOPE_ID,
  unmapAddress,
} from "./ip_address.ts";
import { bytesOf, layout } from "../layout/mod.ts";
import { AF_INET, AF_INET6, SOCKADDR_IN, SOCKADDR_IN6 } from "../win32/winsock.ts";
import { checkInteger, checkPort } from "./arguments.ts";

/** An address and a port: where a socket is, or its peer. */
export interface Endpoint {
  /** The address. */
  readonly address: IpAddress;
  /** From 0 to 65535. */
  readonly port: number;
  /** The flow information of an IPv6 socket address, a 32-bit number; 0 for none. */
  readonly flowInfo: number;
}

/** The size of a sockaddr_in. */
export const SOCKADDR_IN_LENGTH: number = layout(SOCKADDR_IN).size;
/** The size of a sockaddr_in6. */
export const SOCKADDR_IN6_LENGTH: number = layout(SOCKADDR_IN6).size;
const IPV6_BYTES = 16;
const MAX_FLOW_INFO = 0xffffffff;
/** The size of the largest sockaddr that is used here. */
export const MAX_SOCKADDR_LENGTH: number = SOCKADDR_IN6_LENGTH;

// One buffer for all, and the views of it made once: a sockaddr passes through in one go.
const scratch = new Uint8Array(MAX_SOCKADDR_LENGTH);
const ipv4 = layout(SOCKADDR_IN).view(scratch);
const ipv4Bytes = bytesOf(ipv4.sin_addr);
const ipv6 = layout(SOCKADDR_IN6).view(scratch);

/**
 * Writes an endpoint as a sockaddr_in or, of an IPv6 address, a sockaddr_in6.
 *
 * @example Make the sockaddr of an address
 * ```ts
 * import { encodeSockaddr, parseAddress } from "@winsock/ws2/ffi";
 *
 * const name = encodeSockaddr({ address: parseAddress("::1")!, port: 5001, flowInfo: 0 });
 * console.log(name.length); // 28: a sockaddr_in6, which bind() and connect() take
 * ```
 *
 * @param endpoint The address and the port.
 * @returns 16 or 28 bytes.
 * @throws {TypeError} When a number is none.
 * @throws {RangeError} When a number is out of its range, or the address has neither 4 nor 16 bytes.
 */
export function encodeSockaddr({ address, port, flowInfo }: Endpoint): Uint8Array<ArrayBuffer> {
  checkPort(port);
  scratch.fill(0);
  if (isIpv4(address)) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = port;
    ipv4Bytes.set(address.bytes);
    return scratch.slice(0, SOCKADDR_IN_LENGTH);
  }
  const { length } = address.bytes;
  if (length !== IPV6_BYTES) throw new RangeError(`address.bytes must have 4 or 16 bytes, got ${length}`);
  checkInteger("address.scopeId", address.scopeId, 0, MAX_SCOPE_ID);
  checkInteger("flowInfo", flowInfo, 0, MAX_FLOW_INFO);
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = port;
  ipv6.sin6_flowinfo = flowInfo;
  ipv6.sin6_addr.u.Byte.set(address.bytes);
  ipv6.DUMMYUNIONNAME.sin6_scope_id = address.scopeId;
  return scratch.slice();
}

/**
 * Reads a sockaddr_in or sockaddr_in6.
 *
 * @example See where a sockaddr points
 * ```ts
 * import { allocate, decodeSockaddr, formatAddress, IN4ADDR_SETLOOPBACK, SOCKADDR_IN } from "@winsock/ws2/ffi";
 *
 * const name = allocate(SOCKADDR_IN);
 * IN4ADDR_SETLOOPBACK(name.bytes);
 * console.log(formatAddress(decodeSockaddr(name.bytes).address)); // 127.0.0.1
 * ```
 *
 * @param bytes The sockaddr, or a longer buffer that begins with it.
 * @throws {TypeError} When its family is another, or when there are too few bytes.
 */
export function decodeSockaddr(bytes: Uint8Array): Endpoint {
  scratch.set(bytes.length > scratch.length ? bytes.subarray(0, scratch.length) : bytes);
  const family = bytes.length < 2 ? undefined : ipv4.sin_family;
  if (family === AF_INET && bytes.length >= SOCKADDR_IN_LENGTH) {
    return { address: { bytes: ipv4Bytes.slice(), scopeId: 0 }, port: ipv4.sin_port, flowInfo: 0 };
  }
  if (family === AF_INET6 && bytes.length >= SOCKADDR_IN6_LENGTH) {
    const address = { bytes: ipv6.sin6_addr.u.Byte.slice(), scopeId: ipv6.DUMMYUNIONNAME.sin6_scope_id };
    return { address, port: ipv6.sin6_port, flowInfo: ipv6.sin6_flowinfo };
  }
  throw new TypeError(`Not a sockaddr_in or sockaddr_in6: family ${family}, ${bytes.length} bytes`);
}

/** The family that a sockaddr, of two bytes at least, is of. */
export function familyOf(sockaddr: Uint8Array): number {
  return sockaddr[0] | sockaddr[1] << 8;
}

/** The endpoint of the peer, where the sockaddrs of both ends of a connection are in one array. */
export function decodeRemote(sockaddrs: Uint8Array): Endpoint {
  return decodeSockaddr(sockaddrs.subarray(MAX_SOCKADDR_LENGTH));
}

/** An IP address and a port, as {@linkcode resolve} finds them; what {@linkcode connect} takes. */
export interface HostAddr {
  /** The IP address; one with a scope id has it behind a `%`, as in `fe80::1%3`. */
  hostname: string;
  /** The port, from 0 to 65535. */
  port: number;
  /** The scope id of an IPv6 address, the index of the interface it belongs to. Absent when there is none. */
  scopeId?: number;
  /** The flow information of an IPv6 address. Absent when there is none. */
  flowInfo?: number;
}

/**
 * The address of a socket or its peer. IPv4 is always plain here, also on a dual-stack socket, where Winsock itself has
 * it in the mapped form (`::ffff:192.0.2.1`).
 */
export interface NetAddr<T extends "tcp" | "udp" = "tcp" | "udp"> extends HostAddr, Deno.NetAddr {
  /** `"tcp"` or `"udp"`. */
  transport: T;
  /** The IP address; one with a scope id has it behind a `%`, as in `fe80::1%3`. */
  hostname: string;
  /** The port, from 0 to 65535. */
  port: number;
}

/** The API address of an endpoint of a socket. */
export function toNetAddr<T extends "tcp" | "udp">(endpoint: Endpoint, transport: T): NetAddr<T> {
  return { transport, ...toHostAddr(endpoint) };
}

/** The API address of an endpoint without a socket. */
export function toHostAddr({ address, port, flowInfo }: Endpoint): HostAddr {
  const plain = unmapAddress(address);
  const addr: HostAddr = { hostname: formatAddress(plain), port };
  if (plain.scopeId !== 0) addr.scopeId = plain.scopeId;
  if (flowInfo !== 0) addr.flowInfo = flowInfo;
  return addr;
}

/** An address with its port, as error messages show it: `127.0.0.1:80` or `[::1]:80`. */
export function formatHostPort(hostname: string, port: number): string {
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** An endpoint as error messages show it. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return formatHostPort(formatAddress(unmapAddress(address)), port);
}

/** The kinds of socket, by the addresses that they can be given. */
export type SocketFamily = "ipv4" | "ipv6" | "dual-stack";

/**
 * The form of an address that a socket of a family must be given: mapped on a dual-stack socket, plain on one for IPv4.
 *
 * @param tried What is being tried, for the error: `Cannot connect to 127.0.0.1:80`.
 * @throws {TypeError} When a socket of that family cannot be given the address.
 */
export function addressFor(family: SocketFamily, address: IpAddress, tried: () => string): IpAddress {
  const isV4 = isIpv4(address) || isMapped(address);
  switch (family) {
    case "dual-stack":
      return mapAddress(address);
    case "ipv4":
      if (isV4) return unmapAddress(address);
      throw new TypeError(`${tried()}: the socket is for IPv4 only; make one for IPv6 or a dual-stack one instead`);
    case "ipv6":
      if (!isV4) return address;
      throw new TypeError(`${tried()}: the socket is for IPv6 only; set ipv6Only to false to reach IPv4 addresses too`);
  }
}

/**
 * Which of the two IP protocols the options of a socket are for. A dual-stack socket has those of both as long as its
 * local address is `::`. On one that is bound to a specific address only the options of that address's family work.
 *
 * Source: https://learn.microsoft.com/windows/win32/winsock/winsock-ecn
 *
 * @param local The address that the socket is or will be bound to.
 */
export function optionFamily(family: SocketFamily, local: IpAddress): SocketFamily {
  if (family !== "dual-stack" || isUnspecified(local)) return family;
  return isIpv4(unmapAddress(local)) ? "ipv4" : "ipv6";
}

/** Whether a bound socket takes both families: it is dual-stack, and not bound to an address of one of them. */
export function takesBothFamilies(family: SocketFamily, { hostname }: NetAddr): boolean {
  return family === "dual-stack" && hostname === "::";
}

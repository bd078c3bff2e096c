/** Addresses in the form of the API. */

import {
  formatAddress,
  type IpAddress,
  isIpv4,
  isMapped,
  isUnspecified,
  mapAddress,
  unmapAddress,
} from "./ip_address.ts";
import type { Endpoint } from "./sockaddr.ts";

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

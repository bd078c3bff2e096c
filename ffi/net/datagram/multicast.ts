/** Membership in multicast groups. */

import { bytesOf, layout } from "../../layout/mod.ts";
import {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MREQ,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_ADD_MEMBERSHIP,
  IPV6_DROP_MEMBERSHIP,
  IPV6_MREQ,
  IPV6_MULTICAST_LOOP,
} from "../../win32/winsock.ts";
import { type IpAddress, isIpv4 } from "../../marshal/ip_address.ts";
import { checkAddress, checkBoolean, checkInteger, show } from "../../marshal/arguments.ts";
import type { OptionAccess } from "../options.ts";

/** Whether an address is that of a multicast group. */
export function isMulticast(address: IpAddress): boolean {
  const { bytes } = address;
  return isIpv4(address) ? bytes[0] >= 224 && bytes[0] < 240 : bytes[0] === 0xff;
}

/** Joins an IPv4 group on the interface that has the address `networkInterface`. */
export function joinIpv4(
  options: OptionAccess,
  group: string,
  networkInterface: string,
): Deno.MulticastV4Membership {
  const request = new Uint8Array(layout(IP_MREQ).size);
  const { offsets } = layout(IP_MREQ);
  request.set(checkGroup(group, 4).bytes, offsets.imr_multiaddr);
  request.set(checkIpv4("networkInterface", networkInterface).bytes, offsets.imr_interface);
  const membership = `membership in ${group}`;
  if (!options.set(membership, IPPROTO_IP, IP_ADD_MEMBERSHIP, request)) {
    throw new Deno.errors.NotSupported(`Cannot set ${membership} of ${options.name}: this system has no IPv4`);
  }
  return {
    leave: asynchronous(() => options.set(membership, IPPROTO_IP, IP_DROP_MEMBERSHIP, request)),
    setLoopback: asynchronous((loopback: boolean) => {
      const value = checkBoolean("loopback", loopback) ? 1 : 0;
      options.set("the multicast loopback", IPPROTO_IP, IP_MULTICAST_LOOP, value);
    }),
    setTTL: asynchronous((ttl: number) => {
      options.set("the multicast TTL", IPPROTO_IP, IP_MULTICAST_TTL, checkInteger("ttl", ttl, 0, 255));
    }),
  };
}

/** Joins an IPv6 group on the interface with an index; 0 lets the system choose. */
export function joinIpv6(
  options: OptionAccess,
  group: string,
  networkInterface: number,
): Deno.MulticastV6Membership {
  const request = layout(IPV6_MREQ).view();
  const requestBytes = bytesOf(request);
  requestBytes.set(checkGroup(group, 6).bytes, layout(IPV6_MREQ).offsets.ipv6mr_multiaddr);
  request.ipv6mr_interface = checkInteger("networkInterface", networkInterface, 0, 0xffffffff);
  const membership = `membership in ${group}`;
  options.set(membership, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, requestBytes);
  return {
    leave: asynchronous(() => options.set(membership, IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, requestBytes)),
    setLoopback: asynchronous((loopback: boolean) => {
      const value = checkBoolean("loopback", loopback) ? 1 : 0;
      options.set("the multicast loopback", IPPROTO_IPV6, IPV6_MULTICAST_LOOP, value);
    }),
  };
}

function checkGroup(group: unknown, version: 4 | 6): IpAddress {
  const address = checkAddress(group, "address");
  if (isIpv4(address) !== (version === 4) || !isMulticast(address)) {
    throw new TypeError(`address must be that of an IPv${version} multicast group, got ${show(group)}`);
  }
  return address;
}

function checkIpv4(name: string, value: unknown): IpAddress {
  const address = checkAddress(value, name);
  if (!isIpv4(address)) throw new TypeError(`${name} must be an IPv4 address, got ${show(value)}`);
  return address;
}

/** Deno's interfaces return promises, though the system answers synchronously. */
function asynchronous<P extends unknown[]>(action: (...parameters: P) => void): (...parameters: P) => Promise<void> {
  // deno-lint-ignore require-await
  return async (...parameters) => action(...parameters);
}

/** `joinMulticast()`: membership in groups of either family, on one interface or on all, from everyone or from one source. */

import { bytesOf, layout } from "../../layout/mod.ts";
import { codeOf, ERROR_CODES } from "../../win32/errors.ts";
import {
  GROUP_REQ,
  GROUP_SOURCE_REQ,
  IP_ADD_MEMBERSHIP,
  IP_ADD_SOURCE_MEMBERSHIP,
  IP_BLOCK_SOURCE,
  IP_DROP_MEMBERSHIP,
  IP_DROP_SOURCE_MEMBERSHIP,
  IP_MREQ,
  IP_MREQ_SOURCE,
  IP_UNBLOCK_SOURCE,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_ADD_MEMBERSHIP,
  IPV6_DROP_MEMBERSHIP,
  IPV6_MREQ,
  MCAST_BLOCK_SOURCE,
  MCAST_JOIN_GROUP,
  MCAST_JOIN_SOURCE_GROUP,
  MCAST_LEAVE_GROUP,
  MCAST_LEAVE_SOURCE_GROUP,
  MCAST_UNBLOCK_SOURCE,
} from "../../win32/winsock.ts";
import { checkAddress, checkOptions, show } from "../../marshal/arguments.ts";
import { formatAddress, type IpAddress, isIpv4, isUnspecified, unmapAddress } from "../../marshal/ip_address.ts";
import { encodeSockaddr } from "../../marshal/sockaddr.ts";
import { interfaceIndexOf, interfaces, ipv4AddressOf } from "../interfaces.ts";
import type { OptionAccess } from "../options.ts";
import { isMulticast } from "./multicast.ts";

/** Options of {@linkcode DatagramConn.joinMulticast}. */
export interface MulticastOptions {
  /**
   * The interface to join on: its index, its name as {@linkcode interfaces} tells it, one of its addresses, `"::%3"` for the
   * index 3, or `"all"` for each that is up and has an address of the family. Default: the system chooses one.
   */
  interface?: number | string;
  /** The only source to receive from, an IP address of the family of the group. Default: everyone. */
  source?: string;
}

/** An interface that a group was to be joined on. */
export interface InterfaceMembership {
  /** The index of the interface; 0 where the system chose it. */
  index: number;
  /** Why the group could not be joined on it; absent when it was. */
  error?: unknown;
}

/** What is done to a membership: by the protocol independent option, and by those that older systems have. */
interface Action {
  readonly name: number;
  readonly ipv4: number;
  readonly ipv6?: number;
}
const JOIN: Action = { name: MCAST_JOIN_GROUP, ipv4: IP_ADD_MEMBERSHIP, ipv6: IPV6_ADD_MEMBERSHIP };
const LEAVE: Action = { name: MCAST_LEAVE_GROUP, ipv4: IP_DROP_MEMBERSHIP, ipv6: IPV6_DROP_MEMBERSHIP };
const JOIN_SOURCE: Action = { name: MCAST_JOIN_SOURCE_GROUP, ipv4: IP_ADD_SOURCE_MEMBERSHIP };
const LEAVE_SOURCE: Action = { name: MCAST_LEAVE_SOURCE_GROUP, ipv4: IP_DROP_SOURCE_MEMBERSHIP };
const BLOCK: Action = { name: MCAST_BLOCK_SOURCE, ipv4: IP_BLOCK_SOURCE };
const UNBLOCK: Action = { name: MCAST_UNBLOCK_SOURCE, ipv4: IP_UNBLOCK_SOURCE };

const [WSAENOPROTOOPT] = ERROR_CODES.WSAENOPROTOOPT;

/** Membership in a multicast group, made by {@linkcode DatagramConn.joinMulticast}; `using` leaves the group. */
export class MulticastMembership implements Disposable {
  /** The group. */
  readonly group: string;
  /** The only source, where one was asked for. */
  readonly source: string | undefined;
  /** The interfaces, with `"all"` also those on which joining failed, and why. */
  readonly interfaces: readonly InterfaceMembership[];
  readonly #options: OptionAccess;
  readonly #group: IpAddress;
  readonly #source: IpAddress | undefined;
  #hasLeft = false;

  /** For the library itself. */
  constructor(
    options: OptionAccess,
    group: IpAddress,
    source: IpAddress | undefined,
    interfaces: readonly InterfaceMembership[],
  ) {
    this.#options = options;
    this.#group = group;
    this.#source = source;
    this.group = formatAddress(group);
    this.source = source && formatAddress(source);
    this.interfaces = interfaces;
  }

  /**
   * Leaves the group, on every interface that it was joined on.
   *
   * @throws {Deno.errors.BadResource} When it has been left already, or the socket is closed.
   */
  leave(): void {
    this.#checkMember();
    this.#hasLeft = true;
    this.#each(this.#source === undefined ? LEAVE : LEAVE_SOURCE, this.#source);
  }

  /**
   * Receives nothing more from one source.
   *
   * @param source Its IP address, of the family of the group.
   * @throws {TypeError} When it is none, or the membership is one for a single source.
   * @throws {Deno.errors.NotSupported} When the system cannot do it.
   * @throws {Deno.errors.BadResource} When the group has been left, or the socket is closed.
   */
  block(source: string): void {
    this.#each(BLOCK, this.#checkBlocked(source));
  }

  /**
   * Receives from a source again that was blocked.
   *
   * @param source Its IP address.
   * @throws What {@linkcode block} throws, and the error of the system when the source is not blocked.
   */
  unblock(source: string): void {
    this.#each(UNBLOCK, this.#checkBlocked(source));
  }

  /** Leaves the group, unless it has been left or the socket is closed; for `using`. */
  [Symbol.dispose](): void {
    if (!this.#hasLeft && this.#options.state === "open") this.leave();
  }

  #checkMember(): void {
    this.#options.checkOpen();
    if (this.#hasLeft) throw new Deno.errors.BadResource(`The membership in ${this.group} has been left`);
  }

  #checkBlocked(source: unknown): IpAddress {
    const address = checkSource(source, this.#group);
    if (this.#source !== undefined) {
      throw new TypeError(
        `source must not be blocked or unblocked where only ${this.source} is joined, got ${show(source)}`,
      );
    }
    this.#checkMember();
    return address;
  }

  /** Does the same on every interface; an error of one does not keep the others from it. */
  #each(action: Action, source: IpAddress | undefined): void {
    const errors: unknown[] = [];
    for (const { index, error } of this.interfaces) {
      if (error !== undefined) continue;
      try {
        change(this.#options, action, index, this.#group, source);
      } catch (reason) {
        errors.push(reason);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

/** Joins a group. */
export function joinGroup(access: OptionAccess, group: unknown, options: MulticastOptions): MulticastMembership {
  checkOptions(options);
  const address = unmapAddress(checkAddress(group, "group"));
  if (!isMulticast(address)) throw new TypeError(`group must be the address of a multicast group, got ${show(group)}`);
  const version = isIpv4(address) ? 4 : 6;
  if (access.family === (version === 4 ? "ipv6" : "ipv4")) {
    throw new TypeError(`group must not be of IPv${version} on ${access.name}, got ${show(group)}`);
  }
  const source = options.source === undefined ? undefined : checkSource(options.source, address);
  const action = source === undefined ? JOIN : JOIN_SOURCE;
  const plain = { bytes: address.bytes, scopeId: 0 };
  const join = (index: number) => change(access, action, index, plain, source);
  if (options.interface === "all") {
    if (address.scopeId !== 0) {
      throw new TypeError(`group must have no scope id with all interfaces, got ${show(group)}`);
    }
    return new MulticastMembership(access, plain, source, joinOnAll(formatAddress(plain), version, join));
  }
  const index = options.interface === undefined ? address.scopeId : interfaceIndexOf("interface", options.interface);
  if (address.scopeId !== 0 && address.scopeId !== index) {
    throw new TypeError(`interface must be that of the group, ${address.scopeId}, got ${show(options.interface)}`);
  }
  join(index);
  return new MulticastMembership(access, plain, source, [{ index }]);
}

function joinOnAll(group: string, version: 4 | 6, join: (index: number) => void): InterfaceMembership[] {
  const joinable = interfaces().filter(({ isUp, hasMulticast, addresses }) =>
    isUp && hasMulticast && addresses.some(({ family }) => family === version)
  );
  if (joinable.length === 0) {
    throw new Deno.errors.NotFound(`Cannot find an interface for the IPv${version} group ${group}`);
  }
  const results = joinable.map(({ index }): InterfaceMembership => {
    try {
      join(index);
      return { index };
    } catch (error) {
      return { index, error };
    }
  });
  if (results.some(({ error }) => error === undefined)) return results;
  const errors = results.map(({ error }) => error);
  throw new AggregateError(errors, `Cannot join ${group} on any of ${errors.length} interfaces`);
}

function checkSource(value: unknown, group: IpAddress): IpAddress {
  const source = unmapAddress(checkAddress(value, "source"));
  if (isIpv4(source) === isIpv4(group) && !isMulticast(source) && !isUnspecified(source)) return source;
  const family = isIpv4(group) ? "IPv4" : "IPv6";
  throw new TypeError(
    `source must be the ${family} address of one machine, as the group is of ${family}, got ${show(value)}`,
  );
}

/** Changes a membership by the option that both families have, or where the system lacks that by an older one. */
function change(
  access: OptionAccess,
  action: Action,
  index: number,
  group: IpAddress,
  source: IpAddress | undefined,
): void {
  const what = `membership in ${formatAddress(group)}`;
  const level = isIpv4(group) ? IPPROTO_IP : IPPROTO_IPV6;
  const set = (name: number, request: Uint8Array) => {
    if (access.set(what, level, name, request)) return;
    throw new Deno.errors.NotSupported(`Cannot set ${what} of ${access.name}: this system has no IPv4`);
  };
  try {
    set(action.name, source === undefined ? groupRequest(index, group) : sourceRequest(index, group, source));
  } catch (error) {
    if (codeOf(error) !== WSAENOPROTOOPT) throw error;
    if (isIpv4(group)) set(action.ipv4, olderRequest(ipv4AddressOf(index), group, source));
    else if (action.ipv6 !== undefined) set(action.ipv6, ipv6Request(index, group));
    else throw new Deno.errors.NotSupported((error as Error).message, { cause: (error as Error).cause });
  }
}

function sockaddrOf(address: IpAddress): Uint8Array {
  return encodeSockaddr({ address, port: 0, flowInfo: 0 });
}

function groupRequest(index: number, group: IpAddress): Uint8Array {
  const request = layout(GROUP_REQ).view();
  const bytes = bytesOf(request);
  request.gr_interface = index;
  bytes.set(sockaddrOf(group), layout(GROUP_REQ).offsets.gr_group);
  return bytes;
}

function sourceRequest(index: number, group: IpAddress, source: IpAddress): Uint8Array {
  const request = layout(GROUP_SOURCE_REQ).view();
  const bytes = bytesOf(request);
  request.gsr_interface = index;
  bytes.set(sockaddrOf(group), layout(GROUP_SOURCE_REQ).offsets.gsr_group);
  bytes.set(sockaddrOf(source), layout(GROUP_SOURCE_REQ).offsets.gsr_source);
  return bytes;
}

function olderRequest(networkInterface: Uint8Array, group: IpAddress, source: IpAddress | undefined): Uint8Array {
  const def = source === undefined ? IP_MREQ : IP_MREQ_SOURCE;
  const bytes = new Uint8Array(layout(def).size);
  bytes.set(group.bytes, layout(def).offsets.imr_multiaddr);
  if (source !== undefined) bytes.set(source.bytes, layout(IP_MREQ_SOURCE).offsets.imr_sourceaddr);
  bytes.set(networkInterface, layout(def).offsets.imr_interface);
  return bytes;
}

function ipv6Request(index: number, group: IpAddress): Uint8Array {
  const request = layout(IPV6_MREQ).view();
  const bytes = bytesOf(request);
  bytes.set(group.bytes, layout(IPV6_MREQ).offsets.ipv6mr_multiaddr);
  request.ipv6mr_interface = index;
  return bytes;
}

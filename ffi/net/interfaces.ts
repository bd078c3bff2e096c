/** The network interfaces of this machine, and how users choose one. */

import { equals } from "@std/bytes/equals";
import { layout, type StructDef, type View } from "../layout/mod.ts";
import { WinsockError } from "../win32/errors.ts";
import {
  GAA_FLAG_SKIP_ANYCAST,
  GAA_FLAG_SKIP_DNS_SERVER,
  GAA_FLAG_SKIP_MULTICAST,
  IF_TYPE_SOFTWARE_LOOPBACK,
  IfOperStatusUp,
  IP_ADAPTER_ADDRESSES_LH,
  IP_ADAPTER_NO_MULTICAST,
  IP_ADAPTER_UNICAST_ADDRESS_LH,
  iphlpapi,
} from "../win32/iphlpapi.ts";
import { AF_INET, AF_INET6, AF_UNSPEC } from "../win32/winsock.ts";
import { checkInteger, show } from "../marshal/arguments.ts";
import { formatAddress, type IpAddress, isIpv4, isUnspecified, knownAddress } from "../marshal/ip_address.ts";
import { decodeSockaddr, familyOf } from "../marshal/sockaddr.ts";
import { describeFailure } from "./open_socket.ts";

/** An address of a {@linkcode NetworkInterface}. */
export interface InterfaceAddress {
  /** The IP address; that of a link-local one ends with its scope id, as in `fe80::1%3`. */
  address: string;
  /** The IP version. */
  family: 4 | 6;
  /** How many leading bits of the address are those of its subnet, from 0 to 32 or 128. */
  prefixLength: number;
}

/** A network interface, as {@linkcode interfaces} lists it. */
export interface NetworkInterface {
  /** Its index, from 1: what `interfaceIndex`, scope ids and multicast options are. */
  index: number;
  /** The name that users see, such as `Ethernet`. */
  name: string;
  /** The name that never changes, on Windows a GUID in braces. */
  id: string;
  /** What it is, such as the model of the adapter. */
  description: string;
  /** Whether it can pass packets now. */
  isUp: boolean;
  /** Whether it is the loopback. */
  isLoopback: boolean;
  /** Whether it has multicast. */
  hasMulticast: boolean;
  /** The greatest packet that it passes on, in bytes. */
  mtu: number;
  /** Its hardware address, as in `02:fc:00:00:00:01`; absent when it has none. */
  physicalAddress?: string;
  /** Its addresses. */
  addresses: InterfaceAddress[];
}

const ERROR_BUFFER_OVERFLOW = 111;
const ERROR_NO_DATA = 232;
const FIRST_ROOM = 16 * 1024;
/** The list may grow between two calls. */
const ATTEMPTS = 4;

/**
 * Lists the network interfaces of this machine. That needs no permission but `--allow-ffi`, unlike
 * `Deno.networkInterfaces`.
 *
 * @example Show the addresses of this machine
 * ```ts
 * import { interfaces } from "@winsock/ws2";
 *
 * for (const { index, name, isUp, addresses } of interfaces()) {
 *   console.log(index, name, isUp ? "up" : "down", addresses.map(({ address }) => address).join(" "));
 * }
 * ```
 *
 * @returns The interfaces, in the order of the system.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 * @throws The error that fits when the system refuses.
 */
export function interfaces(): NetworkInterface[] {
  try {
    const list = readAdapters();
    return list === undefined ? [] : list.readAll(IP_ADAPTER_ADDRESSES_LH, 0, (adapter) => readAdapter(list, adapter));
  } catch (error) {
    throw describeFailure("Cannot list the network interfaces", error);
  }
}

function readAdapters(): LinkedList | undefined {
  const length = new Uint32Array([FIRST_ROOM]);
  const flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
  for (let attempt = 1;; attempt++) {
    const bytes = new Uint8Array(length[0]);
    const code = iphlpapi().GetAdaptersAddresses(AF_UNSPEC, flags, null, bytes, length);
    if (code === 0) return new LinkedList(bytes);
    if (code === ERROR_NO_DATA) return undefined;
    if (code !== ERROR_BUFFER_OVERFLOW || attempt === ATTEMPTS) throw new WinsockError(code, "GetAdaptersAddresses");
  }
}

/** Structs that point at each other within one array, which the system has filled. Nothing outside of it is read. */
class LinkedList {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #base: bigint;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#base = BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)));
  }

  /** Reads a struct and those that it leads to by `Next`. */
  readAll<const S extends StructDef & { struct: { Next: "pointer" } }, T>(
    def: S,
    first: number | undefined,
    read: (struct: View<S>) => T,
  ): T[] {
    const results: T[] = [];
    const { size } = layout(def);
    const most = this.#bytes.length / size; // a list that leads back to itself must end too
    for (let at = first; at !== undefined && at + size <= this.#bytes.length && results.length < most;) {
      const struct = layout(def).view(this.#bytes, at);
      results.push(read(struct));
      at = this.offsetOf((struct as unknown as { Next: bigint }).Next);
    }
    return results;
  }

  /** Where in the array an address lies, if it does. */
  offsetOf(address: bigint): number | undefined {
    const offset = Number(address - this.#base);
    return offset >= 0 && offset < this.#bytes.length ? offset : undefined;
  }

  /** The bytes at an address; undefined where they are not all in the array. */
  bytesAt(address: bigint, length: number): Uint8Array<ArrayBuffer> | undefined {
    const at = this.offsetOf(address);
    return at === undefined || length < 0 || at + length > this.#bytes.length
      ? undefined
      : this.#bytes.slice(at, at + length);
  }

  /** A text that ends with 0, of units of 1 or 2 bytes. */
  textAt(address: bigint, unit: 1 | 2): string {
    const at = this.offsetOf(address);
    if (at === undefined) return "";
    const rest = this.#bytes.slice(at, this.#bytes.length - (this.#bytes.length - at) % unit); // aligned
    const units = unit === 1 ? rest : new Uint16Array(rest.buffer);
    const end = units.indexOf(0);
    return String.fromCharCode(...units.subarray(0, end < 0 ? 0 : end));
  }
}

function readAdapter(list: LinkedList, adapter: View<typeof IP_ADAPTER_ADDRESSES_LH>): NetworkInterface {
  const { PhysicalAddress, PhysicalAddressLength } = adapter;
  const result: NetworkInterface = {
    index: adapter.IfIndex || adapter.Ipv6IfIndex, // one is 0 where that family is switched off; else they are the same
    name: list.textAt(adapter.FriendlyName, 2),
    id: list.textAt(adapter.AdapterName, 1),
    description: list.textAt(adapter.Description, 2),
    isUp: adapter.OperStatus === IfOperStatusUp,
    isLoopback: adapter.IfType === IF_TYPE_SOFTWARE_LOOPBACK,
    hasMulticast: (adapter.Flags & IP_ADAPTER_NO_MULTICAST) === 0,
    mtu: adapter.Mtu,
    addresses: [],
  };
  const hardware = PhysicalAddress.subarray(0, PhysicalAddressLength);
  if (hardware.length > 0) {
    result.physicalAddress = Array.from(hardware, (byte) => byte.toString(16).padStart(2, "0")).join(":");
  }
  const first = list.offsetOf(adapter.FirstUnicastAddress);
  list.readAll(IP_ADAPTER_UNICAST_ADDRESS_LH, first, ({ Address, OnLinkPrefixLength }) => {
    const sockaddr = list.bytesAt(Address.lpSockaddr, Address.iSockaddrLength);
    if (sockaddr === undefined || sockaddr.length < 16) return;
    if (familyOf(sockaddr) !== AF_INET && familyOf(sockaddr) !== AF_INET6) return;
    const { address } = decodeSockaddr(sockaddr);
    const family = isIpv4(address) ? 4 : 6;
    result.addresses.push({ address: formatAddress(address), family, prefixLength: OnLinkPrefixLength });
  });
  return result;
}

/** The greatest index: IPv4 options have three bytes for it. */
const MAX_INDEX = 0xffffff;

/**
 * The index of the interface that a user has chosen by its index, its name or one of its addresses.
 *
 * @param name How errors name the argument.
 * @throws {TypeError} When the value is of another type, an empty string, or an unspecified address without a scope id.
 * @throws {RangeError} When it is a number and none from 1 to 0xffffff.
 * @throws {Deno.errors.NotFound} When there is no interface with that name or address.
 */
export function interfaceIndexOf(name: string, value: unknown): number {
  if (typeof value === "number") return checkInteger(name, value, 1, MAX_INDEX);
  if (typeof value !== "string" || value === "") {
    throw new TypeError(`${name} must be the index, the name or an address of an interface, got ${show(value)}`);
  }
  const address = knownAddress(value);
  if (address !== undefined && isUnspecified(address)) { // "::%3": no address, but a scope
    if (address.scopeId !== 0) return checkInteger(name, address.scopeId, 1, MAX_INDEX);
    throw new TypeError(
      `${name} must be that of one interface; leave it out to let the system choose, got ${show(value)}`,
    );
  }
  const list = interfaces();
  const found = list.filter((entry) =>
    address === undefined ? entry.name === value || entry.id === value : hasAddress(entry, address)
  );
  if (found.length === 1) return found[0].index;
  if (found.length > 1) {
    const indices = found.map(({ index }) => index).join(" and ");
    throw new TypeError(
      `${name} must be that of one interface, got ${show(value)}, which those with the index ${indices} have`,
    );
  }
  const known = list.map((entry) => `${entry.index} ${show(entry.name)}`).join(", ");
  throw new Deno.errors.NotFound(`Cannot find the interface ${show(value)}; there are ${known}`);
}

function hasAddress({ addresses }: NetworkInterface, { bytes, scopeId }: IpAddress): boolean {
  return addresses.some((entry) => {
    const own = knownAddress(entry.address)!;
    return equals(own.bytes, bytes) && (scopeId === 0 || scopeId === own.scopeId);
  });
}

/**
 * The first IPv4 address of an interface, for options that know no indices; 0.0.0.0 for the index 0.
 *
 * @throws {Deno.errors.AddrNotAvailable} When it has none, or there is no such interface.
 */
export function ipv4AddressOf(index: number): Uint8Array {
  if (index === 0) return new Uint8Array(4);
  const found = interfaces().find((entry) => entry.index === index)?.addresses.find(({ family }) => family === 4);
  if (found !== undefined) return knownAddress(found.address)!.bytes;
  throw new Deno.errors.AddrNotAvailable(`There is no interface with the index ${index} that has an IPv4 address`);
}

/** The index of the interface that has an IPv4 address; undefined for none. */
export function indexOfIpv4(bytes: Uint8Array): number | undefined {
  const address = { bytes, scopeId: 0 };
  return interfaces().find((entry) => hasAddress(entry, address))?.index;
}

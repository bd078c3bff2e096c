/** IPv4 and IPv6 addresses: their text by RFC 4291 and RFC 5952, and the IPv4-mapped form. Pure, on any system. */

/** An IP address: 4 bytes are IPv4, 16 are IPv6. */
export interface IpAddress {
  /** The bytes in network order. */
  readonly bytes: Uint8Array;
  /** The scope id of an IPv6 address: the index of the interface that a link-local address belongs to; 0 for none. */
  readonly scopeId: number;
}

/** The greatest scope id. */
export const MAX_SCOPE_ID = 0xffffffff;

/** `0.0.0.0` */
export const ANY_IPV4: IpAddress = { bytes: new Uint8Array(4), scopeId: 0 };
/** `::` */
export const ANY_IPV6: IpAddress = { bytes: new Uint8Array(16), scopeId: 0 };
/** `127.0.0.1` */
const LOOPBACK_IPV4: IpAddress = { bytes: Uint8Array.of(127, 0, 0, 1), scopeId: 0 };
/** `::1` */
const LOOPBACK_IPV6: IpAddress = { bytes: new Uint8Array(16).fill(1, 15), scopeId: 0 };

/**
 * Whether an address is IPv4.
 *
 * @param address The address; a mapped one is IPv6.
 */
export function isIpv4({ bytes }: IpAddress): boolean {
  return bytes.length === 4;
}

/**
 * Whether an address is an IPv4 address in its mapped form, `::ffff:192.0.2.1`.
 *
 * @param address The address.
 */
export function isMapped({ bytes }: IpAddress): boolean {
  if (bytes.length !== 16 || bytes[10] !== 0xff || bytes[11] !== 0xff) return false;
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Whether an address is the unspecified one of its family, `0.0.0.0` or `::`. */
export function isUnspecified({ bytes }: IpAddress): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Whether an address is a loopback address: `127.0.0.0/8`, mapped or not, or `::1`. */
export function isLoopback(address: IpAddress): boolean {
  const { bytes } = unmapAddress(address);
  return bytes.length === 4 ? bytes[0] === 127 : bytes.every((byte, i) => byte === LOOPBACK_IPV6.bytes[i]);
}

/**
 * The destination for an address. Windows refuses the unspecified addresses as destinations with WSAEADDRNOTAVAIL; for other
 * systems and Go they mean this machine, and so for this library.
 */
export function destinationFor(address: IpAddress): IpAddress {
  const plain = unmapAddress(address);
  if (!isUnspecified(plain)) return address;
  return isIpv4(plain) ? LOOPBACK_IPV4 : LOOPBACK_IPV6;
}

/**
 * The mapped form of an IPv4 address, which a dual-stack socket wants; any other address as it is.
 *
 * @example Map an address and take it back
 * ```ts
 * import { formatAddress, mapAddress, parseAddress, unmapAddress } from "@winsock/ws2/ffi";
 *
 * const mapped = mapAddress(parseAddress("192.0.2.1")!);
 * console.log(formatAddress(mapped)); // ::ffff:192.0.2.1
 * console.log(formatAddress(unmapAddress(mapped))); // 192.0.2.1
 * ```
 *
 * @param address The address.
 */
export function mapAddress(address: IpAddress): IpAddress {
  if (!isIpv4(address)) return address;
  const bytes = new Uint8Array(16);
  bytes[10] = bytes[11] = 0xff;
  bytes.set(address.bytes, 12);
  return { bytes, scopeId: 0 };
}

/**
 * The IPv4 address that a mapped one stands for; any other address as it is.
 *
 * @param address The address.
 */
export function unmapAddress(address: IpAddress): IpAddress {
  return isMapped(address) ? { bytes: address.bytes.slice(12), scopeId: 0 } : address;
}

/**
 * Reads an address: IPv4 as four decimal numbers, IPv6 in any form of RFC 4291, optionally with a numeric scope id
 * (`fe80::1%3`) or in brackets.
 *
 * @example Read an address
 * ```ts
 * import { parseAddress } from "@winsock/ws2/ffi";
 *
 * console.log(parseAddress("fe80::1%3")?.scopeId); // 3
 * console.log(parseAddress("localhost")); // undefined
 * ```
 *
 * @param text The text.
 * @returns The address, or undefined when the text is none.
 */
export function parseAddress(text: string): IpAddress | undefined {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  const [address, scope, ...rest] = bare.split("%");
  if (address.includes(":")) {
    const bytes = parseIpv6(address);
    const scopeId = scope === undefined ? 0 : parseScopeId(scope);
    return bytes && scopeId !== undefined && rest.length === 0 ? { bytes, scopeId } : undefined;
  }
  const bytes = bare === text && scope === undefined ? parseIpv4(address) : undefined;
  return bytes && { bytes, scopeId: 0 };
}

/** A cache of parsed addresses: servers answer the same ones repeatedly. */
const parsed = new Map<string, IpAddress>();
const REMEMBERED = 1024;

/** The same as {@linkcode parseAddress}, cached: the result is shared and must not be changed. */
export function knownAddress(text: string): IpAddress | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  if (parsed.size === REMEMBERED) parsed.clear();
  parsed.set(text, address);
  return address;
}

function parseScopeId(text: string): number | undefined {
  const scopeId = /^[0-9]{1,10}$/.test(text) ? Number(text) : NaN;
  return scopeId <= MAX_SCOPE_ID ? scopeId : undefined;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  // No leading zeros: some programs read them as octal.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) return;
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (head === undefined || halves.length === 2 && tail === undefined) return;
  const given = head.length + (tail?.length ?? 0);
  // "::" stands for at least one group.
  if (tail === undefined ? given !== 8 : given > 7) return;
  const groups = [...head, ...new Array<number>(8 - given).fill(0), ...tail ?? []];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The 16-bit groups of one side of an address; the last two may be written as an IPv4 address. */
function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(parseInt(part, 16));
      continue;
    }
    const ipv4 = isLast && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) return;
    groups.push(ipv4[0] << 8 | ipv4[1], ipv4[2] << 8 | ipv4[3]);
  }
  return groups;
}

/**
 * Writes an address as RFC 5952 wants it; a scope id follows after `%`, mapped IPv4 is written in decimal.
 *
 * @example Write an address in its shortest form
 * ```ts
 * import { formatAddress, parseAddress } from "@winsock/ws2/ffi";
 *
 * console.log(formatAddress(parseAddress("2001:DB8:0:0:0:0:0:1")!)); // 2001:db8::1
 * ```
 *
 * @param address The address.
 */
export function formatAddress(address: IpAddress): string {
  const { bytes, scopeId } = address;
  if (isIpv4(address)) return bytes.join(".");
  const text = isMapped(address) ? `::ffff:${bytes.subarray(12).join(".")}` : formatIpv6(bytes);
  return scopeId === 0 ? text : `${text}%${scopeId}`;
}

function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i] << 8 | bytes[2 * i + 1]).toString(16));
  const [start, length] = longestZeroRun(groups);
  if (length < 2) return groups.join(":"); // a single zero group is written out
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly string[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === "0") end++;
    if (end - start > best[1]) best = [start, end - start];
    start = Math.max(start, end);
  }
  return best;
}

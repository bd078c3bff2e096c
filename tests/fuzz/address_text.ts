/** Text of addresses, against `node:net` everywhere and `inet_pton` of Linux's C library there. */

import { assert, assertEquals } from "@std/assert";
import { BlockList, isIP } from "node:net";
import { formatAddress, type IpAddress, isIpv4, isMapped, parseAddress } from "../../ffi/marshal/ip_address.ts";
import { checkHostname } from "../../ffi/marshal/arguments.ts";
import { libc } from "./libc.ts";
import type { Random } from "./random.ts";
import type { Tally, Target } from "./runner.ts";

const ALPHABET = "0123456789abcdefABCDEF::::...%[]gGxX-+ /\\_\t\n\0é٣１\ud800";
const PARTS = [
  "::",
  ":",
  ".",
  "%",
  "[",
  "]",
  "0",
  "00",
  "ffff",
  "fFfF",
  "00001",
  "255",
  "256",
  "1.2.3.4",
  "0x7f",
  "%1",
];

/** Text that is an address, or nearly one. */
function makeText(random: Random): string {
  let text = random.pick([ipv4Text, ipv6Text, ipv6Text, mappedText, anyText])(random);
  for (let mutations = random.pick([0, 0, 0, 1, 1, 2, 4]); mutations > 0; mutations--) text = mutate(random, text);
  if (random.oneIn(8)) text += `%${random.pick([random.below(10), 4294967295, 4294967296, "01", "", "eth0", "-1"])}`;
  if (random.oneIn(16)) text = `[${text}]`;
  return text;
}

function ipv4Text(random: Random): string {
  const number = () => random.oneIn(8) ? String(random.below(1000)).padStart(random.below(4), "0") : random.below(256);
  return Array.from({ length: random.oneIn(16) ? random.below(6) : 4 }, number).join(".");
}

function ipv6Text(random: Random): string {
  const group = () => {
    const digits = random.below(random.pick([1, 2, 0x100, 0x10000, 0x10000])).toString(16);
    return (random.oneIn(4) ? digits.toUpperCase() : digits).padStart(random.oneIn(4) ? random.below(6) : 0, "0");
  };
  const groups = Array.from({ length: random.oneIn(4) ? random.below(11) : 8 }, group);
  if (random.oneIn(4)) groups.splice(-2, 2, ipv4Text(random));
  if (random.oneIn(3)) return groups.join(":");
  const [from, to] = [random.below(groups.length + 1), random.below(groups.length + 1)].sort((a, b) => a - b);
  return `${groups.slice(0, from).join(":")}::${groups.slice(to).join(":")}`;
}

function mappedText(random: Random): string {
  const prefix = random.pick(["::ffff:", "::FFFF:", "0:0:0:0:0:ffff:", "::0:ffff:", "0::ffff:", "::ffff:0:", "::"]);
  return prefix + (random.oneIn(4) ? `${random.below(0x10000).toString(16)}:0` : ipv4Text(random));
}

function anyText(random: Random): string {
  return Array.from({ length: random.below(24) }, () => random.character(ALPHABET)).join("");
}

function mutate(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const to = at + random.below(4);
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at) + random.character(ALPHABET) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, at) + text.slice(at, to).repeat(2) + text.slice(to);
    default:
      return text.slice(0, at) + random.pick(PARTS) + text.slice(to);
  }
}

/** What `node:net` says of a text, in the terms of this library: no names as scope ids, and brackets around IPv6. */
function expectedVersion(text: string): number {
  const inBrackets = text.startsWith("[") && text.endsWith("]");
  const bare = inBrackets ? text.slice(1, -1) : text;
  const version = isIP(bare);
  if (version !== 6) return inBrackets ? 0 : version;
  const scope = bare.split("%")[1];
  return scope === undefined || /^\d{1,10}$/.test(scope) && Number(scope) <= 0xffffffff ? 6 : 0;
}

const bytes = new Uint8Array(16);

/** Compares an answer with that of the C library, which knows neither brackets nor scope ids. */
function compareWithLibc(text: string, parsed: IpAddress | undefined): void {
  if (libc === undefined || /[[\]%\0]/.test(text)) return;
  const family = text.includes(":") ? libc.AF_INET6 : libc.AF_INET;
  const isAddress = libc.inetPton(family, text, bytes);
  assertEquals(parsed !== undefined, isAddress, "inet_pton");
  if (parsed !== undefined) assertEquals(parsed.bytes, bytes.slice(0, isIpv4(parsed) ? 4 : 16), "inet_pton");
}

/** The shortest text by RFC 5952, as the URL standard writes addresses too. */
function shortestText(address: IpAddress): string {
  const long = Array.from({ length: 8 }, (_, i) => (address.bytes[2 * i] << 8 | address.bytes[2 * i + 1]).toString(16));
  return new URL(`http://[${long.join(":")}]`).hostname.slice(1, -1);
}

function checkFormat(random: Random, address: IpAddress, text: string): void {
  const formatted = formatAddress(address);
  assertEquals(parseAddress(formatted), address, `read again from ${formatted}`);
  const [plain] = formatted.split("%");
  if (isIpv4(address)) assertEquals(plain, address.bytes.join("."));
  else if (isMapped(address)) assertEquals(plain, `::ffff:${address.bytes.subarray(12).join(".")}`);
  else assertEquals(plain, shortestText(address));
  if (!random.oneIn(16)) return;
  // BlockList of node:net holds addresses by value: it must take both texts for the same one.
  const family = isIpv4(address) ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addAddress(plain, family);
  assert(list.check(text.replace(/^\[|\]$/g, "").split("%")[0], family), `${formatted} is the same address`);
}

/** Host names are checked after addresses: only documented errors, that name the argument. */
function checkHost(text: string, parsed: IpAddress | undefined): void {
  try {
    const host = checkHostname(text);
    assertEquals(typeof host === "string", parsed === undefined);
  } catch (error) {
    const isDocumented = error instanceof TypeError || error instanceof RangeError;
    assert(isDocumented && error.message.startsWith("hostname must"), String(error));
    assertEquals(parsed, undefined);
  }
}

function run(random: Random, tally: Tally): void {
  const text = makeText(random);
  try {
    const parsed = parseAddress(text);
    assertEquals(parsed === undefined ? 0 : isIpv4(parsed) ? 4 : 6, expectedVersion(text), "node:net");
    compareWithLibc(text, parsed);
    checkHost(text, parsed);
    if (parsed !== undefined) checkFormat(random, parsed, text);
    tally.add(parsed === undefined ? "refused" : isIpv4(parsed) ? "IPv4" : isMapped(parsed) ? "mapped" : "IPv6");
    if (parsed !== undefined && parsed.scopeId !== 0) tally.add("scoped");
    // The bytes alone, too: every address can be written.
    const address = { bytes: sparse(random, random.pick([4, 16])), scopeId: 0 };
    checkFormat(random, address, formatAddress(address));
  } catch (error) {
    throw new Error(`${JSON.stringify(text)}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** Bytes with runs of zeros. */
function sparse(random: Random, length: number): Uint8Array {
  const bytes = random.bytes(length);
  for (let i = 0; i < length; i += 2) if (random.oneIn(2)) bytes.fill(0, i, i + 2);
  if (length === 16 && random.oneIn(8)) bytes.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]);
  return bytes;
}

/** `parseAddress`, `formatAddress` and the check of host names. */
export const ADDRESS_TEXT: Target = {
  name: "address-text",
  about: "text of addresses, against node:net and inet_pton",
  needsWindows: false,
  short: 20_000,
  long: 1_000_000,
  outcomes: ["refused", "IPv4", "IPv6", "mapped", "scoped"],
  run,
};

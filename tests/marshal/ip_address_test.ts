import { assert, assertEquals } from "@std/assert";
import {
  formatAddress,
  type IpAddress,
  isIpv4,
  isMapped,
  mapAddress,
  MAX_SCOPE_ID,
  parseAddress,
  unmapAddress,
} from "../../ffi/marshal/ip_address.ts";

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

function parsed(text: string): IpAddress {
  const address = parseAddress(text);
  assert(address !== undefined, `${JSON.stringify(text)} is an address`);
  return address;
}

// RFC 4291, section 2.2, and the forms that RFC 5952, sections 2 and 4, lists as hard to compare; what RFC 5952 makes of them.
const TEXTS: readonly [text: string, bytes: string, canonical: string][] = [
  // RFC 4291 2.2: the preferred form, and the compressed one
  [
    "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789",
    "abcdef0123456789abcdef0123456789",
    "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
  ],
  ["2001:DB8:0:0:8:800:200C:417A", "20010db80000000000080800200c417a", "2001:db8::8:800:200c:417a"],
  ["2001:DB8::8:800:200C:417A", "20010db80000000000080800200c417a", "2001:db8::8:800:200c:417a"],
  ["FF01:0:0:0:0:0:0:101", "ff010000000000000000000000000101", "ff01::101"],
  ["FF01::101", "ff010000000000000000000000000101", "ff01::101"],
  ["0:0:0:0:0:0:0:1", "00000000000000000000000000000001", "::1"],
  ["::1", "00000000000000000000000000000001", "::1"],
  ["0:0:0:0:0:0:0:0", "00000000000000000000000000000000", "::"],
  ["::", "00000000000000000000000000000000", "::"],
  // RFC 4291 2.2: with an IPv4 address as the last two groups
  ["0:0:0:0:0:0:13.1.68.3", "0000000000000000000000000d014403", "::d01:4403"],
  ["::13.1.68.3", "0000000000000000000000000d014403", "::d01:4403"],
  ["0:0:0:0:0:FFFF:129.144.52.38", "00000000000000000000ffff81903426", "::ffff:129.144.52.38"],
  ["::FFFF:129.144.52.38", "00000000000000000000ffff81903426", "::ffff:129.144.52.38"],
  ["::ffff:8190:3426", "00000000000000000000ffff81903426", "::ffff:129.144.52.38"],
  ["64:ff9b::192.0.2.33", "0064ff9b0000000000000000c0000221", "64:ff9b::c000:221"],
  ["1:2:3:4:5:6:192.0.2.1", "000100020003000400050006c0000201", "1:2:3:4:5:6:c000:201"],
  // RFC 5952 2.1 and 4.1: leading zeros
  ["2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "20010db8aaaabbbbccccddddeeee0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"],
  ["2001:db8:aaaa:bbbb:cccc:dddd:eeee:001", "20010db8aaaabbbbccccddddeeee0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"],
  ["2001:0db8::0001", "20010db8000000000000000000000001", "2001:db8::1"],
  // RFC 5952 2.2 and 4.2.2: one group of zeros is not shortened
  ["2001:db8:aaaa:bbbb:cccc:dddd::1", "20010db8aaaabbbbccccdddd00000001", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"],
  ["2001:db8:0:1:1:1:1:1", "20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
  ["2001:db8::1:1:1:1:1", "20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
  // RFC 5952 4.2.1: shortened as much as possible
  ["2001:db8:0:0:0:0:2:1", "20010db8000000000000000000020001", "2001:db8::2:1"],
  ["2001:db8::0:1", "20010db8000000000000000000000001", "2001:db8::1"],
  ["2001:db8:0:0:0::1", "20010db8000000000000000000000001", "2001:db8::1"],
  // RFC 5952 4.2.3: the longest run of zeros, the first one of equals
  ["2001:0:0:1:0:0:0:1", "20010000000000010000000000000001", "2001:0:0:1::1"],
  ["2001:db8:0:0:1:0:0:1", "20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
  ["2001:db8::1:0:0:1", "20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
  ["2001:db8:0:0:1::1", "20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
  // RFC 5952 4.3: small letters
  [
    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA",
    "20010db8aaaabbbbccccddddeeeeaaaa",
    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa",
  ],
  [
    "2001:DB8:aAaA:bbbb:cccc:dddd:eeee:aaAa",
    "20010db8aaaabbbbccccddddeeeeaaaa",
    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa",
  ],
  // runs of zeros at either end, and with nothing between
  ["1:0:0:0:0:0:0:0", "00010000000000000000000000000000", "1::"],
  ["1::", "00010000000000000000000000000000", "1::"],
  ["0:0:3:4:5:6:7:8", "00000000000300040005000600070008", "::3:4:5:6:7:8"],
  ["0:2:3:4:5:6:7:8", "00000002000300040005000600070008", "0:2:3:4:5:6:7:8"],
  ["::2:3:4:5:6:7:8", "00000002000300040005000600070008", "0:2:3:4:5:6:7:8"],
  ["1:2:3:4:5:6:7::", "00010002000300040005000600070000", "1:2:3:4:5:6:7:0"],
  ["1:2:3:4:5:6:0:0", "00010002000300040005000600000000", "1:2:3:4:5:6::"],
  // almost mapped
  ["::fffe:129.144.52.38", "00000000000000000000fffe81903426", "::fffe:8190:3426"],
  ["1::ffff:129.144.52.38", "00010000000000000000ffff81903426", "1::ffff:8190:3426"],
  // IPv4
  ["0.0.0.0", "00000000", "0.0.0.0"],
  ["127.0.0.1", "7f000001", "127.0.0.1"],
  ["192.0.2.1", "c0000201", "192.0.2.1"],
  ["255.255.255.255", "ffffffff", "255.255.255.255"],
];

Deno.test("parseAddress() reads every form of RFC 4291 and RFC 5952", () => {
  for (const [text, bytes] of TEXTS) assertEquals(parsed(text), { bytes: hex(bytes), scopeId: 0 }, text);
});

Deno.test("formatAddress() writes the form that RFC 5952 recommends", () => {
  for (const [text, bytes, canonical] of TEXTS) {
    assertEquals(formatAddress({ bytes: hex(bytes), scopeId: 0 }), canonical, text);
    assertEquals(formatAddress(parsed(canonical)), canonical, text);
  }
});

Deno.test("parseAddress() reads brackets around an IPv6 address", () => {
  assertEquals(parsed("[::1]"), parsed("::1"));
  assertEquals(parsed("[fe80::1%3]"), parsed("fe80::1%3"));
});

Deno.test("parseAddress() and formatAddress() keep a scope id", () => {
  for (const scopeId of [1, 3, 4294967295]) {
    assertEquals(parsed(`fe80::1%${scopeId}`), { bytes: parsed("fe80::1").bytes, scopeId });
    assertEquals(formatAddress(parsed(`FE80:0::1%${scopeId}`)), `fe80::1%${scopeId}`);
  }
  assertEquals(formatAddress(parsed("fe80::1%0")), "fe80::1");
  assertEquals(MAX_SCOPE_ID, 4294967295);
});

Deno.test("parseAddress() returns undefined for what is no address", () => {
  const texts = [
    "",
    " ",
    "localhost",
    // IPv4: parts, ranges, octal and hexadecimal, signs and spaces
    ...["1", "1.2", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1", "1.2.3.256", "1.2.3.1000"],
    ...["01.2.3.4", "1.2.3.04", "00.0.0.0", "0x1.2.3.4", "1.2.3.a", "-1.2.3.4", "+1.2.3.4", "1.2.3.4 ", " 1.2.3.4"],
    ...["1.2.3.4%1", "[1.2.3.4]", "1,2,3,4", "1.2.3.4/8", "1.2.3.4:80", "١.2.3.4", "1e0.2.3.4"],
    // IPv6: how many groups, how many "::"
    ...[":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8"],
    ...["1:2:3:4::5:6:7:8", "1::2::3", "::1::", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", ":1::", "1:::2", "::1:"],
    // groups that are none
    ...["12345::", "::00001", "g::", "::-1", "::+1", ":: 1", "::1 ", " ::1", "::0x1", "1:2:3:4:5:6:7:８", "::1/64"],
    // IPv4 within IPv6: at the end only, and a whole one
    ...["::1.2.3", "::1.2.3.4.5", "::256.2.3.4", "::01.2.3.4", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4"],
    ...["1:2:3:4:5:1.2.3.4", "::ffff:1.2.3", "::ffff:1.2.3.4.", "1.2.3.4::1.2.3.4"],
    // scope ids
    ...[
      "::1%",
      "%1",
      "::1%%1",
      "::1%1%2",
      "::1%eth0",
      "::1%-1",
      "::1%4294967296",
      "::1%00000000001",
      "::1% 1",
      "::1%0x1",
    ],
    // brackets
    ...["[]", "[::1", "::1]", "[[::1]]", "[::1]:80", "[::1]%1", "[::1] "],
  ];
  for (const text of texts) assertEquals(parseAddress(text), undefined, JSON.stringify(text));
});

Deno.test("isMapped() is true of IPv4-mapped addresses only", () => {
  assert(isMapped(parsed("::ffff:192.0.2.1")));
  assert(isMapped(parsed("::ffff:0:0")));
  for (
    const text of ["192.0.2.1", "::192.0.2.1", "::fffe:192.0.2.1", "1::ffff:192.0.2.1", "::ffff:0:192.0.2.1", "::1"]
  ) {
    assert(!isMapped(parsed(text)), text);
  }
});

Deno.test("mapAddress() and unmapAddress() change IPv4 and mapped addresses and leave others as they are", () => {
  assertEquals(mapAddress(parsed("192.0.2.1")), parsed("::ffff:192.0.2.1"));
  assertEquals(unmapAddress(parsed("::ffff:192.0.2.1")), parsed("192.0.2.1"));
  assertEquals(mapAddress(parsed("0.0.0.0")), parsed("::ffff:0.0.0.0"));
  for (const text of ["::1", "fe80::1%3", "::", "::192.0.2.1"]) {
    assertEquals(mapAddress(parsed(text)), parsed(text));
    assertEquals(unmapAddress(parsed(text)), parsed(text));
  }
  assertEquals(mapAddress(parsed("::ffff:192.0.2.1")), parsed("::ffff:192.0.2.1"));
  assertEquals(unmapAddress(parsed("192.0.2.1")), parsed("192.0.2.1"));
});

Deno.test("unmapAddress() copies: the result does not change with the original", () => {
  const mapped = parsed("::ffff:192.0.2.1");
  const plain = unmapAddress(mapped);
  mapped.bytes.fill(0);
  assertEquals(formatAddress(plain), "192.0.2.1");
});

/** A random address; half of the groups are 0, so that there are runs to shorten. */
function randomAddress(): IpAddress {
  const pick = (chance: number) => Math.random() < chance;
  const byte = () => Math.floor(Math.random() * 256);
  if (pick(0.2)) return { bytes: Uint8Array.from({ length: 4 }, byte), scopeId: 0 };
  const bytes = new Uint8Array(16);
  for (let group = 0; group < 16; group += 2) {
    if (pick(0.5)) bytes.set([pick(0.3) ? 0 : byte(), byte()], group);
  }
  if (pick(0.1)) bytes.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
  return { bytes, scopeId: pick(0.2) ? Math.floor(Math.random() * 2 ** 32) : 0 };
}

/** Another way to write an address: groups with leading zeros, in capitals, a run of zeros shortened or not. */
function variant({ bytes, scopeId }: IpAddress): string {
  let groups = Array.from({ length: 8 }, (_, i) => {
    const text = (bytes[2 * i] << 8 | bytes[2 * i + 1]).toString(16);
    const padded = text.padStart(text.length + Math.floor(Math.random() * (5 - text.length)), "0");
    return Math.random() < 0.5 ? padded.toUpperCase() : padded;
  });
  if (Math.random() < 0.3) groups = [...groups.slice(0, 6), bytes.subarray(12).join(".")];
  const start = groups.findIndex((group) => /^0+$/.test(group));
  let text = groups.join(":");
  if (start >= 0 && Math.random() < 0.7) {
    let end = start;
    while (/^0+$/.test(groups[end] ?? "")) end++;
    text = `${groups.slice(0, start).join(":")}::${groups.slice(end).join(":")}`;
  }
  return scopeId ? `${text}%${scopeId}` : text;
}

Deno.test("parseAddress() reads back what formatAddress() wrote, for 20,000 random addresses", () => {
  for (let i = 0; i < 20_000; i++) {
    const address = randomAddress();
    const text = formatAddress(address);
    assertEquals(parseAddress(text), address, text);
    if (!isIpv4(address)) {
      const other = variant(address);
      assertEquals(parseAddress(other), address, other);
      // RFC 5952, section 4, of the text itself
      const [main] = text.split("%");
      assert(main === main.toLowerCase() && !/(^|:)0[0-9a-f]/.test(main), text);
      assert(isMapped(address) || !main.includes(".") && (main.includes("::") || !/(^|:)0:0(:|$)/.test(main)), text);
    }
  }
});

Deno.test("formatAddress() agrees with the URL parser of this system about IPv6", () => {
  for (let i = 0; i < 2_000; i++) {
    const address = { ...randomAddress(), scopeId: 0 };
    if (isIpv4(address) || isMapped(address)) continue; // a URL has mapped addresses in hexadecimal
    assertEquals(new URL(`http://[${variant(address)}]/`).hostname, `[${formatAddress(address)}]`);
  }
});

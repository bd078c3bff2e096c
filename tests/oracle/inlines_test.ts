import { assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { randomBytes } from "../support/bytes.ts";
import { runProgram, WINSOCK_HEADERS } from "./c_compiler.ts";

// The inline functions that mingw-w64 has too, over the same addresses in C and here. What it has not is compared in
// tests/raw/inlines_test.ts with what Microsoft's header answered.

type Predicate = (a: Uint8Array) => boolean;
type Change = (a: Uint8Array) => void;

const PREDICATES: { readonly [name: string]: Predicate } = {
  IN6_IS_ADDR_UNSPECIFIED: ffi.IN6_IS_ADDR_UNSPECIFIED,
  IN6_IS_ADDR_LOOPBACK: ffi.IN6_IS_ADDR_LOOPBACK,
  IN6_IS_ADDR_MULTICAST: ffi.IN6_IS_ADDR_MULTICAST,
  IN6_IS_ADDR_LINKLOCAL: ffi.IN6_IS_ADDR_LINKLOCAL,
  IN6_IS_ADDR_SITELOCAL: ffi.IN6_IS_ADDR_SITELOCAL,
  IN6_IS_ADDR_V4MAPPED: ffi.IN6_IS_ADDR_V4MAPPED,
  IN6_IS_ADDR_V4COMPAT: ffi.IN6_IS_ADDR_V4COMPAT,
  IN6_IS_ADDR_MC_NODELOCAL: ffi.IN6_IS_ADDR_MC_NODELOCAL,
  IN6_IS_ADDR_MC_LINKLOCAL: ffi.IN6_IS_ADDR_MC_LINKLOCAL,
  IN6_IS_ADDR_MC_SITELOCAL: ffi.IN6_IS_ADDR_MC_SITELOCAL,
  IN6_IS_ADDR_MC_ORGLOCAL: ffi.IN6_IS_ADDR_MC_ORGLOCAL,
  IN6_IS_ADDR_MC_GLOBAL: ffi.IN6_IS_ADDR_MC_GLOBAL,
};
const SOCKADDR_PREDICATES: { readonly [name: string]: Predicate } = {
  IN6ADDR_ISANY: ffi.IN6ADDR_ISANY,
  IN6ADDR_ISLOOPBACK: ffi.IN6ADDR_ISLOOPBACK,
};
const CHANGES: { readonly [name: string]: Change } = {
  IN6_SET_ADDR_UNSPECIFIED: ffi.IN6_SET_ADDR_UNSPECIFIED,
  IN6_SET_ADDR_LOOPBACK: ffi.IN6_SET_ADDR_LOOPBACK,
};
const SOCKADDR_CHANGES: { readonly [name: string]: Change } = {
  IN6ADDR_SETANY: ffi.IN6ADDR_SETANY,
  IN6ADDR_SETLOOPBACK: ffi.IN6ADDR_SETLOOPBACK,
};

const COUNT = 4000;
/** Beginnings on which the functions look; random bytes alone would hit none of them. */
const PREFIXES = [
  "",
  "0000000000000000000000000000",
  "00000000000000000000000000000000",
  "000000000000000000000000000000",
  "00000000000000000000ffff",
  "000000000000000000000000",
  "0000000000000000ffff0000",
  "fe80",
  "fec0",
  "ff01",
  "ff02",
  "ff05",
  "ff08",
  "ff0e",
  "20010000",
  "2002",
  "fc",
];

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Addresses of sockets: each with the family of IPv6, a beginning of the list, or nearly so, and random bytes or zeros. */
const sockaddrs: Uint8Array[] = Array.from({ length: COUNT }, (_, index) => {
  const random = randomBytes(40, index + 1);
  const bytes = index % 3 === 0 ? new Uint8Array(28) : random.slice(0, 28);
  bytes.set([23, 0]);
  const prefix = PREFIXES[random[30] % PREFIXES.length].match(/../g) ?? [];
  bytes.set(prefix.map((byte) => parseInt(byte, 16)), 8);
  if (index % 2 === 1) bytes[8 + random[31] % 16] = random[32] % 3;
  if (index % 5 === 1) bytes[23] = random[33] % 4;
  return bytes;
});

Deno.test("the functions on IPv6 addresses answer what those of the C headers do", async () => {
  const predicate = (name: string, argument: string) => `putchar('0' + (${name}(${argument}) != 0));\n`;
  const body = [
    ...Object.keys(PREDICATES).map((name) => predicate(name, "&a.sin6_addr")),
    ...Object.keys(SOCKADDR_PREDICATES).map((name) => predicate(name, "&a")),
    predicate("IN6_ADDR_EQUAL", "&a.sin6_addr, &b.sin6_addr"),
    ...Object.keys(CHANGES).map((name) => `copy = a; ${name}(&copy.sin6_addr); print(&copy);\n`),
    ...Object.keys(SOCKADDR_CHANGES).map((name) => `copy = a; ${name}(&copy); print(&copy);\n`),
  ].join("");
  const lines = await runProgram(`${WINSOCK_HEADERS}
static const char *addresses[] = { ${sockaddrs.map((bytes) => `"${hex(bytes)}"`).join(",\n")} };
static void print(const struct sockaddr_in6 *a) {
  putchar(' ');
  for (int i = 0; i < 28; i++) printf("%02x", ((const unsigned char *) a)[i]);
}
static void read(struct sockaddr_in6 *a, const char *text) {
  for (int i = 0; i < 28; i++) { unsigned byte; sscanf(text + 2 * i, "%2x", &byte); ((unsigned char *) a)[i] = byte; }
}
int main(void) {
  struct sockaddr_in6 a, b, copy;
  memset(&b, 0, sizeof b);
  for (int i = 0; i < ${COUNT}; i++) {
    read(&a, addresses[i]);
    ${body}
    putchar('\\n');
    if (i % 2) b = a; else memcpy(b.sin6_addr.s6_addr, a.sin6_addr.s6_addr, 15);
  }
  return 0;
}
`);
  const b = new Uint8Array(16);
  const expected = sockaddrs.map((a, index) => {
    const address = a.subarray(8, 24);
    const answers = [
      ...Object.values(PREDICATES).map((predicate) => predicate(address)),
      ...Object.values(SOCKADDR_PREDICATES).map((predicate) => predicate(a)),
      ffi.IN6_ADDR_EQUAL(address, b),
    ];
    b.set(index % 2 === 1 ? address : address.subarray(0, 15));
    const changed = [
      ...Object.values(CHANGES).map((change) => changedBy((copy) => change(copy.subarray(8, 24)), a)),
      ...Object.values(SOCKADDR_CHANGES).map((change) => changedBy(change, a)),
    ];
    return `${answers.map(Number).join("")} ${changed.map(hex).join(" ")}`;
  });
  assertEquals(lines, expected);
  // Each predicate is true of some and false of others, or the comparison would say nothing.
  for (const index of [...Object.keys(PREDICATES), ...Object.keys(SOCKADDR_PREDICATES), "IN6_ADDR_EQUAL"].keys()) {
    assertEquals(new Set(lines.map((line) => line[index])).size, 2, `predicate ${index}`);
  }
});

function changedBy(change: Change, a: Uint8Array): Uint8Array {
  const copy = a.slice();
  change(copy);
  return copy;
}

Deno.test("htonll() and ntohll() answer what those of the C headers do", async () => {
  const words = [...new BigUint64Array(randomBytes(8 * 500, 7).buffer), 0n, 1n, 0xffff_ffff_ffff_ffffn];
  const values = words.map((word) => `${word}ull`).join(", ");
  const lines = await runProgram(`${WINSOCK_HEADERS}
static const unsigned long long values[] = { ${values} };
int main(void) {
  for (int i = 0; i < ${words.length}; i++) printf("%llu %llu\\n", htonll(values[i]), ntohll(values[i]));
  return 0;
}
`);
  assertEquals(lines, words.map((word) => `${ffi.htonll(word)} ${ffi.ntohll(word)}`));
});

Deno.test("IP_MSFILTER_SIZE() is what the macro of the C headers is", async () => {
  const counts = [0, 1, 2, 3, 64, 1000];
  const body = counts.map((count) => `printf("%d\\n", (int) IP_MSFILTER_SIZE(${count}));\n`).join("");
  const lines = await runProgram(`${WINSOCK_HEADERS}int main(void) {\n${body}return 0;\n}\n`);
  assertEquals(lines, counts.map((count) => String(ffi.IP_MSFILTER_SIZE(count))));
});

Deno.test("FD_SET(), FD_CLR() and FD_ZERO() leave the set that the macros of the C headers do", async () => {
  const steps = Array.from(randomBytes(600, 3), (byte, index) => {
    return byte > 253 ? "FD_ZERO(&set);" : `${byte % 4 ? "FD_SET" : "FD_CLR"}(${byte % 7 ? index : byte % 90}, &set);`;
  });
  const lines = await runProgram(`${WINSOCK_HEADERS}
static fd_set set;
static void print(void) {
  printf("%d", (int) set.fd_count);
  for (int i = 0; i < set.fd_count; i++) printf(" %d", (int) set.fd_array[i]);
  putchar('\\n');
}
int main(void) {
  ${steps.map((step) => `${step} print();`).join("\n")}
  return 0;
}
`);
  const set = ffi.allocate(ffi.fd_set);
  const expected = steps.map((step) => {
    const socket = BigInt(step.match(/\((\d+)/)?.[1] ?? 0) as ffi.SOCKET;
    if (step.startsWith("FD_ZERO")) ffi.FD_ZERO(set.bytes);
    else if (step.startsWith("FD_SET")) ffi.FD_SET(socket, set.bytes);
    else ffi.FD_CLR(socket, set.bytes);
    return [set.view.fd_count, ...[...set.view.fd_array].slice(0, set.view.fd_count)].join(" ");
  });
  assertEquals(lines, expected);
});

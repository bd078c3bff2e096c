// Off Windows any call of the system fails with NotSupported, so that these tests, which pass there too, show that bad
// input is refused before.
import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { connect, type ConnectOptions, listen, type ListenOptions, resolve, type ResolveOptions } from "@winsock/ws2";

type ErrorClass = typeof TypeError | typeof RangeError;
/** A bad value, how the message shows it, and the class of the error. */
type Bad = readonly [value: unknown, shown: string, errorClass: ErrorClass];

const BAD_NUMBERS: readonly Bad[] = [
  ["80", '"80"', TypeError],
  [null, "null", TypeError],
  [80n, "80n", TypeError],
  [true, "true", TypeError],
  [{}, "{}", TypeError],
  [-1, "-1", RangeError],
  [1.5, "1.5", RangeError],
  [NaN, "NaN", RangeError],
  [Infinity, "Infinity", RangeError],
];
const BAD_PORTS: readonly Bad[] = [...BAD_NUMBERS, [65536, "65536", RangeError], [2 ** 32, "4294967296", RangeError]];
const BAD_BOOLEANS: readonly Bad[] = [
  ["false", '"false"', TypeError],
  [0, "0", TypeError],
  [null, "null", TypeError],
];
const BAD_FAMILIES: readonly Bad[] = [[5, "5", TypeError], ["4", '"4"', TypeError], ["IPv6", '"IPv6"', TypeError], [
  null,
  "null",
  TypeError,
]];
const BAD_SIGNALS: readonly Bad[] = [
  [{}, "{}", TypeError],
  [null, "null", TypeError],
  [new AbortController(), "AbortController", TypeError],
];
const NO_HOSTNAMES: readonly Bad[] = [
  ...["", " ", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "::1%", "::1%x", "1::2::3", ":::", "[::1", "[::1]:80"],
  ...["a b", "a\0b", "a..b", ".a", "-a", "a-", "a/b", "a:80", "http://a", "1.2.3.4:80", "0x7f.1", "a.0x7f", "a%1"],
  "a".repeat(64),
].map((text): Bad => [text, JSON.stringify(text), TypeError]);
const NO_STRINGS: readonly Bad[] = [
  [null, "null", TypeError],
  [127, "127", TypeError],
  [{ hostname: "::1" }, "{", TypeError],
];
const BAD_HOSTNAMES: readonly Bad[] = [...NO_HOSTNAMES, ...NO_STRINGS, ["ab.".repeat(100), "300", RangeError]];

const BAD_TRANSPORTS: readonly Bad[] = [["udp", '"udp"', TypeError], ["unix", '"unix"', TypeError], [
  6,
  "6",
  TypeError,
]];

/** The options of each function, and bad values of each option. */
const LISTEN: { readonly [K in keyof Required<ListenOptions>]: readonly Bad[] } = {
  hostname: BAD_HOSTNAMES,
  port: BAD_PORTS,
  ipv6Only: BAD_BOOLEANS,
  transport: BAD_TRANSPORTS,
  backlog: [...BAD_NUMBERS, [0, "0", RangeError], [2 ** 31, "2147483648", RangeError]],
  tcpBacklog: [...BAD_NUMBERS, [0, "0", RangeError], [2 ** 31, "2147483648", RangeError]],
  reusePort: BAD_BOOLEANS,
  exclusive: BAD_BOOLEANS,
  reuseAddress: BAD_BOOLEANS,
  signal: BAD_SIGNALS,
};
const CONNECT: { readonly [K in keyof Required<ConnectOptions>]: readonly Bad[] } = {
  hostname: BAD_HOSTNAMES,
  transport: BAD_TRANSPORTS,
  autoSelectFamily: BAD_BOOLEANS,
  autoSelectFamilyAttemptDelay: [...BAD_NUMBERS, [0, "0", RangeError], [2 ** 31, "2147483648", RangeError]],
  port: [...BAD_PORTS, [0, "0", RangeError], [undefined, "undefined", TypeError]],
  family: BAD_FAMILIES,
  ipv6Only: BAD_BOOLEANS,
  localAddress: [...NO_HOSTNAMES, ...NO_STRINGS, ["localhost", '"localhost"', TypeError]],
  localPort: BAD_PORTS,
  timeout: [...BAD_NUMBERS, [0, "0", RangeError], [2 ** 31, "2147483648", RangeError]],
  signal: BAD_SIGNALS,
};
const RESOLVE: { readonly [K in keyof Required<ResolveOptions>]: readonly Bad[] } = {
  service: [...BAD_PORTS.filter(([value]) => value !== "80"), ["s".repeat(64), "64", RangeError]],
  family: BAD_FAMILIES,
  signal: BAD_SIGNALS,
};

/** Checks that an error names the argument and the value. */
function assertNames(error: Error, argument: string, shown: string): void {
  assert(
    error.message.startsWith(`${argument} must`) || error.message.startsWith(`${argument}: `),
    `${error.message} begins with ${argument}`,
  );
  assertStringIncludes(error.message, shown);
  assertEquals(error.cause, undefined); // no call of the system failed
}

for (const [option, values] of Object.entries(LISTEN)) {
  Deno.test(`listen() refuses a bad ${option}`, () => {
    for (const [value, shown, errorClass] of values) {
      assertNames(assertThrows(() => listen({ [option]: value }), errorClass), option, shown);
    }
  });
}

for (const [option, values] of Object.entries(CONNECT)) {
  Deno.test(`connect() refuses a bad ${option}`, async () => {
    for (const [value, shown, errorClass] of values) {
      const options = { hostname: "::1", port: 1, [option]: value } as ConnectOptions;
      assertNames(await assertRejects(() => connect(options), errorClass), option, shown);
    }
  });
}

for (const [option, values] of Object.entries(RESOLVE)) {
  Deno.test(`resolve() refuses a bad ${option}`, async () => {
    for (const [value, shown, errorClass] of values) {
      assertNames(await assertRejects(() => resolve("::1", { [option]: value }), errorClass), option, shown);
    }
  });
}

Deno.test("resolve() refuses a bad hostname", async () => {
  for (const [value, shown, errorClass] of CONNECT.hostname) {
    assertNames(await assertRejects(() => resolve(value as string), errorClass), "hostname", shown);
  }
});

Deno.test("listen(), connect() and resolve() refuse options that are no object", async () => {
  for (const [value, shown] of [[null, "null"], [80, "80"], ["::1", '"::1"']] as const) {
    const options = value as never;
    assertNames(assertThrows(() => listen(options), TypeError), "options", shown);
    assertNames(await assertRejects(() => connect(options), TypeError), "options", shown);
    assertNames(await assertRejects(() => resolve("::1", options), TypeError), "options", shown);
  }
  assertNames(await assertRejects(() => connect(undefined as never), TypeError), "options", "undefined");
});

Deno.test("listen() refuses an IPv4 or mapped address with ipv6Only, and says what to change", () => {
  for (const hostname of ["127.0.0.1", "0.0.0.0", "::ffff:127.0.0.1", "::ffff:0:0"]) {
    const error = assertThrows(() => listen({ hostname, ipv6Only: true }), TypeError, "set ipv6Only to false");
    assertStringIncludes(error.message, hostname);
  }
});

Deno.test("connect() refuses an IPv4 or mapped address with ipv6Only, and says what to change", async () => {
  for (const hostname of ["127.0.0.1", "::ffff:127.0.0.1"]) {
    const options = { hostname, port: 80, ipv6Only: true };
    const error = await assertRejects(() => connect(options), TypeError, "set ipv6Only to false");
    assertStringIncludes(error.message, "127.0.0.1:80");
  }
});

Deno.test("connect() refuses options that contradict each other", async () => {
  const cases: [ConnectOptions, string][] = [
    [{ hostname: "localhost", port: 1, family: 4, ipv6Only: true }, "family must not be 4 when ipv6Only is true"],
    [{ hostname: "::1", port: 1, family: 4 }, "hostname must be an IPv4 address or a host name, as family is 4"],
    [{ hostname: "127.0.0.1", port: 1, family: 6 }, "hostname must be an IPv6 address or a host name, as family is 6"],
    [{ hostname: "::1", port: 1, localAddress: "127.0.0.1" }, "localAddress must be of the same family"],
    [{ hostname: "127.0.0.1", port: 1, localAddress: "::1" }, "localAddress must be of the same family"],
    [{ hostname: "::1", port: 1, localAddress: "::ffff:127.0.0.1" }, "localAddress must be of the same family"],
  ];
  for (const [options, message] of cases) await assertRejects(() => connect(options), TypeError, message);
});

Deno.test("resolve() refuses an address of the other family", async () => {
  await assertRejects(() => resolve("::1", { family: 4 }), TypeError, "hostname must be an IPv4 address");
  await assertRejects(() => resolve("127.0.0.1", { family: 6 }), TypeError, "hostname must be an IPv6 address");
});

Deno.test("listen(), connect() and resolve() fail with the reason of a signal that is aborted already", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertEquals(assertThrows(() => listen({ signal })), reason);
  assertEquals(await assertRejects(() => connect({ hostname: "::1", port: 1, signal })), reason);
  assertEquals(await assertRejects(() => resolve("::1", { signal })), reason);
});

Deno.test("connect() and resolve() reject and never throw", async () => {
  for (const call of [() => connect(null as never), () => resolve(null as never)]) {
    const promise = call();
    assertInstanceOf(promise, Promise);
    await assertRejects(() => promise, TypeError);
  }
});

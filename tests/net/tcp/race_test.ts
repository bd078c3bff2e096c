// Hosts with several addresses, which no name here has: the attempts are those of the test.
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { parseAddress } from "../../../ffi/marshal/ip_address.ts";
import { formatEndpoint } from "../../../ffi/marshal/sockaddr.ts";
import { alternateFamilies, race } from "../../../ffi/net/tcp/attempt.ts";
import { ERROR_CODES, type ErrorSymbol, socketError, WinsockError } from "../../../ffi/win32/errors.ts";

const endpoint = (hostname: string) => ({ address: parseAddress(hostname)!, port: 1, flowInfo: 0 });

for (
  const [given, expected] of [
    [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]],
    [["::1", "::2", "::3", "127.0.0.1"], ["::1", "127.0.0.1", "::2", "::3"]],
    [["127.0.0.1", "127.0.0.2", "127.0.0.3", "::1", "::2"], ["::1", "127.0.0.1", "::2", "127.0.0.2", "127.0.0.3"]],
    [["127.0.0.2", "127.0.0.1"], ["127.0.0.2", "127.0.0.1"]],
    [["::1"], ["::1"]],
  ]
) {
  Deno.test(`alternateFamilies() of ${given} is ${expected}`, () => {
    const hosts = alternateFamilies(given.map(endpoint)).map(formatEndpoint);
    assertEquals(hosts, expected.map((hostname) => formatEndpoint(endpoint(hostname))));
  });
}

/** What an attempt results in. */
class Prize implements Disposable {
  isDisposed = false;
  [Symbol.dispose](): void {
    this.isDisposed = true;
  }
}

/** An attempt that ends when the test says so, or with the reason of its signal. */
class Attempt {
  readonly #ending = Promise.withResolvers<Prize>();
  readonly #started = Promise.withResolvers<void>();
  readonly started = this.#started.promise;
  isStarted = false;
  isCancelled = false;

  readonly start = (signal: AbortSignal): Promise<Prize> => {
    this.isStarted = true;
    this.#started.resolve();
    signal.addEventListener("abort", () => {
      this.isCancelled = true;
      this.#ending.reject(signal.reason);
    });
    return this.#ending.promise;
  };

  succeed(): Prize {
    const prize = new Prize();
    this.#ending.resolve(prize);
    return prize;
  }

  fail(error: unknown): void {
    this.#ending.reject(error);
  }
}

function attempts(count: number): { all: Attempt[]; starts: Attempt["start"][] } {
  const all = Array.from({ length: count }, () => new Attempt());
  return { all, starts: all.map(({ start }) => start) };
}

function failure(hostname: string, symbol: ErrorSymbol): Error {
  return socketError(`Cannot connect to ${hostname}`, new WinsockError(ERROR_CODES[symbol][0], "ConnectEx"));
}

const LONG = 0x7fffffff;

Deno.test("race() resolves with the first attempt when that succeeds, and starts no other", async () => {
  const { all: [first, second], starts } = attempts(2);
  const racing = race(starts, "Cannot", undefined, LONG);
  const prize = first.succeed();
  assertEquals(await racing, prize);
  assertEquals([second.isStarted, prize.isDisposed], [false, false]);
});

Deno.test("race() has the next attempt join after the delay, and cancels the one that loses", async () => {
  const { all: [first, second], starts } = attempts(2);
  const racing = race(starts, "Cannot", undefined, 1);
  await second.started; // though the first one has not failed
  const prize = second.succeed();
  assertEquals(await racing, prize);
  assert(first.isCancelled);
});

Deno.test("race() closes what a losing attempt results in after all", async () => {
  const { all: [first, second], starts } = attempts(2);
  const racing = race(starts, "Cannot", undefined, 1);
  await second.started;
  const winner = first.succeed();
  const loser = second.succeed();
  assertEquals(await racing, winner);
  await Promise.resolve();
  assertEquals([winner.isDisposed, loser.isDisposed], [false, true]);
});

Deno.test("race() starts the next attempt when one fails, without waiting for the delay", async () => {
  for (const delay of [LONG, undefined]) {
    const { all: [first, second], starts } = attempts(2);
    const racing = race(starts, "Cannot", undefined, delay);
    first.fail(failure("::1", "WSAECONNREFUSED"));
    await second.started;
    assertEquals(await Promise.all([racing, second.succeed()]).then(([won, prize]) => won === prize), true);
  }
});

Deno.test("race() without a delay starts no attempt before the one before has failed", async () => {
  const { all: [first, second], starts } = attempts(2);
  const controller = new AbortController();
  const racing = race(starts, "Cannot", controller.signal, undefined);
  await first.started;
  assertEquals(second.isStarted, false);
  controller.abort("enough");
  assertEquals(await racing.catch((reason) => reason), "enough");
  assertEquals([first.isCancelled, second.isStarted], [true, false]);
});

for (
  const [symbols, told] of [
    [["WSAENETUNREACH", "WSAECONNREFUSED"], "WSAECONNREFUSED"],
    [["WSAETIMEDOUT", "WSAEHOSTUNREACH", "WSAENETUNREACH"], "WSAETIMEDOUT"],
    [["WSAEAFNOSUPPORT", "WSAEADDRNOTAVAIL", "WSAENETUNREACH"], "WSAENETUNREACH"],
    [["WSAECONNREFUSED", "WSAECONNREFUSED"], "WSAECONNREFUSED"],
    [["WSAENOBUFS", "WSAEAFNOSUPPORT"], "WSAENOBUFS"],
  ] as const satisfies [ErrorSymbol[], ErrorSymbol][]
) {
  Deno.test(`race() that fails with ${symbols} is ${told}, with all attempts in its cause`, async () => {
    const { all, starts } = attempts(symbols.length);
    const failures = symbols.map((symbol, i) => failure(`[::${i}]:80`, symbol));
    const racing = assertRejects(() => race(starts, "Cannot connect to host:80", undefined, 1));
    for (const attempt of all) await attempt.started;
    for (const i of symbols.keys()) all.at(-1 - i)!.fail(failures.at(-1 - i)); // in the other order
    const error = await racing;
    assertInstanceOf(error, Error);
    assertEquals(error.constructor, failure("", told).constructor);
    assert(error.message.startsWith("Cannot connect to host:80: "), error.message);
    assert(error.message.endsWith(`(${told}, ${ERROR_CODES[told][0]})`), error.message);
    assertInstanceOf(error.cause, AggregateError);
    assertEquals(error.cause.errors, failures);
  });
}

Deno.test("race() rejects with what is no failure of a call as it is", async () => {
  const { all: [first, second], starts } = attempts(2);
  const bug = new TypeError("a bug");
  const racing = assertRejects(() => race(starts, "Cannot", undefined, undefined));
  first.fail(failure("::1", "WSAECONNREFUSED"));
  await second.started;
  second.fail(bug);
  assertEquals(await racing, bug);
});

/**
 * Connecting to a host that has several addresses.
 *
 * Source: RFC 8305, "Happy Eyeballs Version 2"
 */

import { isIpv4 } from "../../marshal/ip_address.ts";
import type { Endpoint } from "../../marshal/sockaddr.ts";
import { describeCode, ERROR_CODES, errorClassOf, WinsockError } from "../../win32/errors.ts";

/** IPv6 and IPv4 in turn, IPv6 first; within a family in the order of the resolver. */
export function alternateFamilies(endpoints: readonly Endpoint[]): Endpoint[] {
  const ipv4 = endpoints.filter(({ address }) => isIpv4(address));
  const ipv6 = endpoints.filter(({ address }) => !isIpv4(address));
  const longer = Math.max(ipv4.length, ipv6.length);
  return Array.from({ length: longer }, (_, i) => [...ipv6.slice(i, i + 1), ...ipv4.slice(i, i + 1)]).flat();
}

/**
 * Makes attempts until one succeeds. An attempt is joined by the next one when it has failed, or after a delay. The
 * attempts that lose are cancelled.
 *
 * @param attempts The attempts, in their order.
 * @param tried What is being tried, for the error: `Cannot connect to localhost:80`.
 * @param delay How long an attempt goes on alone, in milliseconds; undefined for until it has failed.
 */
export async function race<T extends Disposable>(
  attempts: readonly ((signal: AbortSignal) => Promise<T>)[],
  tried: string,
  signal: AbortSignal | undefined,
  delay: number | undefined,
): Promise<T> {
  const losers = new AbortController();
  const stop = signal ? AbortSignal.any([signal, losers.signal]) : losers.signal;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const failures = new Map<number, unknown>();
  let started = 0;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const next = () => {
    clearTimeout(timer);
    const index = started++;
    if (delay !== undefined && started < attempts.length) timer = setTimeout(next, delay);
    // A failure to begin is one more attempt that failed.
    Promise.try(attempts[index], stop).then(won, (failure) => failed(index, failure));
  };
  const won = (conn: T) => {
    if (isOver) return conn[Symbol.dispose](); // another one was faster
    isOver = true;
    losers.abort();
    resolve(conn);
  };
  const failed = (index: number, failure: unknown) => {
    failures.set(index, failure);
    if (isOver) return;
    if (signal?.aborted) reject(signal.reason);
    else if (failures.size === attempts.length) reject(allFailed(tried, attempts.map((_, i) => failures.get(i))));
    else if (failures.size === started) return next();
    else return;
    isOver = true;
  };

  next();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Failures from the most telling one on: an answer of the host says more than silence, silence more than that there is no
 * way to it.
 */
const TELLING: readonly number[] = [
  ERROR_CODES.WSAECONNREFUSED,
  ERROR_CODES.WSAECONNRESET,
  ERROR_CODES.WSAECONNABORTED,
  ERROR_CODES.WSAEACCES,
  ERROR_CODES.WSAEADDRINUSE,
  ERROR_CODES.WSAETIMEDOUT,
  ERROR_CODES.WSAEHOSTUNREACH,
  ERROR_CODES.WSAENETUNREACH,
].map(([code]) => code);

/** The error of a host none of whose addresses could be reached. */
function allFailed(tried: string, failures: readonly unknown[]): unknown {
  const codes = failures.map((failure) => failure instanceof Error ? codeOf(failure) : undefined);
  const unexpected = codes.indexOf(undefined); // no failure of a call
  if (unexpected >= 0) return failures[unexpected];
  const rank = (code: number) => (TELLING.indexOf(code) + TELLING.length + 1) % (TELLING.length + 1);
  const code = (codes as number[]).reduce((best, code) => rank(code) < rank(best) ? code : best);
  const cause = new AggregateError(failures, `${tried}: each of ${failures.length} addresses failed`);
  return new (errorClassOf(code))(`${tried}: ${describeCode(code)}`, { cause });
}

function codeOf(failure: Error): number | undefined {
  return failure.cause instanceof WinsockError ? failure.cause.code : undefined;
}

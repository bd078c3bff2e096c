import { probeStack } from "@winsock/ws2";
import { NEEDS_WINDOWS } from "./windows.ts";

const stack = NEEDS_WINDOWS.ignore ? undefined : probeStack();

/** For tests that use IPv4 itself, which a machine may lack: what works there all the same is tested in tests/families. */
export const NEEDS_IPV4 = { ...NEEDS_WINDOWS, ignore: !stack?.ipv4 } as const;
/** For tests that use IPv6 itself, as dual-stack sockets do. */
export const NEEDS_IPV6 = { ...NEEDS_WINDOWS, ignore: !stack?.ipv6 } as const;
/** For tests that use both. */
export const NEEDS_BOTH = { ...NEEDS_WINDOWS, ignore: NEEDS_IPV4.ignore || NEEDS_IPV6.ignore } as const;

/** For tests that use the families of addresses; `localhost` has one in each. */
export function needsFamiliesOf(...hostnames: string[]): typeof NEEDS_WINDOWS {
  const isIpv4 = (hostname: string) => hostname === "localhost" || hostname.includes(".");
  const isIpv6 = (hostname: string) => hostname === "localhost" || !hostname.includes(".");
  if (!hostnames.some(isIpv6)) return NEEDS_IPV4;
  return hostnames.some(isIpv4) ? NEEDS_BOTH : NEEDS_IPV6;
}

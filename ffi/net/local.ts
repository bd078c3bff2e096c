/** Sockets at a local address that the user chooses: what listeners and datagram sockets have in common. */

import type { OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { ANY_IPV4, ANY_IPV6, type IpAddress, isIpv4 } from "./address.ts";
import { checkBoolean, checkHostname, checkOptions, checkPort, checkSignal } from "./arguments.ts";
import { bindLocal, setSharing, type Sharing } from "./bind.ts";
import { addressFor, formatHostPort, type SocketFamily } from "./net_addr.ts";
import { lookUpNow } from "./resolve.ts";
import { isFamilyMissing, setUpSocket, type Transport } from "./socket.ts";

/** The options by which users choose a local address. */
export interface LocalOptions {
  hostname?: string;
  port?: number;
  ipv6Only?: boolean;
  reuseAddress?: boolean;
  exclusive?: boolean;
  signal?: AbortSignal;
}

/** The same, checked. */
export interface LocalPlace {
  /** Undefined for every address that this machine has. */
  readonly host: IpAddress | string | undefined;
  readonly port: number;
  readonly ipv6Only: boolean;
  readonly sharing: Sharing;
  readonly signal: AbortSignal | undefined;
  /** What is being tried, for errors: `Cannot listen on [::]:80`. */
  readonly tried: string;
}

/**
 * Checks the options by which users choose a local address.
 *
 * @param byDefault Who else may have the address where no option says so.
 */
export function checkLocal(options: LocalOptions, verb: string, byDefault: Sharing): LocalPlace {
  checkOptions(options);
  const { hostname, port = 0, ipv6Only = false, reuseAddress = false } = options;
  const { exclusive = byDefault === "exclusive" && !reuseAddress } = options;
  const host = hostname === undefined ? undefined : checkHostname(hostname);
  checkPort(port);
  checkBoolean("ipv6Only", ipv6Only);
  checkBoolean("reuseAddress", reuseAddress);
  checkBoolean("exclusive", exclusive);
  if (exclusive && reuseAddress) throw new TypeError("exclusive must not be true when reuseAddress is, got true");
  const signal = checkSignal(options.signal);
  return {
    host,
    port,
    ipv6Only,
    sharing: reuseAddress ? "reuse" : exclusive ? "exclusive" : "default",
    signal,
    tried: `Cannot ${verb} ${formatHostPort(hostname ?? "::", port)}`,
  };
}

/**
 * Makes a socket at a local address. Without a hostname it takes whatever this machine has: every address of both
 * families, or of IPv4 where there is no IPv6.
 *
 * @param prepare Sets what must be set before the socket is bound to `local`.
 * @param finish Makes of the bound socket what the user gets.
 */
export function openLocal<T>(
  place: LocalPlace,
  transport: Transport,
  prepare: (handle: bigint, family: SocketFamily, local: IpAddress) => void,
  finish: (socket: OverlappedSocket, family: SocketFamily) => T,
): T {
  const { host, port, ipv6Only, sharing, tried } = place;
  const open = (address: IpAddress): T => {
    const family: SocketFamily = ipv6Only ? "ipv6" : isIpv4(address) ? "ipv4" : "dual-stack";
    const local = { address: addressFor(family, address, () => tried), port, flowInfo: 0 };
    return setUpSocket(family, transport, tried, (socket) => {
      setSharing(socket.handle, sharing);
      prepare(socket.handle, family, local.address);
      bindLocal(socket.handle, family, transport, local, tried);
      return finish(socket, family);
    });
  };
  // An address of the other family is refused by open(), which says what to change.
  const family = ipv6Only && typeof host === "string" ? 6 : undefined;
  if (host !== undefined) return open(lookUpNow(host, port, family)[0].address);
  try {
    return open(ANY_IPV6);
  } catch (error) {
    if (ipv6Only || !isFamilyMissing(error)) throw error;
    return open(ANY_IPV4);
  }
}

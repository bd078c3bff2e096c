/** Binding: who may share the address of a socket, and why binding is refused. */

import type { SOCKET } from "../win32/handles.ts";
import { ERROR_CODES, WinsockError } from "../win32/errors.ts";
import { IPPROTO_IPV6, IPV6_V6ONLY, SO_EXCLUSIVEADDRUSE, SO_REUSEADDR, SOL_SOCKET } from "../win32/winsock.ts";
import { ANY_IPV4, ANY_IPV6, type IpAddress, isIpv4 } from "../marshal/ip_address.ts";
import { addressFor, type Endpoint, formatHostPort, type SocketFamily } from "../marshal/sockaddr.ts";
import { setOption } from "./sockopt.ts";
import { bindSocket, closeSocket, isFamilyMissing, makeSocket, setUpSocket, type Transport } from "./create.ts";
import type { OverlappedSocket } from "../overlapped/overlapped_socket.ts";
import { checkBoolean, checkHostname, checkOptions, checkPort, checkSignal } from "../marshal/arguments.ts";
import { lookUpNow } from "./resolve.ts";

const [WSAEACCES] = ERROR_CODES.WSAEACCES;
const [WSAEADDRINUSE] = ERROR_CODES.WSAEADDRINUSE;

/** Who else may have the address of a socket: as Windows decides without an option, no other socket, or any. */
export type Sharing = "default" | "exclusive" | "reuse";

/** Sets who else may have the address of a socket. Must come before it is bound. */
export function setSharing(handle: SOCKET, sharing: Sharing): void {
  if (sharing === "default") return;
  setOption(handle, SOL_SOCKET, sharing === "exclusive" ? SO_EXCLUSIVEADDRUSE : SO_REUSEADDR, 1);
}

/**
 * Binds a socket.
 *
 * @param tried What is being tried, for the error: `Cannot listen on [::]:80`.
 * @throws {Deno.errors.AddrInUse} When the system denies access because another socket has the address.
 * @throws {Deno.errors.PermissionDenied} When the system denies access, and the reason cannot be found out.
 * @throws {WinsockError} When it fails for another reason.
 */
export function bindLocal(
  handle: SOCKET,
  family: SocketFamily,
  transport: Transport,
  endpoint: Endpoint,
  tried: string,
): void {
  try {
    bindSocket(handle, endpoint);
  } catch (error) {
    const isDenied = error instanceof WinsockError && error.code === WSAEACCES;
    throw isDenied ? deniedError(tried, error, transport, isTaken(family, transport, endpoint)) : error;
  }
}

/**
 * Whether another socket has the address. A socket with an option gets WSAEACCES then, as it does for a port that Windows
 * reserves. A socket without options gets WSAEADDRINUSE in the first case, at the same address or at the wildcard.
 *
 * Source: https://learn.microsoft.com/windows/win32/winsock/using-so-reuseaddr-and-so-exclusiveaddruse
 */
function isTaken(family: SocketFamily, transport: Transport, { address, port }: Endpoint): boolean {
  const any = family === "ipv4" ? ANY_IPV4 : ANY_IPV6;
  return [address, any].some((address) => {
    let handle: SOCKET | undefined;
    try {
      handle = makeSocket(family, transport);
      if (family !== "ipv4") setOption(handle, IPPROTO_IPV6, IPV6_V6ONLY, family === "ipv6" ? 1 : 0);
      bindSocket(handle, { address, port, flowInfo: 0 });
      return false;
    } catch (error) {
      if (error instanceof WinsockError) return error.code === WSAEADDRINUSE;
      throw error;
    } finally {
      if (handle !== undefined) closeSocket(handle);
    }
  });
}

function deniedError(tried: string, cause: WinsockError, transport: Transport, isTaken: boolean): Error {
  const taken = "another socket has the address for itself";
  const code = `(${cause.symbol}, ${cause.code})`;
  if (isTaken) return new Deno.errors.AddrInUse(`${tried}: ${taken} ${code}`, { cause });
  const command = `netsh interface ipv4 show excludedportrange protocol=${transport}`;
  const reserved = `Windows reserves the port, as it does for Hyper-V and WinNAT: "${command}" lists such ports`;
  return new Deno.errors.PermissionDenied(`${tried}: ${taken}, or ${reserved} ${code}`, { cause });
}

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
 * Makes a socket at a local address. Without a hostname it takes what this machine has: every address of both
 * families, or of IPv4 where there is no IPv6.
 *
 * @param prepare Sets what must be set before the socket is bound to `local`.
 * @param finish Makes of the bound socket what the user gets.
 */
export function openLocal<T>(
  place: LocalPlace,
  transport: Transport,
  prepare: (handle: SOCKET, family: SocketFamily, local: IpAddress) => void,
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

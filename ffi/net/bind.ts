/** Binding: who may share the address of a socket, and why binding is refused. */

import { ERROR_CODES } from "../win32/error_codes.ts";
import { WinsockError } from "../win32/errors.ts";
import { IPPROTO_IPV6, SO_EXCLUSIVEADDRUSE, SO_REUSEADDR, SOL_SOCKET } from "../win32/headers/ws2def.ts";
import { IPV6_V6ONLY } from "../win32/headers/ws2ipdef.ts";
import { ws2_32 } from "../win32/ws2_32.ts";
import { ANY_IPV4, ANY_IPV6 } from "./address.ts";
import type { SocketFamily } from "./net_addr.ts";
import type { Endpoint } from "./sockaddr.ts";
import { bindSocket, makeSocket, setOption, type Transport } from "./socket.ts";

const [WSAEACCES] = ERROR_CODES.WSAEACCES;
const [WSAEADDRINUSE] = ERROR_CODES.WSAEADDRINUSE;

/** Who else may have the address of a socket: what Windows does without an option, nobody, or whoever wants it. */
export type Sharing = "default" | "exclusive" | "reuse";

/** Sets who else may have the address of a socket. Must come before it is bound. */
export function setSharing(handle: bigint, sharing: Sharing): void {
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
  handle: bigint,
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
    let handle: bigint | undefined;
    try {
      handle = makeSocket(family, transport);
      if (family !== "ipv4") setOption(handle, IPPROTO_IPV6, IPV6_V6ONLY, family === "ipv6" ? 1 : 0);
      bindSocket(handle, { address, port, flowInfo: 0 });
      return false;
    } catch (error) {
      if (error instanceof WinsockError) return error.code === WSAEADDRINUSE;
      throw error;
    } finally {
      if (handle !== undefined) ws2_32().closesocket(handle);
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

/** UDP: `listenDatagram()`. */

import type { SOCKET } from "../../win32/handles.ts";
import { setIoctl, setOption } from "../sockopt.ts";
import { WinsockError } from "../../win32/errors.ts";
import { udpProvider } from "../../win32/provider.ts";
import { afOf, localEndpoint } from "../create.ts";
import {
  IP_HOPLIMIT,
  IP_PKTINFO,
  IP_RECVECN,
  IP_RECVTOS,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_RECVECN,
  IPV6_RECVTCLASS,
  SIO_UDP_CONNRESET,
  SIO_UDP_NETRESET,
} from "../../win32/winsock.ts";
import type { IpAddress } from "../../marshal/ip_address.ts";
import { checkBoolean, checkTransport } from "../../marshal/arguments.ts";
import { DatagramConn } from "./conn.ts";
import { DatagramSocket } from "./socket.ts";
import { checkLocal, openLocal } from "../bind.ts";
import { optionFamily, type SocketFamily, toNetAddr } from "../../marshal/sockaddr.ts";
import { setIpv4Option } from "../family.ts";

/** Options of {@linkcode listenDatagram}. */
export interface ListenDatagramOptions {
  /**
   * The local address: an IP address, or a name of this machine. The default, `"::"`, is every address of both families;
   * an IPv4 address makes a plain IPv4 socket.
   */
  hostname?: string;
  /** The local port, from 0 to 65535. The default, 0, lets the system choose a free one. */
  port?: number;
  /** Whether an IPv6 socket neither sends to nor receives from IPv4. Default: `false`, which makes it dual-stack. */
  ipv6Only?: boolean;
  /**
   * Whether no other socket may take any address of the port (`SO_EXCLUSIVEADDRUSE`). Default: `true`, unless
   * `reuseAddress` is set. With `false`, a program of the same user can take a more specific address (`127.0.0.1` beside
   * `::`) and gets the datagrams to that address.
   */
  exclusive?: boolean;
  /**
   * Whether to take the port even if other sockets have it (`SO_REUSEADDR`), as multicast receivers need. Default: `false`.
   * With `true`, any program can take the port the same way, and which of them gets a datagram is undefined; of a multicast
   * datagram each gets a copy.
   */
  reuseAddress?: boolean;
  /** `"udp"`, which is the default and all there is; for option objects that were written for `Deno.listenDatagram`. */
  transport?: "udp";
  /**
   * Whether what is sent to multicast groups comes back to members on this machine: {@linkcode
   * DatagramOptions.multicastLoopback}. Default: the system's, which is `true`.
   */
  loopback?: boolean;
  /** Whether {@linkcode DatagramConn.receiveMessage} tells the local address and more. Default: `true`. */
  packetInfo?: boolean;
  /**
   * Whether a receive fails with `Deno.errors.ConnectionReset` when an earlier datagram could not be delivered (an ICMP
   * "port unreachable" came back), as Windows does by itself. Default: `false`.
   */
  connectionReset?: boolean;
  /** Closes the socket; what waits then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Opens a UDP socket, for datagrams to and from IPv6 and IPv4 alike by default.
 *
 * The default hostname `::` makes one dual-stack socket for every address of the machine. On a system without IPv6 it
 * makes a socket for all IPv4 addresses instead, which {@linkcode DatagramConn.addr} and
 * {@linkcode DatagramConn.dualStack} tell; an explicit `"::"` is then an error.
 *
 * @example Reply from the address that a datagram came to
 * ```ts
 * import { listenDatagram } from "@winsock/ws2";
 *
 * using server = listenDatagram();
 * using client = listenDatagram({ hostname: "127.0.0.1" });
 *
 * await client.send(new TextEncoder().encode("hello"), { ...server.addr, hostname: "127.0.0.2" });
 * const message = await server.receiveMessage();
 * console.log(message.info.localAddress); // 127.0.0.2
 * await server.reply(message, message.data);
 * ```
 *
 * @param options Where, and how.
 * @returns The socket.
 * @throws {TypeError} When an option is of the wrong type, the hostname neither an IP address nor a host name, or an IPv4
 * address together with `ipv6Only`, or when both `exclusive` and `reuseAddress` are set.
 * @throws {RangeError} When the port is out of its range.
 * @throws {Deno.errors.AddrInUse} When another socket has the address.
 * @throws {Deno.errors.AddrNotAvailable} When the address is none of this machine.
 * @throws {Deno.errors.PermissionDenied} When Windows reserves the port, as it does for Hyper-V and WinNAT; the message
 * says how to list such ports.
 * @throws {Deno.errors.NotSupported} Off Windows, or when the system lacks the address family.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function listenDatagram(options: ListenDatagramOptions = {}): DatagramConn {
  const place = checkLocal(options, "bind", "exclusive");
  const { packetInfo = true, connectionReset = false, loopback } = options;
  checkTransport(options.transport, "udp");
  if (loopback !== undefined) checkBoolean("loopback", loopback);
  checkBoolean("packetInfo", packetInfo);
  checkBoolean("connectionReset", connectionReset);
  const prepare = (handle: SOCKET, family: SocketFamily, local: IpAddress) => {
    if (!connectionReset) ignoreUnreachable(handle);
    // Only datagrams that come after this carry packet information, so it must be switched on before any can come.
    if (packetInfo) requestPacketInfo(handle, optionFamily(family, local));
  };
  return openLocal(place, "udp", prepare, (overlapped, family) => {
    const addr = toNetAddr(localEndpoint(overlapped.handle), "udp");
    const { WSARecvMsg } = udpProvider(afOf(family));
    const conn = new DatagramConn(new DatagramSocket(overlapped, family, addr, WSARecvMsg, place.signal));
    if (loopback !== undefined) conn.options.multicastLoopback = loopback;
    return conn;
  });
}

/** Has receives not fail when an earlier datagram had no receiver. */
export function ignoreUnreachable(handle: SOCKET): void {
  setIoctl(handle, SIO_UDP_CONNRESET, false);
  // The same for "time to live exceeded", where the system knows it.
  attempt(() => setIoctl(handle, SIO_UDP_NETRESET, false));
}

/**
 * Asks the system for packet information. That itself is required. Hop limit, traffic class and ECN are
 * taken where the system has them, each for itself: some builds of Windows accept the traffic class and never give it.
 */
function requestPacketInfo(handle: SOCKET, family: SocketFamily): void {
  if (family !== "ipv4") {
    setOption(handle, IPPROTO_IPV6, IPV6_PKTINFO, 1);
    for (const name of [IPV6_HOPLIMIT, IPV6_RECVTCLASS, IPV6_RECVECN]) {
      attempt(() => setOption(handle, IPPROTO_IPV6, name, 1));
    }
  }
  if (family !== "ipv6" && setIpv4Option(handle, family, IP_PKTINFO, 1)) {
    for (const name of [IP_HOPLIMIT, IP_RECVTOS, IP_RECVECN]) attempt(() => setIpv4Option(handle, family, name, 1));
  }
}

/** Does something that not every system can do. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof WinsockError)) throw error;
  }
}

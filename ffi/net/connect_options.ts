/** What makes connecting on Windows quicker and cheaper; where a system lacks an option, connecting works without. */

import { bytesOf, layout } from "../layout/mod.ts";
import {
  SIO_TCP_INITIAL_RTO,
  TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS,
  TCP_INITIAL_RTO_PARAMETERS,
  TCP_INITIAL_RTO_UNSPECIFIED_RTT,
} from "../win32/headers/mstcpip.ts";
import { SO_REUSE_UNICASTPORT, SOL_SOCKET } from "../win32/headers/ws2def.ts";
import { ws2_32 } from "../win32/ws2_32.ts";

const ON = new Int32Array([1]);

const noRetransmissions = layout(TCP_INITIAL_RTO_PARAMETERS).view();
noRetransmissions.Rtt = TCP_INITIAL_RTO_UNSPECIFIED_RTT;
noRetransmissions.MaxSynRetransmissions = TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS;
const noRetransmissionsBytes = bytesOf(noRetransmissions);

/**
 * Makes a refusal on loopback final. Windows repeats a request to connect that was refused, for about 2 s, as libuv and
 * Go know too. The option is of Windows 10 1709, which Deno needs anyway.
 */
export function connectOnce(handle: bigint): void {
  const { byteLength } = noRetransmissionsBytes;
  const transferred = new Uint32Array(1);
  ws2_32().WSAIoctl(handle, SIO_TCP_INITIAL_RTO, noRetransmissionsBytes, byteLength, null, 0, transferred, null, null);
}

/**
 * Makes a bind to port 0 leave the choice of the port to ConnectEx: then only the combination with the destination must
 * be free. Otherwise each connection, also one in TIME_WAIT, uses up one of some 16,000 ports. .NET does the same.
 *
 * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
 */
export function choosePortLate(handle: bigint): void {
  ws2_32().setsockopt(handle, SOL_SOCKET, SO_REUSE_UNICASTPORT, ON, ON.byteLength);
}

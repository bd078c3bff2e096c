/**
 * mstcpip.h: how often a request to connect is repeated.
 *
 * Only what the library itself uses; the rest is in rest/mstcpip.ts, for raw callers alone.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/mstcpip/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";

/** `WSAIoctl`: how requests to connect are repeated, a TCP_INITIAL_RTO_PARAMETERS. */
export const SIO_TCP_INITIAL_RTO = 0x98000011;
/** TCP_INITIAL_RTO_PARAMETERS: round trip time as it is. */
export const TCP_INITIAL_RTO_UNSPECIFIED_RTT = 0xffff;
/** TCP_INITIAL_RTO_PARAMETERS: no repetitions. */
export const TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS = 254;

/** How requests to connect are repeated. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-tcp_initial_rto_parameters */
export const TCP_INITIAL_RTO_PARAMETERS = {
  struct: { Rtt: "u16", MaxSynRetransmissions: "u8" },
} as const satisfies StructDef;

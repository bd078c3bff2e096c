/**
 * Options that depend on the family of the socket, and newer ones: the inline functions of ws2tcpip.h. They fail with
 * `SOCKET_ERROR`.
 */

import { layout } from "../../layout/mod.ts";
import { ERROR_CODES } from "../../win32/errors.ts";
import {
  AF_INET,
  AF_INET6,
  IP_RECVECN,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_RECVECN,
  SO_PROTOCOL_INFOW,
  SOCKET_ERROR,
  SOL_SOCKET,
  UDP_SEND_MSG_SIZE,
  WSAPROTOCOL_INFOW,
} from "../../win32/winsock.ts";
import { SO_RECEIVED_PROCESSOR } from "../headers/ws2def.ts";
import {
  type ICMP_ERROR_INFO,
  IP_USER_MTU,
  IPV6_USER_MTU,
  TCP_FAIL_CONNECT_ON_ICMP_ERROR,
  TCP_ICMP_ERROR_INFO,
  UDP_RECV_MAX_COALESCED_SIZE,
} from "../headers/ws2ipdef.ts";
import { ws2_32 } from "../dll.ts";
import type { SOCKET } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";

const [WSAEAFNOSUPPORT] = ERROR_CODES.WSAEAFNOSUPPORT;
const [WSANO_DATA] = ERROR_CODES.WSANO_DATA;

type Option = readonly [level: number, name: number];

/** The option for the family of a socket, or undefined with the last error set. */
function optionOf(s: SOCKET, ipv4: number, ipv6: number): Option | undefined {
  const info = new Uint8Array(layout(WSAPROTOCOL_INFOW).size);
  const length = new Int32Array([info.length]);
  if (ws2_32().getsockopt(s, SOL_SOCKET, SO_PROTOCOL_INFOW, info, length) === SOCKET_ERROR) return undefined;
  const family = layout(WSAPROTOCOL_INFOW).view(info).iAddressFamily;
  if (family === AF_INET) return [IPPROTO_IP, ipv4];
  if (family === AF_INET6) return [IPPROTO_IPV6, ipv6];
  ws2_32().WSASetLastError(WSAEAFNOSUPPORT);
  return undefined;
}

function get(s: SOCKET, option: Option | undefined, value: Uint32Array): number {
  if (option === undefined) return SOCKET_ERROR;
  return ws2_32().getsockopt(s, ...option, value, new Int32Array([4]));
}

function set(s: SOCKET, option: Option | undefined, value: number): number {
  if (option === undefined) return SOCKET_ERROR;
  return ws2_32().setsockopt(s, ...option, new Uint32Array([value]), 4);
}

/** The upper bound of the MTU, in bytes. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetipusermtu */
export function WSAGetIPUserMtu(Socket: SOCKET, Mtu: Uint32Array): number {
  return get(Socket, optionOf(Socket, IP_USER_MTU, IPV6_USER_MTU), Mtu);
}

/** Sets an upper bound of the MTU, in bytes. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetipusermtu */
export function WSASetIPUserMtu(Socket: SOCKET, Mtu: number): number {
  return set(Socket, optionOf(Socket, IP_USER_MTU, IPV6_USER_MTU), Mtu);
}

/** Whether the ECN codepoint of what is received is delivered as a control message. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetrecvipecn */
export function WSAGetRecvIPEcn(Socket: SOCKET, Enabled: Uint32Array): number {
  return get(Socket, optionOf(Socket, IP_RECVECN, IPV6_RECVECN), Enabled);
}

/** Sets whether the ECN codepoint of what is received is delivered as a control message. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetrecvipecn */
export function WSASetRecvIPEcn(Socket: SOCKET, Enabled: number): number {
  return set(Socket, optionOf(Socket, IP_RECVECN, IPV6_RECVECN), Enabled);
}

/** Whether an ICMP error ends an attempt to connect. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetfailconnectonicmperror */
export function WSAGetFailConnectOnIcmpError(Socket: SOCKET, Enabled: Uint32Array): number {
  return get(Socket, [IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR], Enabled);
}

/** Sets whether an ICMP error ends an attempt to connect. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetfailconnectonicmperror */
export function WSASetFailConnectOnIcmpError(Socket: SOCKET, Enabled: number): number {
  return set(Socket, [IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR], Enabled);
}

/** The ICMP error that ended an attempt to connect; fails with `WSANO_DATA` when none did. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsageticmperrorinfo */
export function WSAGetIcmpErrorInfo(Socket: SOCKET, Info: Pointer<typeof ICMP_ERROR_INFO>): number {
  const length = new Int32Array([Info.length]);
  const result = ws2_32().getsockopt(Socket, IPPROTO_TCP, TCP_ICMP_ERROR_INFO, Info, length);
  if (result === SOCKET_ERROR || length[0] !== 0) return result;
  ws2_32().WSASetLastError(WSANO_DATA);
  return SOCKET_ERROR;
}

/** The size of the messages that what is sent is cut into, in bytes; 0 for not. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetudpsendmessagesize */
export function WSAGetUdpSendMessageSize(Socket: SOCKET, MsgSize: Uint32Array): number {
  return get(Socket, [IPPROTO_UDP, UDP_SEND_MSG_SIZE], MsgSize);
}

/** Sets the size of the messages that what is sent is cut into, in bytes; 0 for not. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetudpsendmessagesize */
export function WSASetUdpSendMessageSize(Socket: SOCKET, MsgSize: number): number {
  return set(Socket, [IPPROTO_UDP, UDP_SEND_MSG_SIZE], MsgSize);
}

/** Up to what size received messages of one sender come together, in bytes; 0 for not. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetudprecvmaxcoalescedsize */
export function WSAGetUdpRecvMaxCoalescedSize(Socket: SOCKET, MaxCoalescedMsgSize: Uint32Array): number {
  return get(Socket, [IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE], MaxCoalescedMsgSize);
}

/** Sets up to what size received messages of one sender come together, in bytes; 0 for not. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetudprecvmaxcoalescedsize */
export function WSASetUdpRecvMaxCoalescedSize(Socket: SOCKET, MaxCoalescedMsgSize: number): number {
  return set(Socket, [IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE], MaxCoalescedMsgSize);
}

/** Whether the processor that has received is delivered as a control message; one byte. Source: ws2tcpip.h. */
export function WSAGetReceivedProcessorOption(Socket: SOCKET, Enabled: Uint8Array): number {
  return ws2_32().getsockopt(Socket, SOL_SOCKET, SO_RECEIVED_PROCESSOR, Enabled, new Int32Array([1]));
}

/** Sets whether the processor that has received is delivered as a control message. Source: ws2tcpip.h. */
export function WSASetReceivedProcessorOption(Socket: SOCKET, Enabled: boolean): number {
  return ws2_32().setsockopt(Socket, SOL_SOCKET, SO_RECEIVED_PROCESSOR, Uint8Array.of(Number(Enabled)), 1);
}

/** The packet information of datagrams, and its control messages. */

import { bytesOf, layout } from "../layout/mod.ts";
import {
  IN6_PKTINFO,
  IN_PKTINFO,
  IP_ECN,
  IP_HOPLIMIT,
  IP_PKTINFO,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_ECN,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_TCLASS,
  UDP_COALESCED_INFO,
  UDP_SEND_MSG_SIZE,
} from "../win32/winsock.ts";
import { formatAddress, type IpAddress, isIpv4, unmapAddress } from "./ip_address.ts";
import { checkAddress, checkBoolean, checkInteger, show } from "./arguments.ts";
import {
  controlMessageAt,
  controlMessages,
  type ControlMessageWriter,
  WSA_CMSG_FIRSTHDR,
  WSA_CMSG_NXTHDR,
} from "./control_message.ts";
import type { NetAddr } from "./sockaddr.ts";

/** What the system tells about a datagram besides data and sender. Members that it does not tell are absent. */
export interface PacketInfo {
  /** The local address that the datagram was sent to; IPv4 is always plain. */
  localAddress?: string;
  /** The index of the interface that it arrived on. */
  interfaceIndex?: number;
  /** The time to live (IPv4) or hop limit (IPv6) that was left, from 0 to 255. */
  hopLimit?: number;
  /** The type of service (IPv4) or traffic class (IPv6): DSCP and, in the lowest two bits, ECN. From 0 to 255. */
  trafficClass?: number;
  /** The ECN codepoint, from 0 to 3: not ECN-capable, ECT(1), ECT(0), congestion experienced. */
  ecn?: 0 | 1 | 2 | 3;
  /** The size in bytes of each of the datagrams that were received as one, where that is switched on. */
  segmentSize?: number;
}

/** A datagram as {@linkcode DatagramConn.receiveMessage} receives it. */
export interface ReceivedMessage {
  /** The data; a view of the buffer that was given, or a new array. */
  data: Uint8Array<ArrayBuffer>;
  /** Who sent it. */
  remoteAddr: NetAddr<"udp">;
  /** What else is known of it. */
  info: PacketInfo;
  /** Whether the buffer that was given was too short for the data; what did not fit is lost. */
  truncated: boolean;
  /** Whether the system had more packet information than there was room for. */
  controlTruncated: boolean;
}

/** Options of {@linkcode DatagramConn.sendMessage}. */
export interface SendMessageOptions {
  /**
   * The local address to send from, numeric and of the family of the destination; a destination that is a name is looked
   * up for that family. Default: the system chooses. The scope id of a link-local one chooses the interface.
   */
  source?: string;
  /** The index of the interface to send on, from 1. Default: the system chooses. */
  interfaceIndex?: number;
  /**
   * The time to live (IPv4) or hop limit (IPv6), from 1 to 255. Default: that of the socket, `options.hopLimit`, which is
   * the way on systems that do not take it for a single datagram.
   */
  hopLimit?: number;
  /** The type of service (IPv4) or traffic class (IPv6), from 0 to 255. Default: that of the socket. */
  trafficClass?: number;
  /** The ECN codepoint, from 0 to 2: the system alone may say that congestion was experienced. Default: 0. */
  ecn?: 0 | 1 | 2;
  /** Sends the data as several datagrams of this many bytes, the last one maybe shorter. Default: as one. */
  segmentSize?: number;
  /**
   * Whether the datagram goes only to machines on the same networks, past no router (`MSG_DONTROUTE`). A system may ignore it.
   * Default: `false`.
   */
  dontRoute?: boolean;
  /** Cancels sending. */
  signal?: AbortSignal;
}

/** Reads the packet information from control messages. An address may come in its IPv4 form, mapped, or in both. */
export function readPacketInfo(control: Uint8Array): PacketInfo {
  const info: PacketInfo = {};
  for (let at = WSA_CMSG_FIRSTHDR(control); at !== undefined; at = WSA_CMSG_NXTHDR(control, at)) {
    const { level, type, data } = controlMessageAt(control, at);
    if (level === IPPROTO_IP) readIpv4(info, type, data);
    else if (level === IPPROTO_IPV6) readIpv6(info, type, data);
    else if (level === IPPROTO_UDP && type === UDP_COALESCED_INFO) setNumber(info, "segmentSize", data, 65535);
  }
  return info;
}

const IN_ADDR_LENGTH = 4;
const IN6_ADDR_LENGTH = 16;

function readIpv4(info: PacketInfo, type: number, data: Uint8Array): void {
  if (type === IP_PKTINFO && data.length >= layout(IN_PKTINFO).size) readAddress(info, data, IN_ADDR_LENGTH);
  else if (type === IP_TTL || type === IP_HOPLIMIT) setNumber(info, "hopLimit", data, 255); // systems differ in the name
  else if (type === IP_TOS) setTrafficClass(info, data);
  else if (type === IP_ECN) setNumber(info, "ecn", data, 3);
}

function readIpv6(info: PacketInfo, type: number, data: Uint8Array): void {
  if (type === IPV6_PKTINFO && data.length >= layout(IN6_PKTINFO).size) readAddress(info, data, IN6_ADDR_LENGTH);
  else if (type === IPV6_HOPLIMIT) setNumber(info, "hopLimit", data, 255);
  else if (type === IPV6_TCLASS) setTrafficClass(info, data);
  else if (type === IPV6_ECN) setNumber(info, "ecn", data, 3);
}

/** An in_pktinfo or in6_pktinfo: the address, then the index of the interface. */
function readAddress(info: PacketInfo, data: Uint8Array, length: number): void {
  const interfaceIndex = int32(data, length) >>> 0;
  const bytes = data.slice(0, length);
  // Without its scope a link-local address says nothing.
  const isLinkLocal = length === IN6_ADDR_LENGTH && bytes[0] === 0xfe && (bytes[1] & 0xc0) === 0x80;
  info.localAddress = formatAddress(unmapAddress({ bytes, scopeId: isLinkLocal ? interfaceIndex : 0 }));
  info.interfaceIndex = interfaceIndex;
}

/** Leaves out a number that is truncated or out of the range that {@linkcode PacketInfo} documents. */
function setNumber(
  info: PacketInfo,
  member: "hopLimit" | "ecn" | "segmentSize",
  data: Uint8Array,
  max: number,
): void {
  const value = data.length < 4 ? -1 : int32(data);
  if (value >= 0 && value <= max) info[member] = value as 0; // a number that the member may be
}

function setTrafficClass(info: PacketInfo, data: Uint8Array): void {
  if (data.length < 4) return;
  const value = int32(data);
  info.trafficClass = value & 0xff;
  info.ecn = (value & 3) as PacketInfo["ecn"];
}

function int32(data: Uint8Array, at = 0): number {
  return data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24;
}

/** The checked part of {@linkcode SendMessageOptions} that becomes control messages. */
export interface SendControl {
  readonly source: IpAddress | undefined;
  readonly interfaceIndex: number;
  readonly hopLimit: number | undefined;
  readonly trafficClass: number | undefined;
  readonly ecn: number | undefined;
  readonly segmentSize: number | undefined;
  /** Not a control message, but a flag of the call. */
  readonly dontRoute: boolean;
}

/**
 * Checks what a message is to be sent with.
 *
 * @param destination Where it goes; without one, the source may be of either family.
 * @throws {TypeError} When the source is not numeric, unspecified, or of another family than the destination, or when
 * `dontRoute` is no boolean.
 * @throws {RangeError} When a number is out of its range.
 */
export function checkSendOptions(options: SendMessageOptions, destination?: IpAddress): SendControl {
  const { hopLimit, trafficClass, ecn, segmentSize, dontRoute = false } = options;
  const source = options.source === undefined ? undefined : checkSource(options.source, destination);
  if (options.interfaceIndex !== undefined) checkInteger("interfaceIndex", options.interfaceIndex, 1, 0xffffffff);
  if (hopLimit !== undefined) checkInteger("hopLimit", hopLimit, 1, 255);
  if (trafficClass !== undefined) checkInteger("trafficClass", trafficClass, 0, 255);
  if (ecn !== undefined) checkInteger("ecn", ecn, 0, 2);
  if (segmentSize !== undefined) checkInteger("segmentSize", segmentSize, 1, 65535);
  checkBoolean("dontRoute", dontRoute);
  const interfaceIndex = options.interfaceIndex ?? source?.scopeId ?? 0;
  return { source, interfaceIndex, hopLimit, trafficClass, ecn, segmentSize, dontRoute };
}

function checkSource(value: unknown, destination: IpAddress | undefined): IpAddress {
  const source = unmapAddress(checkAddress(value, "source"));
  if (source.bytes.every((byte) => byte === 0)) {
    throw new TypeError(`source must be an address of this machine, got the unspecified ${show(value)}`);
  }
  if (destination === undefined) return source;
  const family = isIpv4(unmapAddress(destination)) ? "IPv4" : "IPv6";
  if (isIpv4(source) !== (family === "IPv4")) {
    const where = formatAddress(unmapAddress(destination));
    throw new TypeError(`source must be an ${family} address, as the destination ${where} is, got ${show(value)}`);
  }
  return source;
}

// Views made once: a message passes through in one go.
const ipv4Info = layout(IN_PKTINFO).view();
const ipv4InfoBytes = bytesOf(ipv4Info);
const ipv6Info = layout(IN6_PKTINFO).view();
const ipv6InfoBytes = bytesOf(ipv6Info);

/**
 * Writes the control messages of a message. The destination alone decides the family: IPv4, mapped or not, takes an
 * in_pktinfo, other IPv6 an in6_pktinfo.
 */
export function writeSendControl(writer: ControlMessageWriter, control: SendControl, destination: IpAddress): void {
  const isV4 = isIpv4(unmapAddress(destination));
  const level = isV4 ? IPPROTO_IP : IPPROTO_IPV6;
  const { source, interfaceIndex, hopLimit, trafficClass, ecn, segmentSize } = control;
  if (source !== undefined || interfaceIndex !== 0) {
    const [bytes, type] = isV4 ? [ipv4InfoBytes, IP_PKTINFO] : [ipv6InfoBytes, IPV6_PKTINFO];
    bytes.fill(0);
    if (source !== undefined) bytes.set(source.bytes);
    if (isV4) ipv4Info.ipi_ifindex = interfaceIndex;
    else ipv6Info.ipi6_ifindex = interfaceIndex;
    writer.add(level, type, bytes);
  }
  if (hopLimit !== undefined) writer.add(level, isV4 ? IP_TTL : IPV6_HOPLIMIT, hopLimit);
  if (trafficClass !== undefined) {
    // The traffic class has the ECN bits in it: a codepoint of its own replaces them.
    const value = ecn === undefined ? trafficClass : trafficClass & ~3 | ecn;
    writer.add(level, isV4 ? IP_TOS : IPV6_TCLASS, value);
  } else if (ecn !== undefined) {
    writer.add(level, isV4 ? IP_ECN : IPV6_ECN, ecn);
  }
  if (segmentSize !== undefined) writer.add(IPPROTO_UDP, UDP_SEND_MSG_SIZE, segmentSize);
}

/** The options that became control messages, but for the source and the interface, which every system takes. */
export function sendOptionsIn(control: Uint8Array): (keyof SendMessageOptions)[] {
  const options: (keyof SendMessageOptions)[] = [];
  for (const { level, type } of controlMessages(control)) {
    const isV4 = level === IPPROTO_IP;
    if (level === IPPROTO_UDP) options.push("segmentSize");
    else if (type === (isV4 ? IP_TTL : IPV6_HOPLIMIT)) options.push("hopLimit");
    else if (type === (isV4 ? IP_TOS : IPV6_TCLASS)) options.push("trafficClass");
    else if (type === (isV4 ? IP_ECN : IPV6_ECN)) options.push("ecn");
  }
  return options;
}

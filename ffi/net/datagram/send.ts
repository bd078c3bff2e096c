/** Sending datagrams: `WSASendTo`, or `WSASendMsg` where control messages say how. */

import { acquireSend, type Operation, releaseOperation } from "../../overlapped/operation.ts";
import { codeOf, ERROR_CODES, WinsockError } from "../../win32/errors.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { MSG_DONTROUTE } from "../../win32/winsock.ts";
import { datagramCalls } from "../../win32/ws2_32.ts";
import { destinationFor, type IpAddress, isIpv4, MAX_SCOPE_ID, unmapAddress } from "../../marshal/ip_address.ts";
import { ControlMessageWriter } from "../../marshal/control_message.ts";
import {
  checkSendOptions,
  type SendControl,
  type SendMessageOptions,
  sendOptionsIn,
  writeSendControl,
} from "../../marshal/packet_info.ts";
import type { DatagramSocket } from "./socket.ts";
import { addressFor, decodeSockaddr, encodeSockaddr, type Endpoint, formatEndpoint } from "../../marshal/sockaddr.ts";
import { lookUp } from "../resolve.ts";
import { checkHostname, checkInteger, checkPort, show } from "../../marshal/arguments.ts";

/** The most that a datagram can carry over IPv4 and over IPv6: 65535 bytes less the headers. */
export const MAX_PAYLOAD = { ipv4: 65507, ipv6: 65527 };

/** Sends a datagram; with `options` as they say. */
export function sendDatagram(
  socket: DatagramSocket,
  data: Uint8Array,
  destination: Destination,
  options?: SendMessageOptions,
): Promise<number> {
  const { host, flowInfo, port } = destination;
  if (typeof host !== "string") return send(socket, data, { address: host, port, flowInfo }, options);
  // What can be refused is refused before the lookup, and the caller may use the data freely during it.
  checkLength(data, MAX_PAYLOAD.ipv6);
  const source = options && checkSendOptions(options).source;
  return lookUpAndSend(socket, data.slice(), destination, host, options && { ...options }, source);
}

/** Checks that a datagram can carry the data. */
export function checkLength(data: Uint8Array, limit: number): void {
  if (data.byteLength > limit) throw new RangeError(`p must have at most ${limit} bytes, got ${data.byteLength}`);
}

/** What a system says to an address that a socket cannot reach, where it may reach another one of the same host. */
const UNREACHABLE: readonly number[] = [
  ERROR_CODES.WSAENETUNREACH[0],
  ERROR_CODES.WSAEHOSTUNREACH[0],
  ERROR_CODES.WSAENETDOWN[0],
  ERROR_CODES.WSAEADDRNOTAVAIL[0],
  ERROR_CODES.WSAEAFNOSUPPORT[0],
];

/** Sends to the first address of a name that the socket can reach. */
async function lookUpAndSend(
  socket: DatagramSocket,
  data: Uint8Array,
  { port, scopeId, flowInfo }: Destination,
  host: string,
  options: SendMessageOptions | undefined,
  source: IpAddress | undefined,
): Promise<number> {
  const endpoints = await lookUp(host, port, versionFor(socket, source), options?.signal);
  let first: unknown;
  for (const { address } of endpoints) {
    if (socket.overlapped.isClosed) throw socket.closedMeanwhile(`Cannot send to ${host}`, "GetAddrInfoW");
    const scoped = scopeId === undefined || isIpv4(address) ? address : { ...address, scopeId };
    try {
      return await send(socket, data, { address: scoped, port, flowInfo }, options);
    } catch (error) {
      if (!UNREACHABLE.includes(codeOf(error) ?? 0)) throw error;
      first ??= error;
    }
  }
  throw first;
}

/** The IP version to look a name up for: that of the socket or its local address, or if it has both, that of the source. */
function versionFor({ family, addr }: DatagramSocket, source: IpAddress | undefined): 4 | 6 | undefined {
  if (family !== "dual-stack") return family === "ipv4" ? 4 : 6;
  if (addr.hostname !== "::") return addr.hostname.includes(":") ? 6 : 4;
  return source && (isIpv4(source) ? 4 : 6);
}

function send(
  socket: DatagramSocket,
  data: Uint8Array,
  remote: Endpoint,
  options: SendMessageOptions | undefined,
): Promise<number> {
  const address = addressFor(
    socket.family,
    destinationFor(remote.address),
    () => `Cannot send to ${formatEndpoint(remote)}`,
  );
  checkLength(data, isIpv4(unmapAddress(address)) ? MAX_PAYLOAD.ipv4 : MAX_PAYLOAD.ipv6);
  const control = options && checkSendOptions(options, address);
  const name = encodeSockaddr({ ...remote, address });

  socket.overlapped.join();
  const operation = acquireSend(data);
  operation.messageMemory.name.set(name);
  if (control === undefined) return sendTo(socket, operation, name.length);
  try {
    prepareMessage(operation, name.length, control, address);
  } catch (error) {
    releaseOperation(operation);
    throw error;
  }
  return sendMessage(socket, operation, control.dontRoute ? MSG_DONTROUTE : 0, options?.signal);
}

function sendTo(socket: DatagramSocket, operation: Operation, nameLength: number): Promise<number> {
  const { buffersAddress, bytesAddress, messageMemory: { nameAddress }, address } = operation;
  const { handle } = socket.overlapped;
  const call = datagramCalls().WSASendTo;
  const result = call(handle, buffersAddress, 1, bytesAddress, 0, nameAddress, nameLength, address, 0n);
  const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
  return socket.overlapped.start(operation, code, datagramSent, socket);
}

function sendMessage(
  socket: DatagramSocket,
  operation: Operation,
  flags: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { bytesAddress, messageMemory: { messageAddress }, address } = operation;
  const { handle } = socket.overlapped;
  const result = datagramCalls().WSASendMsg(handle, messageAddress, flags, bytesAddress, address, 0n);
  const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
  return socket.overlapped.start(operation, code, messageSent, socket, signal);
}

function prepareMessage(
  { messageMemory: { message, control, controlAddress } }: Operation,
  nameLength: number,
  sendControl: SendControl,
  destination: IpAddress,
): void {
  const writer = new ControlMessageWriter(control);
  writeSendControl(writer, sendControl, destination);
  message.namelen = nameLength;
  message.Control.len = writer.length;
  message.Control.buf = writer.length === 0 ? 0n : controlAddress; // Windows minds a buffer without a length
  message.dwFlags = 0;
}

function datagramSent(operation: Operation, socket: DatagramSocket, code: number, bytes: number): number {
  return checkSent(operation, socket, code, bytes, "WSASendTo");
}

function messageSent(operation: Operation, socket: DatagramSocket, code: number, bytes: number): number {
  if (REFUSALS.includes(code)) checkSupported(operation, socket, code);
  return checkSent(operation, socket, code, bytes, "WSASendMsg");
}

/** What a system may say to a control message that it does not know. */
const REFUSALS: readonly number[] = [
  ERROR_CODES.WSAEINVAL[0],
  ERROR_CODES.WSAENOPROTOOPT[0],
  ERROR_CODES.WSAEOPNOTSUPP[0],
];

/** Names the options that the system may not know: it does not say which one it refuses. */
function checkSupported(operation: Operation, { overlapped, place }: DatagramSocket, code: number): void {
  const { message, control, name } = operation.messageMemory;
  const options = sendOptionsIn(control.subarray(0, message.Control.len));
  if (options.length === 0 || overlapped.isClosed) return;
  const cause = new WinsockError(code, "WSASendMsg");
  const why = `the system does not take ${options.join(" or ")} for a single datagram (${cause.symbol}, ${code})`;
  const tried = `Cannot send to ${formatEndpoint(decodeSockaddr(name))} on ${place}`;
  throw new Deno.errors.NotSupported(`${tried}: ${why}`, { cause });
}

function checkSent(
  operation: Operation,
  socket: DatagramSocket,
  code: number,
  bytes: number,
  syscall: string,
): number {
  if (code === 0) return bytes;
  const remote = formatEndpoint(decodeSockaddr(operation.messageMemory.name));
  throw socket.failure(operation, code, syscall, `Cannot send to ${remote}`);
}

/** A destination whose host may still have to be looked up. */
export interface Destination {
  readonly host: IpAddress | string;
  readonly port: number;
  readonly flowInfo: number;
  /** The scope id for the IPv6 addresses of a name; an address has its own. */
  readonly scopeId?: number;
}

/**
 * Checks the address of a destination.
 *
 * @throws {TypeError} When it is no address with hostname and port, or has two scope ids.
 * @throws {RangeError} When a number is out of its range.
 */
export function checkDestination(value: unknown): Destination {
  if (typeof value !== "object" || value === null || !("hostname" in value)) {
    throw new TypeError(`addr must be an address with hostname and port, got ${show(value)}`);
  }
  const { hostname, port, scopeId, flowInfo = 0 } = value as Record<string, unknown>;
  const host = withScope(checkHostname(hostname, "addr.hostname"), scopeId);
  return {
    host,
    port: checkPort(port, "addr.port", 1),
    flowInfo: flowInfo === 0 ? 0 : checkInteger("addr.flowInfo", flowInfo, 0, 0xffffffff),
    scopeId: scopeId as number | undefined, // checked by withScope()
  };
}

function withScope(host: IpAddress | string, scopeId: unknown): IpAddress | string {
  if (scopeId === undefined) return host;
  const id = checkInteger("addr.scopeId", scopeId, 0, MAX_SCOPE_ID);
  if (typeof host === "string" || host.scopeId === id) return host;
  if (host.scopeId !== 0) throw new TypeError(`addr.scopeId must be that of addr.hostname, ${host.scopeId}, got ${id}`);
  return { ...host, scopeId: id };
}

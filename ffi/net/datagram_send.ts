/** Sending datagrams: `WSASendTo`, or `WSASendMsg` where control messages say how. */

import { allocateBuffer, copyToNative } from "../overlapped/native_memory.ts";
import { acquireOperation, type Operation } from "../overlapped/operation.ts";
import { codeOf } from "../overlapped/overlapped_socket.ts";
import { lastingCalls } from "../win32/ws2_32.ts";
import { type IpAddress, isIpv4, unmapAddress } from "./address.ts";
import { ControlMessageWriter } from "./control_message.ts";
import { checkSendOptions, type SendControl, type SendMessageOptions, writeSendControl } from "./datagram_message.ts";
import type { DatagramSocket } from "./datagram_socket.ts";
import type { Destination } from "./destinations.ts";
import { addressFor, formatEndpoint, type SocketFamily } from "./net_addr.ts";
import { lookUp } from "./resolve.ts";
import { decodeSockaddr, encodeSockaddr, type Endpoint } from "./sockaddr.ts";

/** The most that a datagram can carry over IPv4 and over IPv6: 65535 bytes less the headers. */
const MAX_PAYLOAD = { ipv4: 65507, ipv6: 65527 };

/** Sends a datagram; with `options` as they say. */
export function sendDatagram(
  socket: DatagramSocket,
  data: Uint8Array,
  destination: Destination,
  options?: SendMessageOptions,
): Promise<number> {
  const { host, port, flowInfo } = destination;
  if (typeof host !== "string") return send(socket, data, { address: host, port, flowInfo }, options);
  // What can be refused is refused before the lookup, and the caller may use the data freely during it.
  checkLength(data, MAX_PAYLOAD.ipv6);
  const source = options && checkSendOptions(options).source;
  return lookUpAndSend(socket, data.slice(), host, port, options && { ...options }, source);
}

function checkLength(data: Uint8Array, limit: number): void {
  if (data.byteLength > limit) throw new RangeError(`p must have at most ${limit} bytes, got ${data.byteLength}`);
}

async function lookUpAndSend(
  socket: DatagramSocket,
  data: Uint8Array,
  host: string,
  port: number,
  options: SendMessageOptions | undefined,
  source: IpAddress | undefined,
): Promise<number> {
  const [endpoint] = await lookUp(host, port, versionFor(socket.family, source), options?.signal);
  if (socket.overlapped.isClosed) throw socket.closedMeanwhile(`Cannot send to ${host}`, "GetAddrInfoW");
  return await send(socket, data, endpoint, options);
}

/** The IP version that a name is looked up for: of the socket, and on a dual-stack one that of the source. */
function versionFor(family: SocketFamily, source: IpAddress | undefined): 4 | 6 | undefined {
  if (family !== "dual-stack") return family === "ipv4" ? 4 : 6;
  return source && (isIpv4(source) ? 4 : 6);
}

function send(
  socket: DatagramSocket,
  data: Uint8Array,
  remote: Endpoint,
  options: SendMessageOptions | undefined,
): Promise<number> {
  const address = addressFor(socket.family, remote.address, () => `Cannot send to ${formatEndpoint(remote)}`);
  checkLength(data, isIpv4(unmapAddress(address)) ? MAX_PAYLOAD.ipv4 : MAX_PAYLOAD.ipv6);
  const control = options && checkSendOptions(options, address);
  const name = encodeSockaddr({ ...remote, address });

  const operation = acquireOperation();
  const buffer = allocateBuffer(data.byteLength);
  copyToNative(buffer.address, data);
  operation.use(buffer, data.byteLength);
  operation.context = socket;
  operation.messageMemory.name.set(name);
  const { overlapped: { handle } } = socket;
  if (control === undefined) {
    return socket.overlapped.start(operation, callSendTo(handle, operation, name.length), datagramSent);
  }
  const code = callSendMsg(handle, operation, name.length, control, address);
  return socket.overlapped.start(operation, code, messageSent, options?.signal);
}

function callSendTo(handle: bigint, operation: Operation, nameLength: number): number {
  const { buffersAddress, bytesAddress, messageMemory: { nameAddress }, address } = operation;
  const call = lastingCalls().WSASendTo;
  return codeOf(call(handle, buffersAddress, 1, bytesAddress, 0, nameAddress, nameLength, address, 0n) !== 0);
}

function callSendMsg(
  handle: bigint,
  operation: Operation,
  nameLength: number,
  sendControl: SendControl,
  destination: IpAddress,
): number {
  const { bytesAddress, messageMemory: { message, messageAddress, control, controlAddress }, address } = operation;
  const writer = new ControlMessageWriter(control);
  writeSendControl(writer, sendControl, destination);
  message.namelen = nameLength;
  message.Control.len = writer.length;
  message.Control.buf = writer.length === 0 ? 0n : controlAddress; // Windows minds a buffer without a length
  message.dwFlags = 0;
  const call = lastingCalls().WSASendMsg;
  return codeOf(call(handle, messageAddress, 0, bytesAddress, address, 0n) !== 0);
}

function datagramSent(operation: Operation, code: number, bytes: number): number {
  return checkSent(operation, code, bytes, "WSASendTo");
}

function messageSent(operation: Operation, code: number, bytes: number): number {
  return checkSent(operation, code, bytes, "WSASendMsg");
}

function checkSent(operation: Operation, code: number, bytes: number, syscall: string): number {
  if (code === 0) return bytes;
  const remote = formatEndpoint(decodeSockaddr(operation.messageMemory.name));
  throw (operation.context as DatagramSocket).failure(operation, code, syscall, `Cannot send to ${remote}`);
}

/** Receiving datagrams: `WSARecvFrom` for the data alone, `WSARecvMsg` with packet information. */

import { startsWith } from "@std/bytes/starts-with";
import { copyFromNative, OFFSETS } from "../../overlapped/native_memory.ts";
import { acquireOperation, type Finish, type Operation } from "../../overlapped/operation.ts";
import { ERROR_CODES } from "../../win32/errors.ts";
import { MSG_CTRUNC, MSG_PEEK, MSG_TRUNC } from "../../win32/winsock.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { datagramCalls } from "../../win32/ws2_32.ts";
import { checkBytes } from "../../marshal/arguments.ts";
import { type PacketInfo, readPacketInfo, type ReceivedMessage } from "../../marshal/packet_info.ts";
import type { DatagramSocket } from "./socket.ts";
import { mustBeRepeated } from "../open_socket.ts";
import { decodeSockaddr, MAX_SOCKADDR_LENGTH, type NetAddr, toNetAddr } from "../../marshal/sockaddr.ts";

/**
 * What a receive makes room for: more than any datagram has, so that none is ever cut off by the system, which may lose
 * its rest, its length and its packet information then.
 */
const RECEIVE_ROOM = 65536;

const [WSAEMSGSIZE] = ERROR_CODES.WSAEMSGSIZE;

/** A datagram with its sender. */
export type Datagram = [Uint8Array<ArrayBuffer>, NetAddr<"udp">];

/** Receives a datagram, into `p` or a new array; with `peeks` it stays where it is, for the next receive. */
export function receiveDatagram(
  socket: DatagramSocket,
  p: Uint8Array | undefined,
  signal?: AbortSignal,
  peeks = false,
): Promise<Datagram> {
  return receiveFrom(socket, p, signal, peeks ? datagramPeeked : datagramReceived);
}

/** Receives a datagram of which only the data is wanted, likewise. */
export function receiveData(
  socket: DatagramSocket,
  p: Uint8Array | undefined,
  signal: AbortSignal | undefined,
  peeks: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  return receiveFrom(socket, p, signal, peeks ? dataPeeked : dataReceived);
}

/** What a `WSARecvFrom` is called with, and how it ends. */
interface Receive<T> {
  readonly flags: number;
  readonly finish: Finish<DatagramSocket, T>;
}

/** @param take What the promise resolves with. */
function receiveBy<T>(flags: number, take: (operation: Operation, bytes: number) => T): Receive<T> {
  const receive: Receive<T> = {
    flags,
    finish(operation, socket, code, bytes) {
      const { target, signal } = operation;
      if (mustBeRepeated(operation, code, socket.overlapped)) return receiveFrom(socket, target, signal, receive);
      checkReceived(operation, socket, code, "WSARecvFrom");
      return take(operation, bytes);
    },
  };
  return receive;
}

const takeDatagram = (operation: Operation, bytes: number): Datagram => [
  takeData(operation, bytes),
  takeSender(operation),
];
const datagramReceived = receiveBy(0, takeDatagram);
const dataReceived = receiveBy(0, takeData);
// Microsoft has MSG_PEEK for sockets that are not overlapped only; libuv has relied on overlapped calls taking it since its
// beginning.
const datagramPeeked = receiveBy(MSG_PEEK, takeDatagram);
const dataPeeked = receiveBy(MSG_PEEK, takeData);

function receiveFrom<T>(
  socket: DatagramSocket,
  p: Uint8Array | undefined,
  signal: AbortSignal | undefined,
  { flags, finish }: Receive<T>,
): Promise<T> {
  const operation = prepare(socket, p);
  const { messageMemory: { nameAddress, nameLengthAddress }, memory } = operation;
  memory.setUint32(OFFSETS.flags, flags, true);
  memory.setInt32(OFFSETS.addressLength, MAX_SOCKADDR_LENGTH, true);
  const { buffersAddress, bytesAddress, flagsAddress, address } = operation;
  const result = datagramCalls().WSARecvFrom(
    socket.overlapped.handle,
    buffersAddress,
    1,
    bytesAddress,
    flagsAddress,
    nameAddress,
    nameLengthAddress,
    address,
    0n,
  );
  const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
  return socket.overlapped.start(operation, code, finish, socket, signal);
}

/** Receives a datagram and what the system knows of it, into `p` or a new array. */
export function receiveMessage(
  socket: DatagramSocket,
  p: Uint8Array | undefined,
  signal: AbortSignal | undefined,
): Promise<ReceivedMessage> {
  const operation = prepare(socket, p);
  const { messageMemory: { message, messageAddress, control, controlAddress }, bytesAddress, address } = operation;
  message.namelen = MAX_SOCKADDR_LENGTH;
  message.Control.len = control.length;
  message.Control.buf = controlAddress;
  message.dwFlags = 0;
  const result = socket.receiveMessage.call(socket.overlapped.handle, messageAddress, bytesAddress, address, 0n);
  const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
  return socket.overlapped.start(operation, code, messageReceived, socket, signal);
}

function messageReceived(
  operation: Operation,
  socket: DatagramSocket,
  code: number,
  bytes: number,
): ReceivedMessage | Promise<ReceivedMessage> {
  const { target, signal, messageMemory: { message, control } } = operation;
  if (mustBeRepeated(operation, code, socket.overlapped)) return receiveMessage(socket, target, signal);
  checkReceived(operation, socket, code, "WSARecvMsg");
  return {
    data: takeData(operation, bytes),
    remoteAddr: takeSender(operation),
    info: takeInfo(control, Math.min(message.Control.len, control.length)),
    truncated: (message.dwFlags & MSG_TRUNC) !== 0 || target !== undefined && bytes > target.byteLength,
    controlTruncated: (message.dwFlags & MSG_CTRUNC) !== 0,
  };
}

/** The operation of a receive, into `p` or a new array. */
function prepare(socket: DatagramSocket, p: Uint8Array | undefined): Operation {
  const target = p === undefined ? undefined : checkBytes("p", p);
  if (target?.byteLength === 0) throw new RangeError("p must have room for at least one byte, got 0 bytes");
  socket.overlapped.join();
  const operation = acquireOperation(RECEIVE_ROOM);
  operation.target = target;
  operation.series = socket.receives;
  return operation;
}

/** WSAEMSGSIZE is no failure: the message is there, with something of it cut off. */
function checkReceived(operation: Operation, socket: DatagramSocket, code: number, syscall: string): void {
  if (code === 0 || code === WSAEMSGSIZE) return;
  throw socket.failure(operation, code, syscall, "Cannot receive");
}

/** Gives the data of a datagram to whoever waits for it. */
function takeData({ target, buffer }: Operation, bytes: number): Uint8Array<ArrayBuffer> {
  if (target?.buffer instanceof ArrayBuffer && target.buffer.detached) {
    throw new TypeError(`p was detached while ${bytes} bytes arrived`);
  }
  const data = target ?? new Uint8Array(bytes);
  const length = Math.min(bytes, data.byteLength);
  if (length > 0) copyFromNative(data, buffer!.address, length);
  return (target === undefined ? data : data.subarray(0, length)) as Uint8Array<ArrayBuffer>;
}

// Datagrams come in runs from one sender to one address: what is known of them is read and written out once a run.
const lastSockaddr = new Uint8Array(MAX_SOCKADDR_LENGTH);
let lastSender: NetAddr<"udp"> | undefined;
let lastControl = new Uint8Array(0);
let lastInfo: PacketInfo = {};

/** The address of the sender of a datagram. */
function takeSender({ messageMemory: { name } }: Operation): NetAddr<"udp"> {
  if (lastSender === undefined || !startsWith(name, lastSockaddr)) {
    lastSockaddr.set(name.subarray(0, lastSockaddr.length));
    lastSender = toNetAddr(decodeSockaddr(lastSockaddr), "udp");
  }
  return { ...lastSender };
}

/** What the control messages of a datagram say. */
function takeInfo(control: Uint8Array, length: number): PacketInfo {
  if (length !== lastControl.length || !startsWith(control, lastControl)) {
    lastControl = control.slice(0, length);
    lastInfo = readPacketInfo(lastControl);
  }
  return { ...lastInfo };
}

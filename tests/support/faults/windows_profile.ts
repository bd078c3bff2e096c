/**
 * Plays what Windows does and Wine does not, on top of the calls of the library, so that tests meet it under Wine:
 *
 * - `CancelIoEx` for one receive of a connection cancels all receives of that socket (https://github.com/dotnet/corefx/pull/36516);
 * - `AcceptEx` completes synchronously when a connection waits already;
 * - `OVERLAPPED` says STATUS_PENDING, and no byte count, after a call that failed or completed synchronously (msquic:
 *   Winsock may leave it so when an operation completes inline);
 * - a receive of a datagram fails with WSAEMSGSIZE at once, with or without a packet, and with its count in one place or
 *   none;
 * - the count of a cancelled send is less than what was sent (https://github.com/MicrosoftDocs/win32/pull/2207);
 * - a reset, a refusal and the end of a listener come with other statuses of the same meaning than those of Wine;
 * - nothing goes to `::` and `0.0.0.0`: WSAEADDRNOTAVAIL;
 * - before `SO_UPDATE_ACCEPT_CONTEXT` and `SO_UPDATE_CONNECT_CONTEXT` a socket is not connected for `shutdown` and
 *   `getsockname`;
 * - completions come late: the relay of kernel.ts looks once in a millisecond.
 *
 * That a socket closed with unread input resets its connection Wine does by itself, as Linux does. What cannot be played
 * in user mode: TIME_WAIT at a bind, retransmitted SYNs, and what the network itself does.
 */

import { randomNumbers } from "../random.ts";
import { addLayer, type Call, failed, hasFailed, type Layer, type Outcome } from "./calls.ts";
import {
  allInFlight,
  associationOf,
  changeEndings,
  type Ending,
  forget,
  type InFlight,
  inFlightAt,
  playKernel,
  skipsPackets,
  STATUS_CANCELLED,
  STATUS_PENDING,
  writeOverlapped,
} from "./kernel.ts";
import { type OverlappedCall, overlappedCall } from "./overlapped_calls.ts";
import { readBytes, readU32, system, writeU32, writeU64 } from "./system.ts";

const WSAEMSGSIZE = 10040;
const WSAEADDRNOTAVAIL = 10049;
const WSAENOTCONN = 10057;
const STATUS_BUFFER_OVERFLOW = 0x80000005;
const SOL_SOCKET = 0xffff;
const SO_UPDATE_ACCEPT_CONTEXT = 0x700b;
const SO_UPDATE_CONNECT_CONTEXT = 0x7010;
const HEVENT = 24n;
const POLLRDNORM = 0x0100;

/** The statuses that Windows ends operations with where Wine has one: all of them mean the same. */
const STATUSES: Readonly<Record<number, readonly number[]>> = {
  // CONNECTION_RESET; REMOTE_DISCONNECT, CONNECTION_DISCONNECTED, LINK_FAILED
  0xc000020d: [0xc000020d, 0xc000013c, 0xc000020c, 0xc000013e],
  // CONNECTION_REFUSED; REMOTE_NOT_LISTENING
  0xc0000236: [0xc0000236, 0xc00000bc],
};

/** How often each part of the profile has been played. */
export type Played = Record<
  | "cancelled together"
  | "accepted at once"
  | "left pending"
  | "cut off"
  | "uncertain count"
  | "other status"
  | "refused",
  number
>;

/** The profile of a block. */
export interface WindowsProfile extends Disposable {
  readonly played: Played;
}

/** Options of the profile. */
export interface ProfileOptions {
  readonly seed?: number;
  /** How often, of 100 times, a datagram that is there is received with WSAEMSGSIZE. */
  readonly cutOff?: number;
}

/** Plays Windows until the end of the block. */
export function windowsProfile({ seed = 1, cutOff = 20 }: ProfileOptions = {}): WindowsProfile {
  playKernel();
  const random = randomNumbers(seed);
  const played: Played = {
    "cancelled together": 0,
    "accepted at once": 0,
    "left pending": 0,
    "cut off": 0,
    "uncertain count": 0,
    "other status": 0,
    "refused": 0,
  };
  /** Sockets that AcceptEx and ConnectEx have been given, and that have not been told so. */
  const unconnected = new Set<bigint>();

  /** Cancels all receives of the socket of one that is cancelled. */
  const cancel = (call: Call, next: (call: Call) => Outcome): Outcome => {
    const [socket, overlapped] = call.parameters as [bigint, bigint];
    const receives = allInFlight(socket).filter(({ name }) => name === "WSARecv");
    const isReceive = receives.some((operation) => operation.overlapped === overlapped);
    if (overlapped === 0n || !isReceive) return next(call);
    let outcome = next(call);
    for (const { overlapped: other } of receives) {
      if (other === overlapped) continue;
      played["cancelled together"]++;
      if (next({ ...call, parameters: [socket, other] }).result !== 0) outcome = { result: 1, code: 0 };
    }
    return outcome;
  };

  /** Has AcceptEx wait for its end, as long as there is a connection for it. */
  const accept = (call: Call, given: OverlappedCall, next: (call: Call) => Outcome): Outcome => {
    unconnected.add(given.accepting!);
    const isAlone = !allInFlight(given.socket).some(({ does }) => does === "accept");
    if (!isAlone || skipsPackets(given.socket) !== true || !hasConnection(given.socket)) return next(call);
    const handle = event();
    const { ResetEvent, WaitForSingleObject, CancelIoEx } = system();
    ResetEvent(handle);
    writeU64(given.overlapped + HEVENT, handle | 1n); // the low bit keeps the packet back
    const outcome = next(call);
    const operation = inFlightAt(given.overlapped);
    if (operation === undefined) return outcome; // has failed
    const WAIT_OBJECT_0 = 0;
    if (WaitForSingleObject(handle, 2000) !== WAIT_OBJECT_0) {
      CancelIoEx(given.socket, given.overlapped);
      WaitForSingleObject(handle, 2000);
    }
    writeU64(given.overlapped + HEVENT, 0n);
    forget(operation);
    const status = readU32(given.overlapped);
    if (status !== 0) return next(call); // whoever waited has gone: wait for the next one
    played["accepted at once"]++;
    writeU32(given.bytes, 0);
    return { result: 1, code: 0 };
  };

  /** Leaves the OVERLAPPED of what has failed or completed synchronously as if it were pending. */
  const leavePending = (given: OverlappedCall): void => {
    played["left pending"]++;
    writeOverlapped(given.overlapped, { status: STATUS_PENDING, bytes: 0 });
  };

  /** A datagram that has been received at once, and of which some system says that it was cut off. */
  const warn = (call: Call, given: OverlappedCall): Outcome => {
    played["cut off"]++;
    const bytes = readU32(given.bytes);
    const warned = { status: STATUS_BUFFER_OVERFLOW, bytes };
    const outcome = failed(call, WSAEMSGSIZE);
    if (random(2) === 0) {
      writeOverlapped(given.overlapped, warned);
      sendPacket(given);
    } else leavePending(given);
    return outcome;
  };

  const layer: Layer = (call, next) => {
    const socket = call.parameters[0] as bigint;
    switch (call.name) {
      case "CancelIoEx":
        return cancel(call, next);
      case "closesocket":
        unconnected.delete(socket);
        return next(call);
      case "shutdown":
      case "getsockname":
        return unconnected.has(socket) ? failed(call, WSAENOTCONN) : next(call);
      case "setsockopt": {
        const [, level, name] = call.parameters;
        const outcome = next(call);
        const isUpdate = name === SO_UPDATE_ACCEPT_CONTEXT || name === SO_UPDATE_CONNECT_CONTEXT;
        if (level === SOL_SOCKET && isUpdate) unconnected.delete(socket);
        return outcome;
      }
    }
    const given = overlappedCall(call);
    if (given === undefined) return next(call);
    if (isForNobody(call)) {
      played["refused"]++;
      leavePending(given);
      return failed(call, WSAEADDRNOTAVAIL);
    }
    if (given.does === "connect") unconnected.add(socket);
    const outcome = given.does === "accept" ? accept(call, given, next) : next(call);
    const isOver = inFlightAt(given.overlapped) === undefined;
    if (!isOver) return outcome;
    const isDatagram = call.name === "WSARecvFrom" || call.name === "WSARecvMsg";
    const mayBeCutOff = isDatagram && !hasFailed(call, outcome) && readU32(given.bytes) > 0;
    if (mayBeCutOff && random(100) < cutOff) return warn(call, given);
    if (outcome.code !== WSAEMSGSIZE || !hasFailed(call, outcome)) leavePending(given);
    return outcome;
  };

  const change = ({ does, isCancelled, length }: InFlight, ending: Ending): Ending => {
    const { status, bytes } = ending;
    if (does === "send" && isCancelled && bytes > 0 && bytes < length) {
      played["uncertain count"]++;
      return { status: STATUS_CANCELLED, bytes: random(bytes + 1) };
    }
    const others = STATUSES[status];
    if (others === undefined) return ending;
    const other = others[random(others.length)];
    if (other !== status) played["other status"]++;
    return { status: other, bytes };
  };

  const parts = [addLayer(layer), changeEndings(change)];
  return { played, [Symbol.dispose]: () => parts.forEach((part) => part[Symbol.dispose]()) };
}

/** Sends the packet of an operation that has ended at once. */
function sendPacket(given: OverlappedCall): void {
  const { port, key } = associationOf(given.socket)!;
  system().PostQueuedCompletionStatus(port, 0, key, given.overlapped);
}

const pollfd = new Uint8Array(16);
const pollView = new DataView(pollfd.buffer);

/** Whether a listening socket has a connection that nobody waits for. */
function hasConnection(socket: bigint): boolean {
  pollView.setBigUint64(0, socket, true);
  pollView.setInt16(8, POLLRDNORM, true);
  pollView.setInt16(10, 0, true);
  return system().WSAPoll(pollfd, 1, 0) === 1 && (pollView.getInt16(10, true) & POLLRDNORM) !== 0;
}

let accepted: bigint | undefined;

function event(): bigint {
  return accepted ??= system().CreateEventW(0n, 1, 0, 0n);
}

/** Whether a call connects or sends to an unspecified address. */
function isForNobody({ name, parameters }: Call): boolean {
  let sockaddr: Uint8Array;
  if (name === "ConnectEx") sockaddr = parameters[1] as Uint8Array;
  else if (name === "WSASendTo" && parameters[5] !== 0n) {
    sockaddr = readBytes(parameters[5] as bigint, parameters[6] as number);
  } else return false;
  const isIpv6 = sockaddr.length >= 28;
  const address = isIpv6 ? sockaddr.subarray(8, 24) : sockaddr.subarray(4, 8);
  const isMapped = isIpv6 && address.subarray(0, 10).every((byte) => byte === 0) && address[10] === 0xff;
  return (isMapped ? address.subarray(12) : address).every((byte) => byte === 0);
}

/**
 * The kernel's side of overlapped operations, played in user mode, so that a test can have operations end as it likes:
 * late, twice, never, or with another status.
 *
 * Sockets are joined to a port of this module (the relay) instead of the library's. Whatever the system completes comes out
 * of the relay, can be held back or changed here, and is posted to the port that the library knows, with the key that
 * it gave. An operation that the system is not asked for at all is ended in the same way. So the library cannot tell
 * either from a real completion: status and count are in the OVERLAPPED, the packet is in its port.
 *
 * Meanwhile this module sees what the library does with memory that is in flight, and writes down each violation of what
 * Windows demands: a slot, a buffer or a handle that is used again, or given back, before its packet has been posted.
 */

import { addLayer, type Call, failed, hasFailed, type Layer, type Outcome } from "./calls.ts";
import { type OverlappedCall, overlappedCall } from "./overlapped_calls.ts";
import { readU32, system, writeU64 } from "./system.ts";

const INVALID_HANDLE_VALUE = 2n ** 64n - 1n;
const WSA_IO_PENDING = 997;
export const STATUS_PENDING = 0x103;
export const STATUS_CANCELLED = 0xc0000120;
const STATUS_HANDLES_CLOSED = 0x8000000a;
const INTERNAL_HIGH = 8n;
const ENTRY_SIZE = 32;
const MOST_ENTRIES = 64;
/** How often the relay is looked at, in milliseconds. */
const RELAY_PERIOD = 1;

/** A socket that has been joined to the library's port. */
interface Association {
  readonly socket: bigint;
  readonly port: bigint;
  readonly key: bigint;
  /** Whether a call that succeeds at once sends no packet. */
  skipsPackets: boolean;
}

/** How an operation ends. */
export interface Ending {
  readonly status: number;
  readonly bytes: number;
}

/** An operation whose packet the library has not been sent. */
export interface InFlight extends OverlappedCall {
  readonly association: Association;
  /** Who ends it: the system, or a test in its place. */
  readonly endedBy: "system" | "test";
  /** Whether it has ended, and its packet is held back: too late to be cancelled. */
  isHeld: boolean;
  /** For how long its packet is held back, in milliseconds. */
  delay: number;
  /** How many packets are sent when it ends. */
  packets: number;
  /** Whether it has been cancelled. */
  isCancelled: boolean;
}

const operations = new Map<bigint, InFlight>();
const slots = new Map<bigint, InFlight>();
const buffers = new Map<bigint, InFlight>();
const associations = new Map<bigint, Association>();
const bySerial: Association[] = [];
const changes = new Set<(operation: InFlight, ending: Ending) => Ending>();

/** The sockets that the library has made, and not closed: those of the system, not what it believes to have open. */
export const openHandles = new Set<bigint>();

/** What the library has done that Windows forbids. */
export const violations: string[] = [];

/** The operation that has an OVERLAPPED. */
export function inFlightAt(overlapped: bigint): InFlight | undefined {
  return operations.get(overlapped);
}

/** All operations in flight, of one socket or of all. */
export function allInFlight(socket?: bigint): InFlight[] {
  return [...operations.values()].filter((operation) => socket === undefined || operation.socket === socket);
}

/** The operation is over, and no packet of it will come. */
export function forget(operation: InFlight): void {
  release(operation);
}

/** The port and the key of a socket; undefined when it has none. */
export function associationOf(socket: bigint): Pick<Association, "port" | "key"> | undefined {
  return associations.get(socket);
}

/** Whether a call of this socket that succeeds at once sends no packet; undefined when it has no port. */
export function skipsPackets(socket: bigint): boolean | undefined {
  return associations.get(socket)?.skipsPackets;
}

/** Changes how operations end that the system has ended. */
export function changeEndings(change: (operation: InFlight, ending: Ending) => Ending): Disposable {
  changes.add(change);
  return { [Symbol.dispose]: () => void changes.delete(change) };
}

/** Writes what an OVERLAPPED is to say. */
export function writeOverlapped(overlapped: bigint, { status, bytes }: Ending): void {
  writeU64(overlapped, BigInt(status));
  writeU64(overlapped + INTERNAL_HIGH, BigInt(bytes));
}

/** A slot has more than one OVERLAPPED, and what belongs to all of them: it is aligned to its size. */
function slotOf(overlapped: bigint): bigint {
  return overlapped & -512n;
}

function begin(call: OverlappedCall, endedBy: InFlight["endedBy"]): InFlight {
  const association = associations.get(call.socket)!;
  const operation = { ...call, association, endedBy, isHeld: false, delay: 0, packets: 1, isCancelled: false };
  operations.set(call.overlapped, operation);
  slots.set(slotOf(call.overlapped), operation);
  if (call.data !== 0n && call.length > 0) buffers.set(call.data, operation);
  return operation;
}

/** The answer of a call that pends though the system has not been asked; a test must end the operation. */
export function pend(call: Call, begun?: (operation: InFlight) => void): Outcome | undefined {
  const given = overlappedCall(call);
  if (given === undefined || !associations.has(given.socket)) return undefined;
  check(given);
  writeOverlapped(given.overlapped, { status: STATUS_PENDING, bytes: 0 });
  begun?.(begin(given, "test"));
  return failed(call, WSA_IO_PENDING);
}

/** The answer of a call that has ended at once, as if it pended: the end comes by packet after a while. */
export function defer(call: Call, ending: Ending, delay: number): Outcome {
  const given = overlappedCall(call)!;
  writeOverlapped(given.overlapped, { status: STATUS_PENDING, bytes: 0 });
  const operation = begin(given, "system");
  operation.isHeld = true;
  later(() => end(operation, ending), delay);
  return failed(call, WSA_IO_PENDING);
}

/** Ends an operation: writes how, and posts the packet. */
export function end(operation: InFlight, ending: Ending): void {
  if (operations.get(operation.overlapped) !== operation) return; // ended before
  writeOverlapped(operation.overlapped, ending);
  release(operation);
  post(operation, ending);
  for (let packet = 1; packet < operation.packets; packet++) later(() => post(operation, ending), 2 * packet);
}

/** Sends a packet. */
export function post({ association: { port, key }, overlapped }: InFlight, { bytes }: Ending): void {
  system().PostQueuedCompletionStatus(port, bytes, key, overlapped);
}

function release(operation: InFlight): void {
  operations.delete(operation.overlapped);
  if (slots.get(slotOf(operation.overlapped)) === operation) slots.delete(slotOf(operation.overlapped));
  if (buffers.get(operation.data) === operation) buffers.delete(operation.data);
}

/** Does something after a while, without keeping the process alive. */
export function later(action: () => void, delay: number): void {
  Deno.unrefTimer(setTimeout(action, delay));
}

let relay: bigint | undefined;
const entries = new Uint8Array(MOST_ENTRIES * ENTRY_SIZE);
const view = new DataView(entries.buffer);
const count = new Uint32Array(1);

/** The port that sockets are joined to in place of the library's. */
function relayPort(): bigint {
  if (relay === undefined) {
    relay = system().CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0n, 0n, 0);
    Deno.unrefTimer(setInterval(pump, RELAY_PERIOD));
  }
  return relay;
}

/** Passes on what the system has completed. */
function pump(): void {
  if (relay === undefined) return;
  const { GetQueuedCompletionStatusEx } = system();
  while (GetQueuedCompletionStatusEx(relay, entries, MOST_ENTRIES, count, 0, 0) !== 0) {
    for (let at = 0; at < count[0] * ENTRY_SIZE; at += ENTRY_SIZE) {
      const overlapped = view.getBigUint64(at + 8, true);
      const operation = operations.get(overlapped);
      if (operation === undefined) passOn(bySerial[Number(view.getBigUint64(at, true))], overlapped);
      else if (operation.delay > 0) {
        operation.isHeld = true;
        later(() => ended(operation), operation.delay);
      } else ended(operation);
    }
  }
}

function ended(operation: InFlight): void {
  const ending = { status: readU32(operation.overlapped), bytes: readU32(operation.overlapped + INTERNAL_HIGH) };
  let changed: Ending = ending;
  for (const change of changes) changed = change(operation, changed);
  end(operation, changed);
}

/** Passes on the packet of something that is not known here, such as that of a call that has warned at once. */
function passOn({ port, key }: Association, overlapped: bigint): void {
  system().PostQueuedCompletionStatus(port, readU32(overlapped + INTERNAL_HIGH), key, overlapped);
}

/** Checks that what an overlapped call is given is not in flight. */
function check({ name, overlapped, data, length }: OverlappedCall): void {
  const sameSlot = slots.get(slotOf(overlapped));
  if (sameSlot !== undefined) violations.push(`${name} is given the slot of a ${sameSlot.name} in flight`);
  const sameBuffer = length > 0 ? buffers.get(data) : undefined;
  if (sameBuffer !== undefined) violations.push(`${name} is given the buffer of a ${sameBuffer.name} in flight`);
}

function checkBuffer(what: string, address: bigint): void {
  const user = buffers.get(address);
  if (user !== undefined) violations.push(`${what} of a ${user.name} in flight`);
}

function close(call: Call, next: (call: Call) => Outcome): Outcome {
  const socket = call.parameters[0] as bigint;
  for (const operation of operations.values()) {
    if (operation.socket !== socket && operation.accepting !== socket) continue;
    violations.push(`closesocket() with a ${operation.name} in flight`);
    if (operation.endedBy === "test") end(operation, { status: STATUS_HANDLES_CLOSED, bytes: 0 });
  }
  const outcome = next(call);
  if (outcome.result === 0) {
    associations.delete(socket);
    openHandles.delete(socket);
  }
  return outcome;
}

function cancel(call: Call, next: (call: Call) => Outcome): Outcome {
  const [socket, overlapped] = call.parameters as [bigint, bigint];
  pump();
  let isFound = false;
  for (const operation of allInFlight(socket)) {
    if (overlapped !== 0n && operation.overlapped !== overlapped) continue;
    operation.isCancelled = true;
    // Windows too finds what has ended and has not been reported, and it ends as it would have.
    if (operation.isHeld) isFound = true;
    if (operation.endedBy !== "test") continue;
    isFound = true;
    const ending = { status: STATUS_CANCELLED, bytes: 0 };
    if (operation.delay > 0) later(() => end(operation, ending), operation.delay);
    else end(operation, ending);
  }
  const outcome = next(call);
  return isFound ? { result: 1, code: 0 } : outcome;
}

function join(call: Call, next: (call: Call) => Outcome): Outcome {
  const [socket, port, key, threads] = call.parameters as [bigint, bigint, bigint, number];
  if (socket === INVALID_HANDLE_VALUE || port === 0n) return next(call);
  const outcome = next({ ...call, parameters: [socket, relayPort(), BigInt(bySerial.length), threads] });
  if (outcome.result === 0n) return outcome;
  const association = { socket, port, key, skipsPackets: false };
  associations.set(socket, association);
  bySerial.push(association);
  return { ...outcome, result: port };
}

const kernel: Layer = (call, next) => {
  switch (call.name) {
    case "socket":
    case "WSASocketW": {
      const outcome = next(call);
      if (!hasFailed(call, outcome)) openHandles.add(outcome.result as bigint);
      return outcome;
    }
    case "CreateIoCompletionPort":
      return join(call, next);
    case "SetFileCompletionNotificationModes": {
      const outcome = next(call);
      const association = associations.get(call.parameters[0] as bigint);
      if (association !== undefined && outcome.result !== 0) association.skipsPackets = true;
      return outcome;
    }
    case "GetQueuedCompletionStatusEx":
    case "PostQueuedCompletionStatus": // whose packet is behind all that has completed
      pump();
      return next(call);
    case "CancelIoEx":
      return cancel(call, next);
    case "closesocket":
      return close(call, next);
    case "free":
      checkBuffer("free() of the buffer", call.parameters[0] as bigint);
      return next(call);
    case "copyToAddress":
      checkBuffer("memmove() into the buffer", call.parameters[0] as bigint);
      return next(call);
    case "copyFromAddress":
      checkBuffer("memmove() out of the buffer", call.parameters[1] as bigint);
      return next(call);
  }
  const given = overlappedCall(call);
  if (given === undefined || !associations.has(given.socket)) return next(call);
  check(given);
  const outcome = next(call);
  const { skipsPackets } = associations.get(given.socket)!;
  if (hasFailed(call, outcome) ? outcome.code === WSA_IO_PENDING : !skipsPackets) begin(given, "system");
  return outcome;
};

let isPlaying = false;

/** Begins to play, for good: sockets that are joined to the library's port from now on go through the relay. */
export function playKernel(): void {
  if (isPlaying) return;
  isPlaying = true;
  addLayer(kernel);
}

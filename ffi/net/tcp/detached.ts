/** What a connection or listener is while it is between two isolates or processes. */

import { check } from "../../win32/last_error.ts";
import type { SOCKET } from "../../win32/handles.ts";
import { handoverCalls } from "../../win32/ws2_32.ts";
import { WSAPROTOCOL_INFOW } from "../../win32/winsock.ts";
import { layout } from "../../layout/mod.ts";

/** The size of a WSAPROTOCOL_INFOW. */
export const PROTOCOL_INFO_LENGTH: number = layout(WSAPROTOCOL_INFOW).size;

/** A connection that {@linkcode TcpConn.detach} has handed over; {@linkcode adopt} takes it. */
export interface ConnDescription {
  /** What it describes. */
  readonly kind: "tcp connection";
  /** The SOCKET. It stays open until the description is adopted or closed. */
  readonly handle: bigint;
  /** Shared by all copies of the description: only one of them can be adopted or closed. */
  readonly claim: Int32Array<SharedArrayBuffer>;
  /** The sockaddrs of both ends, 28 bytes each. */
  readonly sockaddrs: Uint8Array<ArrayBuffer>;
  /** What was received and not read. */
  readonly unread: Uint8Array<ArrayBuffer>;
  /** Whether anything has been sent. */
  readonly hasWritten: boolean;
}

/** A listener that {@linkcode TcpListener.detach} has handed over; {@linkcode adopt} takes it. */
export interface ListenerDescription {
  /** What it describes. */
  readonly kind: "tcp listener";
  /** The SOCKET. It stays open until the description is adopted or closed. */
  readonly handle: bigint;
  /** Shared by all copies of the description: only one of them can be adopted or closed. */
  readonly claim: Int32Array<SharedArrayBuffer>;
  /** The addresses that its socket takes. */
  readonly family: "ipv4" | "ipv6" | "dual-stack";
}

/** The claim of a new description. */
export function newClaim(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4));
}

/**
 * Claims a description for the caller.
 *
 * @returns Whether it was free: no other copy has been adopted or closed.
 */
export function claimOf({ claim }: ConnDescription | ListenerDescription): boolean {
  return Atomics.compareExchange(claim, 0, 0, 1) === 0;
}

/** Makes a handle of a socket for another process: a WSAPROTOCOL_INFOW, followed by what was received and not read. */
export function duplicate(handle: SOCKET, pid: number, unread: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PROTOCOL_INFO_LENGTH + unread.length);
  check(handoverCalls().WSADuplicateSocketW(handle, pid, bytes), "WSADuplicateSocketW");
  bytes.set(unread, PROTOCOL_INFO_LENGTH);
  return bytes;
}

/** Whether a copy of a description has been adopted or closed. */
export function isClaimed({ claim }: ConnDescription | ListenerDescription): boolean {
  return Atomics.load(claim, 0) !== 0;
}

/** What the overlapped calls are given: where in their parameters things are. */

import type { Call } from "./calls.ts";
import { readU32, readU64 } from "./system.ts";

/** Where an overlapped call has what it shares with the system; the socket is always the first parameter. */
interface Signature {
  readonly does: "receive" | "send" | "accept" | "connect";
  readonly bytes: number;
  readonly overlapped: number;
  /** The WSABUF, or the WSAMSG that points to it. */
  readonly buffers?: number;
  readonly message?: number;
}

const SIGNATURES: Readonly<Record<string, Signature>> = {
  WSARecv: { does: "receive", buffers: 1, bytes: 3, overlapped: 5 },
  WSASend: { does: "send", buffers: 1, bytes: 3, overlapped: 5 },
  WSARecvFrom: { does: "receive", buffers: 1, bytes: 3, overlapped: 7 },
  WSASendTo: { does: "send", buffers: 1, bytes: 3, overlapped: 7 },
  WSASendMsg: { does: "send", message: 1, bytes: 3, overlapped: 4 },
  WSARecvMsg: { does: "receive", message: 1, bytes: 2, overlapped: 3 },
  AcceptEx: { does: "accept", bytes: 6, overlapped: 7 },
  ConnectEx: { does: "connect", bytes: 5, overlapped: 6 },
};

/** The names of the overlapped calls. */
export const OVERLAPPED_CALL_NAMES: readonly string[] = Object.keys(SIGNATURES);

const WSABUF_BUF = 8n;
const WSAMSG_LPBUFFERS = 16n;

/** An overlapped call, read. */
export interface OverlappedCall {
  readonly name: string;
  readonly does: Signature["does"];
  readonly socket: bigint;
  readonly overlapped: bigint;
  /** The address of lpNumberOfBytesRecvd, lpNumberOfBytesSent and the like. */
  readonly bytes: bigint;
  /** The address of the WSABUF; 0 when there is none. */
  readonly wsabuf: bigint;
  /** The address of the data and how long it is. */
  readonly data: bigint;
  readonly length: number;
  /** The socket that AcceptEx is to accept on. */
  readonly accepting: bigint | undefined;
}

/** Reads an overlapped call; undefined when it is none. */
export function overlappedCall({ name, parameters }: Call): OverlappedCall | undefined {
  const signature = SIGNATURES[name];
  if (signature === undefined) return undefined;
  const at = (index: number) => BigInt(parameters[index] as bigint);
  const overlapped = at(signature.overlapped);
  if (overlapped === 0n) return undefined;
  let wsabuf = 0n;
  if (signature.buffers !== undefined) wsabuf = at(signature.buffers);
  if (signature.message !== undefined) wsabuf = readU64(at(signature.message) + WSAMSG_LPBUFFERS);
  return {
    name,
    does: signature.does,
    socket: at(0),
    overlapped,
    bytes: at(signature.bytes),
    wsabuf,
    data: wsabuf === 0n ? 0n : readU64(wsabuf + WSABUF_BUF),
    length: wsabuf === 0n ? 0 : readU32(wsabuf),
    accepting: signature.does === "accept" ? at(1) : undefined,
  };
}

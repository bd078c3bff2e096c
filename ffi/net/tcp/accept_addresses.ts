/** The addresses that `AcceptEx` writes into the memory of its operation, where control messages are otherwise. */

import type { Operation } from "../../overlapped/operation.ts";
import { OFFSETS } from "../../overlapped/native_memory.ts";
import type { TcpProvider } from "../../win32/provider.ts";
import { MAX_SOCKADDR_LENGTH } from "../../marshal/sockaddr.ts";

/** How much room `AcceptEx` wants for each address: that of the largest one and 16 bytes. */
export const ADDRESS_ROOM: number = MAX_SOCKADDR_LENGTH + 16;

/** Where `AcceptEx` writes. */
export function addressesOf({ slot }: Operation): bigint {
  return slot + BigInt(OFFSETS.control);
}

// What GetAcceptExSockaddrs writes. Read immediately, so one of each is enough.
const localAddress = new BigUint64Array(1);
const localLength = new Int32Array(1);
const remoteAddress = new BigUint64Array(1);
const remoteLength = new Int32Array(1);

/** The sockaddrs of both ends of an accepted connection, the local one first, each in as much room as the largest takes. */
export function readSockaddrs(operation: Operation, { GetAcceptExSockaddrs }: TcpProvider): Uint8Array {
  GetAcceptExSockaddrs.call(
    addressesOf(operation),
    0,
    ADDRESS_ROOM,
    ADDRESS_ROOM,
    localAddress,
    localLength,
    remoteAddress,
    remoteLength,
  );
  const sockaddrs = new Uint8Array(2 * MAX_SOCKADDR_LENGTH);
  copySockaddr(operation, localAddress[0], localLength[0], sockaddrs, 0);
  copySockaddr(operation, remoteAddress[0], remoteLength[0], sockaddrs, MAX_SOCKADDR_LENGTH);
  return sockaddrs;
}

/** Copies a sockaddr out of the memory of an operation: byte by byte, as any view would be more than what is copied. */
function copySockaddr(
  { slot, memory }: Operation,
  at: bigint,
  length: number,
  target: Uint8Array,
  to: number,
): void {
  const from = Number(at - slot);
  for (let i = Math.min(length, MAX_SOCKADDR_LENGTH) - 1; i >= 0; i--) target[to + i] = memory.getUint8(from + i);
}

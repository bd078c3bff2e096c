/** Closing a connection that has unread input. */

import { bytesOf, layout } from "../../layout/mod.ts";
import { acquireOperation, type Operation } from "../../overlapped/operation.ts";
import { OFFSETS } from "../../overlapped/native_memory.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { FIONREAD, LINGER, SD_SEND, SO_LINGER, SOL_SOCKET } from "../../win32/winsock.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { streamCalls, ws2_32 } from "../../win32/ws2_32.ts";

/** How long input is discarded, in milliseconds. */
const LONGEST_DRAIN = 2000;
/** The most bytes to discard. */
const LARGEST_DRAIN = 4 * 1024 * 1024;
/** The size of each receive. */
const PIECE = 16 * 1024;

/**
 * Whether closing the socket would reset the connection because of unread input. A reset can drop data that the peer was
 * sent and has not read: see https://www.rfc-editor.org/rfc/rfc1122#page-87. With `SO_LINGER` of 0 seconds the program asks
 * for a reset.
 */
export function hasUnreadInput({ handle }: OverlappedSocket): boolean {
  const unread = new Uint32Array(1);
  const length = new Uint32Array(1);
  const result = ws2_32().WSAIoctl(handle, FIONREAD, null, 0, unread, 4, length, null, null);
  return result === 0 && unread[0] > 0;
}

/**
 * Ends the sending side, then discards input until the peer ends too, within {@linkcode LONGEST_DRAIN} and
 * {@linkcode LARGEST_DRAIN}. Resolves when the socket can be closed.
 */
export async function drainInput(socket: OverlappedSocket): Promise<void> {
  const linger = layout(LINGER).view();
  const bytes = bytesOf(linger);
  ws2_32().getsockopt(socket.handle, SOL_SOCKET, SO_LINGER, bytes, new Int32Array([bytes.length]));
  if (linger.l_onoff !== 0 && linger.l_linger === 0) return; // the program asks for a reset
  if (streamCalls().shutdown(socket.handle, SD_SEND) !== 0) return; // the connection is gone
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    kernel32().CancelIoEx(socket.handle, 0n);
  }, LONGEST_DRAIN);
  try {
    for (let discarded = 0; !isOver && discarded < LARGEST_DRAIN;) {
      const bytes = await discard(socket);
      if (bytes === 0) break;
      discarded += bytes;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Discards one receive; resolves with its number of bytes, 0 at the end. */
function discard(socket: OverlappedSocket): Promise<number> {
  socket.join();
  const operation = acquireOperation(PIECE);
  operation.memory.setUint32(OFFSETS.flags, 0, true);
  const { buffersAddress, bytesAddress, flagsAddress, address } = operation;
  const result = streamCalls().WSARecv(socket.handle, buffersAddress, 1, bytesAddress, flagsAddress, address, 0n);
  const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
  return socket.start(operation, code, discarded, undefined);
}

function discarded(_operation: Operation, _context: undefined, code: number, bytes: number): number {
  return code === 0 ? bytes : 0;
}

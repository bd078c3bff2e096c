/** Sending files by `TransmitFile`. */

import { copyToNative, LARGEST_BUFFER, OFFSETS } from "../../overlapped/native_memory.ts";
import { acquireOperation, type Operation } from "../../overlapped/operation.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { WinsockError } from "../../win32/errors.ts";
import {
  FILE_FLAG_SEQUENTIAL_SCAN,
  FILE_SHARE_ALL,
  fileCalls,
  GENERIC_READ,
  INVALID_HANDLE_VALUE,
  kernel32,
  OPEN_EXISTING,
} from "../../win32/kernel32.ts";
import { lastErrorWord, WSASYSCALLFAILURE } from "../../win32/last_error.ts";
import { extensionFunction, TRANSMIT_FILE } from "../../win32/provider.ts";
import { TRANSMIT_FILE_BUFFERS, WSAID_TRANSMITFILE } from "../../win32/winsock.ts";
import { checkBytes, checkInteger, checkSignal, show } from "../../marshal/arguments.ts";
import { layout } from "../../layout/mod.ts";
import { describeFailure, failureOf, interrupted } from "../open_socket.ts";
import type { WaitOptions } from "../wait.ts";
import type { TcpWriter } from "./writer.ts";

/** The most bytes of a file in one call, which takes up to 2^31 - 2 with what goes before and behind. */
const LARGEST_PART = 2 ** 30;
const BUFFERS = layout(TRANSMIT_FILE_BUFFERS).offsets;
const NOTHING = new Uint8Array(0);

/** Options of {@linkcode TcpConn.sendFile}. */
export interface SendFileOptions extends WaitOptions {
  /** The first byte to send, from 0. Default: 0; of an open file, its position. */
  offset?: number;
  /** How many bytes to send at most. Default: all to the end. */
  length?: number;
  /** What goes before the file, such as the header of a response. */
  head?: Uint8Array;
  /** What goes behind it. */
  tail?: Uint8Array;
}

/** The sending side of a connection. */
interface Sender {
  readonly socket: OverlappedSocket;
  readonly writer: TcpWriter;
  /** What is being tried, for errors. */
  readonly tried: string;
}

/** How many bytes have been sent. */
interface Progress {
  sent: number;
}

/** The same options, checked. */
interface Part {
  readonly offset: number | undefined;
  readonly length: number;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/** Sends a file after the earlier writes. */
export async function sendFile(sender: Sender, file: unknown, options: SendFileOptions): Promise<number> {
  const { offset, length = Number.MAX_SAFE_INTEGER, head = NOTHING, tail = NOTHING } = options;
  if (typeof file !== "string" && !(file instanceof Deno.FsFile)) {
    throw new TypeError(`file must be a path or a Deno.FsFile, got ${show(file)}`);
  }
  if (offset !== undefined) checkInteger("offset", offset, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("length", length, 0, Number.MAX_SAFE_INTEGER);
  const part: Part = {
    offset,
    length,
    head: checkBytes("head", head),
    tail: checkBytes("tail", tail),
    signal: checkSignal(options.signal),
  };
  const { writer, tried } = sender;
  const progress: Progress = { sent: 0 };
  const after = (send: () => Promise<void>) => writer.after(() => whole(send, progress, writer), part.signal);
  if (typeof file !== "string") return await after(() => copyFile(sender, file, part, progress));
  const handle = open(file, tried);
  try {
    return await after(() => transmitFile(sender, handle, part, progress));
  } finally {
    kernel32().CloseHandle(handle);
  }
}

/** Has nothing follow what was broken off halfway. */
async function whole(send: () => Promise<void>, progress: Progress, writer: TcpWriter): Promise<number> {
  try {
    await send();
  } catch (error) {
    if (progress.sent > 0) writer.cutOff();
    throw error;
  }
  return progress.sent;
}

/** Sends all of an array. */
async function sendAll({ writer }: Sender, data: Uint8Array, { signal }: Part, progress: Progress): Promise<void> {
  for (let rest = data; rest.length > 0;) {
    const accepted = await writer.send(rest, signal); // after one that was broken off the next says why
    progress.sent += accepted;
    rest = rest.subarray(accepted);
  }
}

/** Opens a file to read. What Deno asks for its own files is asked for here, too: FFI alone would not. */
function open(path: string, tried: string): bigint {
  if (path.includes("\0")) throw new TypeError(`file must be a path without a zero character, got ${show(path)}`);
  const wanted = { name: "read", path } as const;
  let { state } = Deno.permissions.querySync(wanted);
  if (state === "prompt") ({ state } = Deno.permissions.requestSync(wanted));
  if (state !== "granted") {
    throw new Deno.errors.NotCapable(`Requires read access to ${show(path)}, run again with the --allow-read flag`);
  }
  const name = Uint16Array.from(`${path}\0`, (unit) => unit.charCodeAt(0));
  const { CreateFileW } = fileCalls();
  const handle = CreateFileW(name, GENERIC_READ, FILE_SHARE_ALL, 0n, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, 0n);
  if (handle !== INVALID_HANDLE_VALUE) return handle;
  const failure = new WinsockError(kernel32().GetLastError(), "CreateFileW");
  throw describeFailure(`${tried}: ${show(path)}`, failure);
}

async function transmitFile(sender: Sender, file: bigint, part: Part, progress: Progress): Promise<void> {
  const { socket, writer, tried } = sender;
  const size = new BigInt64Array(1);
  if (fileCalls().GetFileSizeEx(file, size) === 0) {
    throw describeFailure(tried, new WinsockError(kernel32().GetLastError(), "GetFileSizeEx"));
  }
  const { offset = 0, signal, head, tail } = part;
  const end = Math.min(offset + part.length, Number(size[0]));
  // What is too long for one buffer goes by itself, and so does what has no file beside it.
  const isApart = head.length + tail.length > LARGEST_BUFFER || end <= offset;
  if (isApart) await sendAll(sender, head, part, progress);
  for (let at = offset; at < end;) {
    if (socket.isClosed) throw interrupted(tried, "TransmitFile");
    signal?.throwIfAborted();
    writer.checkWhole(tried);
    const length = Math.min(end - at, LARGEST_PART);
    const before = isApart || at > offset ? NOTHING : head;
    const behind = isApart || at + length < end ? NOTHING : tail;
    const bytes = await transmit(sender, file, at, length, before, behind, signal);
    progress.sent += bytes;
    if (bytes < length + before.length + behind.length) return; // the file has become shorter
    at += length;
  }
  if (isApart) await sendAll(sender, tail, part, progress);
}

let TransmitFile: Deno.UnsafeFnPointer<typeof TRANSMIT_FILE> | undefined;

/** Sends a part of a file, with what goes before and behind it: both lie in the buffer of the operation. */
function transmit(
  sender: Sender,
  file: bigint,
  offset: number,
  length: number,
  head: Uint8Array,
  tail: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { socket } = sender;
  socket.join();
  TransmitFile ??= extensionFunction(socket.handle, WSAID_TRANSMITFILE, TRANSMIT_FILE);
  const extra = head.length + tail.length;
  const operation = acquireOperation(extra === 0 ? undefined : extra);
  const { memory, slot, address } = operation;
  let buffers = 0n;
  if (extra > 0) {
    const at = operation.buffer!.address;
    copyToNative(at, head);
    copyToNative(at + BigInt(head.length), tail);
    buffers = slot + BigInt(OFFSETS.control);
    memory.setBigUint64(OFFSETS.control + BUFFERS.Head, head.length === 0 ? 0n : at, true);
    memory.setUint32(OFFSETS.control + BUFFERS.HeadLength, head.length, true);
    memory.setBigUint64(OFFSETS.control + BUFFERS.Tail, tail.length === 0 ? 0n : at + BigInt(head.length), true);
    memory.setUint32(OFFSETS.control + BUFFERS.TailLength, tail.length, true);
  }
  operation.setFileOffset(offset);
  const isDone = TransmitFile.call(socket.handle, file, length, 0, address, buffers, 0);
  const code = isDone !== 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
  if (code === 0) memory.setUint32(OFFSETS.bytes, operation.transferred, true); // it has no parameter for it
  return socket.start(operation, code, transmitted, sender, signal);
}

function transmitted(operation: Operation, sender: Sender, code: number, bytes: number): number {
  operation.setFileOffset(0);
  const { socket, writer, tried } = sender;
  if (bytes > 0) writer.hasWritten = true;
  if (code === 0) return bytes;
  writer.cutOff();
  const error = new WinsockError(code, "TransmitFile");
  throw failureOf(operation, socket, error, tried, () => interrupted(tried, "TransmitFile"));
}

/** Reads an open file and sends it piece by piece. */
async function copyFile(sender: Sender, file: Deno.FsFile, part: Part, progress: Progress): Promise<void> {
  const { offset, length, head, tail } = part;
  if (offset !== undefined) await file.seek(offset, Deno.SeekMode.Start);
  await sendAll(sender, head, part, progress);
  const buffer = new Uint8Array(Math.min(length, LARGEST_BUFFER));
  for (let left = length; left > 0;) {
    const bytes = await file.read(buffer.subarray(0, Math.min(left, buffer.length)));
    if (bytes === null) break;
    await sendAll(sender, buffer.subarray(0, bytes), part, progress);
    left -= bytes;
  }
  await sendAll(sender, tail, part, progress);
}

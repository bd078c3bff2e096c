/** Memory for callers of the raw layer: their own structs, and those at an address that Windows has returned. */

import { bytesOf, type CompoundDef, layout, type View } from "../layout/mod.ts";
import { memoryAt, msvcrt, pointerTo } from "../win32/msvcrt.ts";
import type { StructBytes } from "../layout/bytes.ts";
import type { Memory } from "./types.ts";

/** A struct and its memory, as {@linkcode allocate} makes it. */
export interface Struct<D extends CompoundDef> {
  /** The bytes, to give to a function. */
  readonly bytes: StructBytes<D>;
  /** The members, to read and assign. */
  readonly view: View<D>;
}

/** Structs one after another, as {@linkcode allocateArray} makes them. */
export interface StructArray<D extends CompoundDef> {
  /** The bytes of all, to give to a function. */
  readonly bytes: StructBytes<D>;
  /** The members of each. */
  readonly views: readonly View<D>[];
}

/**
 * Allocates a struct, all zero. It belongs to JavaScript: memory for an operation that is still in flight when the call returns must
 * stay reachable until the operation has completed.
 *
 * @example Bind a socket to a free port of the loopback
 * ```ts
 * import { AF_INET6, allocate, check, INVALID_SOCKET, owned, SOCK_DGRAM, SOCKADDR_IN6, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const { bind, closesocket, socket } = ws2_32();
 * using s = owned(check(socket(AF_INET6, SOCK_DGRAM, 0), "socket", INVALID_SOCKET), closesocket);
 * const address = allocate(SOCKADDR_IN6);
 * address.view.sin6_family = AF_INET6;
 * address.view.sin6_addr.u.Byte[15] = 1;
 * check(bind(s.value, address.bytes, address.bytes.length), "bind");
 * ```
 *
 * @param def The definition of the struct.
 * @returns Its bytes, and the view of its members.
 */
export function allocate<const D extends CompoundDef>(def: D): Struct<D> {
  const { bytes, views } = allocateArray(def, 1);
  return { bytes, view: views[0] };
}

/**
 * Allocates structs one after another, all zero.
 *
 * @example Send from two buffers in one call
 * ```ts
 * import { allocateArray, pointTo, WSABUF } from "@winsock/ws2/ffi";
 *
 * const parts = [new TextEncoder().encode("hello, "), new TextEncoder().encode("world")];
 * const buffers = allocateArray(WSABUF, parts.length);
 * for (const [index, part] of parts.entries()) {
 *   buffers.views[index].len = part.length;
 *   pointTo(buffers.views[index], "buf", part);
 * }
 * // WSASend(s, buffers.bytes, 2, sent, 0, null, null)
 * ```
 *
 * @param def The definition of the struct.
 * @param length How many.
 * @returns Their bytes, and the view of the members of each.
 * @throws {RangeError} When the length is not a whole number from 0.
 */
export function allocateArray<const D extends CompoundDef>(def: D, length: number): StructArray<D> {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new RangeError(`length must be a whole number from 0, got ${length}`);
  }
  const bytes = new Uint8Array(new ArrayBuffer(layout(def).size * length)) as StructBytes<D>;
  return { bytes, views: structsIn(def, bytes, length) };
}

/**
 * Views structs that lie one after another in a buffer, in place: what `WSAEnumProtocolsW` or
 * `GetQueuedCompletionStatusEx` have filled in.
 *
 * @example List the protocols that are installed
 * ```ts
 * import { check, readWideString, structsIn, WSAPROTOCOL_INFOW, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const { WSAEnumProtocolsW } = ws2_32();
 * const length = new Uint32Array(1);
 * WSAEnumProtocolsW(null, null, length); // fails with WSAENOBUFS, and reports how much room it needs
 * const buffer = new Uint8Array(length[0]);
 * const count = check(WSAEnumProtocolsW(null, buffer, length), "WSAEnumProtocolsW");
 * for (const info of structsIn(WSAPROTOCOL_INFOW, buffer, count)) console.log(readWideString(info.szProtocol));
 * ```
 *
 * @param def The definition of the struct.
 * @param bytes Where they are; the first begins at the first byte.
 * @param count How many.
 * @returns The view of each.
 * @throws {RangeError} When they do not fit.
 */
export function structsIn<const D extends CompoundDef>(def: D, bytes: ArrayBufferView, count: number): View<D>[] {
  const { size } = layout(def);
  return Array.from({ length: count }, (_, index) => layout(def).view(bytes, index * size));
}

/** What pointers point to, by the memory that they are in and where they are. */
const targets = new WeakMap<ArrayBufferLike, Map<string, Memory>>();

/**
 * Points a member of a struct to memory, and keeps that memory reachable for as long as the memory of the struct is. An
 * address that is stored by itself keeps nothing: its buffer may be collected before the call that reads it.
 *
 * @example A WSAMSG for one buffer
 * ```ts
 * import { allocate, pointTo, SOCKADDR_IN, WSABUF, WSAMSG } from "@winsock/ws2/ffi";
 *
 * const [from, buffer, message] = [allocate(SOCKADDR_IN), allocate(WSABUF), allocate(WSAMSG)];
 * const data = new Uint8Array(1500);
 * buffer.view.len = data.length;
 * pointTo(buffer.view, "buf", data);
 * message.view.namelen = from.bytes.length;
 * pointTo(message.view, "name", from.bytes);
 * pointTo(message.view, "lpBuffers", buffer.bytes);
 * message.view.dwBufferCount = 1; // and with message.bytes all of it is reachable
 * ```
 *
 * @param view The struct.
 * @param member The member: a pointer.
 * @param memory What it is to point to; null for nothing.
 * @throws {TypeError} When the view is none.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function pointTo<V extends object>(view: V, member: PointerMember<V>, memory: Memory | null): void {
  const { buffer, byteOffset } = bytesOf(view);
  let kept = targets.get(buffer);
  if (kept === undefined) targets.set(buffer, kept = new Map());
  const place = `${byteOffset} ${member}`;
  if (memory === null) kept.delete(place);
  else kept.set(place, memory);
  (view as Record<string, bigint>)[member] = memory === null ? 0n : addressOf(memory);
}

/** The members of a view that hold an address. */
export type PointerMember<V extends object> = string & { [K in keyof V]: V[K] extends bigint ? K : never }[keyof V];

/**
 * The address of a buffer's first byte. It is good for as long as the buffer stays reachable: {@linkcode pointTo} takes care of
 * that for what a struct points to.
 *
 * @param memory The buffer.
 * @returns The address, to store in a struct; of an empty buffer it can be any.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function addressOf(memory: Memory): bigint {
  // V8 keeps short arrays among its objects, and moves them, until their buffer is asked for.
  const [buffer, byteOffset] = ArrayBuffer.isView(memory) ? [memory.buffer, memory.byteOffset] : [memory, 0];
  return msvcrt().addressOf(new Uint8Array(buffer as ArrayBuffer, byteOffset), 0, 0n);
}

/**
 * Views a struct at an address, in place. The caller must make sure that it exists for long enough.
 *
 * @example Look a service up
 * ```ts
 * import { narrowString, readNarrowString, SERVENT, structAt, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const address = ws2_32().getservbyname(narrowString("http"), narrowString("tcp"));
 * if (address !== 0n) console.log(readNarrowString(structAt(SERVENT, address).s_name)); // http
 * ```
 *
 * @param def The definition of the struct.
 * @param address The address.
 * @returns The view of its members.
 * @throws {TypeError} When the address is 0.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi` for all files.
 */
export function structAt<const D extends CompoundDef>(def: D, address: bigint): View<D> {
  return layout(def).view(memoryAt(address, layout(def).size));
}

/**
 * The pointers of an array at an address that ends with a null pointer, such as `h_addr_list` of a HOSTENT.
 *
 * @param address The address of the array.
 * @throws {TypeError} When the address is 0.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi` for all files.
 */
export function* pointersAt(address: bigint): Generator<bigint, void, undefined> {
  const view = new Deno.UnsafePointerView(pointerTo(address));
  for (let offset = 0;; offset += 8) {
    const pointer = view.getBigUint64(offset);
    if (pointer === 0n) return;
    yield pointer;
  }
}

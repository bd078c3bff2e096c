/** Calling every function of `ws2_32.dll` for real: what a call is, and what the calls have in common. */

import { assert, assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";

/** What a function does when it is called, and the call that shows it. */
export type Call = readonly [does: string, call: () => void | Promise<void>];
/** Why a function is not called. */
export type NotCalled = readonly [reason: string];
/** A call of each function of an interface, so that none is forgotten. */
export type Calls<I> = { readonly [K in keyof I]: Call | NotCalled };

/** A function that calls.ts calls only where the system has it. */
export function present<F>(f: F | null): F {
  assert(f !== null);
  return f;
}

/** Checks that a call fails, and with which error. */
export function fails<T>(call: () => T, failure: T, ...symbols: ffi.ErrorSymbol[]): void {
  const result = call();
  const code = ffi.ws2_32().WSAGetLastError();
  assertEquals(result, failure);
  const codes = symbols.map((symbol): number => ffi.ERROR_CODES[symbol][0]);
  assert(codes.includes(code), `failed with ${code} instead of ${symbols}`);
}

/** A socket, closed at the end of the block. */
export function openSocket(type: number = ffi.SOCK_STREAM, af: number = ffi.AF_INET): ffi.Owned<ffi.SOCKET> {
  const { closesocket, socket } = ffi.ws2_32();
  return ffi.owned(ffi.check(socket(af, type, 0), "socket", ffi.INVALID_SOCKET), closesocket);
}

/** The address of a port of the loopback. */
export function loopback(port = 0): ffi.Struct<typeof ffi.SOCKADDR_IN> {
  const address = ffi.allocate(ffi.SOCKADDR_IN);
  ffi.IN4ADDR_SETLOOPBACK(address.bytes);
  address.view.sin_port = port;
  return address;
}

/** Binds a socket to a free port of the loopback. */
export function bindToLoopback(s: ffi.SOCKET): ffi.Struct<typeof ffi.SOCKADDR_IN> {
  const { bind, getsockname } = ffi.ws2_32();
  const address = loopback();
  ffi.check(bind(s, address.bytes, address.bytes.length), "bind");
  ffi.check(getsockname(s, address.bytes, new Int32Array([address.bytes.length])), "getsockname");
  return address;
}

/** A socket bound to a free port of the loopback. */
export interface BoundSocket extends ffi.Owned<ffi.SOCKET> {
  readonly address: ffi.Struct<typeof ffi.SOCKADDR_IN>;
}

/** A datagram socket on a free port of the loopback. */
export function datagramSocket(): BoundSocket {
  const s = openSocket(ffi.SOCK_DGRAM);
  return Object.assign(s, { address: bindToLoopback(s.value) });
}

/** A socket that listens on a free port of the loopback. */
export function listeningSocket(): BoundSocket {
  const s = openSocket();
  const address = bindToLoopback(s.value);
  ffi.check(ffi.ws2_32().listen(s.value, 5), "listen");
  return Object.assign(s, { address });
}

/** Both ends of a connection over the loopback. */
export interface ConnectedSockets extends Disposable {
  readonly client: ffi.SOCKET;
  readonly server: ffi.SOCKET;
}

/** Connects to a listening socket of its own. */
export function connectedSockets(): ConnectedSockets {
  const { accept, closesocket, connect } = ffi.ws2_32();
  using listener = listeningSocket();
  const client = openSocket();
  const { bytes } = listener.address;
  ffi.check(connect(client.value, bytes, bytes.length), "connect");
  const server = ffi.owned(ffi.check(accept(listener.value, null, null), "accept", ffi.INVALID_SOCKET), closesocket);
  return {
    client: client.value,
    server: server.value,
    [Symbol.dispose]() {
      client[Symbol.dispose]();
      server[Symbol.dispose]();
    },
  };
}

/** One WSABUF over memory, or several. */
export function buffersOver(...memory: Uint8Array<ArrayBuffer>[]): ffi.StructBytes<typeof ffi.WSABUF> {
  const { bytes, views } = ffi.allocateArray(ffi.WSABUF, memory.length);
  for (const [index, part] of memory.entries()) {
    views[index].len = part.length;
    ffi.pointTo(views[index], "buf", part);
  }
  return bytes;
}

/** A text as bytes. */
export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

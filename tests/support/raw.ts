// A peer that is not the high-level API: blocking calls of ws2_32.dll.
import {
  AF_INET,
  AF_INET6,
  INVALID_SOCKET,
  IPPROTO_TCP,
  SO_LINGER,
  SOCK_STREAM,
  type SOCKET,
  SOL_SOCKET,
  ws2_32,
} from "@winsock/ws2/ffi";
import { parseAddress } from "../../ffi/marshal/ip_address.ts";
import { decodeSockaddr, encodeSockaddr } from "../../ffi/marshal/sockaddr.ts";

function expectNo(failure: boolean, syscall: string): void {
  if (failure) throw new Error(`${syscall} failed with ${ws2_32().WSAGetLastError()}`);
}

/** A plain socket of one's own. */
export class RawSocket implements Disposable {
  readonly handle: SOCKET;

  constructor(family: 4 | 6 = 4) {
    this.handle = ws2_32().socket(family === 4 ? AF_INET : AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    expectNo(this.handle === INVALID_SOCKET, "socket");
  }

  /** Takes an address for itself, so that nobody else can have it; nobody answers there. Returns the port. */
  bind(hostname: string, port = 0): number {
    const name = encodeSockaddr({ address: parseAddress(hostname)!, port, flowInfo: 0 });
    expectNo(ws2_32().bind(this.handle, name, name.length) !== 0, "bind");
    expectNo(ws2_32().getsockname(this.handle, name, new Int32Array([name.length])) !== 0, "getsockname");
    return decodeSockaddr(name).port;
  }

  connect(hostname: string, port: number): this {
    const name = encodeSockaddr({ address: parseAddress(hostname)!, port, flowInfo: 0 });
    expectNo(ws2_32().connect(this.handle, name, name.length) !== 0, "connect");
    return this;
  }

  send(bytes: Uint8Array<ArrayBuffer>): number {
    const sent = ws2_32().send(this.handle, bytes, bytes.length, 0);
    expectNo(sent < 0, "send");
    return sent;
  }

  /** Waits, and the whole isolate with it: for what has been sent already. */
  receive(room: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(room);
    const received = ws2_32().recv(this.handle, bytes, room, 0);
    expectNo(received < 0, "recv");
    return bytes.subarray(0, received);
  }

  /** Ends the connection by a reset instead of an orderly end. */
  reset(): void {
    const linger = new Uint16Array([1, 0]); // on, for no time
    expectNo(ws2_32().setsockopt(this.handle, SOL_SOCKET, SO_LINGER, linger, 4) !== 0, "setsockopt");
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    ws2_32().closesocket(this.handle);
  }
}

import { assert, assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { bytesOf, layout } from "@winsock/ws2/layout";
import { MORE_NTSTATUS_CODES, NTSTATUS_CODES, winsockCodeOf } from "../../ffi/win32/ntstatus.ts";
import { NEEDS_IPV4 } from "../support/families.ts";
import {
  bindToLoopback,
  buffersOver,
  connectedSockets,
  datagramSocket,
  listeningSocket,
  openSocket,
} from "../raw/calls/call.ts";

const { AF_INET, check, ERROR_CODES, INVALID_SOCKET, OVERLAPPED, SOCK_STREAM, ws2_32 } = ffi;

const WSAEINVAL: number = ERROR_CODES.WSAEINVAL[0];
const WSA_IO_INCOMPLETE: number = ERROR_CODES.WSA_IO_INCOMPLETE[0];
const STATUS_PENDING = 0x103;

/** Every status there may be a code for: of each severity, and of the kinds that carry a code. */
const RANGES: readonly (readonly [first: number, end: number])[] = [
  [0x00000000, 0x00010000],
  [0x40000000, 0x40001000],
  [0x80000000, 0x80001000],
  [0x80070000, 0x80080000],
  [0xc0000000, 0xc0001000],
  [0xc000a000, 0xc000b000],
  [0xc0010000, 0xc0020000],
  [0xc0070000, 0xc0080000],
  [0xd0000000, 0xd0001000],
  [0xd0070000, 0xd0071000],
];

/** The statuses that `winsockCodeOf()` knows better, as its comments say. */
function isKnownBetter(status: number): boolean {
  const carriesCode = [0x8007, 0xc001, 0xc007].includes(status >>> 16) && (status & 0xffff) !== 0;
  return carriesCode || Object.values(MORE_NTSTATUS_CODES).some(([known]) => known === status);
}

Deno.test("winsockCodeOf() gives the code that WSAGetOverlappedResult gives, for every status", NEEDS_IPV4, () => {
  const { closesocket, socket, WSAGetLastError, WSAGetOverlappedResult } = ws2_32();
  const handle = check(socket(AF_INET, SOCK_STREAM, 0), "socket", INVALID_SOCKET);
  const overlapped = layout(OVERLAPPED).view();
  const [bytes, transferred, flags] = [bytesOf(overlapped), new Uint32Array(1), new Uint32Array(1)];
  /** What the system answers; 0 when it says that the operation succeeded. */
  const ask = (status: number) => {
    overlapped.Internal = BigInt(status);
    return WSAGetOverlappedResult(handle, bytes, transferred, 0, flags) === 0 ? WSAGetLastError() : 0;
  };
  try {
    for (const [first, end] of RANGES) {
      for (let status = first; status < end; status++) {
        if (status === STATUS_PENDING || isKnownBetter(status)) continue;
        assertEquals(winsockCodeOf(status), ask(status), `0x${status.toString(16)}`);
      }
    }
    // Where the two differ on purpose the system has nothing better to say.
    for (const [name, [status]] of Object.entries(MORE_NTSTATUS_CODES)) {
      assert([0, WSAEINVAL].includes(ask(status)), name);
    }
    for (const status of [0x80072746, 0xc0072746, 0xc0012746]) assertEquals(ask(status), WSAEINVAL);
    // The one such code that the system does give, before Windows 8 in two of the three forms.
    for (const status of [0x800703e4, 0xc00103e4, 0xc00703e4]) {
      assert([WSA_IO_INCOMPLETE, WSAEINVAL].includes(ask(status)));
      assertEquals(winsockCodeOf(status), WSA_IO_INCOMPLETE);
    }
  } finally {
    closesocket(handle);
  }
});

Deno.test("winsockCodeOf() takes STATUS_TIMEOUT for a time-out, though its value is that of a success", () => {
  assertEquals(winsockCodeOf(0x102), ERROR_CODES.WSAETIMEDOUT[0]);
  for (const status of [0, 1, 0x80, 0x100, 0x101, 0x104, 0x40000000, 0x7fffffff]) {
    assertEquals(winsockCodeOf(status), 0);
  }
});

Deno.test("winsockCodeOf() gives the code that a status carries", () => {
  const [WSAECONNRESET] = ERROR_CODES.WSAECONNRESET;
  for (const high of [0x8007, 0xc001, 0xc007]) {
    assertEquals(winsockCodeOf(high * 0x10000 + WSAECONNRESET), WSAECONNRESET);
    assertEquals(winsockCodeOf(high * 0x10000), WSAEINVAL, "a failure never yields 0");
  }
  for (const high of [0x8001, 0x9007, 0xc002, 0xd007]) assertEquals(winsockCodeOf(high * 0x10000 + 10054), WSAEINVAL);
});

Deno.test("winsockCodeOf() takes a status signed or unsigned, and fails with WSAEINVAL for one that it does not know", () => {
  for (const [status, code] of Object.values({ ...NTSTATUS_CODES, ...MORE_NTSTATUS_CODES })) {
    assertEquals(winsockCodeOf(status | 0), code);
    assertEquals(winsockCodeOf(status >>> 0), code);
  }
  assertEquals(winsockCodeOf(0xcfffffff), WSAEINVAL);
  assertEquals(winsockCodeOf(-1), WSAEINVAL);
});

/** An operation that has completed: the status that it left, and the code that the system makes of it. */
interface Completed {
  readonly status: number;
  readonly code: number;
}

/** Waits for an operation, and takes what it has left. */
function complete(s: ffi.SOCKET, overlapped: ffi.Struct<typeof ffi.OVERLAPPED>): Completed {
  const { WSAGetLastError, WSAGetOverlappedResult } = ffi.ws2_32();
  const [bytes, flags] = [new Uint32Array(1), new Uint32Array(1)];
  const result = WSAGetOverlappedResult(s, overlapped.bytes, bytes, 1, flags);
  const code = result === 0 ? WSAGetLastError() : 0;
  return { status: Number(overlapped.view.Internal & 0xffffffffn), code };
}

/** Begins to receive, does something that ends that, and takes what it has left. */
function receive(s: ffi.SOCKET, room: number, provoke: (overlapped: bigint) => void): Completed {
  const { WSARecv } = ffi.ws2_32();
  const overlapped = ffi.allocate(ffi.OVERLAPPED);
  const buffer = new Uint8Array(room);
  WSARecv(s, buffersOver(buffer), 1, null, new Uint32Array(1), overlapped.bytes, null);
  provoke(ffi.addressOf(overlapped.bytes));
  return complete(s, overlapped);
}

/** What becomes of a connection to a port where nobody listens. */
function connectInVain(): Completed {
  using taken = openSocket();
  const { bytes } = bindToLoopback(taken.value);
  using client = openSocket();
  bindToLoopback(client.value);
  const overlapped = ffi.allocate(ffi.OVERLAPPED);
  const { ConnectEx } = ffi.extensionFunctions(client.value);
  ConnectEx!(client.value, bytes, bytes.length, null, 0, new Uint32Array(1), overlapped.bytes);
  return complete(client.value, overlapped);
}

/** Ways to make an operation complete, and the codes that it completes with. */
const PROVOCATIONS: readonly [name: string, code: number, provoke: () => Completed][] = [
  ["a receive that gets something", 0, () => {
    using pair = connectedSockets();
    return receive(pair.server, 4, () => ffi.ws2_32().send(pair.client, Uint8Array.of(1), 1, 0));
  }],
  ["a receive that is cancelled", ERROR_CODES.WSA_OPERATION_ABORTED[0], () => {
    using pair = connectedSockets();
    return receive(pair.server, 4, (overlapped) => ffi.kernel32().CancelIoEx(pair.server, overlapped));
  }],
  ["a receive of a connection that is reset", ERROR_CODES.WSAECONNRESET[0], () => {
    const { accept, closesocket, connect, setsockopt } = ws2_32();
    using listener = listeningSocket();
    const client = openSocket();
    check(connect(client.value, listener.address.bytes, 16), "connect");
    using server = ffi.owned(check(accept(listener.value, null, null), "accept", INVALID_SOCKET), closesocket);
    return receive(server.value, 4, () => {
      setsockopt(client.value, ffi.SOL_SOCKET, ffi.SO_LINGER, Uint8Array.of(1, 0, 0, 0), 4); // on, for no time
      client[Symbol.dispose]();
    });
  }],
  ["a receive of a datagram that is too long", ERROR_CODES.WSAEMSGSIZE[0], () => {
    using receiver = datagramSocket();
    const { bytes } = receiver.address;
    return receive(receiver.value, 1, () => ffi.ws2_32().sendto(receiver.value, Uint8Array.of(1, 2), 2, 0, bytes, 16));
  }],
  ["a connection that is refused", ERROR_CODES.WSAECONNREFUSED[0], connectInVain],
];
for (const [name, expected, provoke] of PROVOCATIONS) {
  Deno.test(`winsockCodeOf() gives the code of the system for ${name}`, NEEDS_IPV4, () => {
    const { status, code } = provoke();
    assertEquals([winsockCodeOf(status), code], [expected, expected], `0x${status.toString(16)}`);
  });
}

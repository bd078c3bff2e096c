import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { bindRegisteredIo } from "../../ffi/raw/extensions.ts";
import { REGISTERED_IO_SYMBOLS } from "../../ffi/raw/symbols/registered_io.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { buffersOver, datagramSocket, fails, listeningSocket, loopback, openSocket, textBytes } from "./calls/call.ts";

const w = () => ffi.ws2_32();
const TRUE = 1;
const FALSE = 0;
/** Room for an address in the output of AcceptEx: 16 bytes more than the address takes. */
const ADDRESS_ROOM = 32;

function present<F>(f: F | undefined): F {
  assert(f !== undefined);
  return f;
}

/** Waits for an overlapped operation, and returns how many bytes it has moved. */
function finish(s: ffi.SOCKET, overlapped: ffi.StructBytes<typeof ffi.OVERLAPPED>): number {
  const count = new Uint32Array(1);
  ffi.check(w().WSAGetOverlappedResult(s, overlapped, count, TRUE, new Uint32Array(1)), "WSAGetOverlappedResult", 0);
  return count[0];
}

Deno.test("extensionFunctions() has the functions of TCP, which accept, connect and disconnect", NEEDS_WINDOWS, () => {
  using listener = listeningSocket();
  const functions = extensionsOf(listener.value);
  using accepted = openSocket();
  using client = openSocket();
  const [accepting, connecting] = [ffi.allocate(ffi.OVERLAPPED), ffi.allocate(ffi.OVERLAPPED)];
  const output = new Uint8Array(10 + 2 * ADDRESS_ROOM);
  const count = new Uint32Array(1);
  const rooms = [10, ADDRESS_ROOM, ADDRESS_ROOM] as const;
  const accept = () => {
    return functions.AcceptEx(listener.value, accepted.value, output, ...rooms, count, accepting.bytes);
  };
  fails(accept, FALSE, "WSA_IO_PENDING");

  ffi.check(w().bind(client.value, loopback().bytes, 16), "bind");
  const hello = textBytes("hello");
  const { bytes } = listener.address;
  // Connecting over the loopback may be done at once, or not.
  functions.ConnectEx(client.value, bytes, 16, hello, hello.length, count, connecting.bytes);
  assertEquals(finish(client.value, connecting.bytes), 5);
  assertEquals(finish(listener.value, accepting.bytes), 5);
  assertEquals(output.subarray(0, 5), hello);

  const [local, remote] = [new BigUint64Array(1), new BigUint64Array(1)];
  const [localLength, remoteLength] = [new Int32Array(1), new Int32Array(1)];
  functions.GetAcceptExSockaddrs(output, ...rooms, local, localLength, remote, remoteLength);
  assertEquals([localLength[0], remoteLength[0]], [16, 16]);
  assertEquals(new Uint8Array(ffi.memoryAt(local[0], 16)), bytes);
  assertEquals(ffi.structAt(ffi.SOCKADDR_IN, remote[0]).sin_addr.S_un.S_addr, ffi.INADDR_LOOPBACK);

  ffi.check(w().setsockopt(client.value, ffi.SOL_SOCKET, ffi.SO_UPDATE_CONNECT_CONTEXT, null, 0), "setsockopt");
  const disconnecting = ffi.allocate(ffi.OVERLAPPED);
  functions.DisconnectEx(client.value, disconnecting.bytes, 0, 0);
  finish(client.value, disconnecting.bytes);
  assertEquals(w().recv(accepted.value, new Uint8Array(1), 1, 0), 0);
});

/** The functions for TCP, all of which must be there. */
function extensionsOf(s: ffi.SOCKET) {
  const { AcceptEx, ConnectEx, DisconnectEx, GetAcceptExSockaddrs, TransmitFile } = ffi.extensionFunctions(s);
  return {
    AcceptEx: present(AcceptEx),
    ConnectEx: present(ConnectEx),
    DisconnectEx: present(DisconnectEx),
    GetAcceptExSockaddrs: present(GetAcceptExSockaddrs),
    TransmitFile: present(TransmitFile),
  };
}

Deno.test("extensionFunctions() has TransmitFile, which sends memory before a file", NEEDS_WINDOWS, () => {
  using listener = listeningSocket();
  using client = openSocket();
  ffi.check(w().connect(client.value, listener.address.bytes, 16), "connect");
  const handle = ffi.check(w().accept(listener.value, null, null), "accept", ffi.INVALID_SOCKET);
  using server = ffi.owned(handle, w().closesocket);
  const hello = textBytes("hello");
  const buffers = ffi.allocate(ffi.TRANSMIT_FILE_BUFFERS);
  ffi.pointTo(buffers.view, "Head", hello);
  buffers.view.HeadLength = hello.length;
  const noFile = 0n as ffi.HANDLE;
  const sent = extensionsOf(client.value).TransmitFile(client.value, noFile, 0, 0, null, buffers.bytes, 0);
  assertEquals(sent, TRUE);
  const received = new Uint8Array(10);
  assertEquals(w().recv(server.value, received, 10, 0), 5);
  assertEquals(received.subarray(0, 5), hello);
});

Deno.test("extensionFunctions() has the functions of UDP, which send and receive messages", NEEDS_WINDOWS, () => {
  using receiver = datagramSocket();
  using sender = datagramSocket();
  const { WSARecvMsg, WSASendMsg } = ffi.extensionFunctions(receiver.value);
  const [message, count] = [ffi.allocate(ffi.WSAMSG), new Uint32Array(1)];
  ffi.pointTo(message.view, "name", receiver.address.bytes);
  message.view.namelen = 16;
  ffi.pointTo(message.view, "lpBuffers", buffersOver(textBytes("hello")));
  message.view.dwBufferCount = 1;
  assertEquals(present(WSASendMsg)(sender.value, message.bytes, 0, count, null, null), 0);
  assertEquals(count[0], 5);

  const from = ffi.allocate(ffi.SOCKADDR_IN);
  const buffer = new Uint8Array(10);
  ffi.pointTo(message.view, "name", from.bytes);
  ffi.pointTo(message.view, "lpBuffers", buffersOver(buffer));
  assertEquals(present(WSARecvMsg)(receiver.value, message.bytes, count, null, null), 0);
  assertEquals([count[0], buffer.subarray(0, 5)], [5, textBytes("hello")]);
  assertEquals(from.bytes, sender.address.bytes);
});

Deno.test("extensionFunctions() and registeredIoFunctions() throw for what is no socket", NEEDS_WINDOWS, () => {
  for (const ask of [ffi.extensionFunctions, ffi.registeredIoFunctions]) {
    try {
      ask(ffi.INVALID_SOCKET); // Wine does not look at the socket
    } catch (error) {
      assertInstanceOf(error, ffi.WinsockError);
      assertEquals([error.symbol, error.syscall], ["WSAENOTSOCK", "WSAIoctl"]);
    }
  }
});

Deno.test("registeredIoFunctions() returns the functions, or undefined where there are none", NEEDS_WINDOWS, () => {
  const made = w().WSASocketW(ffi.AF_INET, ffi.SOCK_DGRAM, 0, null, 0, ffi.WSA_FLAG_REGISTERED_IO);
  using s = ffi.owned(ffi.check(made, "WSASocketW", ffi.INVALID_SOCKET), w().closesocket);
  const rio = ffi.registeredIoFunctions(s.value);
  if (rio === undefined) return; // Wine has none
  const memory = new Uint8Array(1024);
  const buffer = rio.RIORegisterBuffer(memory, memory.length);
  assert(buffer !== ffi.RIO_INVALID_BUFFERID);
  const queue = rio.RIOCreateCompletionQueue(16, null);
  assert(queue !== ffi.RIO_INVALID_CQ);
  assert(rio.RIOCreateRequestQueue(s.value, 1, 1, 1, 1, queue, queue, 0n) !== ffi.RIO_INVALID_RQ);
  assertEquals(rio.RIODequeueCompletion(queue, ffi.allocate(ffi.RIORESULT).bytes, 1), 0);
  rio.RIOCloseCompletionQueue(queue);
  rio.RIODeregisterBuffer(buffer);
});

// Wine has no registered I/O: functions of our own stand in the table, and tell what they are called with.
Deno.test("the functions of registered I/O are called with what they are given, in order", NEEDS_WINDOWS, () => {
  const table = ffi.allocate(ffi.RIO_EXTENSION_FUNCTION_TABLE);
  const calls: unknown[][] = [];
  const callbacks = Object.entries(REGISTERED_IO_SYMBOLS).map(([name, { parameters, result }]) => {
    // A pointer of an UnsafeCallback is an object of Deno's.
    const definition = { parameters, result } as Deno.UnsafeCallbackDefinition;
    const callback = new Deno.UnsafeCallback(definition, (...values: unknown[]) => {
      calls.push([name, ...values.map((value) => typeof value === "object" ? addressFrom(value) : value)]);
      return result === "usize" ? 77n : 7;
    });
    table.view[name as keyof ffi.RegisteredIoFunctions] = BigInt(Deno.UnsafePointer.value(callback.pointer));
    return callback;
  });
  using _callbacks = ffi.owned(callbacks, (all) => all.forEach((callback) => callback.close()));
  const rio = bindRegisteredIo(table.view);
  const [rq, cq, id] = [1n as ffi.RIO_RQ, 2n as ffi.RIO_CQ, 3n as ffi.RIO_BUFFERID];
  const [data, local, remote, control, flags] = Array.from({ length: 5 }, () => ffi.allocate(ffi.RIO_BUF).bytes);
  const addresses = [data, local, remote, control, flags].map(ffi.addressOf);
  const notification = ffi.allocate(ffi.RIO_NOTIFICATION_COMPLETION).bytes;
  const results = ffi.allocate(ffi.RIORESULT).bytes;

  assertEquals(rio.RIOReceive(rq, data, 4, 5, 6n), 7);
  assertEquals(rio.RIOReceiveEx(rq, data, 4, local, remote, control, flags, 5, 6n), 7);
  assertEquals(rio.RIOSend(rq, null, 4, 5, 6n), 7);
  assertEquals(rio.RIOSendEx(rq, data, 4, local, remote, control, null, 5, 6n), 7);
  assertEquals(rio.RIOCreateCompletionQueue(8, notification) as bigint, 77n);
  assertEquals(rio.RIOCreateRequestQueue(9n as ffi.SOCKET, 10, 11, 12, 13, cq, cq, 14n) as bigint, 77n);
  assertEquals(rio.RIODequeueCompletion(cq, results, 15), 7);
  assertEquals(rio.RIONotify(cq), 7);
  assertEquals(rio.RIORegisterBuffer(data, 16) as bigint, 77n);
  assertEquals(rio.RIOResizeCompletionQueue(cq, 17), 7);
  assertEquals(rio.RIOResizeRequestQueue(rq, 18, 19), 7);
  rio.RIODeregisterBuffer(id);
  rio.RIOCloseCompletionQueue(cq);

  assertEquals(calls, [
    ["RIOReceive", 1n, addresses[0], 4, 5, 6n],
    ["RIOReceiveEx", 1n, addresses[0], 4, ...addresses.slice(1), 5, 6n],
    ["RIOSend", 1n, 0n, 4, 5, 6n],
    ["RIOSendEx", 1n, addresses[0], 4, ...addresses.slice(1, 4), 0n, 5, 6n],
    ["RIOCreateCompletionQueue", 8, ffi.addressOf(notification)],
    ["RIOCreateRequestQueue", 9n, 10, 11, 12, 13, 2n, 2n, 14n],
    ["RIODequeueCompletion", 2n, ffi.addressOf(results), 15],
    ["RIONotify", 2n],
    ["RIORegisterBuffer", addresses[0], 16],
    ["RIOResizeCompletionQueue", 2n, 17],
    ["RIOResizeRequestQueue", 1n, 18, 19],
    ["RIODeregisterBuffer", 3n],
    ["RIOCloseCompletionQueue", 2n],
  ]);
});

function addressFrom(value: unknown): bigint {
  return BigInt(Deno.UnsafePointer.value(value as Deno.PointerValue));
}

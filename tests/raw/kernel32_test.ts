import { assert, assertEquals, assertNotEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { buffersOver, connectedSockets, fails, openSocket, textBytes } from "./calls/call.ts";

const k = () => ffi.kernel32();
const w = () => ffi.ws2_32();
const TRUE = 1;
const FALSE = 0;

/** A completion port, closed at the end of the block. */
function completionPort(): ffi.Owned<ffi.HANDLE> {
  const port = k().CreateIoCompletionPort(ffi.INVALID_HANDLE_VALUE, 0n, 0n, 0);
  return ffi.owned(ffi.check(port, "CreateIoCompletionPort", 0n as ffi.HANDLE), k().CloseHandle);
}

/** Takes what a port has, waiting for some of it. */
function dequeue(port: ffi.HANDLE, wait: number) {
  const { bytes, views } = ffi.allocateArray(ffi.OVERLAPPED_ENTRY, 8);
  const count = new Uint32Array(1);
  const result = k().GetQueuedCompletionStatusEx(port, bytes, views.length, count, wait, FALSE);
  return result === FALSE ? [] : views.slice(0, count[0]);
}

Deno.test("a completion port returns what is posted to it, in order", NEEDS_WINDOWS, () => {
  using port = completionPort();
  for (const bytes of [1, 2]) assertEquals(k().PostQueuedCompletionStatus(port.value, bytes, 7n, 0x1234n), TRUE);
  const entries = dequeue(port.value, 0);
  assertEquals(
    entries.map(({ lpCompletionKey, lpOverlapped, dwNumberOfBytesTransferred }) => {
      return [lpCompletionKey, lpOverlapped, dwNumberOfBytesTransferred];
    }),
    [[7n, 0x1234n, 1], [7n, 0x1234n, 2]],
  );
  assertEquals(dequeue(port.value, 0), [], "and then nothing");
});

Deno.test("a completion port returns the operations of the sockets that are joined to it", NEEDS_WINDOWS, () => {
  using port = completionPort();
  using pair = connectedSockets();
  assertEquals(k().CreateIoCompletionPort(pair.server, port.value, 42n, 0), port.value);
  const [overlapped, flags, buffer] = [ffi.allocate(ffi.OVERLAPPED), new Uint32Array(1), new Uint8Array(10)];
  const receive = () => w().WSARecv(pair.server, buffersOver(buffer), 1, null, flags, overlapped.bytes, null);
  fails(receive, ffi.SOCKET_ERROR, "WSA_IO_PENDING");
  w().send(pair.client, textBytes("hello"), 5, 0);
  const [entry] = dequeue(port.value, 30_000);
  assertEquals([entry.lpCompletionKey, entry.lpOverlapped], [42n, ffi.addressOf(overlapped.bytes)]);
  assertEquals([entry.dwNumberOfBytesTransferred, buffer.subarray(0, 5)], [5, textBytes("hello")]);
});

Deno.test("CancelIoEx() ends an operation, and says when there is none", NEEDS_WINDOWS, () => {
  using port = completionPort();
  using pair = connectedSockets();
  k().CreateIoCompletionPort(pair.server, port.value, 0n, 0);
  const [overlapped, flags] = [ffi.allocate(ffi.OVERLAPPED), new Uint32Array(1)];
  const buffers = buffersOver(new Uint8Array(10));
  fails(
    () => w().WSARecv(pair.server, buffers, 1, null, flags, overlapped.bytes, null),
    ffi.SOCKET_ERROR,
    "WSA_IO_PENDING",
  );
  const address = ffi.addressOf(overlapped.bytes);
  assertEquals(k().CancelIoEx(pair.server, address), TRUE);
  assertEquals(dequeue(port.value, 30_000)[0].lpOverlapped, address);
  fails(
    () => w().WSAGetOverlappedResult(pair.server, overlapped.bytes, new Uint32Array(1), FALSE, flags),
    FALSE,
    "WSA_OPERATION_ABORTED",
  );
  assertEquals([k().CancelIoEx(pair.server, 0n), k().GetLastError()], [FALSE, 1168]); // ERROR_NOT_FOUND
});

Deno.test("SetFileCompletionNotificationModes() keeps what ends at once away from the port", NEEDS_WINDOWS, () => {
  using port = completionPort();
  using pair = connectedSockets();
  k().CreateIoCompletionPort(pair.server, port.value, 0n, 0);
  const modes = ffi.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | ffi.FILE_SKIP_SET_EVENT_ON_HANDLE;
  assertEquals(k().SetFileCompletionNotificationModes(pair.server, modes), TRUE);
  const overlapped = ffi.allocate(ffi.OVERLAPPED);
  assertEquals(w().WSASend(pair.server, buffersOver(textBytes("x")), 1, null, 0, overlapped.bytes, null), 0);
  assertEquals(dequeue(port.value, 0), []);
});

Deno.test("CloseHandle() closes a handle, and refuses what is none", NEEDS_WINDOWS, () => {
  const port = k().CreateIoCompletionPort(ffi.INVALID_HANDLE_VALUE, 0n, 0n, 0);
  assertEquals(k().CloseHandle(port), TRUE);
  const none = 0n as ffi.HANDLE; // not the same again: another thread may have got it meanwhile
  assertEquals([k().CloseHandle(none), k().GetLastError()], [FALSE, 6]); // ERROR_INVALID_HANDLE
});

Deno.test("VirtualAlloc() gives zeroed memory, and VirtualFree() takes it back", NEEDS_WINDOWS, () => {
  const size = 1n << 16n;
  const reserved = k().VirtualAlloc(0n, size, ffi.MEM_RESERVE, ffi.PAGE_NOACCESS);
  assertNotEquals(reserved, 0n);
  assertEquals(k().VirtualAlloc(reserved, 4096n, ffi.MEM_COMMIT, ffi.PAGE_READWRITE), reserved);
  const memory = new Uint8Array(ffi.memoryAt(reserved, 4096));
  assert(memory.every((byte) => byte === 0));
  memory.fill(1);
  assertEquals(k().VirtualFree(reserved, 0n, ffi.MEM_RELEASE), TRUE);
  assertEquals(k().VirtualFree(reserved, 0n, ffi.MEM_RELEASE), FALSE);
});

Deno.test("a handle that is no port cannot be joined to one", NEEDS_WINDOWS, () => {
  using s = openSocket();
  const joined = k().CreateIoCompletionPort(s.value, s.value as bigint as ffi.HANDLE, 0n, 0);
  assertEquals(joined as bigint, 0n);
});

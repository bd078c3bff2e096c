import { assert, assertEquals, assertNotEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { NEEDS_WINDOWS } from "../support/windows.ts";
import { buffersOver, connectedSockets, fails, listeningSocket, openSocket, textBytes } from "./calls/call.ts";

const w = () => ffi.ws2_32();
const TRUE = 1;
const FALSE = 0;

Deno.test("a completion routine is called while its thread waits alertably", NEEDS_WINDOWS, () => {
  using pair = connectedSockets();
  const calls: unknown[][] = [];
  const callback = new Deno.UnsafeCallback(
    ffi.LPWSAOVERLAPPED_COMPLETION_ROUTINE,
    (error, bytes, overlapped, flags) => {
      calls.push([error, bytes, BigInt(Deno.UnsafePointer.value(overlapped)), flags]);
    },
  );
  using routine = ffi.owned(callback, () => callback.close());
  const [overlapped, flags, buffer] = [ffi.allocate(ffi.OVERLAPPED), new Uint32Array(1), new Uint8Array(10)];
  const { pointer } = routine.value;
  const receive = () => w().WSARecv(pair.server, buffersOver(buffer), 1, null, flags, overlapped.bytes, pointer);
  fails(receive, ffi.SOCKET_ERROR, "WSA_IO_PENDING");
  w().send(pair.client, textBytes("hello"), 5, 0);
  using event = ffi.owned(w().WSACreateEvent(), w().WSACloseEvent);
  const events = new BigUint64Array([event.value]);
  const waited = w().WSAWaitForMultipleEvents(1, events, FALSE, 30_000, TRUE);
  assertEquals(waited, ffi.WSA_WAIT_IO_COMPLETION);
  assertEquals(calls, [[0, 5, ffi.addressOf(overlapped.bytes), 0]]);
  assertEquals(buffer.subarray(0, 5), textBytes("hello"));
});

Deno.test("a completion routine is called on another thread when a lookup has ended", NEEDS_WINDOWS, async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const callback = Deno.UnsafeCallback.threadSafe(ffi.LPLOOKUPSERVICE_COMPLETION_ROUTINE, (error) => resolve(error));
  using routine = ffi.owned(callback, () => callback.close());
  const [overlapped, result] = [ffi.allocate(ffi.OVERLAPPED), new BigUint64Array(1)];
  const [name, handle] = [ffi.wideString("localhost"), new BigUint64Array(1)];
  const { GetAddrInfoExW, GetAddrInfoExOverlappedResult } = w();
  const { pointer } = routine.value;
  const code = GetAddrInfoExW(name, null, ffi.NS_ALL, null, null, result, null, overlapped.bytes, pointer, handle);
  if (code === ffi.ERROR_CODES.WSA_IO_PENDING[0]) {
    assertEquals(await promise, 0);
    assertEquals(GetAddrInfoExOverlappedResult(overlapped.bytes), 0);
  } else assertEquals(code, 0); // the answer was there at once, and nobody is called
  using list = new ffi.AddressInfoList(ffi.ADDRINFOEXW, result[0]);
  assertNotEquals([...list].length, 0);
});

for (const [answer, isAccepted] of [[ffi.CF_ACCEPT, true], [ffi.CF_REJECT, false]] as const) {
  Deno.test(`a condition function ${isAccepted ? "accepts" : "rejects"} a connection`, NEEDS_WINDOWS, () => {
    using listener = listeningSocket();
    using client = openSocket();
    ffi.check(w().ioctlsocket(client.value, ffi.FIONBIO, new Uint32Array([1])), "ioctlsocket");
    w().connect(client.value, listener.address.bytes, 16); // goes on in the background
    const data: bigint[] = [];
    const callback = new Deno.UnsafeCallback(ffi.LPCONDITIONPROC, (...parameters) => {
      data.push(BigInt(parameters[7]));
      return answer;
    });
    using condition = ffi.owned(callback, () => callback.close());
    const s = w().WSAAccept(listener.value, null, null, condition.value.pointer, 4711n);
    const code = w().WSAGetLastError();
    assertEquals(data, [4711n]);
    if (isAccepted) assertEquals(w().closesocket(ffi.check(s, "WSAAccept", ffi.INVALID_SOCKET)), 0);
    else assert(s === ffi.INVALID_SOCKET && code === ffi.ERROR_CODES.WSAECONNREFUSED[0], `${code}`);
  });
}

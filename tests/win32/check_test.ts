import { assertEquals, assertThrows } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { NEEDS_WINDOWS } from "../support/windows.ts";

function failure(act: () => unknown): ffi.WinsockError {
  return assertThrows(act, ffi.WinsockError);
}

Deno.test("check() returns a result that is no failure", () => {
  assertEquals(ffi.check(0, "closesocket"), 0);
  assertEquals(ffi.check(5, "send"), 5);
  assertEquals(ffi.check(-1, "WSAWaitForMultipleEvents", ffi.WSA_WAIT_FAILED), -1);
  assertEquals(ffi.check(7n, "anything", 0n), 7n);
});

Deno.test("check() throws the last error for SOCKET_ERROR, INVALID_SOCKET, FALSE and NULL", NEEDS_WINDOWS, () => {
  const { closesocket, socket, WSASetLastError } = ffi.ws2_32();
  const notASocket = failure(() => ffi.check(closesocket(ffi.INVALID_SOCKET), "closesocket"));
  assertEquals([notASocket.code, notASocket.symbol, notASocket.syscall], [10038, "WSAENOTSOCK", "closesocket"]);
  assertEquals(notASocket.message, "closesocket failed: not a socket (WSAENOTSOCK, 10038)");
  const noFamily = failure(() => ffi.check(socket(4711, ffi.SOCK_STREAM, 0), "socket", ffi.INVALID_SOCKET));
  assertEquals([noFamily.symbol, noFamily.syscall], ["WSAEAFNOSUPPORT", "socket"]);
  WSASetLastError(10060);
  assertEquals(failure(() => ffi.check(0, "WSAConnectByNameW", 0)).symbol, "WSAETIMEDOUT");
  WSASetLastError(11001);
  assertEquals(failure(() => ffi.check(0n, "gethostbyname", 0n)).symbol, "WSAHOST_NOT_FOUND");
});

Deno.test("check() names codes that are not of Winsock too", NEEDS_WINDOWS, () => {
  const { WSASetLastError } = ffi.ws2_32();
  WSASetLastError(123456);
  const error = failure(() => ffi.check(-1, "socket"));
  assertEquals([error.code, error.symbol, error.message], [
    123456,
    "UNKNOWN",
    "socket failed: unknown error (123456)",
  ]);
});

Deno.test("checkCode() throws for a code that is not 0", () => {
  ffi.checkCode(0, "GetAddrInfoW");
  const error = failure(() => ffi.checkCode(11001, "GetAddrInfoW"));
  assertEquals([error.code, error.symbol, error.syscall], [11001, "WSAHOST_NOT_FOUND", "GetAddrInfoW"]);
});

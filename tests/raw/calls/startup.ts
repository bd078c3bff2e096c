import { assert, assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import type { Calls } from "./call.ts";

export const startupCalls: Calls<ffi.StartupFunctions> = {
  WSAStartup: ["grants version 2.2 again, and says so", () => {
    const { WSACleanup, WSAStartup } = ffi.ws2_32();
    const data = ffi.allocate(ffi.WSADATA);
    assertEquals(WSAStartup(0x0202, data.bytes), 0);
    assertEquals([data.view.wVersion, data.view.wHighVersion], [0x0202, 0x0202]);
    assert(ffi.readNarrowString(data.view.szDescription).startsWith("WinSock 2.0"));
    assertEquals(WSACleanup(), 0);
    assertEquals(WSAStartup(0, data.bytes), ffi.ERROR_CODES.WSAVERNOTSUPPORTED[0]);
  }],
  WSACleanup: ["ends one use, and no more than there are", () => {
    const { WSACleanup, WSAStartup } = ffi.ws2_32();
    const data = ffi.allocate(ffi.WSADATA);
    for (let uses = 0; uses < 3; uses++) assertEquals(WSAStartup(0x0202, data.bytes), 0);
    for (let uses = 0; uses < 3; uses++) assertEquals(WSACleanup(), 0);
  }],
  WSAGetLastError: ["returns what WSASetLastError() has set", () => {
    const { WSAGetLastError, WSASetLastError } = ffi.ws2_32();
    for (const code of [10054, 0, 11001]) {
      WSASetLastError(code);
      assertEquals(WSAGetLastError(), code);
    }
  }],
  WSASetLastError: ["sets what GetLastError() returns too", () => {
    const { GetLastError } = ffi.kernel32(); // before: loading it changes the last error
    ffi.ws2_32().WSASetLastError(10060);
    assertEquals(GetLastError(), 10060);
  }],
};

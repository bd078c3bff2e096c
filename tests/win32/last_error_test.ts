import { assertEquals } from "@std/assert";
import { initializeLastError, lastErrorWord, WSASYSCALLFAILURE } from "../../ffi/win32/last_error.ts";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { check, WinsockError } from "@winsock/ws2/ffi";
import { runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test("the last error word is what WSAGetLastError reads and WSASetLastError writes", NEEDS_WINDOWS, () => {
  const { WSAGetLastError, WSASetLastError } = ws2_32();
  assertEquals(lastErrorWord instanceof Uint32Array, true);
  for (const code of [997, 10035, 0, 123456, 0xffff_ffff]) {
    WSASetLastError(code | 0);
    assertEquals([lastErrorWord[0], WSAGetLastError() >>> 0], [code, code]);
  }
});

Deno.test("the last error word is that of a failed call, and 0 after one that succeeded", NEEDS_WINDOWS, () => {
  const { closesocket, WSASetLastError, htons } = ws2_32() as ReturnType<typeof ws2_32> & { htons?: unknown };
  WSASetLastError(4711);
  const result = closesocket(0xffff_ffff_ffff_ffffn);
  const code = result === 0 ? 0 : lastErrorWord[0];
  assertEquals([result, code, htons], [-1, 10038, undefined]);
});

Deno.test("where the word is not to be had, each read asks WSAGetLastError", NEEDS_WINDOWS, () => {
  const real = ws2_32();
  let asked = 0;
  try {
    // A WSASetLastError that sets nothing: the two disagree, so that the word is not believed.
    initializeLastError({ WSASetLastError: () => {}, WSAGetLastError: () => 10000 + ++asked });
    const asking = asked;
    assertEquals([lastErrorWord[0], lastErrorWord[0]], [10001 + asking, 10002 + asking]);
  } finally {
    initializeLastError(real);
  }
  assertEquals(lastErrorWord instanceof Uint32Array, true);
});

Deno.test("check() reports a failure whose code reads 0 as WSASYSCALLFAILURE", NEEDS_WINDOWS, () => {
  ws2_32().WSASetLastError(0);
  try {
    check(-1, "bind");
  } catch (error) {
    assertEquals(error instanceof WinsockError && error.code, WSASYSCALLFAILURE);
    return;
  }
  throw new Error("check() has not thrown");
});

Deno.test("the last error word is right while the compilers and the collector are busy", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runProgram(["tests/win32/programs/last_error_pressure.ts", "100000"]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout).byWord, 0);
});

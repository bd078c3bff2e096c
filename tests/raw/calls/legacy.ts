import { assert, assertEquals, assertNotEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { type Calls, datagramSocket, textBytes } from "./call.ts";
import { MessageWindow } from "./message_window.ts";

const w = () => ffi.ws2_32();

/** Asks for something, and waits for the message that says that the answer is there. */
function answerOf(ask: (hWnd: ffi.HWND, wMsg: number, buffer: Uint8Array) => ffi.HANDLE): Uint8Array<ArrayBuffer> {
  using receiver = new MessageWindow();
  const buffer = new Uint8Array(ffi.MAXGETHOSTSTRUCT);
  const lookup = ask(receiver.handle, receiver.message, buffer);
  assertNotEquals(lookup, 0n);
  const { wParam, error } = receiver.next();
  assertEquals([wParam, error], [lookup as bigint, 0]);
  return buffer;
}

/** The name of a HOSTENT, SERVENT or PROTOENT. */
function nameIn(answer: Uint8Array): string {
  return ffi.readNarrowString(ffi.structsIn({ struct: { name: "pointer" } }, answer, 1)[0].name);
}

/** Hooks are of Winsock 1.1: Windows refuses them since version 2, Wine takes them. */
function isRefused(failed: boolean): boolean {
  const code = w().WSAGetLastError();
  if (failed) assert(code === ffi.ERROR_CODES.WSAEOPNOTSUPP[0] || code === ffi.ERROR_CODES.WSAEINVAL[0], `${code}`);
  return failed;
}

export const legacyCalls: Calls<ffi.LegacyFunctions> = {
  WSAAsyncSelect: ["sends a message when something comes", () => {
    using receiver = new MessageWindow();
    using s = datagramSocket();
    assertEquals(w().WSAAsyncSelect(s.value, receiver.handle, receiver.message, ffi.FD_READ), 0);
    w().sendto(s.value, textBytes("hello"), 5, 0, s.address.bytes, 16);
    assertEquals(receiver.next(), { wParam: s.value, low: ffi.FD_READ, error: 0 });
  }],
  WSAAsyncGetHostByName: ["sends a message when the answer is there", () => {
    const name = ffi.narrowString("127.0.0.1");
    const answer = answerOf((hWnd, wMsg, buffer) => w().WSAAsyncGetHostByName(hWnd, wMsg, name, buffer, buffer.length));
    const [host] = ffi.structsIn(ffi.HOSTENT, answer, 1);
    const [first] = ffi.pointersAt(host.h_addr_list);
    assertEquals(new Uint8Array(ffi.memoryAt(first, 4)), Uint8Array.of(127, 0, 0, 1));
  }],
  WSAAsyncGetHostByAddr: ["sends a message when the answer is there", () => {
    const address = Uint8Array.of(127, 0, 0, 1);
    const answer = answerOf((hWnd, wMsg, buffer) => {
      return w().WSAAsyncGetHostByAddr(hWnd, wMsg, address, 4, ffi.AF_INET, buffer, buffer.length);
    });
    assertNotEquals(nameIn(answer), "");
  }],
  WSAAsyncGetServByName: ["sends a message when the answer is there", () => {
    const [name, protocol] = [ffi.narrowString("http"), ffi.narrowString("tcp")];
    const answer = answerOf((hWnd, wMsg, buffer) => {
      return w().WSAAsyncGetServByName(hWnd, wMsg, name, protocol, buffer, buffer.length);
    });
    assertEquals(ffi.structsIn(ffi.SERVENT, answer, 1)[0].s_port, 80);
  }],
  WSAAsyncGetServByPort: ["sends a message when the answer is there", () => {
    const [port, protocol] = [w().htons(80), ffi.narrowString("tcp")];
    const answer = answerOf((hWnd, wMsg, buffer) => {
      return w().WSAAsyncGetServByPort(hWnd, wMsg, port, protocol, buffer, buffer.length);
    });
    assertEquals(nameIn(answer), "http");
  }],
  WSAAsyncGetProtoByName: ["sends a message when the answer is there", () => {
    const name = ffi.narrowString("udp");
    const answer = answerOf((hWnd, wMsg, buffer) =>
      w().WSAAsyncGetProtoByName(hWnd, wMsg, name, buffer, buffer.length)
    );
    assertEquals(ffi.structsIn(ffi.PROTOENT, answer, 1)[0].p_proto, ffi.IPPROTO_UDP);
  }],
  WSAAsyncGetProtoByNumber: ["sends a message when the answer is there", () => {
    const answer = answerOf((hWnd, wMsg, buffer) => {
      return w().WSAAsyncGetProtoByNumber(hWnd, wMsg, ffi.IPPROTO_TCP, buffer, buffer.length);
    });
    assertEquals(nameIn(answer), "tcp");
  }],
  WSACancelAsyncRequest: ["refuses a lookup that is none, where it is implemented", () => {
    const result = w().WSACancelAsyncRequest(0n as ffi.HANDLE);
    assert(result === ffi.SOCKET_ERROR || result === 0, `${result}`);
  }],
  WSAIsBlocking: ["says that no call blocks", () => assertEquals(w().WSAIsBlocking(), 0)],
  WSASetBlockingHook: ["takes a hook, or says that there are none any more", () => {
    const callback = new Deno.UnsafeCallback({ parameters: [], result: "i32" }, () => 0);
    using hook = ffi.owned(callback, () => callback.close());
    const previous = w().WSASetBlockingHook(hook.value.pointer);
    if (!isRefused(previous === null)) assertEquals(w().WSAUnhookBlockingHook(), 0);
  }],
  WSAUnhookBlockingHook: ["takes the hook away, or says that there is none", () => {
    const result = w().WSAUnhookBlockingHook();
    if (!isRefused(result === ffi.SOCKET_ERROR)) assertEquals(result, 0);
  }],
  WSACancelBlockingCall: ["ends a call that blocks, or says that none does", () => {
    const result = w().WSACancelBlockingCall();
    if (!isRefused(result === ffi.SOCKET_ERROR)) assertEquals(result, 0);
  }],
};

// What a reply does when the system refuses the source: sending is the test's, so that it refuses what it is told to.
import { assertEquals, assertRejects } from "@std/assert";
import type { ReceivedMessage, SendMessageOptions } from "@winsock/ws2";
import { Replies } from "../../../ffi/net/datagram/reply.ts";
import { ERROR_CODES, type ErrorSymbol, socketError, WinsockError } from "../../../ffi/win32/errors.ts";

const MESSAGE: ReceivedMessage = {
  data: new Uint8Array(),
  remoteAddr: { transport: "udp", hostname: "192.0.2.1", port: 1234 },
  info: { localAddress: "127.0.0.2", interfaceIndex: 7 },
  truncated: false,
  controlTruncated: false,
};

function failure(symbol: ErrorSymbol): Error {
  return socketError("Cannot send", new WinsockError(ERROR_CODES[symbol][0], "WSASendMsg"));
}

Deno.test("reply() sends the same data by the interface when the system refuses the source, and remembers it", async () => {
  for (const symbol of ["WSAEADDRNOTAVAIL", "WSAEINVAL"] as const) {
    const sent: [string, SendMessageOptions][] = [];
    const replies = new Replies((p, _addr, options) => {
      sent.push([new TextDecoder().decode(p), options]);
      return options.source === undefined ? Promise.resolve(p.length) : Promise.reject(failure(symbol));
    });
    const p = new TextEncoder().encode("first");
    const sending = replies.reply(MESSAGE, p);
    p.fill(0); // the caller may use it again
    assertEquals(await sending, 5);
    assertEquals(await replies.reply(MESSAGE, new TextEncoder().encode("second")), 6);
    assertEquals(sent, [
      ["first", { source: "127.0.0.2" }],
      ["first", { interfaceIndex: 7 }],
      ["second", { interfaceIndex: 7 }],
    ]);
  }
});

Deno.test("reply() rejects with any other failure, and tries the source again", async () => {
  const sent: SendMessageOptions[] = [];
  const replies = new Replies((_p, _addr, options) => {
    sent.push(options);
    return Promise.reject(failure("WSAENETUNREACH"));
  });
  for (let i = 0; i < 2; i++) {
    await assertRejects(() => replies.reply(MESSAGE, new Uint8Array(1)), Error, "Cannot send");
  }
  assertEquals(sent, [{ source: "127.0.0.2" }, { source: "127.0.0.2" }]);
});

// Values made to mislead: each is taken for what it is, and what is wrong with it is said.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { listen, listenDatagram } from "@winsock/ws2";
import { SO_TYPE, SOCK_DGRAM, SOL_SOCKET } from "@winsock/ws2/ffi";
import { checkBytes, show } from "../../ffi/marshal/arguments.ts";
import { NEEDS_IPV4 } from "../support/families.ts";
import { LIMIT } from "../support/limit.ts";

/** An array that says it is longer than it is. */
class Liar extends Uint8Array<ArrayBuffer> {
  override get byteLength(): number {
    return super.byteLength + 1000;
  }
  override subarray(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(1000);
  }
}

const REVOKED = Proxy.revocable({}, {});
REVOKED.revoke();
const UNSHOWN = {
  [Symbol.for("Deno.customInspect")](): never {
    throw new Error("hostile");
  },
};

Deno.test("show() shows a value that throws when it is shown by its type", LIMIT, () => {
  assertEquals(show(UNSHOWN), "a value of type object");
  assertThrows(
    () => listen({ port: UNSHOWN as never }),
    TypeError,
    "port must be a number, got a value of type object",
  );
});

Deno.test("a signal that only looks like one is refused by name", LIMIT, () => {
  for (const signal of [REVOKED.proxy, Object.create(AbortSignal.prototype), AbortSignal]) {
    assertThrows(() => listen({ signal }), TypeError, "signal must be an AbortSignal");
  }
});

Deno.test("checkBytes() refuses what only looks like an array by name", LIMIT, () => {
  const array = new Uint8Array(4);
  for (const value of [new Proxy(array, {}), Object.create(Uint8Array.prototype), REVOKED.proxy]) {
    assertThrows(() => checkBytes("p", value), TypeError, "p must be a Uint8Array, got");
  }
});

Deno.test("checkBytes() returns an array as long as its memory, whatever it says of its length", LIMIT, () => {
  const plain = Uint8Array.of(1, 2, 3, 4);
  assertEquals(checkBytes("p", plain) === plain, true);
  const withLength = Object.defineProperty(Uint8Array.of(1, 2, 3, 4), "byteLength", { value: 1000 });
  const cases: [Uint8Array, number[]][] = [
    [withLength, [1, 2, 3, 4]],
    [new Liar(plain.buffer, 1, 2), [2, 3]],
    [Buffer.from(plain.buffer, 1), [2, 3, 4]],
  ];
  for (const [given, bytes] of cases) {
    const checked = checkBytes("p", given);
    assertEquals([Object.getPrototypeOf(checked), checked.byteLength], [Uint8Array.prototype, bytes.length]);
    assertEquals([...checked], bytes);
    assertEquals(checked.buffer === given.buffer, true, "over the same memory");
  }
});

Deno.test("send() sends no more than an array has, whatever it says of its length", NEEDS_IPV4, async () => {
  using socket = listenDatagram({ hostname: "127.0.0.1" });
  const liar = new Liar(Uint8Array.of(1, 2, 3).buffer);
  for (const send of ["send", "sendMessage"] as const) {
    assertEquals(await socket[send](liar, socket.addr), 3);
    const [data] = await socket.receive();
    assertEquals([...data], [1, 2, 3]);
  }
});

Deno.test("the number of an option may be -0", NEEDS_IPV4, async () => {
  using socket = listenDatagram({ hostname: "127.0.0.1" });
  assertEquals(socket.options.get(SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
  // An error of the system, and no TypeError of FFI.
  for (const call of [() => socket.options.get(-0, -0), () => socket.options.set(-0, 9999, 1)]) {
    const error = await assertRejects(() => Promise.try(call), Error, "Cannot");
    assertEquals(error instanceof TypeError, false, error.message);
  }
});

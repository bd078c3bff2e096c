import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { getEventListeners } from "node:events";
import { type DatagramConn, listenDatagram } from "@winsock/ws2";
import { IPPROTO_UDP } from "@winsock/ws2/ffi";
import { startedOperations } from "../../../ffi/overlapped/operation.ts";
import { assertNothingWaits, bytes, loopback, open, text } from "../../support/datagrams.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { socketCount } from "../../support/handles.ts";
import { runProgram } from "../../support/program.ts";
import { NEEDS_IPV4, NEEDS_IPV6 } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

Deno.test("close() rejects receives that wait with Interrupted, each exactly once", NEEDS_IPV6, async () => {
  const socket = open("dual-stack");
  let settled = 0;
  const count = <T>(promise: Promise<T>) => promise.finally(() => settled++);
  const { signal } = new AbortController();
  const waiting = Array.from({ length: 300 }, (_, index): Promise<unknown> => {
    if (index % 3 === 0) return count(socket.receive(new Uint8Array(8)));
    return count(index % 3 === 1 ? socket.receiveMessage() : socket.receiveMessage(new Uint8Array(8), { signal }));
  });
  socket.close();
  for (const [index, receiving] of waiting.entries()) {
    const error = await assertRejects(() => receiving);
    const syscall = index % 3 ? "WSARecvMsg" : "WSARecvFrom";
    assertFailedCall(error, Deno.errors.Interrupted, syscall, "WSA_OPERATION_ABORTED");
    assertStringIncludes((error as Error).message, `Cannot receive on [::]:${socket.addr.port}`);
  }
  assertEquals(settled, 300);
  assertEquals(startedOperations().length, 0);
});

Deno.test("every method refuses a closed socket with BadResource", NEEDS_IPV6, async () => {
  const socket = open("dual-stack");
  await socket.send(bytes("x"), loopback(socket, "::1"));
  const message = await socket.receiveMessage();
  const { options } = socket;
  socket.close();
  const place = `[::]:${socket.addr.port} is closed`;
  const to = loopback(socket, "::1");
  for (
    const call of [
      () => socket.receive(),
      () => socket.receive(new Uint8Array(0)),
      () => socket.receiveMessage(),
      () => socket.send(bytes("x"), to),
      () => socket.send(bytes("x"), loopback(socket, "localhost")),
      () => socket.sendMessage(bytes("x"), to),
      () => socket.reply(message, bytes("x")),
      () => socket.reply({ ...message, info: {} }, bytes("x")),
      () => socket.joinMulticastV4("239.255.1.1", "127.0.0.1"),
      () => socket.joinMulticastV6("ff02::1"),
    ]
  ) await assertRejects<Error>(call, Deno.errors.BadResource, place);
  for (
    const call of [
      () => socket.close(),
      () => options.receiveBufferSize,
      () => options.broadcast = true,
      () => options.get(IPPROTO_UDP, 1),
    ]
  ) assertThrows<Error>(call as () => unknown, Deno.errors.BadResource, place);
  socket.ref();
  socket.unref();
  socket[Symbol.dispose](); // closing it by a block is no mistake
  await socket[Symbol.asyncDispose]();
  assertEquals(socket.addr.transport, "udp");
});

Deno.test("asyncDispose waits until the kernel has let go of everything", NEEDS_WINDOWS, async () => {
  const socket = open("dual-stack");
  let settled = 0;
  for (let i = 0; i < 100; i++) socket.receiveMessage().catch(() => settled++);
  await socket[Symbol.asyncDispose]();
  assertEquals(settled, 100);
  assertEquals(startedOperations().length, 0);
  await socket[Symbol.asyncDispose](); // again, at once
});

Deno.test("`using` and `await using` close the socket, whose port is free then", NEEDS_WINDOWS, async () => {
  let port: number;
  {
    using socket = open("dual-stack");
    port = socket.addr.port;
    socket.receive().catch(() => {});
  }
  {
    await using socket = open("dual-stack", { port });
    assertEquals(socket.addr.port, port);
    socket.receiveMessage().catch(() => {});
  }
  open("dual-stack", { port }).close();
});

Deno.test(
  "a signal that is aborted ends a receive with its reason, and no datagram is lost",
  NEEDS_IPV6,
  async () => {
    using socket = open("dual-stack");
    const controller = new AbortController();
    const waiting = [
      socket.receiveMessage(new Uint8Array(8), { signal: controller.signal }),
      socket.receiveMessage(),
      socket.receive(undefined, { signal: controller.signal }),
      socket.receiveMessage(),
    ] as const;
    const reason = new Error("enough");
    controller.abort(reason);
    for (const index of [0, 2] as const) assertEquals(await assertRejects(() => waiting[index]), reason);
    await socket.send(bytes("first"), loopback(socket, "::1"));
    await socket.send(bytes("second"), loopback(socket, "127.0.0.1"));
    const messages = await Promise.all([waiting[1], waiting[3]]);
    assertEquals(messages.map(({ data }) => text(data)), ["first", "second"]);
    assertEquals(messages.map(({ info }) => info.localAddress), ["::1", "127.0.0.1"]);
  },
);

Deno.test("a receive that has got its datagram resolves, though it is aborted afterwards", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  for (const isThereAlready of [true, false]) {
    const controller = new AbortController();
    const send = () => socket.send(bytes("here"), loopback(socket, "::1"));
    if (isThereAlready) await send();
    const receiving = socket.receiveMessage(undefined, { signal: controller.signal });
    if (!isThereAlready) await send();
    controller.abort(new Error("too late"));
    // Either the datagram is delivered, or it is still there for the next one.
    const data = await receiving.then(({ data }) => data, async () => (await socket.receive())[0]);
    assertEquals(text(data), "here");
    controller.abort(); // once more, long after
  }
  await assertNothingWaits(socket);
});

Deno.test("aborting a thousand receives loses no datagram and doubles none", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const received: string[] = [];
  let sent = 0;
  const send = (what: string) => socket.send(bytes(what), loopback(socket, sent % 2 ? "::1" : "127.0.0.1"));
  for (let round = 0; round < 100; round++) {
    const waiting = new Set<Promise<void>>();
    for (let index = 0; index < 10; index++) {
      const controller = new AbortController();
      const receiving = socket.receiveMessage(undefined, { signal: controller.signal });
      const ended: Promise<void> = receiving.then(({ data }) => void received.push(text(data)), () => {})
        .finally(() => waiting.delete(ended));
      waiting.add(ended);
      if (index % 3 !== round % 3) await send(`${sent++}`);
      if (index % 2) controller.abort();
      if (index % 4 === round % 4) await send(`${sent++}`);
    }
    for (let left = waiting.size; left > 0; left--) await send("nothing");
    await Promise.all(waiting);
    await send("last");
    for (let data = ""; data !== "last";) received.push(data = text((await socket.receive())[0]));
  }
  const numbers = received.filter((data) => data !== "nothing" && data !== "last").map(Number);
  assertEquals(numbers.toSorted((a, b) => a - b), Array.from({ length: sent }, (_, index) => index));
});

Deno.test(
  "the signal of listenDatagram() closes the socket; what waits rejects with its reason",
  NEEDS_WINDOWS,
  async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const socket = listenDatagram({ signal: controller.signal });
    const waiting: Promise<unknown>[] = [socket.receive(), socket.receiveMessage(), socket.receive()];
    controller.abort(reason);
    for (const receiving of waiting) assertEquals(await assertRejects(() => receiving), reason);
    await assertRejects(() => socket.receive(), Deno.errors.BadResource);
    using next = listenDatagram({ port: socket.addr.port }); // the port is free again
    assertEquals(next.addr.port, socket.addr.port);
  },
);

Deno.test("a signal that is aborted after close() changes nothing", NEEDS_WINDOWS, async () => {
  const controller = new AbortController();
  const socket = listenDatagram({ signal: controller.signal });
  assertEquals(getEventListeners(controller.signal, "abort").length, 1);
  socket.close();
  assertEquals(getEventListeners(controller.signal, "abort").length, 0); // or a long-lived signal would hold it
  using next = listenDatagram({ port: socket.addr.port }); // perhaps by the same handle
  controller.abort();
  await assertNothingWaits(next);
});

Deno.test("closing leaves no socket behind, whatever waits", NEEDS_IPV4, async () => {
  const round = async (close: (socket: DatagramConn) => unknown) => {
    const socket = open("dual-stack");
    const waiting: Promise<unknown>[] = [socket.receive(), socket.receiveMessage(new Uint8Array(8))];
    waiting.push(socket.send(bytes("x"), loopback(socket, "localhost")));
    const settled = Promise.allSettled(waiting); // handled before anything can reject
    await close(socket);
    await settled;
    await socket[Symbol.asyncDispose]();
  };
  await round((socket) => socket.close());
  const before = socketCount();
  for (let i = 0; i < 20; i++) {
    await round((socket) => socket.close());
    await round((socket) => socket[Symbol.asyncDispose]());
  }
  assertEquals(socketCount(), before);
  assertEquals(startedOperations().length, 0);
});

Deno.test("unref() lets a program end that waits for a datagram, ref() does not", NEEDS_IPV6, async () => {
  const { code, stdout, stderr } = await runProgram(["tests/net/datagram/programs/unref.ts"]);
  assertEquals([code, stdout, stderr], [0, "got 1 while ref'd\nunref'd\n", ""]);
});

Deno.test("garbage collection takes nothing from receives that wait", NEEDS_IPV6, async () => {
  const program = ["--v8-flags=--expose-gc", "tests/net/datagram/programs/garbage_collection.ts"];
  const { code, stdout, stderr } = await runProgram(program);
  assertEquals(stderr, "");
  assertEquals(stdout.split("\n"), [
    "buffers that wait are kept: true",
    "datagrams arrive: true",
    "buffers that are filled are freed: true",
    "a forgotten socket answers: true",
    "",
  ]);
  assert(code === 0);
});

import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { connect, listen, listenDatagram, WinsockError } from "@winsock/ws2";
import { ERROR_CODES, INVALID_SOCKET } from "@winsock/ws2/ffi";
import { resourceUse } from "../../ffi/overlapped/usage.ts";
import { kernel32 } from "../../ffi/win32/kernel32.ts";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { connectedPair } from "../support/pair.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const MIB = 1024 * 1024;

Deno.test("an operation that there is no memory for leaves no slot behind", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await using datagrams = listenDatagram({ hostname: "127.0.0.1" });
  const before = resourceUse();
  {
    using _none = standIn(kernel32(), "HeapAlloc", () => () => 0n);
    // Sizes of buffers that nobody has given back before.
    const attempts: (() => Promise<unknown>)[] = [
      () => datagrams.receive(),
      () => datagrams.receiveMessage(),
      () => datagrams.send(new Uint8Array(33_000), datagrams.addr),
      () => pair.client.read(new Uint8Array(5)),
    ];
    for (let round = 0; round < 200; round++) {
      for (const attempt of attempts) await assertRejects(attempt, Error, "bytes of native memory");
    }
  }
  const { operations, buffers } = resourceUse();
  assertEquals([operations, buffers], [before.operations, before.buffers]);
  await pair.server.write(Uint8Array.of(7));
  const target = new Uint8Array(1);
  assertEquals([await pair.client.read(target), target[0]], [1, 7]); // and nothing is in the way of the next ones
});

Deno.test("closing anything, in whatever state, causes no unhandled rejection", NEEDS_WINDOWS, async () => {
  const unhandled: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  addEventListener("unhandledrejection", note);
  try {
    const before = resourceUse();
    for (const how of ["close", "dispose", "asyncDispose"] as const) {
      await using pair = await connectedPair();
      const [readable, writable] = [pair.client.readable, pair.client.writable];
      const writer = writable.getWriter();
      // All of these are handled by whoever called them, and nothing else may be rejected.
      const calls: Promise<unknown>[] = [
        pair.server.read(new Uint8Array(1)),
        pair.server.read(new Uint8Array(1)),
        pair.server.write(new Uint8Array(64 * MIB)),
        pair.server.write(new Uint8Array(10)),
        pair.server.closeWrite(),
        readable.getReader().read(),
        writer.write(new Uint8Array(64 * MIB)),
        pair.listener.accept(),
        pair.listener.accept({ signal: new AbortController().signal }),
      ];
      const datagrams = listenDatagram();
      calls.push(datagrams.receive(), datagrams.receiveMessage());
      const controller = new AbortController();
      const aborted = listen({ signal: controller.signal });
      calls.push(aborted.accept());
      controller.abort(new Error("enough"));
      for (const socket of [pair.client, pair.server, pair.listener, datagrams]) {
        if (how === "close") socket.close();
        else if (how === "dispose") socket[Symbol.dispose]();
        else socket[Symbol.asyncDispose]();
      }
      await Promise.allSettled(calls);
      await writer.closed.catch(() => {});
      await datagrams[Symbol.asyncDispose]();
    }
    await using listener = listen();
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => connect({ hostname: "::1", port: listener.addr.port })),
    );
    listener.close(); // resets what nobody has accepted
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
    await new Promise((resolve) => setTimeout(resolve)); // the event comes in a turn of its own
    assertEquals(unhandled, []);
    const { operations, buffers, sockets } = resourceUse();
    assertEquals([operations, buffers, sockets], [before.operations, before.buffers, before.sockets]);
  } finally {
    removeEventListener("unhandledrejection", note);
  }
});

Deno.test(
  "when the system has no more handles, what needs one fails, and works again later",
  NEEDS_WINDOWS,
  async () => {
    await using listener = listen();
    const { port } = listener.addr;
    const { operations, buffers, sockets } = resourceUse();
    {
      const [code] = ERROR_CODES.WSAEMFILE;
      // No test can use up the handles of Windows, 16 million a process.
      using _none = standIn(ws2_32(), "WSASocketW", () => () => {
        ws2_32().WSASetLastError(code);
        return INVALID_SOCKET;
      });
      const attempts: (() => unknown)[] = [
        () => listen(),
        () => listenDatagram(),
        () => connect({ hostname: "::1", port }),
        () => listener.accept(),
        () => listener.accept(),
      ];
      for (const attempt of attempts) {
        const error = await assertRejects(async () => await attempt());
        assertInstanceOf((error as Error).cause, WinsockError);
        assertStringIncludes((error as Error).message, "(WSAEMFILE, 10024)");
      }
    }
    const after = resourceUse();
    assertEquals([after.operations, after.buffers, after.sockets], [operations, buffers, sockets]);
    const [client, server] = await Promise.all([connect({ hostname: "::1", port }), listener.accept()]);
    await client.write(Uint8Array.of(3));
    assertEquals(await server.read(new Uint8Array(1)), 1);
    await Promise.all([client, server].map((conn) => conn[Symbol.asyncDispose]()));
  },
);

import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { adopt, adoptHandle, closeDetached, connect, listen, type TcpConn, WinsockError } from "@winsock/ws2";
import { layout } from "@winsock/ws2/layout";
import {
  FILE_COMPLETION_INFORMATION,
  FileReplaceCompletionInformation,
  ntdll,
  NTDLL_SYMBOLS,
} from "../../../ffi/win32/kernel32.ts";
import { ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { resourceUse } from "../../../ffi/overlapped/usage.ts";
import { socketCount } from "../../support/handles.ts";
import { connectedPair } from "../../support/pair.ts";
import { RunningProgram } from "../../support/program.ts";
import { standIn } from "../../support/stand_in.ts";
import { NEEDS_BOTH } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";
import { readExactly } from "../../support/bytes.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

/** Has the system take sockets away from the port, which Wine cannot: what it is asked is written down. */
function takesAway(): Disposable & { readonly asked: [handle: bigint, information: string, kind: number][] } {
  const asked: [bigint, string, number][] = [];
  const callback = new Deno.UnsafeCallback(NTDLL_SYMBOLS.NtSetInformationFile, (file, _status, info, length, kind) => {
    asked.push([file, new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(info!, length)).toHex(), kind]);
    return 0;
  });
  const pointer = new Deno.UnsafeFnPointer(callback.pointer, NTDLL_SYMBOLS.NtSetInformationFile);
  const stand = standIn(ntdll(), "NtSetInformationFile", () => (...parameters) => pointer.call(...parameters));
  return {
    asked,
    [Symbol.dispose]: () => {
      stand[Symbol.dispose]();
      callback.close();
    },
  };
}

async function echoed(client: TcpConn, server: TcpConn, message: string): Promise<string> {
  await client.write(bytes(message));
  await server.write(await readExactly(server, message.length));
  return text(await readExactly(client, message.length));
}

Deno.test("detach() hands an accepted connection over: adopt() goes on with it", NEEDS_BOTH, async () => {
  for (const to of ["127.0.0.1", "::1"]) {
    await using pair = await connectedPair({ to });
    const { localAddr, remoteAddr } = pair.server;
    await pair.server.write(bytes("before "));
    const description = structuredClone(pair.server.detach());
    assertThrows(() => pair.server.localAddr && pair.server.close(), Deno.errors.BadResource);
    await assertRejects(() => pair.server.read(new Uint8Array(1)), Deno.errors.BadResource);
    await using conn = adopt(description);
    assertEquals([conn.localAddr, conn.remoteAddr], [localAddr, remoteAddr]);
    await conn.write(bytes("after"));
    assertEquals(text(await readExactly(pair.client, 12)), "before after");
    assertEquals(await echoed(pair.client, conn, "hello"), "hello");
  }
});

Deno.test(
  "detach() leaves nothing behind in its isolate, and closing what was adopted closes the connection",
  NEEDS_WINDOWS,
  async () => {
    const before = [resourceUse().sockets, socketCount()];
    {
      await using pair = await connectedPair();
      const open = resourceUse().sockets;
      const conn = adopt(pair.server.detach());
      assertEquals(resourceUse().sockets, open);
      conn.close();
      assertEquals(await pair.client.read(new Uint8Array(1)), null);
    }
    assertEquals([resourceUse().sockets, socketCount()], before);
  },
);

Deno.test(
  "detach() refuses while a read or write is under way, and the connection goes on",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const reading = pair.server.read(new Uint8Array(5));
    const error = assertThrows(() => pair.server.detach(), Deno.errors.Busy, "a read or write is under way");
    assertStringIncludes(error.message, `Cannot hand the connection with 127.0.0.1:${pair.client.localAddr.port} over`);
    await pair.client.write(bytes("hello"));
    assertEquals(await reading, 5);
  },
);

Deno.test(
  "detach() asks the system to take a connection that was read from away from its port",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    assertEquals(await echoed(pair.client, pair.server, "hello"), "hello");
    const { unsafeHandle } = pair.server;
    {
      using system = takesAway();
      closeDetached(pair.server.detach());
      assertEquals(layout(FILE_COMPLETION_INFORMATION).size, 16);
      assertEquals(system.asked, [[unsafeHandle, "00".repeat(16), FileReplaceCompletionInformation]]);
      assertEquals(FileReplaceCompletionInformation, 61);
    }
    assertEquals(await pair.client.read(new Uint8Array(1)), null);
  },
);

Deno.test(
  "detach() says when the system cannot take a connection away from its port, and leaves it open",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    assertEquals(await echoed(pair.client, pair.server, "hello"), "hello");
    using _ = standIn(ntdll(), "NtSetInformationFile", () => () => 0xc0000002 | 0);
    const error = assertThrows(() => pair.server.detach(), Deno.errors.NotSupported, "(WSAEOPNOTSUPP, 10045)");
    assertEquals((error.cause as WinsockError).syscall, "NtSetInformationFile");
    assertEquals(await echoed(pair.client, pair.server, "again"), "again");
  },
);

Deno.test("detach() takes along what was received and not read", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await pair.client.write(bytes("0123456789"));
  assertEquals(text(await readExactly(pair.server, 2)), "01"); // filled: the next read receives ahead
  assertEquals(text(await readExactly(pair.server, 2)), "23");
  await pair.client.closeWrite();
  using _ = takesAway();
  const description = pair.server.detach();
  assertEquals(text(description.unread), "456789");
  using conn = adopt(description);
  const [first, second] = [new Uint8Array(4), new Uint8Array(4)];
  assertEquals([await conn.read(first), text(first)], [4, "4567"]);
  assertEquals([await conn.read(second), text(second.subarray(0, 2))], [2, "89"]);
});

Deno.test("adopt() takes a description once, whatever copies there are", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const description = pair.server.detach();
  const copy = structuredClone(description);
  using _ = adopt(copy);
  assertThrows(() => adopt(description), Deno.errors.BadResource, "has been adopted or closed already");
  assertThrows(() => closeDetached(description), Deno.errors.BadResource, "has been adopted or closed already");
});

Deno.test("adopt() closes what it claims and cannot take over", NEEDS_WINDOWS, () => {
  const before = [resourceUse().sockets, socketCount()];
  const description = listen().detach();
  {
    using _ = standIn(ws2_32(), "getsockname", () => () => -1);
    assertThrows(() => adopt(description), Error, "Cannot adopt the socket: ");
  }
  assertEquals([resourceUse().sockets, socketCount()], before);
  assertThrows(() => closeDetached(description), Deno.errors.BadResource);
});

Deno.test("closeDetached() ends a connection that nobody adopts", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const sockets = socketCount();
  const description = pair.server.detach();
  assertEquals(socketCount(), sockets);
  closeDetached(description);
  assertEquals(socketCount(), sockets - 1);
  assertEquals(await pair.client.read(new Uint8Array(1)), null);
  assertThrows(() => adopt(description), Deno.errors.BadResource);
});

Deno.test("detach() hands a listener over that has not accepted", NEEDS_BOTH, async () => {
  for (const options of [{}, { hostname: "127.0.0.1" }, { hostname: "::1", ipv6Only: true }]) {
    const first = listen(options);
    const { addr, dualStack } = first;
    const description = structuredClone(first.detach());
    await assertRejects(() => first.accept(), Deno.errors.BadResource);
    await using listener = adopt(description);
    assertEquals([listener.addr, listener.dualStack], [addr, dualStack]);
    const hostname = options.hostname ?? "127.0.0.1";
    const [client, server] = await Promise.all([connect({ hostname, port: addr.port }), listener.accept()]);
    assertEquals(await echoed(client, server, "hello"), "hello");
    client.close();
    server.close();
  }
});

Deno.test("detach() refuses a listener that has accepted, which goes on", NEEDS_BOTH, async () => {
  await using pair = await connectedPair();
  assertThrows(() => pair.listener.detach(), Deno.errors.Busy, "accept() has been called");
  const accepting = pair.listener.accept();
  using _ = await connect({ hostname: "::1", port: pair.listener.addr.port });
  (await accepting).close();
});

Deno.test("duplicateFor() hands a connection to another process, with what was not read", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  await using program = new RunningProgram("tests/net/tcp/programs/adopting.ts");
  const pid = Number(await program.line());
  const description = pair.server.duplicateFor(pid);
  assertEquals(description.length, 628);
  assertThrows(() => pair.server.close(), Deno.errors.BadResource);
  await program.type(description.toHex() + bytes("unread ").toHex() + "\n");
  assertEquals(await program.line(), `${pair.client.localAddr.port} ${pair.listener.addr.port}`);
  await pair.client.write(bytes("hello"));
  await pair.client.closeWrite();
  assertEquals(text(await new Response(pair.client.readable).bytes()), "unread hello");
});

Deno.test("duplicateFor() says when there is no such process", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const error = assertThrows(() => pair.server.duplicateFor(0xfffffff0));
  assertStringIncludes((error as Error).message, "over to process 4294967280: ");
  assert((error as Error).cause instanceof WinsockError);
  assertEquals(await pair.client.read(new Uint8Array(1)), null);
});

Deno.test(
  "adoptHandle() makes a connection of a socket from elsewhere, and unsafeHandle shows it",
  NEEDS_WINDOWS,
  async () => {
    await using pair = await connectedPair();
    const { handle } = pair.server.detach();
    using conn = adoptHandle(handle);
    assertEquals(conn.unsafeHandle, handle);
    assertEquals(conn.remoteAddr, pair.client.localAddr);
    assertEquals(await echoed(pair.client, conn, "hello"), "hello");
  },
);

Deno.test("adoptHandle() refuses what is no connection, and leaves it alone", NEEDS_BOTH, async () => {
  const { WSASocketW, closesocket } = ws2_32();
  using listener = listen();
  assertThrows(() => adoptHandle(listener.unsafeHandle), TypeError, "must be that of a connection, got a listener");
  const datagram = WSASocketW(2, 2, 17, null, 0, 0x81);
  assertThrows(() => adoptHandle(datagram as bigint), TypeError, "must be that of a TCP socket, got family 2, type 2");
  const stream = WSASocketW(23, 1, 6, null, 0, 0x81);
  assertThrows(() => adoptHandle(stream as bigint), Deno.errors.NotConnected);
  for (const handle of [datagram, stream]) assertEquals(closesocket(handle), 0);
  assertThrows(() => adoptHandle(stream as bigint), Deno.errors.BadResource);
  await using pair = await connectedPair();
  assertThrows(
    () => adoptHandle(pair.client.unsafeHandle),
    Error,
    `Cannot adopt the socket ${pair.client.unsafeHandle}: `,
  );
  assertEquals(await echoed(pair.client, pair.server, "still"), "still");
});

Deno.test("adopt() and its like name what they cannot take", NEEDS_WINDOWS, () => {
  for (const value of [undefined, null, 1, "x", {}, { kind: "tcp connection", handle: 1n }]) {
    assertThrows(() => adopt(value as never), TypeError, "description must be what detach() returned");
    assertThrows(() => closeDetached(value as never), TypeError, "description must be what detach() returned");
  }
  const claim = new Int32Array(new SharedArrayBuffer(4));
  const cutOff = {
    kind: "tcp connection",
    handle: 1n,
    claim,
    sockaddrs: new Uint8Array(55),
    unread: new Uint8Array(0),
  };
  assertThrows(() => adopt(cutOff as never), TypeError, "description must be what detach() returned");
  assertEquals(claim[0], 0);
  assertThrows(() => adopt(new Uint8Array(627)), TypeError, "must have 628 bytes or more, got 627");
  assertThrows(() => adopt(new Uint8Array(628)), Error, "Cannot adopt the socket of another process: ");
  for (const value of [1, "1", undefined]) {
    assertThrows(() => adoptHandle(value as never), TypeError, "handle must be a bigint");
  }
  for (const value of [-1n, 1n << 64n]) assertThrows(() => adoptHandle(value), RangeError, "handle must have 64 bits");
});

Deno.test("detach() hands connections to Workers, which go on serving them", NEEDS_BOTH, async () => {
  using listener = listen();
  const worker = new Worker(new URL("programs/adopting_worker.ts", import.meta.url), { type: "module" });
  const clients = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
    const hostname = index % 2 ? "::1" : "127.0.0.1";
    const client = await connect({ hostname, port: listener.addr.port });
    await client.write(bytes(`hello ${index} `));
    return client;
  }));
  for (let left = clients.length; left > 0; left--) worker.postMessage((await listener.accept()).detach());
  for (const [index, client] of clients.entries()) {
    await client.write(bytes("again"));
    await client.closeWrite();
    assertEquals(text(await new Response(client.readable).bytes()), `hello ${index} again`);
    client.close();
  }
  worker.terminate();
});

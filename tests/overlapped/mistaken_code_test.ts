// What becomes of an operation whose call says that it failed, by a code that is not its own: see "When a call fails" in
// completion_port.ts. The real call is made, and then the last error is overwritten, as V8 may do on the way back.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect, listen, listenDatagram, type TcpConn } from "@winsock/ws2";
import { AF_INET, AF_INET6, ERROR_CODES } from "@winsock/ws2/ffi";
import { resourceUse } from "../../ffi/overlapped/usage.ts";
import { tcpProvider } from "../../ffi/win32/provider.ts";
import { kernel32 } from "../../ffi/win32/kernel32.ts";
import { datagramCalls, streamCalls, ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { randomBytes, readAll } from "../support/bytes.ts";
import { assertFailedCall } from "../support/errors.ts";
import { NEEDS_IPV4 } from "../support/families.ts";
import { connectedPair } from "../support/pair.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

/** Codes that a call may seem to fail with: none at all, one of the memory manager, one of NT, and two of Winsock. */
const CODES = [0, 487, 1150, ERROR_CODES.WSAECONNRESET[0], ERROR_CODES.WSAEWOULDBLOCK[0]];

type Name = "WSARecv" | "WSASend" | "WSARecvFrom" | "WSASendTo" | "send" | "recv";

/** Overwrites the last error of a call whenever it fails. */
function overwrite(name: Name, code: number): Disposable & { calls: number } {
  const count = { calls: 0, [Symbol.dispose]: () => stand[Symbol.dispose]() };
  const { WSASetLastError } = ws2_32();
  const table = name === "WSARecvFrom" || name === "WSASendTo" ? datagramCalls() : streamCalls();
  const calls = table as unknown as Record<Name, (...parameters: unknown[]) => number>;
  const stand = standIn(calls, name, (original) => (...parameters) => {
    const result = original(...parameters);
    if (result >= 0) return result;
    count.calls++;
    WSASetLastError(code);
    return result;
  });
  return count;
}

/** Overwrites the last error of the first call of an extension function that fails: the next one is believed. */
function overwriteOnce(
  af: typeof AF_INET | typeof AF_INET6,
  name: "AcceptEx" | "ConnectEx",
  code: number,
): Disposable {
  const { [name]: pointer } = tcpProvider(af);
  let isFirst = true;
  const original = pointer.call.bind(pointer) as (...parameters: unknown[]) => number;
  const { WSASetLastError } = ws2_32();
  Object.defineProperty(pointer, "call", {
    configurable: true,
    value(...parameters: unknown[]) {
      const result = original(...parameters);
      if (result === 0 && isFirst) {
        isFirst = false;
        WSASetLastError(code);
      }
      return result;
    },
  });
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(pointer, "call") };
}

/** Checks that nothing is left of a test in use. */
async function leavesNothing(test: () => Promise<void>): Promise<void> {
  const before = resourceUse();
  await test();
  const { operations, buffers, sockets } = resourceUse();
  assertEquals({ operations, buffers, sockets }, {
    operations: before.operations,
    buffers: before.buffers,
    sockets: before.sockets,
  });
}

for (const code of CODES) {
  Deno.test(
    `a receive that is in flight, though its call said ${code}, is received again`,
    NEEDS_WINDOWS,
    () =>
      leavesNothing(async () => {
        await using pair = await connectedPair();
        {
          using overwritten = overwrite("WSARecv", code);
          const reading = Array.from({ length: 3 }, () => {
            const target = new Uint8Array(2);
            return pair.server.read(target).then((bytes) => target.subarray(0, bytes!));
          });
          for (let part = 0; part < 3; part++) {
            await pair.client.write(Uint8Array.of(part, part));
            assertEquals(await reading[part], Uint8Array.of(part, part));
          }
          assert(overwritten.calls >= 3, `${overwritten.calls} calls`);
        }
        assert(resourceUse().mistakenCodes > 0);
        await pair.client.closeWrite();
        assertEquals(await pair.server.read(new Uint8Array(1)), null);
      }),
  );

  Deno.test(
    `a send that is in flight, though its call said ${code}, fails and is followed by none`,
    NEEDS_WINDOWS,
    () =>
      leavesNothing(async () => {
        await using pair = await connectedPair();
        using _overwritten = overwrite("WSASend", code);
        const sent = randomBytes(64 * 1024 * 1024);
        const written = await pair.client.write(sent);
        assert(written < sent.length);
        assertFailedCall(
          await assertRejects(() => pair.client.write(Uint8Array.of(1))),
          Deno.errors.BrokenPipe,
          "WSASend",
          "WSA_OPERATION_ABORTED",
        );
        pair.client.close();
        const received = await readAll(pair.server);
        assert(received.length >= written);
        assertEquals(received.at(-1), sent[received.length - 1]);
      }),
  );

  Deno.test(`datagrams are received, though the call said ${code}`, NEEDS_IPV4, () =>
    leavesNothing(async () => {
      await using server = listenDatagram({ hostname: "127.0.0.1" });
      await using client = listenDatagram({ hostname: "127.0.0.1" });
      {
        using _overwritten = overwrite("WSARecvFrom", code);
        for (let round = 0; round < 5; round++) {
          const receiving = server.receive();
          await client.send(Uint8Array.of(round), server.addr);
          assertEquals((await receiving)[0], Uint8Array.of(round));
        }
      }
    }));

  Deno.test(
    `connections are made and accepted, though the calls said ${code}`,
    NEEDS_IPV4,
    () =>
      leavesNothing(async () => {
        using _accepts = overwriteOnce(AF_INET, "AcceptEx", code);
        using _connects = overwriteOnce(AF_INET6, "ConnectEx", code);
        await using listener = listen({ hostname: "127.0.0.1" });
        const connecting = connect({ hostname: "127.0.0.1", port: listener.addr.port });
        // The attempt that was repeated may have come about too: that connection has ended.
        const target = new Uint8Array(1);
        const accepting = (async () => {
          for await (const server of listener) {
            const bytes = await server.read(target).catch(() => null);
            await server[Symbol.asyncDispose]();
            if (bytes !== null) break;
          }
        })();
        await using client = await connecting;
        await client.write(Uint8Array.of(5));
        await accepting;
        assertEquals(target[0], 5);
      }),
  );

  Deno.test(
    `a call that fails at once, and says ${code}, is a failure and ends no other operation`,
    NEEDS_WINDOWS,
    () =>
      leavesNothing(async () => {
        await using pair = await connectedPair();
        await using other = await connectedPair();
        const waiting = other.server.read(new Uint8Array(4));
        {
          const { WSASetLastError } = ws2_32();
          using _failing = standIn(streamCalls(), "WSARecv", () => () => {
            WSASetLastError(code);
            return -1;
          });
          const error = await assertRejects(() => pair.server.read(new Uint8Array(1)));
          assert(error instanceof Error && error.message.startsWith("Cannot read from 127.0.0.1:"), `${error}`);
          assert(error.cause instanceof Error && "code" in error.cause && error.cause.code !== 0);
        }
        await other.client.write(Uint8Array.of(1, 2));
        assertEquals(await waiting, 2);
      }),
  );
}

for (const code of [0, 487, 1150]) {
  Deno.test(
    `read() says why it fails, or reads, when the call before has failed and said ${code}`,
    NEEDS_WINDOWS,
    () =>
      leavesNothing(async () => {
        const { WSASetLastError } = ws2_32();
        const failOnce = () => {
          let isFirst = true;
          return standIn(streamCalls(), "WSARecv", (original) => (...parameters: unknown[]): number => {
            if (!isFirst) return Reflect.apply(original, undefined, parameters) as number;
            isFirst = false;
            WSASetLastError(code);
            return -1;
          });
        };
        await using pair = await connectedPair();
        {
          using _failing = failOnce();
          const target = new Uint8Array(2);
          const reading = pair.server.read(target);
          await pair.client.write(Uint8Array.of(8, 9));
          assertEquals([await reading, target], [2, Uint8Array.of(8, 9)]);
        }
        using _failing = failOnce();
        const reading = pair.server.read(new Uint8Array(1));
        pair.client.options.linger = 0;
        pair.client.close(); // resets the connection
        assertFailedCall(await assertRejects(() => reading), Deno.errors.ConnectionReset, "WSARecv", "WSAECONNRESET");
      }),
  );
}

Deno.test(
  "a mark that is dequeued late says nothing about an operation that was started meanwhile",
  NEEDS_WINDOWS,
  () =>
    leavesNothing(async () => {
      await using pair = await connectedPair();
      const { WSARecv } = streamCalls();
      const { PostQueuedCompletionStatus } = kernel32();
      const { WSASetLastError } = ws2_32();
      const marks: Parameters<typeof PostQueuedCompletionStatus>[] = [];
      const target = new Uint8Array(1);
      /** A read that is in flight, which its call denies, and so does `CancelIoEx`; its mark is not posted yet. */
      const readInDoubt = () => {
        using _receives = standIn(streamCalls(), "WSARecv", () => (...parameters) => {
          const result = WSARecv(...parameters);
          WSASetLastError(1150);
          return result;
        });
        using _cancels = standIn(kernel32(), "CancelIoEx", () => () => 0);
        using _posts = standIn(kernel32(), "PostQueuedCompletionStatus", () => (...parameters) => {
          marks.push(parameters);
          return 1;
        });
        return pair.server.read(target);
      };
      const answer = async (reading: Promise<number | null>, byte: number) => {
        await pair.client.write(Uint8Array.of(byte));
        assertEquals([await reading, target[0]], [1, byte]);
      };
      await answer(readInDoubt(), 1);
      for (let use = 2; use <= 4; use++) await answer(pair.server.read(target), use); // at the other OVERLAPPEDs of a slot
      const reading = readInDoubt();
      assertEquals(marks.length, 2);
      PostQueuedCompletionStatus(...marks[0]);
      const answering = pair.client.read(new Uint8Array(1));
      await pair.server.write(Uint8Array.of(0));
      await answering; // the mark has been dequeued
      await answer(reading, 5);
      PostQueuedCompletionStatus(...marks[1]);
      for (let use = 0; use < 100; use++) await answer(pair.server.read(target), use);
    }),
);

Deno.test(
  "an echo of 32 connections with wrong last errors delivers each byte to whom it belongs",
  NEEDS_WINDOWS,
  () =>
    leavesNothing(async () => {
      const random = numbers(11);
      const { WSASetLastError } = ws2_32();
      let injected = 0;
      const injecting = (["WSARecv", "send", "recv"] as const).map((name) =>
        standIn(streamCalls(), name, (original) => (...parameters: unknown[]): number => {
          const result = Reflect.apply(original, undefined, parameters) as number;
          if (result < 0 && random() % 5 === 0) {
            injected++;
            WSASetLastError([0, 487, 1150][random() % 3]);
          }
          return result;
        })
      );
      try {
        await using listener = listen();
        const serving = (async () => {
          const echoes: Promise<void>[] = [];
          for await (const conn of listener) echoes.push(echo(conn));
          await Promise.all(echoes);
        })();
        await Promise.all(Array.from({ length: 32 }, async (_, client) => {
          await using conn = await connect({ hostname: "::1", port: listener.addr.port });
          for (let round = 0; round < 40; round++) {
            const message = randomBytes(1 + random() % 3000, 1000 * client + round + 1);
            await conn.write(message);
            const answer = new Uint8Array(message.length);
            for (let at = 0; at < answer.length;) {
              const bytes = await conn.read(answer.subarray(at));
              assert(bytes !== null, "the stream has ended");
              at += bytes;
            }
            assertEquals(answer, message);
          }
          await conn.closeWrite();
          assertEquals(await conn.read(new Uint8Array(1)), null);
        }));
        listener.close();
        await serving;
      } finally {
        for (const stand of injecting) stand[Symbol.dispose]();
      }
      assert(injected > 100, `${injected} errors injected`);
    }),
);

async function echo(conn: TcpConn): Promise<void> {
  await using _conn = conn;
  const buffer = new Uint8Array(1000);
  for (let bytes; (bytes = await conn.read(buffer)) !== null;) {
    assertEquals(await conn.write(buffer.subarray(0, bytes)), bytes);
  }
}

/** Numbers that look random, the same each time. */
function numbers(seed: number): () => number {
  let words = new Uint32Array(0);
  let next = 0;
  return () => {
    if (next === words.length) [words, next] = [new Uint32Array(randomBytes(4096, seed++).buffer), 0];
    return words[next++];
  };
}

Deno.test(
  "a packet that comes twice, or to a slot that is in other hands, settles nothing and is counted",
  NEEDS_WINDOWS,
  () =>
    leavesNothing(async () => {
      await using pair = await connectedPair();
      const { WSARecv } = streamCalls();
      const { PostQueuedCompletionStatus, CreateIoCompletionPort } = kernel32();
      let port = 0n;
      let key = 0n;
      const overlapped: bigint[] = [];
      using _joins = standIn(kernel32(), "CreateIoCompletionPort", () => (file, existing, completionKey, threads) => {
        [port, key] = [existing, completionKey];
        return CreateIoCompletionPort(file, existing, completionKey, threads);
      });
      using _receives = standIn(streamCalls(), "WSARecv", () => (...parameters) => {
        overlapped.push(parameters[5] as bigint);
        return WSARecv(...parameters);
      });
      const { latePackets } = resourceUse();
      const buffer = new Uint8Array(1);
      for (let round = 0; round < 10; round++) {
        const reading = pair.server.read(buffer); // joins the port
        await pair.client.write(Uint8Array.of(round));
        assertEquals([await reading, buffer[0]], [1, round]);
        const waiting = pair.server.read(buffer); // most likely in the slot that has just become free
        PostQueuedCompletionStatus(port, 1, key, overlapped[overlapped.length - 2]); // the one before, once more
        PostQueuedCompletionStatus(port, 1, key + 1000n, overlapped[overlapped.length - 1]); // that of another socket
        await pair.server.write(Uint8Array.of(0));
        await pair.client.read(new Uint8Array(1)); // both have been dequeued
        await pair.client.write(Uint8Array.of(100 + round));
        assertEquals([await waiting, buffer[0]], [1, 100 + round]);
      }
      assertEquals(resourceUse().latePackets - latePackets, 20);
    }),
);

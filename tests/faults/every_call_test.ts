// Every call that the library makes goes wrong once: a program that uses all of the library runs again and again, and each
// time another call of it fails, ends late, twice, or never. Whatever becomes of that call, each promise settles, the
// first error names the call and its code, nothing is left in use, and a connection beside it goes on undisturbed.
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { equals } from "@std/bytes";
import {
  connect,
  connectDatagram,
  type ConnectedDatagramConn,
  type DatagramConn,
  listen,
  listenDatagram,
  resolve,
  type TcpConn,
  type TcpListener,
} from "@winsock/ws2";
import { ERROR_CODES, WinsockError } from "@winsock/ws2/ffi";
import { NTSTATUS_CODES } from "../../ffi/win32/ntstatus.ts";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { randomBytes, readAll, readExactly } from "../support/bytes.ts";
import { NEEDS_BOTH } from "../support/families.ts";
import { callNames, FAILURES } from "../support/faults/calls.ts";
import { type Fault, injectFaults } from "../support/faults/inject.ts";
import { openHandles } from "../support/faults/kernel.ts";
import { OVERLAPPED_CALL_NAMES } from "../support/faults/overlapped_calls.ts";
import { leavesNothing } from "../support/faults/resources.ts";
import { connectedPair } from "../support/pair.ts";

const [WSAENOBUFS] = ERROR_CODES.WSAENOBUFS;
const [STATUS_INSUFFICIENT_RESOURCES] = NTSTATUS_CODES.STATUS_INSUFFICIENT_RESOURCES;
const [STATUS_CANCELLED] = NTSTATUS_CODES.STATUS_CANCELLED;

/** How many calls of a name go wrong, one in each run: those beyond are made in the same places. */
const MOST_CALLS = 6;

/** Calls that the program cannot have fail one by one, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  WSAStartup: "tests/win32/start_test.ts",
  WSACleanup: "tests/win32/start_test.ts",
  VirtualAlloc: "the slots of the first runs are used again; tests/overlapped/leaks_test.ts",
  HeapCreate: "once an isolate",
  HeapAlloc: "the buffers of the first runs are used again; tests/overlapped/leaks_test.ts",
  HeapFree: "called for buffers beyond those that are kept, and what it says changes nothing",
  HeapDestroy: "called by the poller of a Worker that has ended: tests/overlapped/ended_workers_test.ts",
  VirtualFree: "the same",
  WaitForSingleObject: "the same",
  DuplicateHandle: "the same, once a Worker",
  PostQueuedCompletionStatus: "called when another call has failed; tests/overlapped/mistaken_code_test.ts",
  CancelIoEx: "fails when there is nothing to cancel, and what it says then decides: mistaken_code_test.ts",
  WSADuplicateSocketW: "tests/net/tcp/detach_test.ts",
  getpeername: "the same",
  CreateFileW: "tests/net/tcp/send_file_test.ts",
  GetFileSizeEx: "the same",
  CloseHandle: "the port that measures how long a poll takes, once an isolate",
};

const REASON = new Error("the signal's reason");

/** A program: whatever it opens, and how its steps have ended. */
class Program {
  readonly errors: { step: string; error: unknown }[] = [];
  readonly #controller = new AbortController();
  readonly #open: (TcpListener | TcpConn | DatagramConn | ConnectedDatagramConn)[] = [];
  isClosed = false;

  abort(): void {
    this.#controller.abort(REASON);
  }

  close(): void {
    this.isClosed = true;
    for (const socket of this.#open) {
      try {
        socket[Symbol.dispose]();
      } catch (error) {
        this.errors.push({ step: "close", error });
      }
    }
  }

  async #step<T>(step: string, action: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.errors.push({ step, error });
    }
  }

  async #opened<T extends TcpListener | TcpConn | DatagramConn | ConnectedDatagramConn>(
    step: string,
    action: () => T | Promise<T>,
  ): Promise<T | undefined> {
    const socket = await this.#step(step, action);
    if (socket !== undefined) this.#open.push(socket);
    return socket;
  }

  async run(): Promise<void> {
    await this.#tcp();
    await this.#datagrams();
    await this.#step("resolve", async () => assertEquals((await resolve("localhost")).length > 0, true));
    await this.#opened("listen at a name", () => listen({ hostname: "localhost" }));
    for (const socket of this.#open) await this.#step("dispose", () => socket[Symbol.asyncDispose]());
  }

  async #tcp(): Promise<void> {
    const { signal } = this.#controller;
    const listener = await this.#opened("listen", () => listen({ hostname: "127.0.0.1" }));
    if (listener === undefined) return;
    const { port } = listener.addr;
    const accepting = this.#opened("accept", () => listener.accept({ signal }));
    const client = await this.#opened("connect", () => connect({ hostname: "127.0.0.1", port, signal }));
    if (client === undefined) return listener[Symbol.dispose](), void await accepting;
    let server = await accepting;
    // The connection that could not be accepted is gone or waits: the next call gets it, or nobody ever does.
    if (server === undefined && !this.isClosed) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(20)]);
      server = await this.#opened("accept again", () => listener.accept({ signal: limit }));
    }
    if (server === undefined) return;
    const pair = { client, server };

    await this.#exchange("a read that waits", pair, async () => {
      const reading = readExactly({ read: (p) => server.read(p, { signal }) }, 100);
      reading.catch(() => {});
      await writeWhole(client, randomBytes(100), signal);
      assertEquals(await reading, randomBytes(100));
    });
    await this.#exchange("read ahead", pair, async () => {
      await writeWhole(client, randomBytes(3000), signal);
      for (let at = 0; at < 3000; at += 100) {
        assertEquals(await readExactly(server, 100), randomBytes(3000).subarray(at, at + 100));
      }
    });
    await this.#exchange("a write that waits", pair, async () => {
      server.options.sendBufferSize = 16 * 1024;
      const sent = randomBytes(512 * 1024);
      const writing = writeWhole(server, sent, signal);
      const reading = readExactly({ read: (p) => client.read(p, { signal }) }, sent.length);
      reading.catch(() => {}); // when the write fails first
      writing.catch(() => client[Symbol.dispose]());
      const [received] = await Promise.all([reading, writing]);
      assert(equals(received, sent), "what was written is read");
    });
    await this.#exchange("an aborted read", pair, async () => {
      const controller = new AbortController();
      const reading = client.read(new Uint8Array(1), controller).catch((error) => error);
      await null;
      controller.abort(REASON);
      const reason = await reading;
      if (reason !== REASON) throw reason;
    });
    await this.#exchange("options", pair, () => {
      client.setNoDelay(true);
      assertEquals(client.options.noDelay, true);
    });
    await this.#exchange("the end of the stream", pair, async () => {
      await client.closeWrite();
      assertEquals((await readAll(server)).length, 0);
    });
    await this.#exchange("close with unread input", pair, async () => {
      await writeWhole(server, Uint8Array.of(1), signal);
      server.close();
      await client[Symbol.asyncDispose]();
    });
  }

  /** A step of a connection, which is over when it fails. */
  async #exchange(step: string, pair: { client: TcpConn; server: TcpConn }, action: () => void | Promise<void>) {
    if (this.errors.some(({ step }) => step.startsWith("on a connection"))) return;
    const failing = this.errors.length;
    const acting = this.#step(`on a connection: ${step}`, action);
    await acting;
    if (this.errors.length > failing) { for (const conn of Object.values(pair)) conn[Symbol.dispose](); }
  }

  async #datagrams(): Promise<void> {
    const { signal } = this.#controller;
    const a = await this.#opened("listenDatagram", () => listenDatagram({ hostname: "127.0.0.1" }));
    const b = await this.#opened("listenDatagram", () => listenDatagram({ hostname: "127.0.0.1" }));
    if (a === undefined || b === undefined) return;
    const peer = { hostname: "127.0.0.1", port: b.addr.port };
    const c = await this.#opened("connectDatagram", () => connectDatagram(peer));
    if (c !== undefined) {
      await this.#step("datagram", async () => {
        const receiving = b.receive();
        receiving.catch(() => {});
        await this.#send(() => c.send(randomBytes(10, 7)), b, receiving);
        assertEquals((await receiving)[0], randomBytes(10, 7));
      });
    }
    for (let round = 0; round < 2; round++) {
      if (this.errors.some(({ step }) => step === "datagram")) return; // what was not received is in the way
      await this.#step("datagram", async () => {
        const receiving = b.receive();
        receiving.catch(() => {}); // when the send fails first
        await this.#send(() => a.send(randomBytes(10, round + 1), b.addr), b, receiving);
        assertEquals((await receiving)[0], randomBytes(10, round + 1));
      });
      await this.#step("datagram", async () => {
        const receiving = a.receiveMessage(undefined, { signal });
        receiving.catch(() => {});
        await this.#send(() => b.sendMessage(randomBytes(20, round + 1), a.addr, { signal }), a, receiving);
        assertEquals((await receiving).data, randomBytes(20, round + 1));
      });
    }
  }

  /** Sends a datagram; what waits for it must not do so for ever when that fails. */
  async #send(send: () => Promise<number>, to: DatagramConn, receiving: Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      to[Symbol.dispose]();
      await receiving.catch(() => {});
      throw error;
    }
  }
}

/** Writes all, where a write may end early; the next one then says why. */
async function writeWhole(conn: TcpConn, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await conn.write(bytes.subarray(written), { signal });
}

/** What could not be closed stays open: one handle at most. */
function closeLeft(before: ReadonlySet<bigint>): void {
  const left = [...openHandles].filter((handle) => !before.has(handle));
  assert(left.length <= 1, `${left.length} handles are left`);
  for (const handle of left) ws2_32().closesocket(handle);
}

/** Runs the program with a fault in the n-th call of a name; returns whether there was such a call, and its errors. */
async function run(name: string, n: number, fault: Fault, then?: (program: Program) => void) {
  const program = new Program();
  let calls = 0;
  await leavesNothing(async () => {
    await using bystander = await connectedPair();
    const handles = new Set(openHandles);
    const waiting = readExactly(bystander.server, 5000);
    waiting.catch(() => {}); // when the test has failed already
    {
      using faults = injectFaults({
        plan: (call) => {
          if (call.name !== name || calls++ !== n) return undefined;
          if (then !== undefined) setTimeout(() => then(program));
          return fault;
        },
      });
      await program.run();
      assertEquals(faults.violations, []);
    }
    if (name === "closesocket" && fault.kind === "failure") closeLeft(handles);
    await bystander.client.write(randomBytes(5000, 9));
    assertEquals(await waiting, randomBytes(5000, 9));
  });
  return { wasCalled: calls > n, errors: program.errors };
}

type Ran = Awaited<ReturnType<typeof run>>;

/** Runs the program for each call of a name; all must hold what `check` says. */
async function eachCall(name: string, fault: Fault, check: (ran: Ran, n: number) => void, then?: (p: Program) => void) {
  for (let n = 0; n < MOST_CALLS; n++) {
    const ran = await run(name, n, fault, then);
    if (!ran.wasCalled) {
      assert(n > 0, `${name} is called`);
      return;
    }
    try {
      check(ran, n);
    } catch (error) {
      throw new Error(`Call ${n} of ${name}: ${Deno.inspect(ran.errors)}`, { cause: error });
    }
  }
}

/** An error that the documentation knows: a class of Deno's with a failed call as its cause, or said by the library itself. */
function assertDocumented(error: unknown): void {
  assertInstanceOf(error, Error);
  if (error === REASON || error instanceof Deno.errors.BadResource || error.name === "TimeoutError") return;
  assert(error.message.startsWith("Cannot ") || error instanceof WinsockError, Deno.inspect(error));
  if (error.cause !== undefined) assertInstanceOf(error.cause, WinsockError);
}

/** The first error is that of the call; others may follow from it. */
function assertReported({ errors }: Ran, name: string, errorClass: new () => Error, code: number): void {
  for (const { error } of errors) assertDocumented(error);
  if (errors.length === 0) return;
  const [{ error }] = errors;
  assertInstanceOf(error, errorClass);
  const cause = error instanceof WinsockError ? error : error.cause;
  assertInstanceOf(cause, WinsockError);
  assertEquals([cause.syscall, cause.code], [name.replace("Nonblocking", ""), code]);
}

/** Calls whose failure nobody needs to be told. */
const TOLERATED: ReadonlySet<string> = new Set([
  "GetQueuedCompletionStatusEx", // polls again
  "SetFileCompletionNotificationModes", // goes on with a packet for each completion
  "WSASend", // when something has been sent: the write says how much, and the next one succeeds
]);

Deno.test("every call of the library is known to the fault tests", NEEDS_BOTH, () => {
  const names = callNames();
  assertEquals(names.filter((name) => !(name in FAILURES)), []);
  assertEquals(OVERLAPPED_CALL_NAMES.filter((name) => !names.includes(name)), []);
});

/** The calls that a test is made for. */
const NAMES = Object.keys(FAILURES).filter((name) => FAILURES[name] !== "it cannot fail" && !(name in ELSEWHERE));

for (const name of NAMES) {
  Deno.test(`${name}() that fails is reported, and harms nothing else`, NEEDS_BOTH, async () => {
    let reported = 0;
    await eachCall(name, { kind: "failure", code: WSAENOBUFS }, (ran) => {
      assertReported(ran, name, Error, WSAENOBUFS);
      if (ran.errors.length > 0) reported++;
      if (TOLERATED.has(name)) assertEquals(ran.errors, []);
    });
    if (!TOLERATED.has(name)) assert(reported > 0, `${name} is reported at least once`);
  });

  Deno.test(`${name}() that fails is a failure, whatever the last error`, NEEDS_BOTH, async () => {
    const codes = FAILURES[name] === "its result is the code" ? [1150] : [0, 1150];
    for (const code of codes) {
      await eachCall(name, { kind: "failure", code }, ({ errors }) => {
        for (const { error } of errors) assertDocumented(error);
      });
    }
  });
}

for (const name of [...OVERLAPPED_CALL_NAMES, "send", "recv"]) {
  Deno.test(`${name}() with a wrong last error mixes nothing up`, NEEDS_BOTH, async () => {
    for (const code of [0, 487, 1150]) {
      await eachCall(name, { kind: "wrong last error", code }, ({ errors }) => {
        for (const { error } of errors) assertDocumented(error);
      });
    }
  });
}

for (const name of OVERLAPPED_CALL_NAMES) {
  Deno.test(`${name}() that fails later is reported, and harms nothing else`, NEEDS_BOTH, async () => {
    await eachCall(name, { kind: "late failure", status: STATUS_INSUFFICIENT_RESOURCES }, (ran) => {
      assertReported(ran, name, Deno.errors.Busy, WSAENOBUFS);
    });
  });

  Deno.test(`${name}() that somebody else has cancelled is reported, and harms nothing else`, NEEDS_BOTH, async () => {
    await eachCall(name, { kind: "late failure", status: STATUS_CANCELLED }, (ran) => {
      // Nobody knows how much of the send went out: the write says how much at least, and the next one that it is over.
      const errorClass = name === "WSASend" ? Deno.errors.BrokenPipe : Deno.errors.Interrupted;
      assertReported(ran, name, errorClass, ERROR_CODES.WSA_OPERATION_ABORTED[0]);
    });
  });

  for (const delay of [0, 3]) {
    const late = delay > 0 ? ", when cancelling takes its time" : "";
    // There is nothing to close yet while a connection is being made.
    if (name !== "ConnectEx") {
      Deno.test(`${name}() that never ends is ended by close()${late}`, NEEDS_BOTH, async () => {
        await eachCall(name, { kind: "never", delay }, ({ errors }) => {
          for (const { error } of errors) {
            assertDocumented(error);
          }
        }, (program) => program.close());
      });
    }

    Deno.test(`${name}() that never ends is ended by an abort${late}`, NEEDS_BOTH, async () => {
      await eachCall(name, { kind: "never", delay }, ({ errors }) => {
        for (const { error } of errors) assertDocumented(error);
      }, (program) => {
        program.abort();
        setTimeout(() => program.close(), 10); // for what takes no signal
      });
    });
  }

  for (const fault of [{ kind: "late", delay: 4 }, { kind: "twice" }] as const) {
    Deno.test(`${name}() that ends ${fault.kind} makes no difference`, NEEDS_BOTH, async () => {
      await eachCall(name, fault, ({ errors }) => assertEquals(errors, []));
    });
  }
}

for (const name of ["WSARecv", "WSASend", "recv", "send"]) {
  Deno.test(`${name}() for one byte only makes no difference`, NEEDS_BOTH, async () => {
    await eachCall(name, { kind: "short", bytes: 1 }, ({ errors }) => assertEquals(errors, []));
  });
}

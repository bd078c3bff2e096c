import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { SendFileOptions, WinsockError } from "@winsock/ws2";
import { resourceUse } from "../../../ffi/overlapped/usage.ts";
import { randomBytes, readAll } from "../../support/bytes.ts";
import { handleCount } from "../../support/handles.ts";
import { connectedPair } from "../../support/pair.ts";
import { runDeno } from "../../support/program.ts";
import { countCalls } from "../../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

const PATH = "tests/net/tcp/send_file_test.ts"; // any file will do
const file = await Deno.readFile(PATH);
const bytes = (text: string) => new TextEncoder().encode(text);

/** What the peer receives when a file is sent, by its path and as an open file. */
async function sentBy(options: SendFileOptions, asFile: boolean): Promise<[Uint8Array, number]> {
  await using pair = await connectedPair();
  using open = asFile ? await Deno.open(PATH) : undefined;
  const receiving = readAll(pair.client);
  const count = await pair.server.sendFile(open ?? PATH, options);
  await pair.server.closeWrite();
  return [await receiving, count];
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

for (const asFile of [false, true]) {
  const how = asFile ? "an open file" : "a file by its path";

  Deno.test(`sendFile() sends ${how}, or a part of it, with what goes before and behind`, NEEDS_WINDOWS, async () => {
    const [head, tail] = [bytes("head\r\n"), bytes("\r\ntail")];
    const long = randomBytes(300 * 1024);
    const { length } = file;
    const cases: [SendFileOptions, Uint8Array][] = [
      [{}, file],
      [{ offset: 10 }, file.subarray(10)],
      [{ length: 100 }, file.subarray(0, 100)],
      [{ offset: 50, length: 100 }, file.subarray(50, 150)],
      [{ offset: length - 5, length: 100 }, file.subarray(-5)],
      [{ head }, joined(head, file)],
      [{ tail }, joined(file, tail)],
      [{ head, tail, offset: 3, length: 4 }, joined(head, file.subarray(3, 7), tail)],
      [{ head, tail, length: 0 }, joined(head, tail)],
      [{ head, tail, offset: length }, joined(head, tail)],
      [{ offset: length + 1 }, new Uint8Array(0)],
      [{ head: long, tail: long, length: 9 }, joined(long, file.subarray(0, 9), long)],
    ];
    for (const [options, expected] of cases) {
      const [received, count] = await sentBy(options, asFile);
      assertEquals([received.length, count], [expected.length, expected.length], Deno.inspect(options));
      assertEquals(received, expected, Deno.inspect(options));
    }
  });
}

Deno.test("sendFile() keeps its place among writes", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const [before, after] = [randomBytes(3 << 20, 1), randomBytes(1 << 20, 2)];
  const receiving = readAll(pair.client);
  const counts = await Promise.all([
    pair.server.write(before),
    pair.server.sendFile(PATH),
    pair.server.write(after),
    pair.server.sendFile(PATH, { length: 7 }),
    pair.server.closeWrite(),
  ]);
  assertEquals(counts, [before.length, file.length, after.length, 7, undefined]);
  const received = await receiving;
  const expected = [before, file, after, file.subarray(0, 7)];
  let at = 0;
  for (const part of expected) {
    assert(received.subarray(at, at + part.length).every((byte, index) => byte === part[index]));
    at += part.length;
  }
  assertEquals(received.length, at);
});

Deno.test("sendFile() has the system send: the file is not read here", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  using reads = countCalls(Deno, "open");
  assertEquals(await pair.server.sendFile(PATH), file.length);
  assertEquals(reads.calls, 0);
});

Deno.test("sendFile() closes the file, and releases what it used", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const receiving = readAll(pair.client);
  await pair.server.sendFile(PATH, { head: bytes("x") });
  const before = handleCount();
  for (let i = 0; i < 10; i++) await pair.server.sendFile(PATH, { head: bytes("x") });
  assert(handleCount() <= before, `${handleCount()} handles, ${before} before`);
  await pair.server.closeWrite();
  await receiving;
  const { operations, buffers } = resourceUse();
  assert(operations <= 17 && buffers === 0, `${operations} operations, ${buffers} buffers`); // those of accept()
});

Deno.test("sendFile() that is aborted rejects with the reason, and nothing can follow", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  // Nothing takes as much as the executable of Deno while the peer does not read. Only here may it be read.
  const querySync = () => ({ state: "granted" });
  Object.defineProperty(Deno.permissions, "querySync", { configurable: true, value: querySync });
  const controller = new AbortController();
  const sending = pair.server.sendFile(Deno.execPath(), { signal: controller.signal });
  delete (Deno.permissions as { querySync?: unknown }).querySync;
  controller.abort(new Error("enough"));
  await assertRejects(() => sending, Error, "enough");
  await assertRejects(() => pair.server.write(bytes("x")), Deno.errors.BrokenPipe);
});

Deno.test("sendFile() says what it cannot open, and the connection goes on", NEEDS_WINDOWS, async () => {
  await using pair = await connectedPair();
  const missing = await assertRejects(() => pair.server.sendFile("tests/none.txt"), Deno.errors.NotFound);
  assertStringIncludes(
    missing.message,
    `Cannot send a file to 127.0.0.1:${pair.client.localAddr.port}: "tests/none.txt"`,
  );
  assertEquals((missing.cause as WinsockError).syscall, "CreateFileW");
  await assertRejects(() => pair.server.sendFile("tests"), Deno.errors.PermissionDenied);
  const wrong: [unknown, unknown, typeof TypeError | typeof RangeError, string][] = [
    [1, {}, TypeError, "file must be a path or a Deno.FsFile, got 1"],
    ["a\0b", {}, TypeError, "file must be a path without a zero character"],
    [PATH, null, TypeError, "options must be an object"],
    [PATH, { offset: -1 }, RangeError, "offset must be"],
    [PATH, { length: 1.5 }, RangeError, "length must be"],
    [PATH, { head: "x" }, TypeError, "head must be a Uint8Array"],
    [PATH, { tail: 1 }, TypeError, "tail must be a Uint8Array"],
    [PATH, { signal: 1 }, TypeError, "signal must be an AbortSignal"],
  ];
  for (const [file, options, error, message] of wrong) {
    await assertRejects(() => pair.server.sendFile(file as never, options as never), error, message);
  }
  assertEquals(await pair.server.write(bytes("still")), 5);
  pair.server.close();
  await assertRejects(() => pair.server.sendFile(PATH), Deno.errors.BadResource);
});

Deno.test("sendFile() needs the permission to read the file", NEEDS_WINDOWS, async () => {
  const program = `
    import { connect, listen } from "./mod.ts";
    const listener = listen();
    const conn = await connect({ port: listener.addr.port });
    try { await conn.sendFile("deno.json") } catch (error) { console.log(error.name, error.message) }
    listener.close();
    conn.close();
  `;
  const { stdout } = await runDeno(["run", "--no-check", "--no-prompt", "--allow-ffi", "-"], program);
  assertEquals(stdout, 'NotCapable Requires read access to "deno.json", run again with the --allow-read flag\n');
});

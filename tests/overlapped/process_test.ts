// When a process that has sockets ends, and how. Each program is one of its own.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { LATER, runStatements, WAITING } from "../support/statements.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test("a process ends by itself though sockets are open that nothing waits for", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runStatements(`
    const listener = listen();
    const client = await connect({ hostname: "::1", port: listener.addr.port });
    const server = await listener.accept();
    await client.write(Uint8Array.of(1));
    console.log(await server.read(new Uint8Array(9)));
  `);
  assertEquals([code, stdout, stderr], [0, "1\n", ""]);
});

Deno.test("a process ends by itself when what waits has been aborted", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await runStatements(`
    const controller = new AbortController();
    const listener = listen();
    const accepting = listener.accept({ signal: controller.signal }).catch((error) => console.log(error.name));
    controller.abort();
    await accepting;
  `);
  assertEquals([code, stdout], [0, "AbortError\n"]);
});

// The completion of what is cancelled is taken by close() itself, before the worker has come as far as to wait for it.
Deno.test("a process ends by itself when its listener is closed as soon as accept() waits", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await runStatements(`
    const listener = listen();
    const accepting = listener.accept();
    listener.close();
    await accepting.catch((error) => console.log(error.name));
  `);
  assertEquals([code, stdout], [0, "BadResource\n"]);
});

Deno.test("Deno.exit() ends the process at once, whatever waits", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runStatements(`${WAITING}
    client.write(new Uint8Array(8 << 20));
    setTimeout(() => Deno.exit(7), 0);
    await waiting[2];
    console.log("not reached");
  `);
  assertEquals([code, stdout, stderr], [7, "", ""]);
});

Deno.test("Deno.exit() ends the process at once as soon as the first operation waits", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await runStatements(`
    listen().accept();
    Deno.exit(7);
  `);
  assertEquals([code, stderr], [7, ""]);
});

Deno.test("Deno.exit() ends the process at once in the middle of heavy traffic", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await runStatements(`
    const listener = listen();
    const serve = async (conn) => {
      const buffer = new Uint8Array(100);
      for (let n; (n = await conn.read(buffer)) !== null;) await conn.write(buffer.subarray(0, n));
    };
    (async () => { for await (const conn of listener) serve(conn); })();
    let turns = 0;
    await Promise.all(Array.from({ length: 20 }, async () => {
      const conn = await connect({ hostname: "127.0.0.1", port: listener.addr.port });
      const buffer = new Uint8Array(100);
      for (;;) {
        await conn.write(buffer);
        await conn.read(buffer);
        if (++turns === 3000) Deno.exit(7);
      }
    }));
  `);
  assertEquals([code, stderr], [7, ""]);
});

Deno.test("an uncaught error ends the process at once, whatever waits", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await runStatements(`${WAITING}
    setTimeout(() => { throw new Error("my mistake") }, 0);
    await waiting[2];
  `);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "my mistake");
});

Deno.test("an unhandled rejection of the library ends the process and says what failed", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await runStatements(`${WAITING}
    client.close();
    server.close();
    await waiting[2];
  `);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Interrupted: Cannot read from");
});

// Under `deno run --watch` the process goes on with the next program: tests/peers/tcp_test.py.
Deno.test("the sockets of a program are closed when it ends", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runStatements(`${WAITING}
    const { port } = listener.addr;
    addEventListener("unload", () => {
      using again = listen({ port });
      console.log("free");
      for (const socket of [listener, client, server]) socket.close(); // no mistake either
    });
    for (const socket of [listener, client, server]) socket.unref();
  `);
  assertEquals([code, stdout, stderr], [0, "free\n", ""]);
});

// Deno has no public way to let a process end while a worker runs. Where the one that is used is missing, a worker that
// has nothing to wait for ends after a moment instead. Only unref() does nothing then.
const WITHOUT_UNREF = `
  for (const symbol of Object.getOwnPropertySymbols(Worker.prototype)) {
    if (symbol.description === undefined) delete Worker.prototype[symbol];
  }
`;

Deno.test("a process ends by itself where Worker has no private unref", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runStatements(`${LATER}${WITHOUT_UNREF}
    const count = Object.getOwnPropertySymbols(Worker.prototype).filter((symbol) => !symbol.description).length;
    const { terminate } = Worker.prototype;
    const ended = new Promise((resolve) => {
      Worker.prototype.terminate = function () {
        terminate.call(this);
        resolve();
      };
    });
    const listener = listen();
    const { promise: connected, resolve } = Promise.withResolvers();
    later(() => resolve(connect({ hostname: "127.0.0.1", port: listener.addr.port })));
    const server = await listener.accept();
    const client = await connected;
    listener.close();
    await ended; // nothing waits any more; another worker is started for what follows
    const reading = server.read(new Uint8Array(1));
    later(() => client.close());
    console.log(count, await reading);
    server.close();
  `);
  assertEquals([code, stdout, stderr], [0, "0 null\n", ""]);
});

Deno.test("Deno.exit() ends the process at once where Worker has no private unref", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await runStatements(`${WITHOUT_UNREF}${WAITING}
    setTimeout(() => Deno.exit(7), 0);
    await waiting[2];
  `);
  assertEquals([code, stderr], [7, ""]);
});

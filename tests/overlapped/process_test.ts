// When a process that has sockets ends, and how. Each program is one of its own.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ended, runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

function run(source: string): Promise<Ended> {
  return runProgram(["-"], `import { connect, listen } from "./mod.ts";\n${source}`);
}

/** Runs `then` later, but only if something else keeps the process alive until then. */
const LATER = "const later = (then) => Deno.unrefTimer(setTimeout(then, 500));\n";

/** Both ends of a connection, with reads and accepts that wait. */
const WAITING = `
  const listener = listen();
  const client = await connect({ hostname: "::1", port: listener.addr.port });
  const server = await listener.accept();
  const waiting = [client.read(new Uint8Array(9)), server.read(new Uint8Array(9)), listener.accept()];
`;

Deno.test(
  "a process lives while accept() waits, and ends by itself after the last close()",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout, stderr } = await run(`${LATER}
    const listener = listen();
    later(async () => {
      const client = await connect({ hostname: "127.0.0.1", port: listener.addr.port });
      later(() => client.close());
    });
    const server = await listener.accept();
    console.log("accepted");
    console.log(await server.read(new Uint8Array(1)));
    server.close();
    listener.close();
    console.log("closed");
  `);
    assertEquals([code, stdout, stderr], [0, "accepted\nnull\nclosed\n", ""]);
  },
);

Deno.test("a process ends by itself though sockets are open that nothing waits for", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await run(`
    const listener = listen();
    const client = await connect({ hostname: "::1", port: listener.addr.port });
    const server = await listener.accept();
    await client.write(Uint8Array.of(1));
    console.log(await server.read(new Uint8Array(9)));
  `);
  assertEquals([code, stdout, stderr], [0, "1\n", ""]);
});

Deno.test("a process ends by itself when what waits has been aborted", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await run(`
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
  const { code, stdout } = await run(`
    const listener = listen();
    const accepting = listener.accept();
    listener.close();
    await accepting.catch((error) => console.log(error.name));
  `);
  assertEquals([code, stdout], [0, "BadResource\n"]);
});

Deno.test(
  "a process ends by itself when its listener is closed while unref'd sockets wait",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout } = await run(`
    const [listener, other] = [listen(), listen()];
    other.unref();
    other.accept();
    const accepting = listener.accept();
    listener.close();
    await accepting.catch((error) => console.log(error.name));
  `);
    assertEquals([code, stdout], [0, "BadResource\n"]);
  },
);

Deno.test("unref() lets a process end though operations wait", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await run(`${WAITING}
    for (const promise of waiting) promise.finally(() => console.log("settled"));
    for (const socket of [listener, client, server]) socket.unref();
    console.log("unref");
  `);
  assertEquals([code, stdout, stderr], [0, "unref\n", ""]);
});

Deno.test("unref() before anything waits lets a process end", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await run(`
    const listener = listen();
    listener.unref();
    listener.accept();
  `);
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("one ref'd socket keeps a process alive among unref'd ones", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await run(`${LATER}${WAITING}
    listener.unref();
    client.unref();
    later(() => server.close());
    await waiting[1].catch((error) => console.log(error.name));
  `);
  assertEquals([code, stdout], [0, "Interrupted\n"]);
});

Deno.test("ref() takes unref() back, also while operations wait", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await run(`${LATER}
    const listener = listen();
    const accepting = listener.accept().then((conn) => conn.close());
    listener.unref();
    listener.ref();
    later(async () => (await connect({ hostname: "::1", port: listener.addr.port })).close());
    await accepting;
    console.log("accepted");
  `);
  assertEquals([code, stdout], [0, "accepted\n"]);
});

Deno.test("an unref'd socket works for as long as something else keeps the process alive", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await run(`
    const listener = listen();
    listener.unref();
    const accepting = listener.accept();
    const timer = setTimeout(() => {}, 1_000_000);
    const client = await connect({ hostname: "::1", port: listener.addr.port });
    client.unref();
    const server = await accepting;
    server.unref();
    const reading = client.read(new Uint8Array(9));
    await server.write(Uint8Array.of(1, 2));
    console.log(await reading);
    clearTimeout(timer);
    client.read(new Uint8Array(9));
  `);
  assertEquals([code, stdout], [0, "2\n"]);
});

Deno.test("a process lives until an unref'd socket is closed for which it waits", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await run(`${WAITING}
    const reading = Array.from({ length: 5000 }, () => client.read(new Uint8Array(1)));
    const ends = Promise.allSettled(reading).then((ends) => console.log(ends.length));
    for (const socket of [listener, client, server]) socket.unref();
    for (const promise of waiting) promise.then(console.log, (error) => console.log(error.name));
    Promise.all([listener, client, server].map((socket) => socket[Symbol.asyncDispose]()))
      .then(() => console.log("closed"));
  `);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.trim().split("\n").sort(), ["5000", "BadResource", "Interrupted", "Interrupted", "closed"]);
});

Deno.test("Deno.exit() ends the process at once, whatever waits", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await run(`${WAITING}
    client.write(new Uint8Array(8 << 20));
    setTimeout(() => Deno.exit(7), 0);
    await waiting[2];
    console.log("not reached");
  `);
  assertEquals([code, stdout, stderr], [7, "", ""]);
});

Deno.test("Deno.exit() ends the process at once as soon as the first operation waits", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await run(`
    listen().accept();
    Deno.exit(7);
  `);
  assertEquals([code, stderr], [7, ""]);
});

Deno.test("Deno.exit() ends the process at once in the middle of heavy traffic", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await run(`
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
  const { code, stderr } = await run(`${WAITING}
    setTimeout(() => { throw new Error("my mistake") }, 0);
    await waiting[2];
  `);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "my mistake");
});

Deno.test("an unhandled rejection of the library ends the process and says what failed", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await run(`${WAITING}
    client.close();
    server.close();
    await waiting[2];
  `);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Interrupted: Cannot read from");
});

// Under `deno run --watch` the process goes on with the next program: tests/peers/tcp_test.py.
Deno.test("the sockets of a program are closed when it ends", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await run(`${WAITING}
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
  const { code, stdout, stderr } = await run(`${LATER}${WITHOUT_UNREF}
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
  const { code, stderr } = await run(`${WITHOUT_UNREF}${WAITING}
    setTimeout(() => Deno.exit(7), 0);
    await waiting[2];
  `);
  assertEquals([code, stderr], [7, ""]);
});

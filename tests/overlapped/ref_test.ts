// What keeps a process alive: operations of ref'd sockets, and nothing else. Each program is one of its own.
import { assertEquals } from "@std/assert";
import { LATER, runStatements, WAITING } from "../support/statements.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test("a process does not live until later() when nothing waits", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runStatements(`${LATER}
    const listener = listen();
    later(() => console.log("lives"));
    console.log("ends");
  `);
  assertEquals([code, stdout, stderr], [0, "ends\n", ""]);
});

Deno.test(
  "a process lives while accept() waits, and ends by itself after the last close()",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout, stderr } = await runStatements(`${LATER}
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

Deno.test(
  "a process ends by itself when its listener is closed while unref'd sockets wait",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout } = await runStatements(`
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
  const { code, stdout, stderr } = await runStatements(`${WAITING}
    for (const promise of waiting) promise.finally(() => console.log("settled"));
    for (const socket of [listener, client, server]) socket.unref();
    console.log("unref");
  `);
  assertEquals([code, stdout, stderr], [0, "unref\n", ""]);
});

Deno.test("unref() before anything waits lets a process end", NEEDS_WINDOWS, async () => {
  const { code, stderr } = await runStatements(`
    const listener = listen();
    listener.unref();
    listener.accept();
  `);
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("one ref'd socket keeps a process alive among unref'd ones", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await runStatements(`${LATER}${WAITING}
    listener.unref();
    client.unref();
    later(() => server.close());
    await waiting[1].catch((error) => console.log(error.name));
  `);
  assertEquals([code, stdout], [0, "Interrupted\n"]);
});

Deno.test("ref() takes unref() back, also while operations wait", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await runStatements(`${LATER}
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

Deno.test("unref() lets a process end though operations wait at the worker", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runStatements(`${LATER}${WAITING}
    for (const promise of waiting) promise.finally(() => console.log("settled"));
    later(() => {
      for (const socket of [listener, client, server]) socket.unref();
      console.log("unref");
    });
  `);
  assertEquals([code, stdout, stderr], [0, "unref\n", ""]);
});

Deno.test("ref() keeps a process alive for what waits at the worker", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runStatements(`${LATER}${WAITING}
    listener.unref();
    client.unref();
    server.unref();
    const timer = setTimeout(() => {}, 1_000_000);
    later(() => {
      server.ref();
      clearTimeout(timer);
      return later(() => client.write(Uint8Array.of(1, 2)));
    });
    console.log(await waiting[1]);
  `);
  assertEquals([code, stdout, stderr], [0, "2\n", ""]);
});

Deno.test("an operation keeps a process alive that is started while unref'd ones wait", NEEDS_WINDOWS, async () => {
  const { code, stdout, stderr } = await runStatements(`${LATER}${WAITING}
    for (const socket of [listener, client, server]) socket.unref();
    const timer = setTimeout(() => {}, 1_000_000);
    later(async () => {
      const other = listen();
      later(async () => (await connect({ hostname: "::1", port: other.addr.port })).close());
      clearTimeout(timer);
      (await other.accept()).close();
      console.log("accepted");
    });
  `);
  assertEquals([code, stdout, stderr], [0, "accepted\n", ""]);
});

Deno.test("an unref'd socket works for as long as something else keeps the process alive", NEEDS_WINDOWS, async () => {
  const { code, stdout } = await runStatements(`
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
  const { code, stdout, stderr } = await runStatements(`${WAITING}
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

// How processes and Workers end that have sockets, and what is left of them. Ctrl-C is tested from Linux, in tests/peers:
// here it would reach this process too.
import { assertEquals, assertMatch } from "@std/assert";
import { runDeno, runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

/** For a test that starts hundreds of Workers, each of which loads the library anew. */
const MANY = { ...NEEDS_WINDOWS, timeout: 600_000 };

/** A program that runs others, and may read its Workers. */
const runWithWorkers = (source: string, limit?: number) => runProgram(["--allow-read=.", "-"], source, limit);

Deno.test(
  "a child process that is started while sockets are open does not keep their ports",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout, stderr } = await runDeno(
      ["run", "--no-prompt", "--allow-ffi", "--allow-run=deno", "-"],
      `
    import { connect, listen, listenDatagram } from "./mod.ts";
    const listener = listen({ exclusive: true });
    const datagrams = listenDatagram();
    const { addr: { port } } = listener;
    const client = await connect({ hostname: "127.0.0.1", port });
    const server = await listener.accept();
    // Lives until its input ends, and holds whatever it has inherited for as long.
    const child = new Deno.Command("deno", { args: ["run", "-"], stdin: "piped", stdout: "piped" }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("console.log('alive');"));
    await Promise.all([client, server, listener, datagrams].map((socket) => socket[Symbol.asyncDispose]()));
    using again = listen({ port, exclusive: true });
    using datagramsAgain = listenDatagram({ port: datagrams.addr.port });
    console.log(again.addr.port === port, datagramsAgain.addr.port === datagrams.addr.port);
    await writer.close();
    console.log(new TextDecoder().decode((await child.output()).stdout).trim());
    `,
    );
    assertEquals([code, stdout, stderr], [0, "true true\nalive\n", ""]);
  },
);

Deno.test("200 Workers that use sockets, started and ended in turn, leave nothing behind", MANY, async () => {
  const { code, stdout, stderr } = await runWithWorkers(
    `
    import { connect, listen } from "./mod.ts";
    import { resourceUse } from "./ffi/overlapped/usage.ts";
    const source = new URL("tests/overlapped/programs/echo_worker.ts", "${new URL("../../", import.meta.url)}");
    let right = 0;
    for (let round = 0; round < 200; round++) {
      const worker = new Worker(source, { type: "module" });
      const { data } = await new Promise((resolve) => worker.onmessage = resolve);
      if (data === "from a worker") right++;
      worker.terminate();
    }
    const { operations, sockets } = resourceUse();
    console.log(right, operations, sockets);
    using listener = listen(); // the library works on
    using client = await connect({ hostname: "::1", port: listener.addr.port });
    console.log("connected");
  `,
    MANY.timeout / 2,
  );
  assertEquals([code, stdout, stderr], [0, "200 0 0\nconnected\n", ""]);
});

for (const [times, milliseconds] of [[3, 700], [1, 10_000]]) {
  Deno.test(
    `nothing is lost while the event loop is blocked under traffic, ${times} × ${milliseconds} ms`,
    NEEDS_WINDOWS,
    async () => {
      const { code, stdout, stderr } = await runProgram([
        "--allow-read=.",
        "tests/overlapped/programs/blocked_loop.ts",
        `${times}`,
        `${milliseconds}`,
      ]);
      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, /^(4000000 ){8}100\n2\n$/);
    },
  );
}

Deno.test(
  "when all slots are in use, what is started fails with Busy, and works again later",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout, stderr } = await runWithWorkers(`
    import { acquireOperation, releaseOperation } from "./ffi/overlapped/operation.ts";
    import { resourceUse } from "./ffi/overlapped/usage.ts";
    import { connect, listen, listenDatagram } from "./mod.ts";
    using listener = listen();
    using datagrams = listenDatagram({ hostname: "127.0.0.1" });
    const accepting = listener.accept();
    using client = await connect({ hostname: "::1", port: listener.addr.port });
    using server = await accepting;
    const taken = [];
    try {
      for (;;) taken.push(acquireOperation());
    } catch (error) {
      console.log(error.name, error.message);
    }
    const { buffers } = resourceUse();
    for (
      const attempt of [
        () => server.read(new Uint8Array(1)),
        () => datagrams.receive(),
        () => datagrams.send(new Uint8Array(1), datagrams.addr),
        () => connect({ hostname: "::1", port: listener.addr.port }),
      ]
    ) await attempt().then(() => console.log("worked"), (error) => console.log(error.name));
    console.log(await client.write(Uint8Array.of(7)), resourceUse().buffers === buffers); // needs none
    taken.forEach(releaseOperation);
    console.log(await server.read(new Uint8Array(1)), resourceUse().operations);
  `);
    assertEquals([code, stderr], [0, ""]);
    const [first, ...rest] = stdout.trim().split("\n");
    assertMatch(first, /^Busy More than 262144 operations are under way$/);
    assertEquals(rest.slice(0, 5), ["Busy", "Busy", "Busy", "Busy", "1 true"]);
    assertMatch(rest[5], /^1 \d+$/);
  },
);

Deno.test(
  "a Worker that is terminated with operations in flight lets the process end, and others work",
  NEEDS_WINDOWS,
  async () => {
    const { code, stdout, stderr } = await runWithWorkers(`
    import { connect, listen } from "./mod.ts";
    const source = new URL("tests/overlapped/programs/pending_worker.ts", "${new URL("../../", import.meta.url)}");
    for (let round = 0; round < 10; round++) {
      const worker = new Worker(source, { type: "module" });
      const next = () => new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
      const port = await next();
      const pending = next();
      worker.postMessage(2);
      const clients = [await connect({ hostname: "::1", port }), await connect({ hostname: "::1", port })];
      await pending;
      worker.terminate();
      for (const client of clients) client.close();
    }
    using listener = listen();
    const [client, server] = await Promise.all([connect({ hostname: "::1", port: listener.addr.port }), listener.accept()]);
    await client.write(Uint8Array.of(1, 2, 3));
    console.log(await server.read(new Uint8Array(9)));
    client.close();
    server.close();
  `);
    assertEquals([code, stdout, stderr], [0, "3\n", ""]);
  },
);

import { assertEquals, assertRejects } from "@std/assert";
import { connectDatagram } from "@winsock/ws2";
import { assertNothingWaits, bytes, loopback, open, text } from "../../support/datagrams.ts";
import { NEEDS_IPV6 } from "../../support/families.ts";

Deno.test("peek leaves the datagram for the next receive, whether it waits or has come", NEEDS_IPV6, async () => {
  using server = open("dual-stack");
  using client = await connectDatagram({ hostname: "::1", port: server.addr.port });
  for (const isWaiting of [false, true]) {
    const send = () => client.send(bytes("hello"));
    if (!isWaiting) await send();
    const peeking = server.receive(new Uint8Array(2), { peek: true });
    if (isWaiting) await send();
    const [part, from] = await peeking;
    assertEquals([text(part), from], ["he", client.localAddr]);
    assertEquals(text((await server.receive(undefined, { peek: true }))[0]), "hello");
    assertEquals(text((await server.receive(undefined, { peek: false }))[0]), "hello");
    await assertNothingWaits(server);

    if (!isWaiting) await server.send(bytes("answer"), from);
    const answer = client.receive(undefined, { peek: true });
    if (isWaiting) await server.send(bytes("answer"), from);
    assertEquals(text(await answer), "answer");
    assertEquals(text(await client.receive()), "answer");
  }
});

Deno.test("a peek that waits ends as other receives do, and takes nothing", NEEDS_IPV6, async () => {
  const socket = open("dual-stack");
  const controller = new AbortController();
  const aborted = socket.receive(undefined, { peek: true, signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
  await assertNothingWaits(socket);
  await socket.send(bytes("x"), loopback(socket, "::1"));
  assertEquals(text((await socket.receive(undefined, { peek: true }))[0]), "x");
  assertEquals(text((await socket.receive())[0]), "x");
  const closed = socket.receive(undefined, { peek: true });
  socket.close();
  await assertRejects(() => closed, Deno.errors.Interrupted);
});

Deno.test("peek must be a boolean", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  using connected = await connectDatagram({ hostname: "::1", port: 9 });
  for (const peek of [1, "true", null]) {
    await assertRejects(() => socket.receive(undefined, { peek: peek as never }), TypeError, "peek must be a boolean");
    await assertRejects(
      () => connected.receive(undefined, { peek: peek as never }),
      TypeError,
      "peek must be a boolean",
    );
  }
});

import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { listenDatagram, resolve, type SendMessageOptions } from "@winsock/ws2";
import { randomBytes } from "../../support/bytes.ts";
import { ALL_KINDS, assertNothingWaits, bytes, loopback, open, text } from "../../support/datagrams.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { recordSends } from "../../support/recorded_calls.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6 } from "../../support/families.ts";
import { NEEDS_WINDOWS } from "../../support/windows.ts";

Deno.test(
  "send() and sendMessage() resolve with the length, and the data may be changed at once",
  NEEDS_IPV6,
  async () => {
    using socket = open("dual-stack");
    for (const send of ["send", "sendMessage"] as const) {
      for (const hostname of ["::1", "127.0.0.1", "localhost"]) {
        for (const length of [0, 1, 1024, 1025, 40_000]) {
          const data = randomBytes(length);
          const sending = socket[send](data, loopback(socket, hostname));
          data.fill(0xff);
          assertEquals(await sending, length);
          assertEquals((await socket.receive())[0], randomBytes(length), `${length} bytes to ${hostname}`);
        }
      }
    }
  },
);

Deno.test(
  "send() and sendMessage() need the data no more after the call: it may be transferred away",
  NEEDS_IPV6,
  async () => {
    using socket = open("dual-stack");
    for (const send of ["send", "sendMessage"] as const) {
      for (const hostname of ["::1", "localhost"]) {
        const data = bytes("here today");
        const sending = socket[send](data, loopback(socket, hostname));
        structuredClone(data, { transfer: [data.buffer] });
        assertEquals(await sending, 10);
        assertEquals(text((await socket.receive())[0]), "here today");
      }
    }
  },
);

Deno.test("send() to a name takes an address that the socket can reach", NEEDS_BOTH, async () => {
  for (const kind of ALL_KINDS) {
    using socket = open(kind);
    await socket.send(bytes("hello"), loopback(socket, "localhost"));
    const { remoteAddr } = await socket.receiveMessage();
    const [first] = await resolve("localhost", { family: kind === "IPv4" ? 4 : kind === "v6-only" ? 6 : undefined });
    assertEquals(remoteAddr, loopback(socket, first.hostname));
  }
});

Deno.test("sendMessage() to a name takes an address of the family of the source", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  for (const source of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
    await socket.sendMessage(bytes("hello"), loopback(socket, "localhost"), { source });
    assertEquals((await socket.receive())[1].hostname, source.replace("::ffff:", ""));
  }
});

Deno.test(
  "sendMessage() to a name refuses a source of the family that the socket is not for",
  NEEDS_BOTH,
  async () => {
    for (const [kind, source, family] of [["IPv4", "::1", "IPv4"], ["v6-only", "127.0.0.1", "IPv6"]] as const) {
      using socket = open(kind);
      const sending = socket.sendMessage(bytes("hello"), loopback(socket, "localhost"), { source });
      await assertRejects(() => sending, TypeError, `source must be an ${family} address`);
    }
  },
);

Deno.test("sendMessage() to a name refuses what it can before the lookup", NEEDS_WINDOWS, async () => {
  using socket = open("dual-stack");
  const to = loopback(socket, "nobody.invalid");
  await assertRejects(() => socket.send(new Uint8Array(65528), to), RangeError, "at most 65527 bytes, got 65528");
  for (
    const [options, errorClass] of [
      [{ hopLimit: 0 }, RangeError],
      [{ ecn: 3 }, RangeError],
      [{ source: "localhost" }, TypeError],
      [{ source: "::" }, TypeError],
    ] as const
  ) {
    await assertRejects(
      () => socket.sendMessage(bytes(""), to, options as SendMessageOptions),
      errorClass,
      Object.keys(options)[0],
    );
  }
});

Deno.test("send() fails with NotFound for a name that nobody has", NEEDS_IPV4, async () => {
  using socket = open("dual-stack");
  for (const send of ["send", "sendMessage"] as const) {
    const error = await assertRejects(() => socket[send](bytes(""), loopback(socket, "nobody.invalid")));
    assertFailedCall(error, Deno.errors.NotFound, "GetAddrInfoW", "WSAHOST_NOT_FOUND", "WSATRY_AGAIN");
  }
});

Deno.test("close() ends a send whose name is being looked up with Interrupted", NEEDS_IPV6, async () => {
  for (const send of ["send", "sendMessage"] as const) {
    using socket = open("dual-stack");
    const sending = socket[send](bytes(""), loopback(socket, "localhost"));
    socket.close();
    const error = await assertRejects(() => sending, Deno.errors.Interrupted);
    assertStringIncludes(error.message, `[::]:${socket.addr.port}`);
  }
});

Deno.test(
  "the signal of listenDatagram() ends a send whose name is being looked up with its reason",
  NEEDS_WINDOWS,
  async () => {
    const controller = new AbortController();
    const socket = listenDatagram({ signal: controller.signal });
    const sending = socket.send(bytes(""), loopback(socket, "localhost"));
    const reason = new Error("enough");
    controller.abort(reason);
    assertEquals(await assertRejects(() => sending), reason);
  },
);

Deno.test(
  "sendMessage() rejects with the reason of its signal, before and during the lookup",
  NEEDS_WINDOWS,
  async () => {
    using socket = open("dual-stack");
    const reason = new Error("enough");
    for (const hostname of ["::1", "localhost"]) {
      const sending = socket.sendMessage(bytes("x"), loopback(socket, hostname), { signal: AbortSignal.abort(reason) });
      assertEquals(await assertRejects(() => sending), reason);
    }
    const controller = new AbortController();
    const { signal } = controller;
    const sending = socket.sendMessage(bytes("x"), loopback(socket, "localhost"), { signal });
    controller.abort(reason);
    assertEquals(await assertRejects(() => sending), reason);
    await assertNothingWaits(socket);
  },
);

Deno.test("sendMessage() sends what its signal no longer can stop", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const controller = new AbortController();
  const sending = socket.sendMessage(bytes("sent"), loopback(socket, "::1"), { signal: controller.signal });
  controller.abort(new Error("too late"));
  assertEquals(await sending, 4);
  assertEquals(text((await socket.receive())[0]), "sent");
});

Deno.test("send() refuses more than a datagram carries, by the family of the destination", NEEDS_BOTH, async () => {
  for (const kind of ALL_KINDS) {
    using socket = open(kind);
    for (const [hostname, limit] of [["127.0.0.1", 65507], ["::ffff:127.0.0.1", 65507], ["::1", 65527]] as const) {
      if (kind !== "dual-stack" && (kind === "IPv4") !== hostname.includes(".")) continue;
      for (const send of ["send", "sendMessage"] as const) {
        const tooLong = socket[send](new Uint8Array(limit + 1), loopback(socket, hostname));
        const error = await assertRejects(() => tooLong, RangeError);
        assertEquals(error.message, `p must have at most ${limit} bytes, got ${limit + 1}`);
        assertEquals(await socket[send](new Uint8Array(limit), loopback(socket, hostname)), limit);
        assertEquals((await socket.receive())[0].length, limit);
      }
    }
  }
});

Deno.test("send() fails with the error of the system, which names what was tried", NEEDS_IPV4, async () => {
  using socket = listenDatagram({ hostname: "0.0.0.0" });
  const error = await assertRejects(() => socket.send(bytes("hello"), { ...socket.addr, hostname: "255.255.255.255" }));
  assertFailedCall(error, Deno.errors.PermissionDenied, "WSASendTo", "WSAEACCES"); // without SO_BROADCAST
  assertStringIncludes((error as Error).message, `Cannot send to 255.255.255.255:${socket.addr.port} on 0.0.0.0:`);
  const failed = await assertRejects(() =>
    socket.sendMessage(bytes("hello"), { ...socket.addr, hostname: "255.255.255.255" })
  );
  assertFailedCall(failed, Deno.errors.PermissionDenied, "WSASendMsg", "WSAEACCES");
  await assertNothingWaits(socket);
});

Deno.test(
  "sendMessage() without options, or with empty ones, hands over no control messages",
  NEEDS_IPV6,
  async () => {
    using socket = open("dual-stack");
    using calls = recordSends();
    await socket.sendMessage(bytes("1"), loopback(socket, "::1"));
    await socket.sendMessage(bytes("1"), loopback(socket, "127.0.0.1"), {});
    await socket.sendMessage(bytes("1"), loopback(socket, "127.0.0.1"), { source: undefined, hopLimit: undefined });
    assertEquals(calls.lines.map((line) => line.match(/control=(\S+)/)![1]), ["-", "-", "-"]);
  },
);

Deno.test("sendMessage() to a name needs its options no more after the call", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  using calls = recordSends();
  const options = { source: "::1", hopLimit: 5 };
  const sending = socket.sendMessage(bytes("1"), loopback(socket, "localhost"), options);
  options.hopLimit = 0;
  options.source = "changed";
  await sending;
  assertStringIncludes(calls.lines[0], "0500000000000000 flags");
});

Deno.test("send() takes the scope id from the address or its text", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  using calls = recordSends();
  const to = loopback(socket, "fe80::9");
  const same = [{ ...to, scopeId: 7 }, { ...to, hostname: "fe80::9%7" }, { ...to, hostname: "fe80::9%7", scopeId: 7 }];
  for (const addr of same) await socket.sendMessage(bytes("1"), addr);
  for (const line of calls.lines) assertStringIncludes(line, "fe800000000000000000000000000009" + "07000000 control=-");
  assertEquals(calls.lines.length, 3);
});

Deno.test("control messages of one send are not left over for the next", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  using calls = recordSends();
  const all = { source: "::1", interfaceIndex: 1, hopLimit: 2, trafficClass: 3, ecn: 1 as const, segmentSize: 5 };
  await socket.sendMessage(bytes("1"), loopback(socket, "::1"), all);
  await socket.sendMessage(bytes("1"), loopback(socket, "127.0.0.1"), { hopLimit: 7 });
  const [first, second] = calls.lines.map((line) => line.match(/control=(\S+)/)![1]);
  assertEquals(first.length, 2 * (40 + 3 * 24));
  assertEquals(second, "14000000000000000000000004000000" + "0700000000000000"); // IPPROTO_IP, IP_TTL
});

Deno.test("a thousand datagrams sent at once all go out", NEEDS_IPV6, async () => {
  using server = open("dual-stack");
  using client = open("dual-stack");
  const waiting = Array.from({ length: 1000 }, () => server.receive());
  const sending = Array.from({ length: 1000 }, (_, index) => {
    return client[index % 2 ? "send" : "sendMessage"](
      bytes(`${index}`),
      loopback(server, index % 3 ? "::1" : "127.0.0.1"),
    );
  });
  const lengths = await Promise.all(sending);
  assertEquals(lengths, lengths.map((_, index) => `${index}`.length));
  const received = (await Promise.all(waiting)).map(([data]) => text(data));
  assertEquals(received, lengths.map((_, index) => `${index}`));
});

Deno.test("send() fails as the promise that it returns, never by throwing", NEEDS_WINDOWS, async () => {
  using socket = open("dual-stack");
  for (
    const call of [
      () => socket.send(null as never, loopback(socket, "::1")),
      () => socket.send(bytes(""), null as never),
      () => socket.sendMessage(bytes(""), loopback(socket, "::1"), null as never),
      () => socket.receive(1 as never),
      () => socket.receiveMessage(undefined, 1 as never),
      () => socket.reply(null as never, bytes("")),
      () => socket.joinMulticastV4("::1"),
      () => socket.joinMulticastV6("::1"),
    ]
  ) {
    const promise = call();
    assertInstanceOf(promise, Promise);
    await assertRejects(() => promise, TypeError);
  }
});

Deno.test(
  "sendMessage() with ecn and trafficClass sends the traffic class with that codepoint",
  NEEDS_IPV6,
  async () => {
    using socket = open("dual-stack");
    using calls = recordSends();
    for (
      const [trafficClass, ecn, sent] of [[0xff, 0, "fc"], [0xb8, 2, "ba"], [0x03, 1, "01"], [0x03, undefined, "03"]]
    ) {
      const options = { trafficClass, ecn } as SendMessageOptions;
      await socket.sendMessage(bytes("x"), loopback(socket, "127.0.0.1"), options);
      await socket.sendMessage(bytes("x"), loopback(socket, "::1"), options);
      const controls = calls.lines.splice(0).map((line) => line.match(/control=(\S+)/)![1]);
      assertEquals(controls, [
        `1400000000000000${"00".repeat(4)}03000000${sent}00000000000000`, // IPPROTO_IP, IP_TOS
        `14000000000000002900000027000000${sent}00000000000000`, // IPPROTO_IPV6, IPV6_TCLASS
      ]);
    }
    for (const hostname of ["127.0.0.1", "::1"]) {
      await socket.sendMessage(bytes("x"), loopback(socket, hostname), { ecn: 2 });
      const [level, type] = hostname === "::1" ? ["29000000", "32000000"] : ["00000000", "32000000"]; // IP_ECN, IPV6_ECN
      const control = calls.lines.pop()!.match(/control=(\S+)/)![1];
      assertEquals(control, `1400000000000000${level}${type}0200000000000000`);
    }
  },
);

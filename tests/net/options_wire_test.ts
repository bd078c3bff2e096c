// Options whose effect can be seen at the other end.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { listenDatagram } from "@winsock/ws2";
import { ERROR_CODES, FIONBIO, IP_TOS, IPPROTO_IP, SOCKET_ERROR } from "@winsock/ws2/ffi";
import { startedOperations } from "../../ffi/overlapped/operation.ts";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { ALL_KINDS, assertNothingWaits, bytes, loopback, open, speaks } from "../support/datagrams.ts";
import { assertFailedCall } from "../support/errors.ts";
import { toldHopLimit } from "../support/hop_limit.ts";
import { connectedPair } from "../support/pair.ts";
import { recordSetUp } from "../support/recorded_calls.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6, needsFamiliesOf } from "../support/families.ts";

Deno.test(
  "hopLimit is what the receiver sees, over both families of a dual-stack sender too",
  NEEDS_BOTH,
  async () => {
    using receiver = open("dual-stack");
    for (const kind of ALL_KINDS) {
      using sender = open(kind);
      for (const hopLimit of [1, 33, 128, 255]) {
        sender.options.hopLimit = hopLimit;
        for (const hostname of ["127.0.0.1", "::1"]) {
          if (!speaks(kind, hostname.includes(".") ? 4 : 6)) continue;
          await sender.send(bytes("hello"), loopback(receiver, hostname));
          const { info } = await receiver.receiveMessage();
          assertEquals(info.hopLimit, toldHopLimit(hostname, hopLimit), `${kind} to ${hostname}`);
        }
      }
    }
  },
);

Deno.test(
  "the traffic class that a sender sets is what the receiver sees, with its ECN bits",
  NEEDS_IPV4,
  async () => {
    using receiver = open("dual-stack");
    using sender = open("IPv4");
    sender.options.set(IPPROTO_IP, IP_TOS, 0xb9);
    await sender.send(bytes("hello"), loopback(receiver, "127.0.0.1"));
    const { trafficClass, ecn } = (await receiver.receiveMessage()).info;
    // Windows leaves the type of service to its QoS, and an older one does not tell it.
    if (trafficClass === 0xb9) assertEquals(ecn, 1);
    else assert(trafficClass === 0 || trafficClass === undefined, `${trafficClass}`);
  },
);

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test(`linger = 0 makes close() reset the peer over ${hostname}`, needsFamiliesOf(hostname), async () => {
    for (const closer of ["client", "server"] as const) {
      await using pair = await connectedPair({ to: hostname });
      const peer = closer === "client" ? pair.server : pair.client;
      const reading = peer.read(new Uint8Array(8));
      pair[closer].options.linger = 0;
      pair[closer].close();
      const error = await assertRejects(() => reading);
      assertFailedCall(error, Deno.errors.ConnectionReset, "WSARecv", "WSAECONNRESET");
    }
  });

  Deno.test(
    `without linger close() ends the connection over ${hostname} in order`,
    needsFamiliesOf(hostname),
    async () => {
      await using pair = await connectedPair({ to: hostname });
      const reading = pair.server.read(new Uint8Array(8));
      pair.client.options.linger = 0;
      pair.client.options.linger = undefined;
      pair.client.close();
      assertEquals(await reading, null);
    },
  );
}

// Wine lets a socket that never blocks linger; Windows says WSAEWOULDBLOCK then and leaves the socket open.
Deno.test("close() closes a connection that is to linger, however it was used before", NEEDS_IPV4, async () => {
  await using pair = await connectedPair();
  assertEquals(await pair.client.write(Uint8Array.of(1)), 1);
  pair.client.options.linger = 5;
  let [refused, closed, blocking] = [0, 0, 0];
  using _refuse = standIn(ws2_32(), "closesocket", (original) => (socket) => {
    if (blocking > 0) {
      closed++;
      return original(socket);
    }
    refused++;
    ws2_32().WSASetLastError(ERROR_CODES.WSAEWOULDBLOCK[0]);
    return SOCKET_ERROR;
  });
  using _notice = standIn(ws2_32(), "WSAIoctl", (original) => (socket, code, input, ...rest) => {
    if (code === FIONBIO && input instanceof Uint32Array && input[0] === 0) blocking++;
    return original(socket, code, input, ...rest);
  });
  pair.client.close();
  assertEquals([refused, blocking, closed], [1, 1, 1]);
  assertEquals(await pair.server.read(new Uint8Array(2)), 1);
  assertEquals(await pair.server.read(new Uint8Array(2)), null);
});

Deno.test("broadcast = true lets datagrams go to everyone", NEEDS_IPV4, async () => {
  using socket = listenDatagram({ hostname: "127.0.0.1" });
  const to = loopback(socket, "127.255.255.255");
  try {
    await socket.send(bytes("hello"), to); // some systems know no broadcast on the loopback
  } catch (error) {
    assertFailedCall(error, Deno.errors.PermissionDenied, "WSASendTo", "WSAEACCES");
  }
  socket.options.broadcast = true;
  assertEquals(await socket.send(bytes("hello"), to), 5);
});

Deno.test(
  "dontFragment refuses a datagram that is too large for the path, and the next one goes",
  NEEDS_IPV6,
  async () => {
    using socket = open("v6-only");
    socket.options.dontFragment = true;
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      for (const send of ["send", "sendMessage"] as const) {
        try {
          // More than the loopback of Linux takes at once; that of Windows takes it.
          await socket[send](new Uint8Array(65527), loopback(socket, "::1"));
          await socket.receive();
        } catch (error) {
          refused++;
          const syscall = send === "send" ? "WSASendTo" : "WSASendMsg";
          assertFailedCall(error, Deno.errors.InvalidData, syscall, "WSAEMSGSIZE");
          assertStringIncludes((error as Error).message, `Cannot send to [::1]:${socket.addr.port}`);
        }
        if (round % 100 === 0) await assertNothingWaits(socket);
      }
    }
    assert(refused === 0 || refused === 600, `${refused} refused`);
    assertEquals(startedOperations().length, 0);
  },
);

/** The calls of WSAIoctl that open a socket: the codes of SIO_UDP_CONNRESET and SIO_UDP_NETRESET, and the value. */
const CONNRESET_OFF = "WSAIoctl 0x9800000c 00000000";
const NETRESET_OFF = "WSAIoctl 0x9800000f 00000000";

Deno.test(
  "connectionReset leaves it to Windows to report datagrams without a receiver, and is off by default",
  NEEDS_BOTH,
  async () => {
    for (const kind of ALL_KINDS) {
      open(kind).close(); // asks for the extension function once
      for (
        const [options, expected] of [
          [{}, [CONNRESET_OFF, NETRESET_OFF]],
          [{ connectionReset: false }, [CONNRESET_OFF, NETRESET_OFF]],
          [{ connectionReset: true }, []],
        ] as const
      ) {
        using calls = recordSetUp();
        await using _socket = open(kind, options);
        assertEquals(calls.lines.filter((line) => line.startsWith("WSAIoctl")), [...expected]);
      }
    }
  },
);

Deno.test("a datagram without a receiver does not fail what follows", NEEDS_BOTH, async () => {
  for (const kind of ALL_KINDS) {
    using socket = open(kind);
    const gone = open(kind);
    const hostname = kind === "IPv4" ? "127.0.0.1" : "::1";
    const to = loopback(gone, hostname);
    gone.close();
    const receiving = socket.receiveMessage();
    for (let i = 0; i < 10; i++) await socket.send(bytes("nobody gets this"), to);
    await socket.send(bytes("x"), loopback(socket, hostname));
    assertEquals((await receiving).data.length, 1);
    await assertNothingWaits(socket);
  }
});

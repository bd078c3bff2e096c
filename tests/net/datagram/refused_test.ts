// What systems do not take of a single datagram. Wine takes all: a function in the place of WSASendMsg refuses.
import { assertEquals, assertRejects } from "@std/assert";
import type { ReceivedMessage, SendMessageOptions } from "@winsock/ws2";
import {
  controlMessages,
  ERROR_CODES,
  type ErrorSymbol,
  IP_PKTINFO,
  IP_RECVECN,
  IP_RECVTOS,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVECN,
  IPV6_RECVTCLASS,
  WSAMSG,
} from "@winsock/ws2/ffi";
import { layout } from "@winsock/ws2/layout";
import { datagramCalls, ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { bytes, loopback, open, text } from "../../support/datagrams.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { NEEDS_BOTH, NEEDS_IPV6 } from "../../support/families.ts";
import { standIn } from "../../support/stand_in.ts";

/** What the control messages of a call ask for: level and type, or that of a source, which may be none. */
interface Asked {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** A system that refuses what `refuses` says with a code; what it takes is sent, and counted. */
function refusing(
  refuses: (asked: Asked) => boolean,
  symbol: ErrorSymbol,
): Disposable & { readonly asked: Asked[][] } {
  const asked: Asked[][] = [];
  const viewAt = (address: bigint, length: number) =>
    Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(address)!, length);
  const stand = standIn(datagramCalls(), "WSASendMsg", (original) => (...parameters) => {
    const { Control } = layout(WSAMSG).view(viewAt(BigInt(parameters[1]), layout(WSAMSG).size));
    const control = Control.len === 0 ? new Uint8Array(0) : new Uint8Array(viewAt(Control.buf, Control.len)).slice();
    const messages = Array.from(controlMessages(control));
    asked.push(messages);
    if (!messages.some(refuses)) return original(...parameters);
    ws2_32().WSASetLastError(ERROR_CODES[symbol][0]);
    return -1;
  });
  return { asked, [Symbol.dispose]: () => stand[Symbol.dispose]() };
}

/** Whether a control message names the address to send from. */
function namesSource({ level, type, data }: Asked): boolean {
  return type === IP_PKTINFO && data.subarray(0, level === IPPROTO_IP ? 4 : 16).some((byte) => byte !== 0);
}

for (const symbol of ["WSAEADDRNOTAVAIL", "WSAEINVAL"] as const) {
  Deno.test(
    `reply() leaves on the interface of the message where the system answers its address with ${symbol}`,
    NEEDS_BOTH,
    async () => {
      using server = open("dual-stack");
      using client = open("dual-stack");
      for (const hostname of ["127.0.0.2", "::1"]) {
        using system = refusing(namesSource, symbol);
        for (let round = 0; round < 3; round++) {
          await client.send(bytes("question"), loopback(server, hostname));
          const message = await server.receiveMessage();
          const answer = bytes("answer");
          const replying = server.reply(message, answer);
          answer.fill(0); // the caller may do what it likes with it
          assertEquals(await replying, 6);
          assertEquals(text((await client.receive())[0]), "answer");
        }
        // It is asked for the address once; the interface is named each time.
        assertEquals(system.asked.map((messages) => messages.some(namesSource)), [true, false, false, false]);
        for (const [{ data }] of system.asked.slice(1)) assertEquals(data.at(-4), 1);
      }
    },
  );
}

Deno.test("reply() tells a failure that has nothing to do with the address", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const message = (localAddress: string): ReceivedMessage => ({
    data: new Uint8Array(0),
    remoteAddr: { transport: "udp", hostname: "::1", port: 9 },
    info: { localAddress, interfaceIndex: 1 },
    truncated: false,
    controlTruncated: false,
  });
  {
    using system = refusing(() => true, "WSAENETUNREACH");
    const error = await assertRejects(() => socket.reply(message("::1"), bytes("x")));
    assertFailedCall(error, Deno.errors.NetworkUnreachable, "WSASendMsg", "WSAENETUNREACH");
    assertEquals(system.asked.length, 1);
  }
  // Where it fails without the address too, that is not to blame, and it is tried again the next time.
  using system = refusing(() => true, "WSAEADDRNOTAVAIL");
  for (let round = 0; round < 2; round++) {
    const error = await assertRejects(() => socket.reply(message("::1"), bytes("x")));
    assertFailedCall(error, Deno.errors.AddrNotAvailable, "WSASendMsg", "WSAEADDRNOTAVAIL");
  }
  assertEquals(system.asked.map((messages) => messages.some(namesSource)), [true, false, true, false]);
});

/** What is asked for of a datagram, and how an error names it. */
const OPTIONS: readonly [SendMessageOptions, string][] = [
  [{ hopLimit: 9 }, "hopLimit"],
  [{ trafficClass: 0x20 }, "trafficClass"],
  [{ ecn: 1 }, "ecn"],
  [{ segmentSize: 1 }, "segmentSize"],
  [{ source: "loopback", hopLimit: 9, trafficClass: 1, segmentSize: 1 }, "hopLimit or trafficClass or segmentSize"],
];
for (const symbol of ["WSAEINVAL", "WSAENOPROTOOPT", "WSAEOPNOTSUPP"] as const) {
  Deno.test(
    `sendMessage() throws NotSupported for options that the system answers with ${symbol}`,
    NEEDS_BOTH,
    async () => {
      using socket = open("dual-stack");
      using _system = refusing((asked) => !namesSource(asked), symbol);
      for (const hostname of ["127.0.0.1", "::1"]) {
        for (const [given, names] of OPTIONS) {
          const options = given.source === undefined ? given : { ...given, source: hostname };
          const error = await assertRejects(() => socket.sendMessage(bytes("x"), loopback(socket, hostname), options));
          assertFailedCall(error, Deno.errors.NotSupported, "WSASendMsg", symbol);
          const where = hostname === "::1" ? "[::1]" : hostname;
          assertEquals(
            error.message,
            `Cannot send to ${where}:${socket.addr.port} on [::]:${socket.addr.port}: the system does not take ${names} ` +
              `for a single datagram (${symbol}, ${ERROR_CODES[symbol][0]})`,
          );
        }
      }
    },
  );
}

Deno.test("sendMessage() tells other failures as they are", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const to = loopback(socket, "::1");
  {
    using _system = refusing(() => true, "WSAENETUNREACH");
    const error = await assertRejects(() => socket.sendMessage(bytes("x"), to, { hopLimit: 9 }));
    assertFailedCall(error, Deno.errors.NetworkUnreachable, "WSASendMsg", "WSAENETUNREACH");
  }
  using _system = refusing(() => true, "WSAEINVAL");
  const error = await assertRejects(() => socket.sendMessage(bytes("x"), to, { source: "::1" }));
  assertFailedCall(error, Deno.errors.InvalidData, "WSASendMsg", "WSAEINVAL");
});

Deno.test(
  "listenDatagram() asks for traffic class and ECN each for itself, whichever the system has",
  NEEDS_BOTH,
  () => {
    const wanted = [
      [IPPROTO_IPV6, IPV6_RECVTCLASS],
      [IPPROTO_IPV6, IPV6_RECVECN],
      [IPPROTO_IP, IP_RECVTOS],
      [IPPROTO_IP, IP_RECVECN],
    ];
    for (const refused of [[], [IPV6_RECVTCLASS], [IPV6_RECVECN], [IPV6_RECVTCLASS, IPV6_RECVECN]] as number[][]) {
      const asked: number[][] = [];
      using _stand = standIn(ws2_32(), "setsockopt", (original) => (socket, level, name, value, length) => {
        if (!wanted.some(([otherLevel, otherName]) => otherLevel === level && otherName === name)) {
          return original(socket, level, name, value, length);
        }
        asked.push([level, name]);
        if (!refused.includes(name)) return 0;
        ws2_32().WSASetLastError(ERROR_CODES.WSAENOPROTOOPT[0]);
        return -1;
      });
      using _socket = open("dual-stack");
      assertEquals(asked, wanted);
    }
  },
);

// What Windows gives and Wine never does: a function in the place of WSARecvMsg, reached through a function pointer as the
// real one is, fills the message in as Windows would.
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { PacketInfo, ReceivedMessage } from "@winsock/ws2";
import {
  ControlMessageWriter,
  ERROR_CODES,
  IP_ECN,
  IP_PKTINFO,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_ECN,
  IPV6_PKTINFO,
  MSG_BCAST,
  MSG_CTRUNC,
  MSG_MCAST,
  MSG_TRUNC,
  OVERLAPPED,
  UDP_COALESCED_INFO,
  WSABUF,
  WSAMSG,
} from "@winsock/ws2/ffi";
import { layout } from "@winsock/ws2/layout";
import { parseAddress } from "../../../ffi/marshal/ip_address.ts";
import { DatagramConn } from "../../../ffi/net/datagram/conn.ts";
import { DatagramSocket } from "../../../ffi/net/datagram/socket.ts";
import { encodeSockaddr } from "../../../ffi/marshal/sockaddr.ts";
import { adoptSocket, makeSocket } from "../../../ffi/net/create.ts";
import { WSA_RECV_MSG } from "../../../ffi/win32/provider.ts";
import { datagramCalls, ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { randomBytes } from "../../support/bytes.ts";
import { assertNothingWaits, bytes, loopback, open } from "../../support/datagrams.ts";
import { assertFailedCall } from "../../support/errors.ts";
import { standIn } from "../../support/stand_in.ts";
import { NEEDS_IPV6 } from "../../support/families.ts";

const STATUS_BUFFER_OVERFLOW = 0x80000005;
const FROM = { transport: "udp" as const, hostname: "192.0.2.1", port: 0x1234 };

/** What the system has received. */
interface Given {
  readonly data: Uint8Array;
  /** The sender, as the socket gets it. */
  readonly from?: string;
  readonly flowInfo?: number;
  readonly control?: Uint8Array;
  /** What the system says of the length of the control data; by default how long it is. */
  readonly controlLength?: number;
  readonly flags?: number;
  /** Whether the call fails with the warning WSAEMSGSIZE. */
  readonly warns?: boolean;
}

function viewAt(address: bigint, length: number): ArrayBuffer {
  return Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(address)!, length);
}

/** A message as a dual-stack socket receives it of a system that gives what it is told to. */
async function receive(given: Given, p?: Uint8Array): Promise<ReceivedMessage> {
  const { data, from = "::ffff:192.0.2.1", control = new Uint8Array(0), flags = 0, warns = false } = given;
  const callback = new Deno.UnsafeCallback(WSA_RECV_MSG, (_socket, at, received, overlapped, routine) => {
    const message = layout(WSAMSG).view(viewAt(BigInt(at), layout(WSAMSG).size));
    const buffer = layout(WSABUF).view(viewAt(message.lpBuffers, layout(WSABUF).size));
    // What Windows wants: room for every address and every datagram, and everything where it stays.
    assertEquals([message.namelen, message.dwBufferCount, message.dwFlags], [28, 1, 0]);
    assertEquals([buffer.len, message.Control.len, BigInt(routine)], [65536, 256, 0n]);
    assert(message.Control.buf % 8n === 0n, "the control messages are aligned");
    new Uint8Array(viewAt(buffer.buf, buffer.len)).set(data);
    new Uint8Array(viewAt(message.Control.buf, 256)).set(control);
    message.Control.len = given.controlLength ?? control.length;
    const name = encodeSockaddr({ address: parseAddress(from)!, port: FROM.port, flowInfo: given.flowInfo ?? 0 });
    new Uint8Array(viewAt(message.name, 28)).set(name);
    message.namelen = name.length;
    message.dwFlags = flags;
    const result = layout(OVERLAPPED).view(viewAt(BigInt(overlapped), layout(OVERLAPPED).size));
    result.Internal = warns ? BigInt(STATUS_BUFFER_OVERFLOW) : 0n;
    result.InternalHigh = BigInt(data.length);
    if (!warns) new DataView(viewAt(BigInt(received), 4)).setUint32(0, data.length, true);
    ws2_32().WSASetLastError(warns ? ERROR_CODES.WSAEMSGSIZE[0] : 0);
    return warns ? -1 : 0;
  });
  const overlapped = adoptSocket(makeSocket("dual-stack", "udp"), "dual-stack", "udp");
  const pointer = new Deno.UnsafeFnPointer(callback.pointer, WSA_RECV_MSG);
  const addr = { transport: "udp" as const, hostname: "::", port: 9 };
  using socket = new DatagramConn(new DatagramSocket(overlapped, "dual-stack", addr, pointer, undefined));
  try {
    return await socket.receiveMessage(p);
  } finally {
    callback.close();
  }
}

function pktinfo(address: string, index: number): Uint8Array {
  return Uint8Array.of(...parseAddress(address)!.bytes, index, 0, 0, 0);
}

const DATA = randomBytes(100);

/** Control messages that Windows may give for a datagram, and what they tell. */
const CONTROLS: readonly [name: string, from: string, write: (writer: ControlMessageWriter) => void, PacketInfo][] = [
  [
    "an in_pktinfo alone over IPv4",
    "::ffff:192.0.2.1",
    (writer) => writer.add(IPPROTO_IP, IP_PKTINFO, pktinfo("192.0.2.9", 5)),
    { localAddress: "192.0.2.9", interfaceIndex: 5 },
  ],
  [
    "a mapped in6_pktinfo alone over IPv4",
    "::ffff:192.0.2.1",
    (writer) => writer.add(IPPROTO_IPV6, IPV6_PKTINFO, pktinfo("::ffff:192.0.2.9", 5)),
    { localAddress: "192.0.2.9", interfaceIndex: 5 },
  ],
  [
    "ECN, and segments that were coalesced, over IPv4",
    "::ffff:192.0.2.1",
    (writer) => writer.add(IPPROTO_IP, IP_ECN, 3).add(IPPROTO_UDP, UDP_COALESCED_INFO, 10),
    { ecn: 3, segmentSize: 10 },
  ],
  [
    "ECN over IPv6, of a link-local address",
    "fe80::2%5",
    (writer) => writer.add(IPPROTO_IPV6, IPV6_PKTINFO, pktinfo("fe80::1", 5)).add(IPPROTO_IPV6, IPV6_ECN, 1),
    { localAddress: "fe80::1%5", interfaceIndex: 5, ecn: 1 },
  ],
];
for (const [name, from, write, info] of CONTROLS) {
  Deno.test(`receiveMessage() tells ${name}`, NEEDS_IPV6, async () => {
    const writer = new ControlMessageWriter(new Uint8Array(256));
    write(writer);
    const message = await receive({ data: DATA, from, control: writer.bytes });
    assertEquals(message.info, info);
    assertEquals(message.data, DATA);
    const scope = from.includes("%") ? { hostname: from, scopeId: 5 } : {};
    assertEquals(message.remoteAddr, { ...FROM, ...scope });
    assertEquals([message.truncated, message.controlTruncated], [false, false]);
  });
}

Deno.test("receiveMessage() tells the flow information and the scope id of the sender", NEEDS_IPV6, async () => {
  const { remoteAddr } = await receive({ data: DATA, from: "fe80::2%5", flowInfo: 0x12345 });
  assertEquals(remoteAddr, { ...FROM, hostname: "fe80::2%5", scopeId: 5, flowInfo: 0x12345 });
});

Deno.test("receiveMessage() takes the flags of Windows for what they mean", NEEDS_IPV6, async () => {
  for (
    const [given, truncated, controlTruncated] of [
      [{ flags: 0 }, false, false],
      [{ flags: MSG_BCAST | MSG_MCAST }, false, false],
      [{ flags: MSG_TRUNC, warns: true }, true, false],
      [{ flags: MSG_CTRUNC, warns: true }, false, true],
      [{ flags: MSG_TRUNC | MSG_CTRUNC | MSG_MCAST, warns: true }, true, true],
      [{ flags: MSG_CTRUNC }, false, true],
    ] as const
  ) {
    const message = await receive({ data: DATA, ...given });
    assertEquals([message.truncated, message.controlTruncated], [truncated, controlTruncated]);
    assertEquals(message.data, DATA);
  }
});

Deno.test("receiveMessage() survives control data that no system should give", NEEDS_IPV6, async () => {
  const pktinfos = new ControlMessageWriter(new Uint8Array(256)).add(IPPROTO_IP, IP_PKTINFO, pktinfo("192.0.2.9", 5));
  for (const controlLength of [0, 1, 15, 16, 23, 24, 256, 257, 1000, 0xffffffff]) {
    const { info, data } = await receive({ data: DATA, control: pktinfos.bytes, controlLength });
    assertEquals(info, controlLength >= 24 ? { localAddress: "192.0.2.9", interfaceIndex: 5 } : {}, `${controlLength}`);
    assertEquals(data, DATA);
  }
  for (let seed = 1; seed <= 100; seed++) {
    const { data } = await receive({ data: DATA, control: randomBytes(256, seed) });
    assertEquals(data, DATA);
  }
});

Deno.test(
  "receiveMessage() into a buffer that is too short, of a system that warns as well",
  NEEDS_IPV6,
  async () => {
    const buffer = new Uint8Array(10);
    const message = await receive({ data: DATA, warns: true, flags: MSG_TRUNC }, buffer);
    assertEquals([message.data, message.truncated], [DATA.subarray(0, 10), true]);
  },
);

Deno.test(
  "receive() rejects with ConnectionReset where Windows reports it, and the next one works",
  NEEDS_IPV6,
  async () => {
    const { WSASetLastError } = ws2_32();
    using socket = open("dual-stack", { connectionReset: true });
    for (const symbol of ["WSAECONNRESET", "WSAENETRESET"] as const) {
      using _stand = standIn(datagramCalls(), "WSARecvFrom", () => () => {
        WSASetLastError(ERROR_CODES[symbol][0]);
        return -1;
      });
      const error = await assertRejects(() => socket.receive());
      assertFailedCall(error, Deno.errors.ConnectionReset, "WSARecvFrom", symbol);
      const iterating = async () => {
        for await (const _ of socket) throw new Error("Nothing was sent");
      };
      await assertRejects(iterating, Deno.errors.ConnectionReset);
    }
    await socket.send(bytes("x"), loopback(socket, "::1"));
    assertEquals((await socket.receive())[0].length, 1);
    await assertNothingWaits(socket);
  },
);

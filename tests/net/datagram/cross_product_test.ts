// Every kind of socket sends to every other, wherever that can be reached, in every way there is to send and receive.
import { assert, assertEquals, assertRejects, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { type DatagramConn, type ReceivedMessage, resolve } from "@winsock/ws2";
import { datagramCalls } from "../../../ffi/win32/ws2_32.ts";
import { randomBytes } from "../../support/bytes.ts";
import { ALL_KINDS, assertNothingWaits, type Kind, loopback, open, placeOf, speaks } from "../../support/datagrams.ts";
import { toldHopLimit } from "../../support/hop_limit.ts";
import { standIn } from "../../support/stand_in.ts";
import { needsFamiliesOf } from "../../support/families.ts";

/** Where a datagram is sent to, and the addresses that it can come to. */
const DESTINATIONS: readonly [hostname: string, reached: { readonly 4?: string; readonly 6?: string }][] = [
  ["127.0.0.1", { 4: "127.0.0.1" }],
  ["127.0.0.2", { 4: "127.0.0.2" }],
  ["::1", { 6: "::1" }],
  ["::ffff:127.0.0.1", { 4: "127.0.0.1" }],
  ["::ffff:127.0.0.2", { 4: "127.0.0.2" }],
  ["localhost", { 4: "127.0.0.1", 6: "::1" }],
];
const HOP_LIMIT = 37;
const TRAFFIC_CLASS = 0; // what nobody has asked for otherwise

/** The ways to send and to receive. */
const SENDS = ["send", "sendMessage"] as const;
const RECEIVES = ["receive", "receiveMessage"] as const;
const ROOMS = [undefined, 4, 8, 4096] as const;
const DATA = randomBytes(8);

/** The IP version by which a sender reaches a host: by a name the one that the system puts first. */
async function versionOf(sender: Kind, hostname: string): Promise<4 | 6 | undefined> {
  if (hostname !== "localhost") return hostname.includes(".") ? 4 : 6;
  if (sender !== "dual-stack") return sender === "IPv4" ? 4 : 6;
  const [first] = await resolve("localhost");
  return first.hostname.includes(":") ? 6 : 4;
}

interface Sent {
  readonly receiver: DatagramConn;
  readonly sender: DatagramConn;
  readonly packetInfo: boolean;
  /** The sender, as the receiver must see it. */
  readonly remoteAddr: Deno.NetAddr;
  /** The local address that the receiver must see. */
  readonly localAddress: string;
}

/** Receives a datagram that has been sent and checks all that is known of it. */
async function checkReceived(sent: Sent, method: typeof RECEIVES[number], room: number | undefined): Promise<void> {
  const buffer = room === undefined ? undefined : new Uint8Array(room).fill(0xee);
  const expected = DATA.subarray(0, room);
  let data: Uint8Array;
  if (method === "receive") {
    const [received, remoteAddr] = await sent.receiver.receive(buffer);
    assertEquals(remoteAddr, sent.remoteAddr);
    data = received;
  } else {
    const message = await sent.receiver.receiveMessage(buffer);
    checkMessage(sent, message);
    assertEquals(message.truncated, expected.length < DATA.length);
    data = message.data;
  }
  assertEquals(data, expected);
  if (buffer === undefined) return;
  assertStrictEquals(data.buffer, buffer.buffer); // a view, in place
  assertEquals(data.byteOffset, 0);
  assertEquals(buffer.subarray(data.length), new Uint8Array(buffer.length - data.length).fill(0xee));
}

function checkMessage({ remoteAddr, localAddress, packetInfo }: Sent, message: ReceivedMessage): void {
  assertEquals(message.remoteAddr, remoteAddr);
  assertEquals(message.controlTruncated, false);
  const { interfaceIndex, hopLimit, trafficClass, ecn, ...info } = message.info;
  if (!packetInfo) return assertEquals(message.info, {});
  assertEquals(info, { localAddress });
  assertEquals(hopLimit, toldHopLimit(localAddress, HOP_LIMIT));
  assert(Number.isInteger(interfaceIndex) && interfaceIndex! > 0, `interface ${interfaceIndex}`);
  // An older Windows does not tell the traffic class.
  assert(trafficClass === undefined || trafficClass === TRAFFIC_CLASS, `traffic class ${trafficClass}`);
  assert(ecn === undefined || ecn === 0, `ECN ${ecn}`);
}

async function checkDelivered(kinds: readonly [sender: Kind, receiver: Kind], hostname: string, localAddress: string) {
  const [senderKind, receiverKind] = kinds;
  for (const packetInfo of [true, false]) {
    await using receiver = open(receiverKind, { packetInfo });
    await using sender = open(senderKind, { packetInfo: !packetInfo }); // of the receiver alone it matters
    sender.options.hopLimit = HOP_LIMIT;
    const from = localAddress.includes(":") ? "::1" : "127.0.0.1";
    const sent = { receiver, sender, packetInfo, remoteAddr: loopback(sender, from), localAddress };
    for (const send of SENDS) {
      for (const receive of RECEIVES) {
        for (const room of ROOMS) {
          assertEquals(await sender[send](DATA, loopback(receiver, hostname)), DATA.length);
          await checkReceived(sent, receive, room);
        }
      }
    }
  }
}

/** Counts the calls by which datagrams are sent. */
function countSends(): Disposable & { count: number } {
  const calls = { count: 0, [Symbol.dispose]: () => stands.forEach((stand) => stand[Symbol.dispose]()) };
  const counted = <F extends (...parameters: never[]) => unknown>(original: F) =>
    ((...parameters) => {
      calls.count++;
      return original(...parameters);
    }) as F;
  const stands = [
    standIn(datagramCalls(), "WSASendTo", counted),
    standIn(datagramCalls(), "WSASendMsg", counted),
  ];
  return calls;
}

async function checkRefused(kinds: readonly [sender: Kind, receiver: Kind], hostname: string): Promise<void> {
  const [senderKind, receiverKind] = kinds;
  await using receiver = open(receiverKind);
  await using sender = open(senderKind);
  using sends = countSends();
  for (const send of SENDS) {
    const error = await assertRejects(() => sender[send](DATA, loopback(receiver, hostname)), TypeError);
    const why = senderKind === "v6-only" ? "set ipv6Only to false" : "the socket is for IPv4 only";
    assertStringIncludes(error.message, why);
    const shown = hostname.replace("::ffff:", "");
    assertStringIncludes(error.message, shown.includes(":") ? `[${shown}]:` : `${shown}:`);
  }
  assertEquals(sends.count, 0);
  await assertNothingWaits(receiver);
  assertEquals(sends.count, 1); // so the calls are counted
}

async function checkNotDelivered(kinds: readonly [sender: Kind, receiver: Kind], hostname: string): Promise<void> {
  const [senderKind, receiverKind] = kinds;
  await using receiver = open(receiverKind);
  await using sender = open(senderKind);
  // Nobody is there: an ICMP message may come back, which must not fail what follows.
  for (const send of SENDS) await sender[send](DATA, loopback(receiver, hostname));
  await assertNothingWaits(receiver);
  await assertNothingWaits(sender);
}

for (const receiver of ALL_KINDS) {
  for (const sender of ALL_KINDS) {
    for (const [hostname, reached] of DESTINATIONS) {
      const kinds = [sender, receiver] as const;
      const version = hostname.includes(".") ? 4 : 6;
      const needs = needsFamiliesOf(placeOf(sender), placeOf(receiver), hostname);
      const mayBeSent = hostname === "localhost" || speaks(sender, version);
      if (!mayBeSent) {
        const name = `send() of ${sender} refuses ${hostname}, whatever is there: ${receiver}`;
        Deno.test(name, needs, () => checkRefused(kinds, hostname));
        continue;
      }
      const name = `receive() of ${receiver} gets what ${sender} sends to ${hostname}, if it can`;
      Deno.test(name, needs, async () => {
        const by = (await versionOf(sender, hostname))!;
        if (speaks(receiver, by)) await checkDelivered(kinds, hostname, reached[by]!);
        else await checkNotDelivered(kinds, hostname);
      });
    }
  }
}

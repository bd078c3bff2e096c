// What is read from control messages: also from those that Wine never gives. What is put into them: tests/oracle.
import { assertEquals } from "@std/assert";
import {
  ControlMessageWriter,
  IP_ECN,
  IP_HOPLIMIT,
  IP_PKTINFO,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_ECN,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_TCLASS,
  UDP_COALESCED_INFO,
} from "@winsock/ws2/ffi";
import { parseAddress } from "../../../ffi/marshal/ip_address.ts";
import { type PacketInfo, readPacketInfo } from "../../../ffi/marshal/packet_info.ts";

/** The data of an in_pktinfo or in6_pktinfo. */
function pktinfo(address: string, interfaceIndex: number): Uint8Array {
  const { bytes } = parseAddress(address)!;
  const index = new Uint8Array(new Uint32Array([interfaceIndex]).buffer);
  return Uint8Array.of(...bytes, ...index);
}

type Message = readonly [level: number, type: number, data: Uint8Array | number];

/** Kinds of control message, and others to be ignored. */
const V4 = (address: string, index: number): Message => [IPPROTO_IP, IP_PKTINFO, pktinfo(address, index)];
const V6 = (address: string, index: number): Message => [IPPROTO_IPV6, IPV6_PKTINFO, pktinfo(address, index)];
const OTHERS: readonly Message[] = [
  [IPPROTO_IP, 1000, 1],
  [IPPROTO_IPV6, 1000, new Uint8Array(40)],
  [IPPROTO_UDP, 1000, 2],
  [255, IP_PKTINFO, pktinfo("192.0.2.99", 99)],
  [IPPROTO_IPV6, IP_TTL, 99], // the number of an option of the other level
];

const CASES: readonly [name: string, messages: readonly Message[], info: PacketInfo][] = [
  ["nothing", [], {}],
  ["what it does not know", OTHERS, {}],
  ["an in_pktinfo", [V4("127.0.0.2", 3)], { localAddress: "127.0.0.2", interfaceIndex: 3 }],
  ["a mapped in6_pktinfo", [V6("::ffff:127.0.0.2", 3)], { localAddress: "127.0.0.2", interfaceIndex: 3 }],
  ["an in_pktinfo and a mapped in6_pktinfo", [V4("127.0.0.2", 3), V6("::ffff:127.0.0.2", 3)], {
    localAddress: "127.0.0.2",
    interfaceIndex: 3,
  }],
  ["a mapped in6_pktinfo and an in_pktinfo", [V6("::ffff:127.0.0.2", 3), V4("127.0.0.2", 3)], {
    localAddress: "127.0.0.2",
    interfaceIndex: 3,
  }],
  ["an in6_pktinfo", [V6("2001:db8::1", 0xfffffffe)], { localAddress: "2001:db8::1", interfaceIndex: 0xfffffffe }],
  ["a link-local address, with its scope", [V6("fe80::1", 7)], { localAddress: "fe80::1%7", interfaceIndex: 7 }],
  ["the last link-local address", [V6("febf::1", 7)], { localAddress: "febf::1%7", interfaceIndex: 7 }],
  ["an address behind the link-local ones", [V6("fec0::1", 7)], { localAddress: "fec0::1", interfaceIndex: 7 }],
  ["a multicast group", [V6("ff02::1", 7)], { localAddress: "ff02::1", interfaceIndex: 7 }],
  ["an IPv4 group", [V4("224.0.0.1", 7)], { localAddress: "224.0.0.1", interfaceIndex: 7 }],
  ["a time to live", [[IPPROTO_IP, IP_TTL, 128]], { hopLimit: 128 }],
  ["a time to live by the name that other systems give it", [[IPPROTO_IP, IP_HOPLIMIT, 127]], { hopLimit: 127 }],
  ["a hop limit", [[IPPROTO_IPV6, IPV6_HOPLIMIT, 255]], { hopLimit: 255 }],
  ["a type of service, with its ECN bits", [[IPPROTO_IP, IP_TOS, 0xb9]], { trafficClass: 0xb9, ecn: 1 }],
  ["a traffic class, with its ECN bits", [[IPPROTO_IPV6, IPV6_TCLASS, 0x03]], { trafficClass: 3, ecn: 3 }],
  ["ECN alone over IPv4", [[IPPROTO_IP, IP_ECN, 3]], { ecn: 3 }],
  ["ECN alone over IPv6", [[IPPROTO_IPV6, IPV6_ECN, 2]], { ecn: 2 }],
  ["the size of coalesced segments", [[IPPROTO_UDP, UDP_COALESCED_INFO, 1472]], { segmentSize: 1472 }],
  [
    "all of IPv4 among what it does not know",
    [OTHERS[0], V4("192.0.2.1", 3), OTHERS[1], [IPPROTO_IP, IP_TTL, 64], OTHERS[2], [IPPROTO_IP, IP_TOS, 0], OTHERS[3]],
    { localAddress: "192.0.2.1", interfaceIndex: 3, hopLimit: 64, trafficClass: 0, ecn: 0 },
  ],
  [
    "all of IPv6 and more",
    [
      [IPPROTO_IPV6, IPV6_TCLASS, 0xff],
      [IPPROTO_IPV6, IPV6_HOPLIMIT, 1],
      V6("2001:db8::1", 1),
      [IPPROTO_UDP, UDP_COALESCED_INFO, 65535],
    ],
    {
      localAddress: "2001:db8::1",
      interfaceIndex: 1,
      hopLimit: 1,
      trafficClass: 255,
      ecn: 3,
      segmentSize: 65535,
    },
  ],
];
for (const [name, messages, info] of CASES) {
  Deno.test(`readPacketInfo() reads ${name}`, () => {
    const writer = new ControlMessageWriter(new Uint8Array(512));
    for (const message of messages) writer.add(...message);
    assertEquals(readPacketInfo(writer.bytes), info);
  });
}

Deno.test("readPacketInfo() keeps nothing of the buffer, which is used again", () => {
  const writer = new ControlMessageWriter(new Uint8Array(512)).add(...V6("2001:db8::1", 1)).add(IPPROTO_IP, IP_TTL, 9);
  const info = readPacketInfo(writer.bytes);
  writer.bytes.fill(0xff);
  assertEquals(info, { localAddress: "2001:db8::1", interfaceIndex: 1, hopLimit: 9 });
});

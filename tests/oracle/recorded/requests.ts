/** What is asked for, of the library and of a C program alike. */

import type { ListenDatagramOptions, SendMessageOptions } from "@winsock/ws2";
import { ALL_KINDS, type Kind } from "../../support/datagrams.ts";

/** A message to send. */
export interface SendRequest {
  readonly kind: Kind;
  readonly to: string;
  readonly flowInfo: number;
  readonly options: SendMessageOptions;
}

/** The port that every message goes to; nothing is sent there. */
export const PORT = 0x1234;
/** The data of every message. */
export const DATA = "0102030405";

const DESTINATIONS: readonly [kind: Kind, to: string, source: string, flowInfo: number][] = [
  ["dual-stack", "127.0.0.1", "127.0.0.2", 0],
  ["dual-stack", "::ffff:192.0.2.9", "::ffff:198.51.100.7", 0],
  ["dual-stack", "192.0.2.9", "::ffff:198.51.100.7", 0],
  ["dual-stack", "::1", "::1", 0],
  ["dual-stack", "2001:db8::9", "2001:db8:1:2:3:4:5:6", 0x12345],
  ["dual-stack", "fe80::9%7", "fe80::1", 0],
  ["v6-only", "2001:db8::9", "2001:db8:ffff::1", 0xfffff],
  ["IPv4", "192.0.2.9", "198.51.100.7", 0],
  ["IPv4", "::ffff:192.0.2.9", "203.0.113.255", 0],
];

/** Every combination of what can be asked for of a message, to every kind of destination. */
export const SENDS: readonly SendRequest[] = DESTINATIONS.flatMap(([kind, to, source, flowInfo], index) => {
  const all: SendMessageOptions = {
    source,
    interfaceIndex: index % 2 ? 3 : 0xfffffffe,
    hopLimit: index % 2 ? 1 : 255,
    trafficClass: index % 2 ? 0xb9 : 0xff, // with ECN bits that ecn, when it is given, takes the place of
    ecn: index % 3 as 0 | 1 | 2,
    segmentSize: index % 2 ? 1 : 65535,
  };
  const entries = Object.entries(all);
  return Array.from({ length: 2 ** entries.length }, (_, subset): SendRequest => {
    const options = Object.fromEntries(entries.filter((_, bit) => subset & 1 << bit));
    return { kind, to, flowInfo, options };
  });
});

/** A socket to open. */
export interface SetUpRequest {
  readonly kind: Kind;
  readonly options: ListenDatagramOptions;
}

/** Every combination of the flags of listenDatagram(), for every kind of socket. */
export const SET_UPS: readonly SetUpRequest[] = ALL_KINDS.flatMap((kind) =>
  Array.from({ length: 8 }, (_, flags): SetUpRequest => {
    const options = { packetInfo: !(flags & 1), reuseAddress: !!(flags & 2), connectionReset: !!(flags & 4) };
    return { kind, options };
  })
);

/** What the accessors of options ask of Winsock, for those that Wine does not know or only fakes. */

/** A value of an option, and the calls that set it: level, name and bytes. */
export interface OptionCalls {
  readonly value: unknown;
  /** On a socket for IPv4, for IPv6, and for both. Undefined for an option that is only read. */
  readonly sets?: Readonly<Record<"ipv4" | "ipv6" | "both", readonly string[]>>;
  /** The call that reads it on a socket for IPv4 and for IPv6, and the answer that is the value. */
  readonly reads: readonly [ipv4: string, ipv6: string];
  readonly answers: readonly [ipv4: string, ipv6: string];
}

function same(level: number, name: number, value: unknown, bytes: string, isSettable = true): OptionCalls {
  const set = [`${level} ${name} 4: ${bytes}`];
  const read = `${level} ${name} 4`;
  return {
    value,
    ...(isSettable && { sets: { ipv4: set, ipv6: set, both: set } }),
    reads: [read, read],
    answers: [bytes, bytes],
  };
}

function paired(
  ipv4: number,
  ipv6: number,
  value: unknown,
  bytes4: string,
  bytes6 = bytes4,
  isSettable = true,
): OptionCalls {
  const [set4, set6] = [`0 ${ipv4} 4: ${bytes4}`, `41 ${ipv6} 4: ${bytes6}`];
  return {
    value,
    ...(isSettable && { sets: { ipv4: [set4], ipv6: [set6], both: [set6, set4] } }),
    reads: [`0 ${ipv4} 4`, `41 ${ipv6} 4`],
    answers: [bytes4, bytes6],
  };
}

/** The numbers are those of ws2def.h and ws2ipdef.h, which tests/oracle compares the constants with. */
export const CALLS: Readonly<Record<"every" | "tcp" | "udp", Readonly<Record<string, OptionCalls>>>> = {
  every: {
    trafficClass: paired(3, 39, 0xb8, "b8000000"),
    mtuDiscovery: paired(71, 71, "probe", "03000000"),
    pathMtu: paired(73, 72, 1400, "78050000", undefined, false),
    userMtu: paired(76, 76, 1280, "00050000"),
    unicastInterface: paired(31, 31, 0x123456, "00123456", "56341200"), // for IPv4 in network order
    dontRoute: same(0xffff, 0x10, true, "01000000"),
  },
  tcp: {
    outOfBandInline: same(0xffff, 0x100, true, "01000000"),
    connectedSeconds: same(0xffff, 0x700c, 77, "4d000000", false),
    maxSegmentSize: same(6, 4, 1460, "b4050000", false),
    maxRetransmissionTime: same(6, 14, 5000, "88130000"),
    timestamps: same(6, 10, true, "01000000"),
  },
  udp: {
    maxMessageSize: same(0xffff, 0x2003, 65507, "e3ff0000", false),
    multicastInterface: paired(9, 9, 0x123456, "00123456", "56341200"),
  },
};

// Wine knows none of the options that are the same for both families: that they are asked for first is shown by recording
// the calls, and the rest by the older options, which the library then takes.
import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { type DatagramConn, interfaces, listenDatagram, WinsockError } from "@winsock/ws2";
import { layout } from "@winsock/ws2/layout";
import {
  AF_INET,
  IP_ADD_SOURCE_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_UNBLOCK_SOURCE,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_MULTICAST_IF,
} from "@winsock/ws2/ffi";
import { IP_ADAPTER_ADDRESSES_LH, iphlpapi } from "../../../ffi/win32/iphlpapi.ts";
import { ws2_32 } from "../../../ffi/win32/ws2_32.ts";
import { assertNothingWaits, bytes, loopback, open, text } from "../../support/datagrams.ts";
import { NEEDS_BOTH, NEEDS_IPV4, NEEDS_IPV6 } from "../../support/families.ts";
import { standIn } from "../../support/stand_in.ts";
import { recordOptions } from "../../support/recorded_options.ts";

const GROUP = "239.255.78.1";
const INTERFACE = "127.0.0.1";

/** The loopback, which is called otherwise on each system. */
function loopbackInterface() {
  return interfaces().find(({ isLoopback }) => isLoopback)!;
}

/**
 * Wine hands an IP_MREQ_SOURCE to Linux as it is, where source and interface change places. Here they do, until the end of
 * the block. Windows is never given one, as it has the newer options.
 */
function playSources(): Disposable {
  return standIn(ws2_32(), "setsockopt", (original) => (socket, level, name, value, length) => {
    if (level !== IPPROTO_IP || name < IP_ADD_SOURCE_MEMBERSHIP || name > IP_UNBLOCK_SOURCE) {
      return original(socket, level, name, value, length);
    }
    const bytes = value as Uint8Array;
    const swapped = Uint8Array.of(...bytes.subarray(0, 4), ...bytes.subarray(8, 12), ...bytes.subarray(4, 8));
    return original(socket, level, name, swapped, length);
  });
}

function sender(hostname: string): DatagramConn {
  const socket = listenDatagram({ hostname });
  socket.options.multicastInterface = INTERFACE;
  return socket;
}

for (const options of [{ hostname: "0.0.0.0" }, {}]) {
  const name = "hostname" in options ? "an IPv4 socket" : "a dual-stack socket";
  Deno.test(
    `joinMulticast() makes ${name} a member until it leaves, by index, name, id or address`,
    NEEDS_IPV4,
    async () => {
      using receiver = listenDatagram(options);
      using client = sender(INTERFACE);
      const { index, name, id } = loopbackInterface();
      for (const chosen of [index, name, id, INTERFACE, `::%${index}`]) {
        const membership = receiver.joinMulticast(GROUP, { interface: chosen });
        assertEquals(membership.interfaces, [{ index }]);
        assertEquals([membership.group, membership.source], [GROUP, undefined]);
        await client.send(bytes(`${chosen}`), loopback(receiver, GROUP));
        assertEquals(text((await receiver.receive())[0]), `${chosen}`);
        membership.leave();
        await client.send(bytes("late"), loopback(receiver, GROUP));
        await assertNothingWaits(receiver);
        assertThrows(() => membership.leave(), Deno.errors.BadResource, `The membership in ${GROUP} has been left`);
        membership[Symbol.dispose]();
      }
    },
  );

  Deno.test(`joinMulticast() of ${name} with a source receives from that alone`, NEEDS_IPV4, async () => {
    using _linux = playSources();
    using receiver = listenDatagram(options);
    using client = sender(INTERFACE);
    using other = sender("127.0.0.2");
    {
      using membership = receiver.joinMulticast(GROUP, { interface: INTERFACE, source: "127.0.0.2" });
      assertEquals(membership.source, "127.0.0.2");
      await client.send(bytes("no"), loopback(receiver, GROUP));
      await other.send(bytes("yes"), loopback(receiver, GROUP));
      assertEquals(text((await receiver.receive())[0]), "yes");
      assertThrows(() => membership.block("127.0.0.1"), TypeError, "only 127.0.0.2 is joined");
    }
    await other.send(bytes("late"), loopback(receiver, GROUP));
    await assertNothingWaits(receiver);
  });

  Deno.test(`block() and unblock() of ${name} switch a source off and on`, NEEDS_IPV4, async () => {
    using _linux = playSources();
    using receiver = listenDatagram(options);
    using client = sender(INTERFACE);
    using other = sender("127.0.0.2");
    using membership = receiver.joinMulticast(GROUP, { interface: INTERFACE });
    membership.block("127.0.0.2");
    await other.send(bytes("blocked"), loopback(receiver, GROUP));
    await client.send(bytes("another"), loopback(receiver, GROUP));
    assertEquals(text((await receiver.receive())[0]), "another");
    membership.unblock("127.0.0.2");
    await other.send(bytes("again"), loopback(receiver, GROUP));
    assertEquals(text((await receiver.receive())[0]), "again");
    assertThrows(() => membership.unblock("127.0.0.2"), Error, `Cannot set membership in ${GROUP}`);
  });
}

Deno.test("joinMulticast() joins IPv6 groups, by the scope id of the group too", NEEDS_BOTH, () => {
  for (const kind of ["v6-only", "dual-stack"] as const) {
    using socket = open(kind);
    const { index } = loopbackInterface();
    for (const [group, options] of [["ff02::1234", { interface: index }], [`ff02::1234%${index}`, {}]] as const) {
      const membership = socket.joinMulticast(group, options);
      assertEquals([membership.group, membership.interfaces], ["ff02::1234", [{ index }]]);
      assertThrows(() => socket.joinMulticast(group, options), Error, "Cannot set membership in ff02::1234");
      membership.leave();
    }
  }
});

const hex = (index: number) => new Uint8Array(new Uint32Array([index]).buffer).toHex();
const IPV4_GROUP = `0200${"00".repeat(2)}efff4e01`.padEnd(256, "0");
const IPV6_GROUP = `1700${"00".repeat(6)}ff02${"00".repeat(12)}1234`.padEnd(256, "0");

Deno.test(
  "joinMulticast() hands a GROUP_REQ or GROUP_SOURCE_REQ to options 41 to 46 of each family",
  NEEDS_BOTH,
  () => {
    using socket = open("dual-stack");
    using calls = recordOptions(undefined, false);
    const membership = socket.joinMulticast(GROUP, { interface: 7 });
    membership.block("192.0.2.1");
    membership.unblock("192.0.2.1");
    membership.leave();
    socket.joinMulticast("ff02::1234", { interface: 0x123456, source: "2001:db8::1" }).leave();
    const source = `0200${"00".repeat(2)}c0000201`.padEnd(256, "0");
    const source6 = `1700${"00".repeat(6)}20010db8${"00".repeat(11)}01`.padEnd(256, "0");
    assertEquals(calls.lines.map((line) => line.replace(/ \d+/, "")), [
      `setsockopt 0 41 136: ${hex(7)}00000000${IPV4_GROUP}`,
      `setsockopt 0 43 264: ${hex(7)}00000000${IPV4_GROUP}${source}`,
      `setsockopt 0 44 264: ${hex(7)}00000000${IPV4_GROUP}${source}`,
      `setsockopt 0 42 136: ${hex(7)}00000000${IPV4_GROUP}`,
      `setsockopt 41 45 264: ${hex(0x123456)}00000000${IPV6_GROUP}${source6}`,
      `setsockopt 41 46 264: ${hex(0x123456)}00000000${IPV6_GROUP}${source6}`,
    ]);
  },
);

// Recorded, so that no membership is reported outside of the machine.
Deno.test(
  'joinMulticast() on "all" joins on each interface that is up and has an address of the family',
  NEEDS_BOTH,
  () => {
    for (const family of [4, 6] as const) {
      using socket = open("dual-stack");
      using calls = recordOptions(undefined, false);
      const membership = socket.joinMulticast(family === 4 ? GROUP : "ff02::1234", { interface: "all" });
      const expected = interfaces().filter(({ isUp, hasMulticast, addresses }) =>
        isUp && hasMulticast && addresses.some((address) => address.family === family)
      ).map(({ index }) => index);
      assert(expected.length > 0);
      assertEquals(membership.interfaces, expected.map((index) => ({ index })));
      membership.leave();
      const indices = calls.lines.map((line) => line.match(/: ([0-9a-f]{8})/)![1]);
      assertEquals(indices, [...expected, ...expected].map(hex));
    }
  },
);

Deno.test('joinMulticast() on "all" tells where it failed, and leaves only where it did not', NEEDS_BOTH, () => {
  using socket = open("dual-stack");
  const { index } = loopbackInterface();
  using joined = socket.joinMulticast("ff01::77", { interface: index }); // ff01::/16 does not leave the machine
  let error: unknown;
  try {
    const membership = socket.joinMulticast("ff01::77", { interface: "all" });
    error = membership.interfaces.find((entry) => entry.index === index)!.error;
    membership.leave(); // which ends the others, and not the one of before
  } catch (reason) {
    assertInstanceOf(reason, AggregateError); // the loopback is the only one
    error = reason.errors[0];
  }
  assertInstanceOf(error, Error);
  assertStringIncludes(error.message, "Cannot set membership in ff01::77");
  joined.leave();
});

Deno.test("joinMulticast() refuses what it does not understand", NEEDS_BOTH, () => {
  using socket = open("dual-stack");
  const join = (group: unknown, options?: unknown) => () => socket.joinMulticast(group as string, options as never);
  for (const group of [7, "", "192.0.2.1", "::1", "all", "239.1.2"]) {
    assertThrows(join(group), TypeError, "group must be");
  }
  for (const value of [null, {}, true, "", "0.0.0.0", "::", "[::]"]) {
    assertThrows(join(GROUP, { interface: value }), TypeError, "interface must be");
  }
  for (const value of [0, -1, 1.5, NaN, 2 ** 24]) {
    assertThrows(join(GROUP, { interface: value }), RangeError, "interface");
  }
  for (const value of ["eth no", "192.0.2.77", "fe80::77%3", "::1%9"]) {
    assertThrows(join(GROUP, { interface: value }), Deno.errors.NotFound, `Cannot find the interface "${value}"`);
  }
  for (const source of [1, "", "localhost", "::1", "0.0.0.0", GROUP]) {
    assertThrows(join(GROUP, { source }), TypeError, "source must be");
  }
  assertThrows(join(GROUP, 1), TypeError, "options must be an object");
  assertThrows(join("ff02::1%3", { interface: 4 }), TypeError, "interface must be that of the group, 3, got 4");
  assertThrows(join("ff02::1%3", { interface: "all" }), TypeError, "group must have no scope id");
  using ipv4 = open("IPv4");
  assertThrows(() => ipv4.joinMulticast("ff02::1"), TypeError, "group must not be of IPv6 on the socket on 0.0.0.0:");
  using ipv6 = open("v6-only");
  assertThrows(() => ipv6.joinMulticast(GROUP), TypeError, "group must not be of IPv4 on the socket on [::]:");
  ipv6.close();
  assertThrows(() => ipv6.joinMulticast("ff02::1"), Deno.errors.BadResource, "is closed");
});

Deno.test("joinMulticast() of one source says so where the system cannot", NEEDS_BOTH, () => {
  using socket = open("v6-only");
  try {
    socket.joinMulticast("ff01::77", { interface: loopbackInterface().index, source: "::1" }).leave(); // Windows
  } catch (error) {
    assertInstanceOf(error, Deno.errors.NotSupported); // Wine
    assertStringIncludes(error.message, "Cannot set membership in ff01::77 of the socket on [::]:");
  }
});

Deno.test("joining an IPv4 group says so where there is no IPv4, instead of doing nothing", NEEDS_IPV6, async () => {
  using socket = open("dual-stack");
  const failing = (code: number) => {
    ws2_32().WSASetLastError(code);
    return -1;
  };
  using _options = standIn(ws2_32(), "setsockopt", (original) => (socket, level, name, value, length) => {
    return level === IPPROTO_IP ? failing(10022) : original(socket, level, name, value, length); // WSAEINVAL
  });
  using _sockets = standIn(ws2_32(), "WSASocketW", (original) => (af, ...rest) => {
    return af === AF_INET ? BigInt.asUintN(64, BigInt(failing(10047))) : original(af, ...rest); // WSAEAFNOSUPPORT
  });
  const join = () => socket.joinMulticast(GROUP, { interface: 1 });
  assertThrows(join, Deno.errors.NotSupported, `membership in ${GROUP}`);
  assertThrows(join, Deno.errors.NotSupported, "this system has no IPv4");
  await assertRejects(() => socket.joinMulticastV4(GROUP), Deno.errors.NotSupported, "this system has no IPv4");
});

/** A list of adapters whose structs and pointers are wrong. */
function adapters(change: (bytes: Uint8Array<ArrayBuffer>, base: bigint) => void): Disposable {
  return standIn(iphlpapi(), "GetAdaptersAddresses", (original) => (...parameters) => {
    const bytes = parameters[3] as Uint8Array<ArrayBuffer>;
    const code = original(...parameters);
    if (code === 0) change(bytes, BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes))));
    return code;
  });
}

Deno.test("interfaces() reads nothing outside of what it has, and ends", NEEDS_IPV4, () => {
  const { offsets, size } = layout(IP_ADAPTER_ADDRESSES_LH);
  for (const member of ["Next", "AdapterName", "FirstUnicastAddress", "FriendlyName", "Description"] as const) {
    for (const pointer of [0n, 1n, 0xffff_ffff_ffff_ffffn, "self", "end"] as const) {
      using _list = adapters((bytes, base) => {
        const address = pointer === "self" ? base : pointer === "end" ? base + BigInt(bytes.length - 1) : pointer;
        new DataView(bytes.buffer).setBigUint64(offsets[member], address, true);
      });
      assert(interfaces().length <= 16 * 1024 / size + 1);
    }
  }
  let calls = 0;
  using _growing = standIn(iphlpapi(), "GetAdaptersAddresses", (original) => (...parameters) => {
    if (calls++ >= 2) return original(...parameters);
    (parameters[4] as Uint32Array)[0] *= 2;
    return 111; // ERROR_BUFFER_OVERFLOW
  });
  assert(interfaces().length > 0);
  assertEquals(calls, 3);
  using _none = standIn(iphlpapi(), "GetAdaptersAddresses", () => () => 232); // ERROR_NO_DATA
  assertEquals(interfaces(), []);
  using _failing = standIn(iphlpapi(), "GetAdaptersAddresses", () => () => 8);
  const error = assertThrows(interfaces, Error, "Cannot list the network interfaces");
  assertInstanceOf(error.cause, WinsockError);
});

Deno.test("multicastInterface chooses where multicasts go, for each family that the socket speaks", NEEDS_BOTH, () => {
  const { index, name } = loopbackInterface();
  for (const kind of ["dual-stack", "v6-only", "IPv4"] as const) {
    using socket = open(kind);
    assertEquals(socket.options.multicastInterface, undefined);
    for (const chosen of [index, name, INTERFACE]) {
      socket.options.multicastInterface = chosen;
      assertEquals(socket.options.multicastInterface, index);
      if (kind !== "IPv4") assertEquals(socket.options.get(IPPROTO_IPV6, IPV6_MULTICAST_IF), index);
      if (kind !== "v6-only") {
        const bytes = socket.options.getBytes(IPPROTO_IP, IP_MULTICAST_IF, 4);
        assert(["127.0.0.1", `0.0.0.${index}`].includes(bytes.join(".")), bytes.join(".")); // Wine, Windows
      }
      socket.options.multicastInterface = undefined;
      assertEquals(socket.options.multicastInterface, undefined);
    }
    assertThrows(() => socket.options.multicastInterface = 0, RangeError, "multicastInterface must be");
    assertThrows(() => socket.options.multicastInterface = "::", TypeError, "multicastInterface must be");
    assertThrows(() => socket.options.multicastInterface = "none", Deno.errors.NotFound, '"none"');
  }
});

Deno.test(
  "multicastInterface gives IPv4 an index in network order, and IPv6 one in that of the host",
  NEEDS_BOTH,
  () => {
    using socket = open("dual-stack");
    using calls = recordOptions(undefined, false);
    socket.options.multicastInterface = 0x123456;
    assertEquals(calls.lines.map((line) => line.replace(/ \d+/, "")), [
      "setsockopt 41 9 4: 56341200",
      "setsockopt 0 9 4: 00123456",
    ]);
  },
);

Deno.test("interfaces() lists the interfaces with index, names and addresses", NEEDS_BOTH, async () => {
  const list = interfaces();
  assertEquals(new Set(list.map(({ index }) => index)).size, list.length);
  const { addresses, isUp, hasMulticast, mtu, index, name, id, description } = loopbackInterface();
  assertEquals([isUp, hasMulticast], [true, true]);
  assert(mtu > 1000 && index > 0 && name !== "" && id !== "" && description !== "");
  assert(addresses.some((entry) => entry.address === "127.0.0.1" && entry.family === 4 && entry.prefixLength === 8));
  assert(addresses.some((entry) => entry.address === "::1" && entry.family === 6 && entry.prefixLength === 128));
  for (const { physicalAddress } of list) {
    assert(/^([0-9a-f]{2}(:|$))+$/.test(physicalAddress ?? "00"), physicalAddress);
  }
  // The index is that of the packet information.
  using socket = open("dual-stack");
  await socket.send(bytes("x"), loopback(socket, "127.0.0.1"));
  assertEquals((await socket.receiveMessage()).info.interfaceIndex, index);
  await assertRejects(() => socket.sendMessage(bytes("x"), socket.addr, { interfaceIndex: 0 }), RangeError);
});

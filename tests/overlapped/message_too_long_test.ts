// WSAEMSGSIZE is the code of a warning: the operation has ended, and yet a packet may come of it. Whether one does is up to
// the system and to the mode of the socket; here are both. The library itself makes room for every datagram, so these
// tests receive by calls of their own.
import { assert, assertEquals, assertLess } from "@std/assert";
import { ERROR_CODES, IP_PKTINFO, IPPROTO_IP, MSG_CTRUNC } from "@winsock/ws2/ffi";
import { parseAddress } from "../../ffi/marshal/ip_address.ts";
import { encodeSockaddr } from "../../ffi/marshal/sockaddr.ts";
import { setOption } from "../../ffi/net/sockopt.ts";
import { bindSocket, localEndpoint, makeSocket } from "../../ffi/net/create.ts";
import { copyFromNative } from "../../ffi/overlapped/native_memory.ts";
import { acquireOperation, acquireSend, type Operation, startedOperations } from "../../ffi/overlapped/operation.ts";
import { OverlappedSocket } from "../../ffi/overlapped/overlapped_socket.ts";
import { extensionFunction, WSA_RECV_MSG } from "../../ffi/win32/provider.ts";
import { WSAID_WSARECVMSG } from "../../ffi/win32/winsock.ts";
import { datagramCalls } from "../../ffi/win32/ws2_32.ts";
import { lastErrorWord } from "../../ffi/win32/last_error.ts";
import { randomBytes } from "../support/bytes.ts";
import { NEEDS_IPV4 } from "../support/families.ts";

const [WSAEMSGSIZE] = ERROR_CODES.WSAEMSGSIZE;
const FULL = 4096;

/** How a receive has ended. */
interface Received {
  readonly code: number;
  readonly data: Uint8Array;
  readonly flags: number;
  readonly controlLength: number;
}

/** A datagram socket on 127.0.0.1 that leaves its caller the choice of how much room a message has. */
class Receiver implements AsyncDisposable {
  readonly socket: OverlappedSocket;
  readonly port: number;
  readonly #receive: Deno.UnsafeFnPointer<typeof WSA_RECV_MSG>;

  /** @param skipsPackets Whether operations that end at once send no packet. */
  constructor(skipsPackets: boolean) {
    const handle = makeSocket("ipv4", "udp");
    setOption(handle, IPPROTO_IP, IP_PKTINFO, 1);
    bindSocket(handle, { address: parseAddress("127.0.0.1")!, port: 0, flowInfo: 0 });
    this.port = localEndpoint(handle).port;
    this.#receive = extensionFunction(handle, WSAID_WSARECVMSG, WSA_RECV_MSG);
    this.socket = new OverlappedSocket(handle, skipsPackets);
  }

  receive(room = FULL, controlRoom = 64): Promise<Received> {
    const operation = acquireOperation(room);
    const { messageMemory: { message, messageAddress, controlAddress }, bytesAddress, address } = operation;
    message.namelen = 28;
    message.Control.len = controlRoom;
    message.Control.buf = controlRoom === 0 ? 0n : controlAddress;
    message.dwFlags = 0;
    const failed = this.#receive.call(this.socket.handle, messageAddress, bytesAddress, address, 0n);
    const code = failed === 0 ? 0 : lastErrorWord[0];
    return this.socket.start(operation, code, (operation, _context, code, bytes): Received => {
      slots.add(operation);
      const data = new Uint8Array(bytes);
      copyFromNative(data, operation.buffer!.address, bytes);
      return { code, data, flags: message.dwFlags, controlLength: message.Control.len };
    }, undefined);
  }

  /** Sends a datagram; resolves with the code that it ended with. */
  send(data: Uint8Array, port: number): Promise<number> {
    const operation = acquireSend(data);
    const name = encodeSockaddr({ address: parseAddress("127.0.0.1")!, port, flowInfo: 0 });
    const { messageMemory, buffersAddress, bytesAddress, address } = operation;
    messageMemory.name.set(name);
    const { nameAddress } = messageMemory;
    const call = datagramCalls().WSASendTo;
    const failed = call(this.socket.handle, buffersAddress, 1, bytesAddress, 0, nameAddress, name.length, address, 0n);
    const code = failed === 0 ? 0 : lastErrorWord[0];
    return this.socket.start(operation, code, (operation, _context, code) => {
      slots.add(operation);
      return code;
    }, undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await this.socket.drained;
  }
}

/** The slots that the operations of a test have had. */
const slots = new Set<Operation>();
/** Far more than a test has under way at once, far fewer than it starts operations. */
const FEW = 300;

for (const skipsPackets of [true, false]) {
  const mode = skipsPackets ? "without" : "with";

  Deno.test(
    `a message that is cut off at once ends ${mode} packets for what ends at once, and its slot is used again`,
    NEEDS_IPV4,
    async () => {
      await using receiver = new Receiver(skipsPackets);
      await using other = new Receiver(skipsPackets);
      slots.clear();
      for (let round = 0; round < 1000; round++) {
        const data = randomBytes(100, round + 1);
        assertEquals(await other.send(data, receiver.port), 0);
        const { code, data: received } = await receiver.receive(4);
        assertEquals([code, [...received]], [WSAEMSGSIZE, [...data.subarray(0, 4)]]);
        // The slot that has just become free is the next one to be used: a packet that comes late must not end this.
        const waiting = other.receive();
        if (round % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
        await receiver.send(randomBytes(50, round + 1), other.port);
        assertEquals((await waiting).data, randomBytes(50, round + 1));
      }
      assertLess(slots.size, FEW);
      assertEquals(startedOperations().length, 0);
    },
  );

  Deno.test(`a message that is cut off later ends ${mode} packets for what ends at once`, NEEDS_IPV4, async () => {
    await using receiver = new Receiver(skipsPackets);
    await using other = new Receiver(skipsPackets);
    slots.clear();
    for (let round = 0; round < 1000; round++) {
      const waiting = [receiver.receive(4), receiver.receive(4), receiver.receive()];
      for (let i = 0; i < 3; i++) await other.send(randomBytes(100, i + 1), receiver.port);
      const [first, second, third] = await Promise.all(waiting);
      assertEquals([first.code, second.code, third.code], [WSAEMSGSIZE, WSAEMSGSIZE, 0]);
      assertEquals(
        [...first.data, ...second.data],
        [1, 2].flatMap((seed) => [...randomBytes(100, seed).subarray(0, 4)]),
      );
      assertEquals(third.data, randomBytes(100, 3));
    }
    assertLess(slots.size, FEW);
    assertEquals(startedOperations().length, 0);
  });

  Deno.test(
    `control data that is cut off is flagged ${mode} packets for what ends at once, and the data is there`,
    NEEDS_IPV4,
    async () => {
      await using receiver = new Receiver(skipsPackets);
      await using other = new Receiver(skipsPackets);
      slots.clear();
      for (let round = 0; round < 300; round++) {
        for (const room of [0, 8, 23, 24]) {
          const waiting = round % 2 ? receiver.receive(FULL, room) : undefined;
          await other.send(randomBytes(100, round + 1), receiver.port);
          const { code, data, flags, controlLength } = await (waiting ?? receiver.receive(FULL, room));
          assertEquals(data, randomBytes(100, round + 1));
          if (room === 24) {
            assertEquals([code, flags & MSG_CTRUNC, controlLength], [0, 0, 24]);
          } else {
            assertEquals([code, flags & MSG_CTRUNC], [WSAEMSGSIZE, MSG_CTRUNC]);
            assert(controlLength <= room, `${controlLength} bytes of control data in ${room}`);
          }
        }
      }
      assertLess(slots.size, FEW);
    },
  );

  Deno.test(
    `a datagram that is too long to send fails once ${mode} packets for what ends at once`,
    NEEDS_IPV4,
    async () => {
      await using sender = new Receiver(skipsPackets);
      await using other = new Receiver(skipsPackets);
      slots.clear();
      for (let round = 0; round < 500; round++) {
        assertEquals(await sender.send(new Uint8Array(70_000), other.port), WSAEMSGSIZE);
        const waiting = sender.receive();
        await other.send(randomBytes(50, round + 1), sender.port);
        assertEquals((await waiting).data, randomBytes(50, round + 1));
      }
      assertLess(slots.size, FEW);
      assertEquals(startedOperations().length, 0);
    },
  );

  Deno.test(
    `messages that are cut off while others wait for their turn end ${mode} packets for what ends at once`,
    NEEDS_IPV4,
    async () => {
      await using receiver = new Receiver(skipsPackets);
      await using other = new Receiver(skipsPackets);
      slots.clear();
      for (let round = 0; round < 10; round++) {
        for (let i = 0; i < 200; i++) await other.send(randomBytes(100, i + 1), receiver.port);
        // More than end at once in one turn: the rest is told later.
        const ends = await Promise.all(Array.from({ length: 200 }, (_, i) => receiver.receive(i % 3 ? 4 : FULL)));
        for (const [i, { code, data }] of ends.entries()) {
          assertEquals([code, data.length], i % 3 ? [WSAEMSGSIZE, 4] : [0, 100]);
          assertEquals(data, randomBytes(100, i + 1).subarray(0, data.length));
        }
      }
      assertLess(slots.size, 3 * FEW);
      assertEquals(startedOperations().length, 0);
    },
  );
}

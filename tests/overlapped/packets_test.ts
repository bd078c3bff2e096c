// Whose a packet is. The packets are the test's: none comes from a port.
import { assertEquals } from "@std/assert";
import { DirectPoll } from "../../ffi/overlapped/direct_poll.ts";
import { acquireOperation, type Operation, releaseOperation, STATE } from "../../ffi/overlapped/operation.ts";
import type { OverlappedSocket } from "../../ffi/overlapped/overlapped_socket.ts";
import { Packets } from "../../ffi/overlapped/packets.ts";
import { Poller } from "../../ffi/overlapped/poller.ts";
import { BATCHES, WORDS } from "../../ffi/overlapped/poller_worker.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const KEY = 77;

Deno.test("a packet counts only by the key of the operation's socket and its OVERLAPPED in use", NEEDS_WINDOWS, () => {
  const control = new Int32Array(new SharedArrayBuffer(4 * (WORDS.COUNTS + BATCHES)));
  const direct = new DirectPoll(0n, control);
  const completed: Operation[] = [];
  const packets = new Packets({
    port: 0n,
    control,
    batches: new Int32Array(new SharedArrayBuffer(4)),
    direct,
    poller: new Poller(0n, control, new SharedArrayBuffer(4), () => {}),
    complete: (operation) => {
      operation.state = STATE.COMPLETED;
      completed.push(operation);
    },
  });
  const operation = acquireOperation();
  const take = (key: number, low: number) => {
    direct.entries.set([key, 0, low, 0]);
    packets.takeDirect(1);
    return [completed.length, packets.counts.latePackets];
  };
  assertEquals(take(KEY, operation.low), [0, 1], "it is not in flight");
  operation.socket = { key: KEY } as OverlappedSocket;
  operation.state = STATE.IN_FLIGHT;
  assertEquals(take(KEY + 1, operation.low), [0, 2], "the key is that of another socket");
  assertEquals(take(KEY, operation.low + 128), [0, 3], "the OVERLAPPED is not the one in use");
  assertEquals(take(0, operation.low), [0, 3], "it is the one that ends the worker");
  assertEquals(take(KEY, operation.low), [1, 3], "it is its own");
  assertEquals(take(KEY, operation.low), [1, 4], "it came twice");
  assertEquals([completed[0] === operation, packets.counts.mistakenCodes], [true, 0]);
  operation.socket = undefined;
  releaseOperation(operation);
});

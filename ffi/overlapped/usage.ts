/** The resources that this isolate uses, for tests and to find leaks. */

import { packetCounts } from "./completion_port.ts";
import { buffersInUse } from "./native_memory.ts";
import { operationsInUse } from "./operation.ts";
import { openSockets } from "./overlapped_socket.ts";

/** Counts of one isolate. */
export interface ResourceUse {
  /** Slots of operations that are in use. */
  operations: number;
  /** Native buffers that are in use. */
  buffers: number;
  /** Sockets that have not been closed. */
  sockets: number;
  /** Packets that belonged to no operation in flight, since the start. */
  latePackets: number;
  /** Failed calls whose code was wrong or could not be theirs, since the start. */
  mistakenCodes: number;
}

/** Counts what is in use now. */
export function resourceUse(): ResourceUse {
  const { latePackets = 0, mistakenCodes = 0 } = packetCounts() ?? {};
  return {
    operations: operationsInUse(),
    buffers: buffersInUse(),
    sockets: openSockets(),
    latePackets,
    mistakenCodes,
  };
}

/** Every kind of traffic. */

import type { Traffic } from "../scheduler.ts";
import { ABORTED_READS } from "./aborted_reads.ts";
import { ABORTED_WRITE } from "./aborted_write.ts";
import { BULK } from "./bulk.ts";
import { CLOSE_WHILE_PENDING } from "./close_while_pending.ts";
import { ABORTED_CONNECT, REFUSED } from "./connect_faults.ts";
import { CROWD } from "./crowd.ts";
import { DATAGRAM_CHURN } from "./datagram_churn.ts";
import { DATAGRAMS } from "./datagrams.ts";
import { ECHO } from "./echo.ts";
import { HALF_CLOSE } from "./half_close.ts";
import { LISTENER_CHURN } from "./listener_churn.ts";
import { RESET } from "./reset.ts";
import { SLOW_READER } from "./slow_reader.ts";
import { STREAMS } from "./streams.ts";

/** Every kind of traffic. */
export const TRAFFIC: readonly Traffic[] = [
  ECHO,
  BULK,
  STREAMS,
  HALF_CLOSE,
  RESET,
  SLOW_READER,
  ABORTED_READS,
  ABORTED_WRITE,
  CLOSE_WHILE_PENDING,
  REFUSED,
  ABORTED_CONNECT,
  LISTENER_CHURN,
  CROWD,
  DATAGRAMS,
  DATAGRAM_CHURN,
];

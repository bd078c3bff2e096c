import type { Endpoint } from "../endpoint.ts";
import type { Random } from "../random.ts";
import type { Traffic } from "../scheduler.ts";
import { pause, turns } from "./wait.ts";

/** What a call may reject with when the connection is reset by the other end, and when it is closed by this one. */
const GONE = ["ConnectionReset", "ConnectionAborted", "BrokenPipe", "NotConnected", "Interrupted", "BadResource"];

async function pour(end: Endpoint, random: Random): Promise<void> {
  // A write that stops short says that the connection is gone, and so does the next one.
  while (await end.send(random.size(200_000)) > 0);
}

async function drain(end: Endpoint, random: Random): Promise<void> {
  // The system tells of a reset once, and after that of an end of the stream: what came before need not be all.
  while (await end.receive(random.size(100_000)) !== null);
}

/** A connection that one end resets (`SO_LINGER` with 0 seconds) while data flows in both directions. */
export const RESET: Traffic = {
  name: "reset",
  weight: 12,
  async run({ ledger, meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const ends = [pair.client, pair.server];
    const flows = ends.flatMap((end) => [
      end.tolerate(pour(end, random), ...GONE),
      end.tolerate(drain(end, random), ...GONE),
    ]);
    await turns(random.size(40));
    if (random.chance(0.2)) await pause(random.size(50));
    await random.pick(ends).reset();
    ledger.faults.add("a connection reset by this end");
    await Promise.all(flows);
  },
};

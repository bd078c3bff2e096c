import type { Traffic } from "../scheduler.ts";
import { pause, turns } from "./wait.ts";

/** What a write may reject with after one that was cancelled, and a read when the cancellation reset the connection. */
const OVER = ["ConnectionReset", "ConnectionAborted", "BrokenPipe", "NotConnected", "Interrupted", "BadResource"];

/** A write that waits for a reader, and is aborted: what came before it arrives, and no byte that does not belong there. */
export const ABORTED_WRITE: Traffic = {
  name: "aborted write",
  weight: 6,
  async run({ ledger, meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const [writer, reader] = random.chance(0.5) ? [pair.client, pair.server] : [pair.server, pair.client];
    const controller = new AbortController();
    const length = random.between(1 << 20, 8 << 20);
    const writing = writer.tolerate(writer.send(length, { signal: controller.signal }), "AbortError");
    if (random.chance(0.3)) await reader.receive(random.size(1 << 20));
    await (random.chance(0.5) ? pause(random.size(60)) : turns(random.size(20)));
    controller.abort();
    const written = await writing;
    if (written !== undefined && written < length) ledger.faults.add("a write that was stopped halfway");
    const close = async () => {
      // A write that waits for the reader, and after a cancelled one fails.
      if (random.chance(0.7)) await writer.tolerate(writer.send(random.size(1000)), ...OVER);
      await writer.close();
    };
    const read = async () => {
      while (await reader.receive(random.size(300_000)) !== null);
      reader.incoming.mustBeComplete();
    };
    await Promise.all([close(), reader.tolerate(read(), ...OVER)]);
  },
};

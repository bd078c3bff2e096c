import type { Traffic } from "../scheduler.ts";
import { pause, turns } from "./wait.ts";

/** A reader that takes its time, so that the writer has to wait for it again and again. */
export const SLOW_READER: Traffic = {
  name: "slow reader",
  weight: 6,
  async run({ meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const [writer, reader] = random.chance(0.5) ? [pair.client, pair.server] : [pair.server, pair.client];
    const total = random.size(4 << 20);
    const write = async () => {
      await writer.sendAll(total, () => random.between(Math.ceil(total / 100), total));
      // All of it has been handed to the system, which delivers it though the connection is closed.
      await (random.chance(0.5) ? writer.closeWrite() : writer.close());
    };
    const read = async () => {
      const largest = Math.max(2 ** random.between(4, 18), Math.ceil(total / 200));
      while (await reader.receive(random.between(1, largest)) !== null) {
        if (random.chance(0.1)) await pause(random.size(40));
        else if (random.chance(0.5)) await turns(random.size(8));
      }
      reader.incoming.mustBeComplete();
    };
    await Promise.all([write(), read()]);
  },
};

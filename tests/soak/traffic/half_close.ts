import type { Traffic } from "../scheduler.ts";

/** A request that the end of the stream ends, and an answer after that, ended by closing the connection. */
export const HALF_CLOSE: Traffic = {
  name: "half-close",
  weight: 10,
  async run({ meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const [first, second] = random.chance(0.5) ? [pair.client, pair.server] : [pair.server, pair.client];
    const size = () => random.size(100_000);
    const request = async () => {
      await first.sendAll(random.size(1 << 20), size);
      await first.closeWrite();
      await first.tolerate(first.send(1), "BrokenPipe");
    };
    await Promise.all([request(), second.receiveToEnd(size)]);
    const answer = async () => {
      await second.sendAll(random.size(1 << 20), size);
      await second.close();
    };
    await Promise.all([answer(), first.receiveToEnd(size)]);
  },
};

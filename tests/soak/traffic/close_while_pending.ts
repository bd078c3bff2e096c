import type { Endpoint } from "../endpoint.ts";
import type { Traffic } from "../scheduler.ts";
import { turns } from "./wait.ts";

const GONE = ["ConnectionReset", "ConnectionAborted", "BrokenPipe", "NotConnected", "Interrupted", "BadResource"];

/** Reads, writes and the end of the sending side that wait when their connection is closed: each of them settles. */
export const CLOSE_WHILE_PENDING: Traffic = {
  name: "close while pending",
  weight: 10,
  async run({ meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const [closer, other] = random.chance(0.5) ? [pair.client, pair.server] : [pair.server, pair.client];
    const start = (end: Endpoint): Promise<unknown>[] => {
      const calls: Promise<unknown>[] = Array.from(
        { length: random.between(1, 5) },
        () => end.tolerate(end.receive(random.size(50_000)), ...GONE),
      );
      if (random.chance(0.5)) calls.push(end.tolerate(end.send(random.size(3 << 20)), ...GONE));
      if (random.chance(0.3)) calls.push(end.tolerate(end.closeWrite(), ...GONE));
      return calls;
    };
    const waiting = [...start(closer), ...(random.chance(0.7) ? start(other) : [])];
    await turns(random.between(0, 10));
    await closer.close();
    // What the other end has not read yet is read, so that its writes find out that nobody is there.
    const drain = async () => {
      while (await other.receive(200_000) !== null);
    };
    await other.tolerate(drain(), ...GONE);
    await other.close();
    await Promise.all(waiting);
  },
};

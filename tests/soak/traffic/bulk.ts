import type { Endpoint } from "../endpoint.ts";
import type { Random } from "../random.ts";
import type { Traffic } from "../scheduler.ts";

/** Writes a lot, several writes at a time, and ends the sending side while the last of them wait. */
async function pour(end: Endpoint, random: Random): Promise<void> {
  const total = random.size(4 << 20);
  const largest = Math.max(random.size(600_000), Math.ceil(total / 200));
  let writes: Promise<unknown>[] = [];
  for (let left = total; left > 0;) {
    const length = Math.min(left, random.between(1, largest));
    left -= length;
    writes.push(end.send(length));
    if (writes.length < 8 && left > 0) continue;
    if (left === 0) writes.push(end.closeWrite());
    await Promise.all(writes);
    writes = [];
  }
}

/** Megabytes in both directions at once. */
export const BULK: Traffic = {
  name: "bulk",
  weight: 6,
  async run({ meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const { client, server } = pair;
    const room = () => random.between(1000, 300_000);
    await Promise.all([
      pour(client, random),
      pour(server, random),
      client.receiveToEnd(room),
      server.receiveToEnd(room),
    ]);
  },
};

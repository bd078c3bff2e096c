import type { Traffic } from "../scheduler.ts";

const CONNECTIONS = 2000;

/** Connections that are open at the same time. */
export const CROWD: Traffic = {
  name: `${CONNECTIONS} at once`,
  weight: 0,
  every: 30,
  async run({ meeting, random, label }) {
    const pairs = await Promise.all(Array.from({ length: CONNECTIONS }, () => meeting.connect(random, label)));
    const room = () => 4000;
    await Promise.all(pairs.map(async ({ client, server }) => {
      const length = random.size(4000);
      await Promise.all([client.sendAll(length, room), server.receiveAll(length, room)]);
      await Promise.all([server.sendAll(length, room), client.receiveAll(length, room)]);
    }));
    // All of them are still open. Most end as they should.
    await Promise.all(pairs.map(async ({ client, server }) => {
      if (random.chance(0.2)) return await client.reset().then(() => server.close());
      await client.close();
      await server.receiveToEnd(room);
      await server.close();
    }));
  },
};

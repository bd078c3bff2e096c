import type { Traffic } from "../scheduler.ts";

/** Requests and answers, a few or many, on one connection. */
export const ECHO: Traffic = {
  name: "echo",
  weight: 30,
  async run({ meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const { client, server } = pair;
    const most = random.size(64 * 1024);
    const size = () => random.size(most);
    for (let round = random.size(50); round > 0; round--) {
      const [request, answer] = [size(), size()];
      await Promise.all([client.sendAll(request, size), server.receiveAll(request, size)]);
      await Promise.all([server.sendAll(answer, size), client.receiveAll(answer, size)]);
    }
    const [first, last] = random.chance(0.5) ? [client, server] : [server, client];
    // Nothing is unread, so that what a close does is what closeWrite() does.
    await (random.chance(0.5) ? first.closeWrite() : first.close());
    await last.receiveToEnd(size);
  },
};

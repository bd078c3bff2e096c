import type { Traffic } from "../scheduler.ts";
import { turns } from "./wait.ts";

/** Several reads that wait at once, some of which are aborted: the others get every byte, in order. */
export const ABORTED_READS: Traffic = {
  name: "aborted reads",
  weight: 12,
  async run({ meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const { client, server } = pair;
    let isSent = false;
    const write = async () => {
      for (let message = random.size(60); message > 0; message--) {
        await client.send(random.size(20_000));
        if (random.chance(0.6)) await turns(random.size(10));
      }
      isSent = true;
      await client.closeWrite();
    };
    const read = async () => {
      for (let isOver = false; !isOver;) {
        const controllers = Array.from({ length: random.between(1, 6) }, () => new AbortController());
        const reads = controllers.map(({ signal }) =>
          server.tolerate(server.receive(random.size(20_000), { signal }), "AbortError")
        );
        await turns(random.size(6));
        // At the end nothing is aborted, so that the reads see it.
        for (const controller of controllers) if (!isSent && random.chance(0.5)) controller.abort();
        isOver = (await Promise.all(reads)).includes(null);
      }
      server.incoming.mustBeComplete();
    };
    await Promise.all([write(), read()]);
  },
};

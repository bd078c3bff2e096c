import type { Endpoint } from "../endpoint.ts";
import type { Random } from "../random.ts";
import type { Traffic } from "../scheduler.ts";

async function pour({ conn, outgoing }: Endpoint, random: Random): Promise<void> {
  const writer = conn.writable.getWriter();
  for (let chunk = random.size(30); chunk > 0; chunk--) {
    const bytes = outgoing.offer(random.size(300_000));
    await writer.ready;
    await writer.write(bytes);
    outgoing.resolve(bytes.length, bytes.length);
    bytes.fill(0);
  }
  await writer.close();
}

async function drain({ conn, incoming }: Endpoint, random: Random): Promise<void> {
  if (random.chance(0.5)) {
    for await (const chunk of conn.readable) incoming.receive(chunk);
  } else {
    const reader = conn.readable.getReader({ mode: "byob" });
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(random.size(100_000)));
      if (done) break;
      incoming.receive(value);
    }
  }
  incoming.mustBeComplete();
}

/** The web streams of both ends, in both directions at once. */
export const STREAMS: Traffic = {
  name: "streams",
  weight: 5,
  async run({ ledger, meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    const { client, server } = pair;
    await ledger.operation(
      "readable and writable",
      Promise.all([pour(client, random), pour(server, random), drain(client, random), drain(server, random)]),
    );
  },
};

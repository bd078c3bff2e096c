// Reads, writes and aborts in random order: a schedule is made of a seed, which a failure names.
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { setImmediate } from "node:timers";
import { listenDatagram } from "@winsock/ws2";
import { randomBytes } from "../../support/bytes.ts";
import { NEEDS_BOTH, NEEDS_IPV6 } from "../../support/families.ts";
import { connectedPair, type Pair } from "../../support/pair.ts";
import { randomNumbers } from "../../support/random.ts";

const SCHEDULES = 3000;
/** How many schedules share a connection, on which what one leaves behind would meet the next. */
const PER_CONNECTION = 100;

/** Lets everything else have a turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What a read ended with: its place in the order of the calls, and what it was given. */
interface Ended {
  readonly call: number;
  readonly data: Uint8Array | undefined;
}

/** Runs one schedule; all that was sent has been read when it is over. */
async function run(seed: number, { client, server }: Pair): Promise<void> {
  const random = randomNumbers(seed);
  const sent: Uint8Array[] = [];
  const settled: Ended[] = [];
  const waiting = new Map<number, AbortController>();
  const reads: Promise<void>[] = [];
  const read = () => {
    const call = reads.length;
    const target = new Uint8Array(1 + random(random(2) ? 8 : 5000));
    const controller = new AbortController();
    waiting.set(call, controller);
    reads.push(
      server.read(target, { signal: controller.signal }).then(
        (bytes) => settled.push({ call, data: target.subarray(0, bytes!) }),
        (reason) => {
          assertEquals(reason, `abort ${call}`, `seed ${seed}`);
          settled.push({ call, data: undefined });
        },
      ).then(() => void waiting.delete(call)),
    );
  };
  const steps = 5 + random(20);
  for (let step = 0; step < steps; step++) {
    const action = random(10);
    if (action < 4) read();
    else if (action < 7) {
      const data = randomBytes(1 + random(random(4) ? 30 : 20_000), seed + step + 1);
      sent.push(data);
      await client.write(data);
    } else if (action < 9 && waiting.size > 0) {
      const calls = [...waiting.keys()];
      const call = calls[random(calls.length)];
      waiting.get(call)!.abort(`abort ${call}`);
    } else if (random(2)) await null;
    else await turn();
  }
  for (const [call, controller] of waiting) if (random(2)) controller.abort(`abort ${call}`);
  const received = () => settled.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
  const total = sent.reduce((sum, { byteLength }) => sum + byteLength, 0);
  while (received() < total) {
    if (waiting.size === 0) read();
    await turn();
  }
  for (const [call, controller] of waiting) controller.abort(`abort ${call}`);
  await Promise.all(reads);
  const given = settled.filter(({ data }) => data !== undefined);
  const calls = given.map(({ call }) => call);
  assertEquals(calls, calls.toSorted((a, b) => a - b), `seed ${seed}: settled out of order`);
  assertEquals(concat(given.map(({ data }) => data!)), concat(sent), `seed ${seed}`);
  assertEquals(settled.length, reads.length, `seed ${seed}: settled once each`);
}

Deno.test(
  `reads of ${SCHEDULES} random schedules are settled in order, each byte goes to one, and aborts lose none`,
  NEEDS_BOTH,
  async () => {
    for (let seed = 1; seed <= SCHEDULES; seed += PER_CONNECTION) {
      await using pair = await connectedPair({ to: seed % 200 === 1 ? "::1" : "127.0.0.1" });
      for (let part = 0; part < PER_CONNECTION; part++) await run(seed + part, pair);
    }
  },
);

Deno.test("receives of datagrams are settled in the order of the calls, also among aborts", NEEDS_IPV6, async () => {
  await using server = listenDatagram({ hostname: "::1" });
  await using client = listenDatagram({ hostname: "::1" });
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomNumbers(seed);
    const settled: number[] = [];
    const numbers: number[] = [];
    const receives: Promise<void>[] = [];
    let sent = 0;
    let waiting = 0;
    const send = () => client.send(Uint8Array.of(sent++), server.addr);
    const receive = (mayAbort = true) => {
      const call = receives.length;
      const controller = new AbortController();
      const take = (data: Uint8Array) => {
        settled.push(call);
        numbers.push(data[0]);
      };
      waiting++;
      receives.push(
        (random(2)
          ? server.receive().then(([data]) => take(data))
          : server.receiveMessage(undefined, controller).then(({ data }) => take(data)))
          .catch((reason) => assertEquals(reason, "enough", `seed ${seed}`))
          .finally(() => waiting--),
      );
      if (mayAbort && random(4) === 0) controller.abort("enough");
    };
    for (let step = 0; step < 30; step++) {
      if (random(2)) receive();
      else if (sent < 200) await send();
      if (random(5) === 0) await turn();
    }
    while (waiting > 0 || numbers.length < sent) {
      if (waiting === 0) receive(false);
      else if (numbers.length === sent) await send();
      await turn();
    }
    await Promise.all(receives);
    assertEquals(settled, settled.toSorted((a, b) => a - b), `seed ${seed}: settled out of order`);
    assertEquals(numbers, Array.from({ length: sent }, (_, index) => index), `seed ${seed}`);
    assert(settled.length > 0);
  }
});

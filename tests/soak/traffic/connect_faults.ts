import { connect } from "@winsock/ws2";
import type { Traffic } from "../scheduler.ts";
import { pause, turns } from "./wait.ts";
import { nameOf } from "../ledger.ts";

/** Connecting where nobody listens. */
export const REFUSED: Traffic = {
  name: "refused",
  weight: 3,
  async run({ ledger, meeting, random, label }) {
    await using pair = await meeting.connect(random, label);
    // The port of a client is taken, and nobody listens there.
    const { hostname, port } = pair.client.conn.localAddr;
    try {
      const conn = await ledger.operation("connect", connect({ hostname, port }));
      conn.close();
      ledger.wrong("mixed up", 1, `${label}: port ${port} is that of a client, and yet somebody answers`);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      ledger.fault(error);
    }
  },
};

/** Connecting, and giving it up at any time. */
export const ABORTED_CONNECT: Traffic = {
  name: "aborted connect",
  weight: 10,
  async run({ ledger, meeting, random }) {
    const controller = new AbortController();
    const call = connect({ ...meeting.route(random), signal: controller.signal });
    const connecting = ledger.operation("connect", call).then(
      (conn) => conn[Symbol.asyncDispose](),
      (error) => {
        if (nameOf(error) !== "AbortError") throw error;
        ledger.fault(error);
      },
    );
    const giveUp = async () => {
      await (random.chance(0.2) ? pause(random.size(10)) : turns(random.between(0, 5)));
      controller.abort();
    };
    await Promise.all([connecting, giveUp()]);
  },
};

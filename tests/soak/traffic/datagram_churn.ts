import { listenDatagram } from "@winsock/ws2";
import { nameOf } from "../ledger.ts";
import type { Traffic } from "../scheduler.ts";
import { turns } from "./wait.ts";

/** Sockets for datagrams that are closed while receives wait, and sends to where nobody is any more. */
export const DATAGRAM_CHURN: Traffic = {
  name: "datagram churn",
  weight: 6,
  async run({ ledger, random, label }) {
    await using sender = listenDatagram();
    for (let round = random.size(10); round > 0; round--) {
      const socket = listenDatagram({ hostname: "127.0.0.1" });
      const waiting = Array.from(
        { length: random.between(1, 8) },
        () =>
          ledger.operation("receive", socket.receive()).then(
            () => ledger.wrong("mixed up", 1, `${label}: a datagram came that nobody had sent`),
            (error) => {
              if (nameOf(error).startsWith("Interrupted")) ledger.fault(error);
              else throw error;
            },
          ),
      );
      await turns(random.between(0, 3));
      const closing = ledger.operation("close", socket[Symbol.asyncDispose]());
      await Promise.all([...waiting, closing]);
      await ledger.operation("send", sender.send(new Uint8Array(random.size(1000)), socket.addr));
    }
  },
};

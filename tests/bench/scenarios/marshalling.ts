// What the library itself costs, one step at a time.
import { measure } from "../processes.ts";
import type { Metric, Scenario } from "../scenario.ts";

function metrics(key: string, title: string): Metric[] {
  return [
    { key: `${key} ns`, title, unit: "ns", better: "lower" },
    { key: `${key} bytes`, title: `${title}, allocated`, unit: "bytes", better: "lower" },
  ];
}

/** Encoding, decoding, starting an operation; the last also of Deno's sockets. */
export const MARSHALLING: Scenario = {
  name: "marshalling",
  title: "encoding, decoding and starting, and what they allocate",
  variants: ["ours", "deno"],
  mostRounds: 3,
  metrics: [
    ...["IPv4", "IPv6"].flatMap((family) => [
      ...metrics(`encode ${family}`, `writing a sockaddr of ${family}`),
      ...metrics(`decode ${family}`, `reading a sockaddr of ${family}`),
    ]),
    ...metrics("encode control", "writing two control messages"),
    ...metrics("decode control", "reading two control messages"),
    { key: "write ns", title: "write() that ends at once", unit: "ns", better: "lower" },
    { key: "write bytes", title: "write(), allocated beside a promise", unit: "bytes", better: "lower" },
    { key: "read ns", title: "read() that has to wait, the call", unit: "ns", better: "lower" },
    { key: "read bytes", title: "read(), allocated with its promise", unit: "bytes", better: "lower" },
  ],
  run: (variant, { time }) => measure(["deno-gc", "servers/marshalling.ts", variant, time < 500 ? "1" : "7"]),
};

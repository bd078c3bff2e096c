// Asks a PostgreSQL and a Redis server of this machine, by drivers that are given connections of the library:
// `deno run --allow-all drivers.ts POSTGRESQL-PORT REDIS-PORT`. Run by drivers_test.py, which starts the servers.
// deno-lint-ignore-file no-import-prefix -- they are peers, no dependencies
import { assertEquals } from "@std/assert";
import { Redis } from "npm:ioredis@5.8.0";
import pg from "npm:pg@8.16.3";
import { createConnection } from "@winsock/ws2/node";

const [postgresqlPort, redisPort] = Deno.args.map(Number);

for (const host of ["127.0.0.1", "::1"]) {
  // The driver connects the socket that it is given, unless that is connecting already.
  const stream = () => {
    const socket = createConnection({ host, port: postgresqlPort });
    return Object.assign(socket, { connect: () => socket });
  };
  const client = new pg.Client({ user: "postgres", database: "postgres", stream });
  await client.connect();
  const { rows } = await client.query("select inet_client_addr()::text as address, $1::int + 1 as sum", [41]);
  assertEquals(rows, [{ address: host === "::1" ? "::1/128" : "127.0.0.1/32", sum: 42 }]);
  const { rows: many } = await client.query("select repeat('x', 100000) as text from generate_series(1, 50)");
  assertEquals(many.map(({ text }: { text: string }) => text.length), new Array(50).fill(100_000));
  await client.end();

  class Connector {
    firstError: Error | undefined;
    connect() {
      return Promise.resolve(createConnection({ host, port: redisPort }));
    }
    disconnect() {}
    check() {
      return true;
    }
  }
  // deno-lint-ignore no-explicit-any -- the driver's option is not in its types
  const redis = new Redis({ Connector, lazyConnect: true, retryStrategy: () => null } as any);
  await redis.connect();
  assertEquals(await redis.set("key", "value"), "OK");
  assertEquals(await redis.get("key"), "value");
  const replies = await redis.pipeline(Array.from({ length: 1000 }, (_, i) => ["incrby", "sum", i])).exec();
  assertEquals(replies!.at(-1), [null, 499_500]);
  await redis.flushall();
  await redis.quit();
  console.log(`${host}: PostgreSQL and Redis have answered`);
}

import { assertEquals } from "@std/assert";
import { connect, listen } from "@winsock/ws2";
import { Checksum, checksumOf, echo, randomBytes, readAll } from "../../support/bytes.ts";
import { NEEDS_IPV6, needsFamiliesOf } from "../../support/families.ts";
import { connectedPair } from "../../support/pair.ts";

for (const to of ["127.0.0.1", "::1", "localhost", "::ffff:127.0.0.1"]) {
  Deno.test(`connect() reaches a dual-stack listener at ${to}`, NEEDS_IPV6, async () => {
    await using pair = await connectedPair({ to });
    const family = to === "localhost" ? pair.client.remoteAddr.hostname : to.replace("::ffff:", "");
    assertEquals(pair.listener.dualStack, true);
    assertEquals(pair.client.remoteAddr.hostname, family);
    assertEquals(pair.server.localAddr.hostname, family);
    assertEquals(pair.server.remoteAddr, pair.client.localAddr);
    assertEquals(pair.client.remoteAddr, pair.server.localAddr);
    assertEquals(pair.client.remoteAddr.port, pair.listener.addr.port);
  });
}

const KIB = 1024;
const MIB = 1024 * KIB;
for (const length of [1, 2, 1023, 4 * KIB, 64 * KIB, 64 * KIB + 1, 256 * KIB, 256 * KIB + 1, MIB, 64 * MIB]) {
  for (const to of ["127.0.0.1", "::1"]) {
    Deno.test(`${length} bytes come back from ${to} as they were sent`, needsFamiliesOf(to), async () => {
      await using pair = await connectedPair({ to });
      const sent = randomBytes(length);
      const received = new Checksum();
      const buffer = new Uint8Array(64 * KIB);
      const [written] = await Promise.all([
        pair.client.write(sent).then(async (written) => {
          await pair.client.closeWrite();
          return written;
        }),
        (async () => {
          for (let bytes; (bytes = await pair.client.read(buffer)) !== null;) {
            received.update(buffer.subarray(0, bytes));
          }
        })(),
        echo(pair.server),
      ]);
      assertEquals(written, length);
      assertEquals(received.digest(), checksumOf(sent));
    });
  }
}

Deno.test("500 connections at once each get their own bytes back", NEEDS_IPV6, async () => {
  await using listener = listen();
  const serving = (async () => {
    const served: Promise<void>[] = [];
    for (let i = 0; i < 500; i++) {
      const conn = await listener.accept();
      served.push(echo(conn).finally(() => conn.close()));
    }
    await Promise.all(served);
  })();
  const answers = await Promise.all(Array.from({ length: 500 }, async (_, i) => {
    using conn = await connect({ hostname: i % 2 ? "::1" : "127.0.0.1", port: listener.addr.port });
    const sent = randomBytes(1000 + i, i + 1);
    const [received] = await Promise.all([readAll(conn), conn.write(sent).then(() => conn.closeWrite())]);
    return checksumOf(received) === checksumOf(sent);
  }));
  await serving;
  assertEquals(answers, new Array(500).fill(true));
});

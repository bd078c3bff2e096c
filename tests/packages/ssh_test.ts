// An SSH server and client over connections of the library: both take a stream.
// deno-lint-ignore-file no-import-prefix -- they are peers, no dependencies
import { assertEquals } from "@std/assert";
import { once } from "node:events";
import net from "node:net";
import ssh2 from "npm:ssh2@1.17.0";
import { createConnection, listenServer } from "@winsock/ws2/node";
import { closeServer, textOf } from "../node/support.ts";
import { NEEDS_BOTH } from "../support/families.ts";

Deno.test("ssh2 runs a command over both families", {
  ...NEEDS_BOTH,
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  const { private: hostKey } = ssh2.utils.generateKeyPairSync("ed25519");
  const ssh = new ssh2.Server({ hostKeys: [hostKey] }, (client: ssh2.Connection) => {
    client.on("authentication", (context: ssh2.AuthContext) => context.accept());
    client.on("session", (accept: () => ssh2.Session) => {
      accept().on("exec", (accept: () => ssh2.ServerChannel, _reject: unknown, { command }: { command: string }) => {
        const channel = accept();
        channel.write(`you said ${command}`);
        channel.exit(0);
        channel.end();
      });
    });
    client.on("error", () => {}); // the client goes without a word
  });
  const server = net.createServer((socket) => ssh.injectSocket(socket));
  const { addr: { port } } = listenServer(server);
  for (const host of ["127.0.0.1", "::1"]) {
    const client = new ssh2.Client();
    const ready = once(client, "ready");
    client.connect({ sock: createConnection({ host, port }), username: "you", password: "secret" });
    await ready;
    const { promise, resolve, reject } = Promise.withResolvers<AsyncIterable<Uint8Array>>();
    client.exec("hello", (error: Error | undefined, channel: AsyncIterable<Uint8Array>) => {
      if (error) reject(error);
      else resolve(channel);
    });
    assertEquals(await textOf(await promise), "you said hello");
    client.end();
    await once(client, "close");
  }
  await closeServer(server);
});

// Workers that end with operations in flight, and what is left of them: `ended_workers.ts WORKERS`, so many for each way
// to end.
import { connect, listen, listenDatagram } from "@winsock/ws2";
import { checksumOf, randomBytes, readExactly } from "../../support/bytes.ts";
import { rangeCount } from "../../support/address_space.ts";
import { handleCount, socketCount } from "../../support/handles.ts";
import type { Order, Way } from "./ending_worker.ts";

const WAYS: readonly Way[] = ["terminate", "close", "exit", "error", "rejection"];
const CONNECTIONS = 3;
/** What the operations of an isolate are kept in. */
const SLOTS = 128 * 1024 * 1024;

const url = new URL("ending_worker.ts", import.meta.url);
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Waits until something is so; when it never is, the test that runs this program fails. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

function isFree(open: () => Disposable): boolean {
  try {
    open()[Symbol.dispose]();
    return true;
  } catch (error) {
    // The latter where it has become free since it was refused.
    if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

/** Starts a Worker, ends it, and waits until its ports are free and its connections have ended. */
async function run(way: Way): Promise<void> {
  const worker = new Worker(url, { type: "module" });
  const next = <T>() => new Promise<T>((resolve) => worker.onmessage = ({ data }) => resolve(data));
  const tell = (order: Order) => worker.postMessage(order);
  worker.onerror = (event) => event.preventDefault();
  const [port, datagramPort, unusedPort] = await next<number[]>();
  const pending = next();
  tell(CONNECTIONS);
  const peers = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => connect({ hostname: "127.0.0.1", port })),
  );
  await pending;
  if (way === "terminate") worker.terminate();
  else tell(way);
  await Promise.all(peers.map(async (peer) => {
    try {
      while (await peer.read(new Uint8Array(64 * 1024)) !== null);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    await peer[Symbol.asyncDispose]();
  }));
  await until(() => isFree(() => listen({ port, exclusive: true })));
  await until(() => isFree(() => listen({ port: unusedPort, exclusive: true })));
  await until(() => isFree(() => listenDatagram({ port: datagramPort })));
}

const listener = listen();
const [client, server] = await Promise.all([
  connect({ hostname: "::1", port: listener.addr.port }),
  listener.accept(),
]);
let isTrafficOver = false;
/** Traffic of this thread all the while: whether what arrives is what was sent. */
const traffic = (async () => {
  let wrong = 0;
  for (let seed = 1; !isTrafficOver; seed++) {
    const sent = randomBytes(100_000, seed);
    const [received] = await Promise.all([readExactly(server, sent.length), client.write(sent)]);
    if (checksumOf(received) !== checksumOf(sent)) wrong++;
  }
  return wrong;
})();

const before = [socketCount(), rangeCount(SLOTS)];
await run("terminate");
const handles = handleCount(); // with what Deno makes for the first Worker
const start = performance.now();
const workers = Number(Deno.args[0]);
await Promise.all(WAYS.map(async (way) => {
  for (let worker = 0; worker < workers; worker++) await run(way);
}));
await until(() => rangeCount(SLOTS) <= before[1] && socketCount() <= before[0]);
isTrafficOver = true;
console.log("wrong traffic:", await traffic);
console.log("left:", socketCount() - before[0], "sockets,", rangeCount(SLOTS) - before[1], "ranges");
if (Deno.args.includes("--verbose")) {
  console.log(`${WAYS.length * workers} Workers in ${Math.round(performance.now() - start)} ms`);
  console.log(`handles ${handles} -> ${handleCount()}`);
}
for (const socket of [client, server, listener]) socket.close();
console.log("closed");

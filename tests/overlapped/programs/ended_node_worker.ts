// A Worker of node:worker_threads that ends with a listener open, and whether its port becomes free.
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { listen } from "@winsock/ws2";
import { completionPort } from "../../../ffi/overlapped/completion_port.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const { promise, resolve } = Promise.withResolvers<number>();
  worker.on("message", resolve);
  const port = await promise;
  await worker.terminate();
  for (let isFree = false; !isFree; await turn()) {
    try {
      listen({ port, exclusive: true }).close();
      isFree = true;
    } catch (error) {
      // The latter where it has become free since it was refused.
      if (!(error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied)) throw error;
    }
  }
  console.log("free");
} else {
  const listener = listen({ exclusive: true });
  listener.accept().catch(() => {});
  while (!completionPort().isPollerRunning) await turn();
  parentPort!.postMessage(listener.addr.port);
}

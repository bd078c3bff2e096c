/** Sends `Response`s by Node's servers. */

import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** Statuses whose responses have no body. */
const BODILESS: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** The headers that belong to one connection of HTTP/1, which HTTP/2 does not have. */
const OF_CONNECTION: ReadonlySet<string> = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);

/** Sends a response; resolves when the system has taken all of it. Rejects when the body fails, or the client is gone. */
export async function respond(target: ServerResponse, response: Response, isHead: boolean): Promise<void> {
  writeHead(target, response);
  const { body } = response;
  if (body === null || isHead || BODILESS.has(response.status)) {
    await body?.cancel();
    return await end(target);
  }
  const reader = body.getReader();
  let isOver = false;
  reader.closed.then(() => isOver = true, () => {});
  const onClose = () => void reader.cancel(new Deno.errors.ConnectionReset("The client is gone")).catch(() => {});
  target.once("close", onClose);
  try {
    let chunk = await reader.read();
    // A body that was there all along has one chunk and is over: then its length is known.
    if (!isOver) await undefined;
    while (!chunk.done) {
      if (isOver) return await end(target, chunk.value);
      if (!target.write(chunk.value)) await drained(target);
      if (target.destroyed) return;
      chunk = await reader.read();
    }
    await end(target);
  } finally {
    target.off("close", onClose);
  }
}

function writeHead(target: ServerResponse, { status, statusText, headers }: Response): void {
  const isHttp2 = target.req.httpVersionMajor === 2;
  target.statusCode = status;
  if (!isHttp2 && statusText !== "") target.statusMessage = statusText;
  for (const [name, value] of headers) {
    if (name === "set-cookie") continue;
    if (!(isHttp2 && OF_CONNECTION.has(name))) target.setHeader(name, value);
  }
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) target.setHeader("set-cookie", cookies);
}

async function drained(target: ServerResponse): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  await Promise.race([once(target, "drain", { signal }), once(target, "close", { signal })]).finally(() =>
    controller.abort()
  );
}

function end(target: ServerResponse, last?: Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  target.once("close", resolve); // which comes after "finish", and where that does not
  if (last === undefined) target.end(resolve);
  else target.end(last, resolve);
  return promise;
}

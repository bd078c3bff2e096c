/** Programs that use sockets, given as statements: what keeps each alive, and how it ends. */

import { type Ended, runProgram } from "./program.ts";

/**
 * Runs the statements of a program. What they await does not keep it alive, as a top-level `await` does while another
 * thread runs: only the library can.
 */
export function runStatements(statements: string): Promise<Ended> {
  return runProgram(["-"], `${IMPORTS}\nasync function main() {\n${statements}\n}\nmain();`);
}

const IMPORTS = `
  import { connect, listen } from "./mod.ts";
  import { completionPort } from "./ffi/overlapped/completion_port.ts";
`;

/**
 * Calls `then` when the completion port has been left to its worker for a few turns of the event loop, but only if
 * something else keeps the process alive: it ends between two turns otherwise, as their timers do not.
 */
export const LATER = `
  async function later(then) {
    const { budget } = completionPort();
    for (let quiet = 0, number = -1; quiet < 5; quiet = number === budget.number ? quiet + 1 : 0) {
      number = budget.number;
      await new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve)));
    }
    await then();
  }
`;

/** Both ends of a connection, with reads and accepts that wait. */
export const WAITING = `
  const listener = listen();
  const client = await connect({ hostname: "::1", port: listener.addr.port });
  const server = await listener.accept();
  const waiting = [client.read(new Uint8Array(9)), server.read(new Uint8Array(9)), listener.accept()];
`;

// A server and a client, from start to end. Whatever goes wrong with one of them is an error that says what it wrote.
import { type Command, memoryOf, readFile, type Running, start, windowsPath } from "./machine.ts";

/** How long anything may take before it counts as hanging, in milliseconds. */
const LIMIT = 60_000;

/** A folder for the files of one run. */
let folder: string | undefined;
let files = 0;

function newFile(kind: string): string {
  folder ??= Deno.makeTempDirSync({ prefix: "winsock-ws2-bench-" });
  return `${folder}/${++files}.${kind}`;
}

/** Removes what the bench has written. */
export function cleanUp(): void {
  if (folder !== undefined) Deno.removeSync(folder, { recursive: true });
  folder = undefined;
}

async function failure(what: string, running: Running): Promise<Error> {
  const log = await running.log();
  return new Error(log === "" ? what : `${what}: ${log.slice(-2000)}`);
}

/** A server that listens. */
export class Server {
  readonly port: number;
  readonly #running: Running;
  #hasEnded = false;

  private constructor(running: Running, port: number) {
    this.#running = running;
    this.port = port;
    running.child.status.then(() => this.#hasEnded = true);
  }

  /** Starts a server; its first argument is the file to write its port to. */
  static async start([runtime, program, ...args]: Command): Promise<Server> {
    const portFile = newFile("port");
    const running = start([runtime, program, windowsPath(portFile), ...args], newFile("log"));
    let hasEnded = false;
    running.child.status.then(() => hasEnded = true);
    for (const begin = performance.now(); performance.now() - begin < LIMIT;) {
      const text = await readFile(portFile);
      if (text.includes("\n")) return new Server(running, Number.parseInt(text));
      if (hasEnded) throw await failure(`The server ${program} has ended before it listened`, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    running.child.kill("SIGKILL");
    throw await failure(`The server ${program} does not listen`, running);
  }

  /** The memory of the process in bytes. */
  memory(): Promise<number> {
    return memoryOf(this.#running);
  }

  /** Ends the server. An error when it was already gone, or had something to say. */
  async stop(): Promise<void> {
    const hadEnded = this.#hasEnded;
    if (!hadEnded) this.#running.child.kill("SIGKILL");
    await this.#running.child.status;
    if (hadEnded) throw await failure("The server has ended by itself", this.#running);
    const log = await this.#running.log();
    if (log !== "") throw new Error(`The server said: ${log.slice(-2000)}`);
  }
}

/** What a client measures: numbers by name. */
export type Result = Record<string, number>;

/**
 * Runs a client that prints a line of JSON for each result.
 *
 * @param onResult Called for each; the client is given a line on its standard input afterwards, and goes on.
 */
export async function runClient(command: Command, onResult: (result: Result) => void | Promise<void>): Promise<void> {
  const running = start(command, newFile("log"), true);
  const { child } = running;
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, LIMIT);
  const writer = child.stdin.getWriter();
  try {
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + part).split(/\r?\n/);
      text = lines.pop()!;
      for (const line of lines) {
        await onResult(JSON.parse(line));
        await writer.write(new TextEncoder().encode("\n")).catch(() => {}); // one that has ended asks for no more
      }
    }
    const { success } = await child.status;
    if (isLate) throw await failure(`The client ${command.slice(1).join(" ")} hangs`, running);
    if (!success) throw await failure(`The client ${command.slice(1).join(" ")} failed`, running);
  } finally {
    clearTimeout(limit);
    await writer.close().catch(() => {});
  }
}

/** Runs a client that has one result. */
export async function measure(command: Command): Promise<Result> {
  let result: Result | undefined;
  await runClient(command, (line) => {
    result = line;
  });
  if (result === undefined) throw new Error(`The client ${command.slice(1).join(" ")} has measured nothing`);
  return result;
}

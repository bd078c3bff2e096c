// A server and a client, from start to end. Whatever goes wrong with one of them is an error that says what it wrote.
import { type Command, memoryOf, readFile, start, windowsPath } from "./machine.ts";

/** How long anything may take before it counts as hanging, in milliseconds. */
const LIMIT = 60_000;

/** A folder for the files of one run. */
let folder: string | undefined;
let files = 0;

/** The path of a file that is removed when the bench ends. */
export function newFile(kind: string): string {
  folder ??= Deno.makeTempDirSync({ prefix: "winsock-ws2-bench-" });
  return `${folder}/${++files}.${kind}`;
}

/** Removes what the bench has written. */
export function cleanUp(): void {
  if (folder !== undefined) Deno.removeSync(folder, { recursive: true });
  folder = undefined;
}

async function failure(what: string, log: string): Promise<Error> {
  const text = (await readFile(log)).trim();
  return new Error(text === "" ? what : `${what}: ${text.slice(-2000)}`);
}

/** Thrown when a server says that what is asked of it does not exist yet. */
export class Unavailable extends Error {}

/** A server that listens. */
export class Server {
  readonly port: number;
  readonly #child: Deno.ChildProcess;
  readonly #portFile: string;
  readonly #log: string;
  #hasEnded = false;

  private constructor(child: Deno.ChildProcess, port: number, portFile: string, log: string) {
    this.#child = child;
    this.#portFile = portFile;
    this.#log = log;
    this.port = port;
    child.status.then(() => this.#hasEnded = true);
  }

  /** Starts a server; it is told which file to write its port to by the first argument. */
  static async start([runtime, program, ...args]: Command): Promise<Server> {
    const portFile = newFile("port");
    const log = newFile("log");
    const child = start([runtime, program, windowsPath(portFile), ...args], newFile("out"), log);
    let hasEnded = false;
    child.status.then(() => hasEnded = true);
    for (const begin = performance.now(); performance.now() - begin < LIMIT;) {
      const text = await readFile(portFile);
      if (text === "unavailable\n") throw new Unavailable(program);
      if (text.endsWith("\n")) return new Server(child, Number.parseInt(text), portFile, log);
      if (hasEnded) throw await failure(`The server ${program} has ended before it listened`, log);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill("SIGKILL");
    throw await failure(`The server ${program} does not listen`, log);
  }

  /** The memory of the process in bytes. */
  memory(): Promise<number> {
    return memoryOf(this.#child);
  }

  /** What the server has noted beside its port; "" for nothing. */
  note(): Promise<string> {
    return readFile(`${this.#portFile}.note`);
  }

  /** Ends the server. An error when it was already gone, or had something to say. */
  async stop(): Promise<void> {
    const hadEnded = this.#hasEnded;
    if (!hadEnded) this.#child.kill("SIGKILL");
    await this.#child.status;
    if (hadEnded) throw await failure("The server has ended by itself", this.#log);
    if (await readFile(this.#log) !== "") throw await failure("The server complains", this.#log);
  }
}

/** What a client measures: numbers by name. */
export type Result = Record<string, number>;

/** Waits for a program to end by itself, and in success. */
async function ended(child: Deno.ChildProcess, command: Command, log: string): Promise<void> {
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, LIMIT);
  const { success } = await child.status;
  clearTimeout(limit);
  if (!success) throw await failure(`${command.slice(1).join(" ")} ${isLate ? "hangs" : "failed"}`, log);
}

/**
 * Runs a native client that prints a line of JSON for each result.
 *
 * @param onResult Called for each; then the client is given a line on its standard input, for which it may wait.
 */
export async function runClient(command: Command, onResult: (result: Result) => void | Promise<void>): Promise<void> {
  const log = newFile("log");
  const child = start(command, "piped", log);
  const end = ended(child, command, log);
  const writer = child.stdin.getWriter();
  const read = async () => {
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + part).split(/\r?\n/);
      text = lines.pop()!;
      for (const line of lines) {
        await onResult(JSON.parse(line));
        await writer.write(new TextEncoder().encode("\n")).catch(() => {}); // it may have ended, and needs none then
      }
    }
  };
  try {
    await Promise.all([end, read()]);
  } finally {
    await writer.close().catch(() => {});
  }
}

/** Runs a program that ends with a line of JSON. */
export async function measure(command: Command): Promise<Result> {
  const [output, log] = [newFile("out"), newFile("log")];
  const child = start(command, output, log);
  await ended(child, command, log);
  await child.stdin.close().catch(() => {});
  const text = await readFile(output);
  if (text === "") throw await failure(`${command.slice(1).join(" ")} has measured nothing`, log);
  return JSON.parse(text);
}

import { LIMIT } from "./limit.ts";

const PROJECT = new URL("../../", import.meta.url);

/** How a program has ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a Deno of this version in the project's folder until it ends by itself: `deno ARGS…`, with `input` to read.
 *
 * @param limit How long that may take before it counts as hanging, in milliseconds.
 */
export async function runDeno(args: readonly string[], input = "", limit = LIMIT.timeout / 2): Promise<Ended> {
  // One that hangs is ended, so that the test says what it had printed.
  const signal = AbortSignal.timeout(limit);
  const command = new Deno.Command("deno", {
    args: [...args],
    cwd: PROJECT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
    signal,
  });
  const child = command.spawn();
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), send(child.stdin, input)]);
  const ended = { code, stdout: lines(stdout), stderr: lines(stderr) };
  if (signal.aborted) throw new Error(`deno ${args.join(" ")} did not end: ${JSON.stringify(ended)}`);
  return ended;
}

/** What every program that uses the library is started with: the permission that this takes, and no question. */
const RUN = ["run", "--no-prompt", "--allow-ffi"];

/** Runs a program that uses the library until it ends by itself: `deno run --allow-ffi ARGS…`. */
export function runProgram(args: readonly string[], input = "", limit?: number): Promise<Ended> {
  return runDeno([...RUN, ...args], input, limit);
}

/** A program that goes on until it is told to end, or has nothing more to do. */
export class RunningProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: ReadableStreamDefaultReader<string>;
  readonly #stderr: Promise<string>;
  #rest = "";

  /** Starts `deno run --allow-ffi ARGS…` in the project's folder. */
  constructor(...args: string[]) {
    const child = new Deno.Command("deno", {
      args: [...RUN, ...args],
      cwd: PROJECT,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    this.#child = child;
    this.#stdin = child.stdin.getWriter();
    this.#stdout = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#stderr = new Response(child.stderr).text();
  }

  /** The next line that the program prints. */
  async line(): Promise<string> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#stdout.read();
      if (done) throw new Error(`The program has ended: ${this.#rest}${await this.#stderr}`);
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end).trimEnd();
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }

  /** Types something. */
  type(text: string): Promise<void> {
    return this.#stdin.write(new TextEncoder().encode(text));
  }

  /** Ends the program's input. */
  endInput(): Promise<void> {
    return this.#stdin.close();
  }

  /** Waits until the program has ended by itself; what it printed since the last line. */
  async ended(): Promise<Ended> {
    let stdout = this.#rest;
    for (let part; !(part = await this.#stdout.read()).done;) stdout += part.value;
    const { code } = await this.#child.status;
    return { code, stdout, stderr: await this.#stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
    await this.#child.status;
    await this.#stdout.cancel();
    await this.#stderr;
    this.#stdin.releaseLock();
  }
}

async function send(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  await new Blob([input]).stream().pipeTo(stdin);
}

function lines(output: Uint8Array): string {
  return new TextDecoder().decode(output).replaceAll("\r\n", "\n");
}

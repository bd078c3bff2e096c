import { LIMIT } from "./limit.ts";

const PROJECT = new URL("../../", import.meta.url);

/** How a program has ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a Deno of this version in the project's folder until it ends by itself: `deno ARGS…`, with `input` to read. */
export async function runDeno(args: readonly string[], input = ""): Promise<Ended> {
  // One that hangs is ended, so that the test says what it had printed.
  const signal = AbortSignal.timeout(LIMIT.timeout / 2);
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

/** Runs a program that uses the library, with the permission that this takes and no other. */
export function runProgram(program: URL | string, ...args: string[]): Promise<Ended> {
  return runDeno(["run", "--no-prompt", "--allow-ffi", ...args, String(program)]);
}

async function send(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  await new Blob([input]).stream().pipeTo(stdin);
}

function lines(output: Uint8Array): string {
  return new TextDecoder().decode(output).replaceAll("\r\n", "\n");
}

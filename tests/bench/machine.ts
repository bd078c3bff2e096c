// Running the Windows programs of the bench: as they are on Windows, through Wine and pinned to one core on Linux.
// The script `run` says by the environment where everything is.

/** What a server or client is run by; "native" programs are the bench's own. */
export type Runtime = "native" | "deno" | "node" | "bun";

/** A command for {@linkcode start}: a runtime, and the script or native program with its arguments. */
export type Command = readonly [runtime: Runtime, program: string, ...args: string[]];

const isWindows = Deno.build.os === "windows";
const folder = new URL("./", import.meta.url);

function setting(name: string): string {
  const value = Deno.env.get(name);
  if (value === undefined) throw new Error(`${name} is not set: start the bench by tests/bench/run`);
  return value;
}

/** A path of this machine as the Windows programs name it. */
export function windowsPath(path: string): string {
  return isWindows ? path : `Z:${path.replaceAll("/", "\\")}`;
}

function fileOf(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return isWindows ? path.slice(1).replaceAll("/", "\\") : path;
}

/** The command as Windows sees it. */
export function windowsCommand([runtime, program, ...args]: Command): string[] {
  if (runtime === "native") {
    return [windowsPath(`${setting("BENCH_NATIVE")}${isWindows ? "\\" : "/"}${program}.exe`), ...args];
  }
  const executable = setting(`BENCH_${runtime.toUpperCase()}`);
  const script = windowsPath(fileOf(new URL(program, folder)));
  const flags = runtime === "deno" ? ["run", "--quiet", "--no-lock", "--allow-all"] : [];
  return [executable.includes("/") ? windowsPath(executable) : executable, ...flags, script, ...args];
}

/** A process, and what it has said. */
export interface Running {
  readonly child: Deno.ChildProcess;
  /** What it has written to its standard error, and to its standard output where that is not piped. */
  log(): Promise<string>;
}

/**
 * Starts a program.
 *
 * @param log The file for what it writes. node.exe under Wine fails with a pipe instead.
 */
export function start(command: Command, log: string, isPiped = false): Running {
  const words = windowsCommand(command);
  const env: Record<string, string> = {};
  if (isWindows) {
    const child = new Deno.Command(words[0], {
      args: words.slice(1),
      stdin: "piped",
      stdout: isPiped ? "piped" : "null",
    })
      .spawn();
    return { child, log: () => Promise.resolve("") };
  }
  for (const name of ["JSR_URL", "DENO_DIR"]) {
    const value = setting(`BENCH_${name}`);
    if (value !== "") env[name] = value;
  }
  const redirection = isPiped ? '2>"$0"' : '>"$0" 2>&1';
  const child = new Deno.Command("sh", {
    args: ["-c", `exec taskset -c "$BENCH_CPU" "$BENCH_WINE" "$@" ${redirection}`, log, ...words],
    env,
    stdin: "piped",
    stdout: isPiped ? "piped" : "null",
    stderr: "null",
  }).spawn();
  return { child, log: async () => (await readFile(log)).trim() };
}

/** The text of a file, or "" when there is none. */
export async function readFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** The memory of a process in bytes: the resident set under Wine. */
export async function memoryOf({ child }: Running): Promise<number> {
  if (isWindows) {
    const args = ["-NoProfile", "-Command", `(Get-Process -Id ${child.pid}).WorkingSet64`];
    const { stdout } = await new Deno.Command("powershell", { args }).output();
    return Number(new TextDecoder().decode(stdout));
  }
  const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)![1]) * 1024;
}

/** What the figures were measured on. */
export async function describeMachine(): Promise<Record<string, string>> {
  const [, cpu] = /model name\s*: (.*)/.exec(await readFile("/proc/cpuinfo")) ?? [];
  const { stdout } = isWindows
    ? { stdout: new Uint8Array() }
    : await new Deno.Command(setting("BENCH_WINE"), { args: ["--version"], stderr: "null" }).output();
  return {
    cpu: `${cpu ?? "?"}, ${navigator.hardwareConcurrency} cores${isWindows ? "" : `, pinned to one`}`,
    system: `${Deno.build.os} ${Deno.osRelease()}`,
    ...(isWindows ? {} : { wine: new TextDecoder().decode(stdout).trim() }),
  };
}

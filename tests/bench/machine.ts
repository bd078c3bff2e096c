// Running the Windows programs of the bench: as they are on Windows, through Wine and pinned to one core on Linux.
// The script `run` says by the environment where everything is.

/** What runs a program: "native" ones are the bench's own, "deno-gc" is a Deno that measures its own allocations. */
export type Runtime = "native" | "deno" | "deno-gc" | "node" | "bun";

/** What to run: a runtime, and the script or native program with its arguments. */
export type Command = readonly [runtime: Runtime, program: string, ...args: string[]];

const isWindows = Deno.build.os === "windows";
const folder = new URL("./", import.meta.url);

function setting(name: string): string {
  const value = Deno.env.get(`BENCH_${name}`);
  if (value === undefined) throw new Error(`BENCH_${name} is not set: start the bench by tests/bench/run`);
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

const FLAGS: Partial<Record<Runtime, readonly string[]>> = {
  "deno": ["run", "--quiet", "--no-lock", "--unstable-net", "--allow-all"],
  // A new space so large that nothing is collected while it is filled.
  "deno-gc": [
    "run",
    "--quiet",
    "--no-lock",
    "--allow-all",
    "--v8-flags=--expose-gc,--min-semi-space-size=64,--max-semi-space-size=64",
  ],
};

/** The words of a command as Windows sees it. */
export function windowsCommand([runtime, program, ...args]: Command): string[] {
  if (runtime === "native") {
    return [windowsPath(`${setting("NATIVE")}${isWindows ? "\\" : "/"}${program}.exe`), ...args];
  }
  const executable = setting(runtime.replace("-gc", "").toUpperCase());
  const script = windowsPath(fileOf(new URL(program, folder)));
  return [executable.startsWith("/") ? windowsPath(executable) : executable, ...FLAGS[runtime] ?? [], script, ...args];
}

/**
 * Starts a program. What it writes goes to two files, as node.exe under Wine cannot write to a pipe.
 *
 * @param output The file for its standard output; `"piped"` for a pipe.
 * @param log The file for its standard error.
 */
export function start(command: Command, output: string, log: string): Deno.ChildProcess {
  const words = windowsCommand(command);
  const isPiped = output === "piped";
  if (isWindows) {
    const [executable, ...args] = words;
    const child = new Deno.Command(executable, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
    const write = (path: string) => Deno.openSync(path, { create: true, append: true }).writable;
    child.stderr.pipeTo(write(log));
    if (!isPiped) child.stdout.pipeTo(write(output));
    return child;
  }
  const env: Record<string, string> = {};
  for (const name of ["JSR_URL", "DENO_DIR"]) {
    if (setting(name) !== "") env[name] = setting(name);
  }
  const redirection = isPiped ? '2>"$1"' : '>"$0" 2>"$1"';
  const script = `log=$1; shift; exec taskset -c "$BENCH_CPU" "$BENCH_WINE" "$@" ${redirection.replace("$1", "$log")}`;
  const args = ["-c", script, output, log, ...words];
  return new Deno.Command("sh", { args, env, stdin: "piped", stdout: isPiped ? "piped" : "null", stderr: "null" })
    .spawn();
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

/** The memory of a process in bytes: its working set, under Wine its resident set. */
export async function memoryOf({ pid }: Deno.ChildProcess): Promise<number> {
  if (isWindows) {
    const args = ["-NoProfile", "-Command", `(Get-Process -Id ${pid}).WorkingSet64`];
    const { stdout } = await new Deno.Command("powershell", { args }).output();
    return Number(new TextDecoder().decode(stdout));
  }
  return 1024 * Number(/^VmRSS:\s*(\d+) kB/m.exec(await Deno.readTextFile(`/proc/${pid}/status`))![1]);
}

/** What the figures were measured on. */
export async function describeMachine(): Promise<Record<string, string>> {
  const machine: Record<string, string> = { system: `${Deno.build.os} ${Deno.osRelease()}` };
  const [, cpu] = /model name\s*: (.*)/.exec(await readFile("/proc/cpuinfo")) ?? [];
  machine.cpu = `${cpu ?? Deno.build.arch}, ${navigator.hardwareConcurrency} cores`;
  if (!isWindows) {
    machine.cpu += ", pinned to one";
    const { stdout } = await new Deno.Command(setting("WINE"), { args: ["--version"], stderr: "null" }).output();
    machine.wine = new TextDecoder().decode(stdout).trim();
  }
  for (const name of ["deno", "node", "bun", "gcc"]) machine[name] = setting(`${name.toUpperCase()}_VERSION`);
  return machine;
}

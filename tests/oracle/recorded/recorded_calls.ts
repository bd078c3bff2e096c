/** What program.ts prints, run once by the Windows Deno. */
export interface RecordedLines {
  readonly sends: string[];
  readonly setUps: string[];
  readonly options: string[];
  readonly memberships: string[];
  readonly tcp: string[];
}

const DENO = new URL("../../wine/deno", import.meta.url).pathname;
const PROGRAM = new URL("program.ts", import.meta.url).pathname;

let lines: Promise<RecordedLines> | undefined;

/** The calls that the library makes for the requests. */
export function recordedCalls(): Promise<RecordedLines> {
  return lines ??= run();
}

async function run(): Promise<RecordedLines> {
  const command = new Deno.Command(DENO, { args: ["run", "--no-prompt", "--allow-ffi", PROGRAM] });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

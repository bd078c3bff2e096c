// The example as a user starts it. What it finds where a family is missing is tested in tests/families.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { listen, probeStack } from "@winsock/ws2";
import { runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const EXAMPLE = "examples/dual_stack_doctor.ts";
const WHOLE = { ...NEEDS_WINDOWS, ignore: NEEDS_WINDOWS.ignore || !(probeStack().ipv4 && probeStack().ipv6) };

/** One thing that the example found. */
interface Found {
  readonly found: unknown;
  readonly advice?: string;
  readonly expected?: readonly string[];
  readonly isExpected?: boolean;
}

/** What the example finds, by what it looked at. */
async function examine(...args: string[]): Promise<Map<string, Found>> {
  const { code, stdout, stderr } = await runProgram([EXAMPLE, "--json", ...args]);
  const findings: (Found & { what: string })[] = JSON.parse(stdout);
  assertEquals([code, stderr], [findings.some(({ advice }) => advice !== undefined) ? 1 : 0, ""]);
  return new Map(findings.map(({ what, ...rest }) => [what, rest]));
}

/** How a finding is marked for people. */
function markOf({ advice, expected, isExpected }: Found): string {
  if (expected === undefined) return advice === undefined ? "✓" : "✗";
  return isExpected === undefined ? "?" : isExpected ? "✓" : "≠";
}

Deno.test("dual_stack_doctor.ts --json gives what it finds to programs", WHOLE, async () => {
  const findings = await examine();
  for (
    const what of [
      "IPv4",
      "IPv6",
      "Dual-stack sockets",
      "Dual-stack listener, IPv4 client",
      "Dual-stack listener, IPv6 client",
    ]
  ) assertEquals(findings.get(what), { found: true }, what);
  assertEquals(findings.get("IPV6_V6ONLY of a new socket"), { found: "1 (IPv6 only)" });
  for (const socket of ["IPv4 socket", "Dual-stack socket, IPv4", "Dual-stack socket, IPv6"]) {
    const found = findings.get(`Packet information, ${socket}`)?.found;
    assertMatch(String(found), /^localAddress, interfaceIndex/, socket);
  }
  assert(Array.isArray(findings.get("Missing exports (none is needed)")?.found));
  assert(Array.isArray(findings.get("Missing extension functions")?.found));
});

Deno.test("dual_stack_doctor.ts prints the same as a table, no line longer than 104 columns", WHOLE, async () => {
  const findings = await examine();
  const { code, stdout, stderr } = await runProgram([EXAMPLE]);
  assertEquals([code, stderr], [0, ""]);
  const [table, ...report] = stdout.split("\n\n");
  const lines = table.trimEnd().split("\n");
  const first = lines.filter((line) => !line.startsWith(" "));
  assertEquals(first.length, findings.size);
  for (const [what, finding] of findings) {
    // How long something takes can come out otherwise the next time: then the mark does.
    assert(first.some((line) => line.slice(markOf(finding).length).startsWith(` ${what} `)), what);
  }
  for (const line of lines) assert(line.length <= 104, line);
  // What differs follows as a table of Markdown.
  const differing = first.filter((line) => line.startsWith("≠"));
  assertEquals(report.join("\n").match(/^\| ≠ \|/gm)?.length ?? 0, differing.length);
});

Deno.test("dual_stack_doctor.ts --report prints all of it as Markdown, with the versions", WHOLE, async () => {
  const findings = await examine();
  const { code, stdout, stderr } = await runProgram([EXAMPLE, "--report"]);
  assertEquals([code, stderr], [0, ""]);
  const [system, , , , ...rows] = stdout.trimEnd().split("\n");
  assertMatch(system, /^(Wine \S+ as )?Windows \d+\.\d+\.\d+, (x86_64|aarch64), Deno /);
  assertStringIncludes(system, Deno.version.deno);
  assertEquals(rows.length, findings.size);
  for (const [index, [what, finding]] of [...findings].entries()) {
    assert(rows[index].startsWith(`| ${markOf(finding)} | ${what} | `), rows[index]);
  }
});

Deno.test("dual_stack_doctor.ts --port says whether a port can be had, and what to do if not", WHOLE, async () => {
  using listener = listen();
  const { port } = listener.addr;
  const findings = await examine("--port", `${port}`);
  const taken = findings.get(`Port ${port}, TCP`);
  assertStringIncludes(String(taken?.found), `[::]:${port}: address already in use (WSAEADDRINUSE, 10048)`);
  assertStringIncludes(taken!.advice!, "netstat -ano");
  assertEquals(findings.get(`Port ${port}, UDP`), { found: "is free" });
});

Deno.test("dual_stack_doctor.ts --help describes every flag", async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE, "--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["--port PORT", "--json", "--report", "--help"]) assertStringIncludes(stdout, flag);
});

Deno.test("dual_stack_doctor.ts refuses unknown arguments in one line, and ends with code 2", async () => {
  for (const argument of ["--jsn", "-x", "file"]) {
    const { code, stdout, stderr } = await runProgram([EXAMPLE, argument]);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, `dual_stack_doctor: unknown argument ${argument}, see --help\n`);
  }
});

Deno.test("dual_stack_doctor.ts refuses a port that is none", async () => {
  for (const port of ["0", "65536", "-1", "http", "1.5", ""]) {
    const { code, stdout, stderr } = await runProgram([EXAMPLE, `--port=${port}`]);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, `dual_stack_doctor: --port must be a number from 1 to 65535, got ${port}\n`);
  }
});

Deno.test("dual_stack_doctor.ts says in one line that it is for Windows, elsewhere", {
  ignore: Deno.build.os === "windows", // there it runs
}, async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE]);
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^dual_stack_doctor: [^\n]*Windows[^\n]*\n$/);
});

// The example as a user starts it. What it finds where a family is missing is tested in tests/families.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { probeStack } from "@winsock/ws2";
import { runProgram } from "../support/program.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const EXAMPLE = "examples/dual_stack_doctor.ts";
const WHOLE = { ...NEEDS_WINDOWS, ignore: NEEDS_WINDOWS.ignore || !(probeStack().ipv4 && probeStack().ipv6) };

/** What the example finds, by what it looked at. */
async function examine(): Promise<Map<string, { found: unknown; advice?: string }>> {
  const { code, stdout, stderr } = await runProgram([EXAMPLE, "--json"]);
  assertEquals([code, stderr], [0, ""]);
  const findings: { what: string; found: unknown; advice?: string }[] = JSON.parse(stdout);
  return new Map(findings.map(({ what, ...rest }) => [what, rest]));
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
  const lines = stdout.trimEnd().split("\n");
  const first = lines.filter((line) => !line.startsWith(" "));
  assertEquals(first.length, findings.size);
  for (const what of findings.keys()) assert(first.some((line) => line.startsWith(`✓ ${what} `)), what);
  for (const line of lines) assert(line.length <= 104, line);
});

Deno.test("dual_stack_doctor.ts --help describes every flag", async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE, "--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["--json", "--help"]) assertStringIncludes(stdout, flag);
});

Deno.test("dual_stack_doctor.ts refuses unknown arguments in one line, and ends with code 2", async () => {
  for (const argument of ["--jsn", "-x", "file"]) {
    const { code, stdout, stderr } = await runProgram([EXAMPLE, argument]);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, `dual_stack_doctor: unknown argument ${argument}, see --help\n`);
  }
});

Deno.test("dual_stack_doctor.ts says in one line that it is for Windows, elsewhere", {
  ignore: Deno.build.os === "windows", // there it runs
}, async () => {
  const { code, stdout, stderr } = await runProgram([EXAMPLE]);
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^dual_stack_doctor: [^\n]*Windows[^\n]*\n$/);
});

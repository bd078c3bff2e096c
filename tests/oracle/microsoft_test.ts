// The same once more with the headers and the compiler of Microsoft, in a developer's command prompt of Visual Studio:
// .github/workflows/ci.yml runs it. Elsewhere there is no such compiler, and structs_test.ts and constants_test.ts compare
// with mingw-w64.
import { assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { structProgram, STRUCTS } from "./struct_program.ts";
import { UNVERIFIED } from "./unverified.ts";

const HEADERS = ["winsock2.h", "ws2tcpip.h", "mswsock.h", "mstcpip.h", "afunix.h", "ws2spi.h", "windows.h"]
  .map((header) => `#include <${header}>\n`).join("") + "#include <stddef.h>\n#include <stdio.h>\n";
const newer: ReadonlySet<string> = new Set(Object.values(UNVERIFIED).flat());

function hasCompiler(): boolean {
  if (Deno.build.os !== "windows") return false;
  try {
    return new Deno.Command("cl", { stdout: "null", stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}
const NEEDS_COMPILER = { ignore: !hasCompiler() } as const;

/** Compiles a program and runs it; the lines that it prints, or what the compiler does not like. */
async function compileAndRun(body: string): Promise<{ lines: string[] } | { complaints: string }> {
  const folder = await Deno.makeTempDir({ prefix: "ws2-oracle-" });
  try {
    await Deno.writeTextFile(`${folder}/program.c`, `${HEADERS}int main(void) {\n${body}return 0;\n}\n`);
    const output = async (command: string, args: string[]) => {
      const { success, stdout } = await new Deno.Command(command, { args, cwd: folder }).output();
      return { success, text: new TextDecoder().decode(stdout) };
    };
    const compiled = await output("cl", ["/nologo", "/w", "/std:c11", "/DWIN32_LEAN_AND_MEAN", "program.c"]);
    if (!compiled.success) return { complaints: compiled.text };
    const { text } = await output(`${folder}\\program.exe`, []);
    return { lines: text.split(/\r?\n/).filter((line) => line !== "") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a program prints of each name; names that these headers do not know yet are left out and told. */
async function print(bodies: ReadonlyMap<string, string>): Promise<{ lines: string[]; unknown: string[] }> {
  const left = new Map(bodies);
  const unknown: string[] = [];
  for (;;) {
    const result = await compileAndRun([...left.values()].join(""));
    if ("lines" in result) return { ...result, unknown };
    const found = [...left.keys()].filter((name) => result.complaints.includes(`'${name}'`));
    if (found.length === 0) throw new Error(result.complaints);
    for (const name of found) left.delete(name);
    unknown.push(...found);
  }
}

/** Only what mingw-w64 does not know either may be too new for the headers at hand. */
function assertNewer(unknown: readonly string[], count: number): void {
  assertEquals(unknown.filter((name) => !newer.has(name)), []);
  console.log(`${count - unknown.length} of ${count}; not in these headers: ${unknown.join(" ") || "none"}`);
}

Deno.test("every struct is laid out as Microsoft's compiler lays it out", NEEDS_COMPILER, async () => {
  const programs = new Map([...STRUCTS].map(([name, def]) => [name, structProgram(name, def)]));
  const { lines, unknown } = await print(new Map([...programs].map(([name, { body }]) => [name, body])));
  for (const name of unknown) programs.delete(name);
  assertEquals(lines, [...programs.values()].flatMap(({ expected }) => expected));
  assertNewer(unknown, STRUCTS.size);
});

Deno.test("every number has the value that it has in Microsoft's headers", NEEDS_COMPILER, async () => {
  const entries: [string, unknown][] = Object.entries(ffi);
  const codes = Object.entries(ffi.ERROR_CODES).map(([symbol, [code]]): [string, number] => [symbol, code]);
  const numbers = new Map(
    [...entries, ...codes].filter((entry): entry is [string, number | bigint] => {
      return typeof entry[1] === "number" || typeof entry[1] === "bigint";
    }),
  );
  const bodies = [...numbers.keys()].map((name): [string, string] => {
    return [name, `printf("${name} %lld\\n", (long long) (${name}));\n`];
  });
  const { lines, unknown } = await print(new Map(bodies));
  for (const name of unknown) numbers.delete(name);
  assertEquals(lines, Array.from(numbers, ([name, value]) => `${name} ${BigInt.asIntN(64, BigInt(value))}`));
  assertNewer(unknown, bodies.length);
});

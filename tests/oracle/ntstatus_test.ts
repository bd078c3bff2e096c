import { assertEquals } from "@std/assert";
import { MORE_NTSTATUS_CODES, NTSTATUS_CODES } from "../../ffi/win32/ntstatus.ts";
import { runProgram } from "./c_compiler.ts";

Deno.test("every NTSTATUS has the value that it has in C", async () => {
  const all = { ...NTSTATUS_CODES, ...MORE_NTSTATUS_CODES };
  const names = Object.keys(all);
  const body = names.map((name) => `printf("%lx\\n", (unsigned long) ${name});\n`).join("");
  const headers = "#define WIN32_NO_STATUS\n#include <windows.h>\n#undef WIN32_NO_STATUS\n#include <ntstatus.h>\n";
  const lines = await runProgram(`${headers}#include <stdio.h>\nint main(void) {\n${body}return 0;\n}\n`);
  const values = names.map((name) => all[name][0].toString(16));
  assertEquals(
    lines.map((line, index) => `${names[index]} ${line}`),
    values.map((value, index) => `${names[index]} ${value}`),
  );
});

import { assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { macrosOf, runProgram, typesOf, WINDOWS_HEADERS, WINSOCK_HEADERS } from "./c_compiler.ts";
import { MINGW_DIFFERS, NO_CONSTANTS } from "./exceptions.ts";
import { WIN32_ERROR_CODES } from "../../ffi/win32/errors.ts";
import { UNVERIFIED } from "./unverified.ts";

type Constant = number | bigint | string;

function isConstant(value: unknown): value is Constant {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "string";
}

const entries: [string, unknown][] = Object.entries(ffi);
const constants = new Map(entries.filter((entry): entry is [string, Constant] => isConstant(entry[1])));
const errorCodes = new Map<string, Constant>(
  [...Object.entries(ffi.ERROR_CODES), ...Object.entries(WIN32_ERROR_CODES)].map(([symbol, [code]]) => [symbol, code]),
);
const unverified = new Set(Object.values(UNVERIFIED).flat());

const [windowsMacros, winsockMacros, windowsTypes, winsockTypes] = await Promise.all([
  macrosOf(WINDOWS_HEADERS),
  macrosOf(WINSOCK_HEADERS),
  typesOf(WINDOWS_HEADERS),
  typesOf(WINSOCK_HEADERS),
]);

function isInC(name: string): boolean {
  return winsockMacros.get(name)?.takesArguments === false || winsockTypes.enumConstants.has(name);
}

/** Prints a constant of C in the form in which {@linkcode print} prints ours. */
function printInC(name: string, value: Constant): string {
  if (typeof value !== "string") return `printf("${name} %lld\\n", (long long) (${name}));\n`;
  const { body } = winsockMacros.get(name)!;
  if (body.startsWith("L")) return `printf("${name} %ls\\n", ${name});\n`;
  if (body.startsWith('"')) return `printf("${name} %s\\n", ${name});\n`;
  return `{ GUID guid = ${name}; printGuid("${name}", &guid); }\n`;
}

function print(value: Constant): string {
  return typeof value === "string" ? value : String(BigInt.asIntN(64, BigInt(value)));
}

const PRINT_GUID = `static void printGuid(const char *name, const GUID *guid) {
  printf("%s %08lx-%04x-%04x-%02x%02x-", name, guid->Data1, guid->Data2, guid->Data3, guid->Data4[0], guid->Data4[1]);
  for (int index = 2; index < 8; index++) printf("%02x", guid->Data4[index]);
  printf("\\n");
}
`;
// mingw-w64 names it and forgets to define it.
const FORGOTTEN = "#ifndef MAXULONG\n#define MAXULONG 0xffffffffu\n#endif\n";

async function valuesInC(names: Iterable<[string, Constant]>): Promise<Map<string, string>> {
  const body = Array.from(names, ([name, value]) => printInC(name, value)).join("");
  const lines = await runProgram(`${WINSOCK_HEADERS}${FORGOTTEN}${PRINT_GUID}int main(void) {\n${body}return 0;\n}\n`);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]));
}

Deno.test("every constant has the value that it has in C", async () => {
  const known = new Map([...constants, ...errorCodes].filter(([name]) => isInC(name)));
  const values = await valuesInC(known);
  assertEquals(values.size, known.size);
  const differences = [];
  for (const [name, value] of known) {
    const inC = values.get(name);
    if (inC !== print(value) && inC !== String(MINGW_DIFFERS.get(name))) {
      differences.push(`${name} is ${print(value)}, in C ${inC}`);
    }
  }
  assertEquals(differences, []);
  const count = (names: ReadonlyMap<string, Constant>) => [...names.keys()].filter(isInC).length;
  console.log(
    `${count(constants)} of ${constants.size} constants and ${count(errorCodes)} of ${errorCodes.size} codes`,
  );
});

Deno.test("every constant is one of C, or listed as newer than the C headers", () => {
  assertEquals([...constants.keys(), ...errorCodes.keys()].filter((name) => !isInC(name) && !unverified.has(name)), []);
});

Deno.test("every constant of the C headers is exported, or left out for a reason", () => {
  const macros = [...winsockMacros].filter(([name, macro]) => !windowsMacros.has(name) && !macro.takesArguments);
  const enumConstants = [...winsockTypes.enumConstants.keys()].filter((name) => !windowsTypes.enumConstants.has(name));
  const missing = [...macros.map(([name]) => name), ...enumConstants].filter((name) =>
    !constants.has(name) && !errorCodes.has(name) && !NO_CONSTANTS.some(([names]) => names.test(name))
  );
  assertEquals(missing, []);
});

Deno.test("no exception is there without need", () => {
  const exported = new Set([...Object.keys(ffi), ...errorCodes.keys()]);
  assertEquals([...unverified].filter((name) => !exported.has(name)), []);
  assertEquals([...MINGW_DIFFERS.keys()].filter((name) => !constants.has(name)), []);
  const macros = [...winsockMacros].filter(([name]) => !windowsMacros.has(name));
  const unused = NO_CONSTANTS.filter(([names]) => !macros.some(([name]) => names.test(name) && !constants.has(name)));
  assertEquals(unused, []);
});

import { assert, assertEquals } from "@std/assert";
import { KERNEL32_SYMBOLS, WS2_32_SYMBOLS } from "@winsock/ws2/ffi";
import { ACCEPT_EX, CONNECT_EX, GET_ACCEPT_EX_SOCKADDRS, WSA_RECV_MSG } from "../../ffi/win32/provider.ts";
import * as callbacks from "../../ffi/raw/symbols/callbacks.ts";
import {
  CORE_SYMBOLS,
  DATAGRAM_SYMBOLS,
  PEER_SYMBOLS,
  RESOLVER_SYMBOLS,
  STREAM_SYMBOLS,
} from "../../ffi/win32/ws2_32.ts";
import { EXTENSION_SYMBOLS } from "../../ffi/raw/symbols/extensions.ts";
import { linkProgram, runProgram, WINDOWS_HEADERS, WINSOCK_HEADERS } from "./c_compiler.ts";

const HEADERS = `${WINSOCK_HEADERS}#include <sporder.h>\n`;

/**
 * The parameters and the result that stand as C declarations beside the native types in the tables. The tables are read
 * as text, for what a comment says is to be compared with C too.
 */
interface Declaration {
  readonly parameters: readonly { readonly native: string; readonly type: string }[];
  readonly result: { readonly native: string; readonly type: string };
}

/** Takes the name off a declaration: `const char *name` is of the type `const char *`. */
function typeIn(declaration: string): string {
  return declaration.replace(/\w+$/, "").trim();
}

async function readDeclarations(): Promise<Map<string, Declaration>> {
  const declarations = new Map<string, Declaration>();
  const folder = new URL("../../ffi/raw/symbols/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    if (/^(callbacks|ws2_32)\.ts$/.test(name)) continue;
    const text = await Deno.readTextFile(new URL(name, folder));
    for (const [, binding, body] of text.matchAll(/^ {2}(\w+): \{\n(.*?)^ {2}\},$/gms)) {
      const symbol = body.match(/^ {4}name: "(\w+)"/m)?.[1] ?? binding;
      const parameters = Array.from(body.matchAll(/^ {6}"(\w+)", \/\/ (.*)$/gm), ([, native, c]) => {
        return { native, type: typeIn(c.replace(/;.*/, "")) };
      });
      const [, native, type] = body.match(/^ {4}result: "(\w+)", \/\/ ([^:\n]*)/m)!;
      declarations.set(binding, { parameters, result: { native, type: type.trim() } });
      declarations.set(symbol, declarations.get(binding)!);
    }
  }
  return declarations;
}

const declarations = await readDeclarations();
const pointerTypes = Object.keys(EXTENSION_SYMBOLS).map((name) => [name, `LPFN_${name.toUpperCase()}`] as const);
const symbols = Object.entries(WS2_32_SYMBOLS);
const exported = [...new Set(symbols.map(([name, symbol]) => ("name" in symbol && symbol.name) || name))];

const SIZES: Readonly<Record<string, string>> = { i32: "4", u32: "4", u16: "2", usize: "8", buffer: "8", pointer: "8" };

/** Functions that mingw-w64 10 has no prototype of: taken from Microsoft's headers, like the names in unverified.ts. */
const NOT_DECLARED: ReadonlySet<string> = new Set([
  "GetAddrInfoExCancel",
  "GetAddrInfoExOverlappedResult",
  "ProcessSocketNotifications",
]);

/**
 * Functions whose prototype in mingw-w64 differs from Microsoft's in a `const` or in what a pointer points to. Their
 * result, the number of their parameters and the size of each are compared all the same.
 */
const LOOSE: ReadonlySet<string> = new Set([
  "select", // mingw: const PTIMEVAL, a pointer that is constant; Microsoft: const struct timeval *
  "WSAConnectByList", // likewise
  "WSAConnectByNameA", // likewise
  "WSAConnectByNameW", // likewise
  "WSAAdvertiseProvider", // mingw: const LPCNSPV2_ROUTINE *, a pointer to a pointer
  "LPLOOKUPSERVICE_COMPLETION_ROUTINE", // mingw: PVOID
  "WSCInstallProviderAndChains64_32", // mingw: LPWSAPROTOCOL_INFO, which is the A form where UNICODE is not defined
]);

Deno.test("every function of the tables has the number and the types of parameters that it has in C", async () => {
  const names = exported.filter((name) => !NOT_DECLARED.has(name));
  const expected: string[] = [];
  let body = "";
  for (const name of names) {
    const { parameters, result } = declarations.get(name)!;
    const types = parameters.map(({ type }) => type);
    const sizes = [result, ...parameters].map(({ native }) => native === "void" ? "-" : SIZES[native]);
    expected.push(`${name} 1 ${sizes.join(" ")}`);
    // A call of a pointer to the function with values of the declared types: the compiler checks each, and the count.
    const values = types.map((type) => `*(${type === "struct in_addr" ? type : withoutConst(type)} *) 0`);
    const call = `${name}(${values.join(", ")})`;
    const isVoid = result.native === "void";
    const same = isVoid ? "1" : `__builtin_types_compatible_p(__typeof__(${call}), ${result.type})`;
    const counts = `__builtin_types_compatible_p(__typeof__(${name}), ${result.type} WSAAPI (${
      types.join(", ") || "void"
    }))`;
    body += `printf("${name} %d", ${same} && (${counts} || ${LOOSE.has(name) ? 1 : 0}));\n`;
    body += isVoid ? 'printf(" -");\n' : `printf(" %d", (int) sizeof(${result.type}));\n`;
    for (const type of types) body += `printf(" %d", (int) sizeof(${type}));\n`;
    body += 'printf("\\n");\n';
  }
  const lines = await runProgram(`${HEADERS}int main(void) {\n${body}return 0;\n}\n`);
  assertEquals(lines.map((line) => line.trim()), expected);
  console.log(`${names.length} of ${exported.length} functions`);
});

function withoutConst(type: string): string {
  return type.replace(/^const /, "");
}

Deno.test("every extension function has the number and the types of parameters that its pointer has in C", async () => {
  const expected: string[] = [];
  let body = "";
  for (const [name, pointerType] of pointerTypes) {
    const { parameters, result } = declarations.get(name)!;
    const types = parameters.map(({ type }) => type).join(", ");
    expected.push(`${name} 1 ${parameters.map(({ native }) => SIZES[native]).join(" ")}`);
    const same = `__builtin_types_compatible_p(${pointerType}, ${result.type} (PASCAL *)(${types}))`;
    body += `printf("${name} %d", ${same});\n`;
    for (const { type } of parameters) body += `printf(" %d", (int) sizeof(${type}));\n`;
    body += 'printf("\\n");\n';
  }
  assertEquals(await runProgram(`${HEADERS}int main(void) {\n${body}return 0;\n}\n`), expected);
});

Deno.test("every callback has the parameters that its pointer has in C", async () => {
  const text = await Deno.readTextFile(new URL("../../ffi/raw/symbols/callbacks.ts", import.meta.url));
  const expected: string[] = [];
  let body = "";
  for (const [pointerType, { parameters, result }] of Object.entries(callbacks)) {
    const declared = text.match(new RegExp(`^export const ${pointerType} = \\{\n(.*?)^\\}`, "ms"))?.[1] ?? "";
    const types = Array.from(declared.matchAll(/^ {4}"\w+", \/\/ (.*)$/gm), ([, c]) => typeIn(c));
    assertEquals(types.length, parameters.length, pointerType);
    const returned = result === "void" ? "void" : "int";
    expected.push(`${pointerType} 1 ${parameters.map((native) => SIZES[native]).join(" ")}`);
    const isLoose = LOOSE.has(pointerType) ? 1 : 0;
    const declaredType = `${returned} (CALLBACK *)(${types.join(", ")})`;
    const same = `__builtin_types_compatible_p(${pointerType}, ${declaredType}) || ${isLoose}`;
    body += `printf("${pointerType} %d", ${same});\n`;
    for (const type of types) body += `printf(" %d", (int) sizeof(${type}));\n`;
    body += 'printf("\\n");\n';
  }
  assertEquals(await runProgram(`${HEADERS}int main(void) {\n${body}return 0;\n}\n`), expected);
});

/** A function of the library's own tables, and that of the raw layer that it is: addresses stand in place of buffers. */
function assertSameFunction(name: string, own: Deno.ForeignFunction, raw: Deno.ForeignFunction): void {
  const same = (native: Deno.NativeType, other: Deno.NativeType) =>
    native === other || native === "usize" && (other === "buffer" || other === "pointer");
  assertEquals(own.parameters.length, raw.parameters.length, name);
  for (const [index, native] of own.parameters.entries()) {
    assert(same(native, raw.parameters[index]), `${name}, parameter ${index}: ${native}, ${raw.parameters[index]}`);
  }
  assertEquals(own.result, raw.result, name);
}

Deno.test("the library's own tables declare their functions as those of the raw layer do", () => {
  const raw: { readonly [name: string]: Deno.ForeignFunction } = WS2_32_SYMBOLS;
  for (const table of [CORE_SYMBOLS, STREAM_SYMBOLS, DATAGRAM_SYMBOLS, PEER_SYMBOLS, RESOLVER_SYMBOLS] as const) {
    for (const [binding, own] of Object.entries<Deno.ForeignFunction>(table)) {
      const name = own.name ?? binding;
      assertSameFunction(binding, own, raw[name]);
    }
  }
  assertSameFunction("AcceptEx", ACCEPT_EX, EXTENSION_SYMBOLS.AcceptEx);
  assertSameFunction("ConnectEx", CONNECT_EX, EXTENSION_SYMBOLS.ConnectEx);
  assertSameFunction("GetAcceptExSockaddrs", GET_ACCEPT_EX_SOCKADDRS, EXTENSION_SYMBOLS.GetAcceptExSockaddrs);
  assertSameFunction("WSARecvMsg", WSA_RECV_MSG, EXTENSION_SYMBOLS.WSARecvMsg);
});

Deno.test("every function of kernel32.dll has parameters of the size that they have in C", async () => {
  const text = await Deno.readTextFile(new URL("../../ffi/win32/kernel32.ts", import.meta.url));
  const expected: string[] = [];
  let body = "";
  for (const [name, { parameters, result }] of Object.entries(KERNEL32_SYMBOLS)) {
    const declared = text.match(new RegExp(`^ {2}${name}: \\{\n(.*?)^ {2}\\},$`, "ms"))?.[1] ?? "";
    const types = Array.from(declared.matchAll(/^ {6}"\w+", \/\/ (.*)$/gm), ([, c]) => typeIn(c));
    assertEquals(types.length, parameters.length, name);
    const values = types.map((type) => `*(${type} *) 0`).join(", ");
    const sizes = [result, ...parameters].map((native) => native === "u8" ? "1" : SIZES[native]);
    expected.push(`${name} ${sizes.join(" ")}`);
    body += `printf("${name} %d", (int) sizeof(${name}(${values})));\n`;
    for (const type of types) body += `printf(" %d", (int) sizeof(${type}));\n`;
    body += 'printf("\\n");\n';
  }
  const source = `${WINDOWS_HEADERS}#include <ioapiset.h>\nint main(void) {\n${body}return 0;\n}\n`;
  assertEquals(await runProgram(source), expected);
});

Deno.test("the tables bind 160 functions, and mingw-w64's import library knows each of them", async () => {
  assertEquals(exported.length, 160);
  const declared = exported.map((name) => `extern char ${name}_[] __asm__("${name}");\n`).join("");
  const addresses = exported.map((name) => `${name}_`).join(", ");
  await linkProgram(`${declared}void *addresses[] = { ${addresses} };\nint main(void) { return addresses[0] == 0; }\n`);
});

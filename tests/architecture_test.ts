import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { connect, listen, listenDatagram, probeStack, resolve, WinsockError } from "@winsock/ws2";
import { ws2_32 } from "@winsock/ws2/ffi";
import { runDeno } from "./support/program.ts";

const PROJECT = new URL("../", import.meta.url);

async function* typescriptFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, PROJECT))) {
    if (isDirectory) yield* typescriptFiles(`${folder}${name}/`);
    else if (name.endsWith(".ts")) yield `${folder}${name}`;
  }
}

/** What the files import: where, and the specifier; not what the examples in their comments import. */
async function importsOf(files: Iterable<string>): Promise<[file: string, specifier: string][]> {
  const imports: [string, string][] = [];
  for (const file of files) {
    const text = await Deno.readTextFile(new URL(file, PROJECT));
    const code = text.replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, "");
    const statements = code.matchAll(
      /^(?:import |(?:import|export|\}) [^"\n]*from )"([^"\n]+)"|\bimport\("([^"\n]+)"\)/gm,
    );
    for (const [, specifier, dynamic] of statements) imports.push([file, specifier ?? dynamic]);
  }
  return imports;
}

const library = ["mod.ts", ...await Array.fromAsync(typescriptFiles("ffi/"))];
const examples = await Array.fromAsync(typescriptFiles("examples/"));
const tests = await Array.fromAsync(typescriptFiles("tests/"));

/** The rooms, and the rooms that each may import from beside itself. */
const ROOMS: Record<string, readonly string[]> = {
  "ffi/layout/": [],
  "ffi/win32/": ["ffi/layout/"],
  "ffi/marshal/": ["ffi/layout/", "ffi/win32/"],
  "ffi/raw/": ["ffi/layout/", "ffi/win32/"],
  "ffi/overlapped/": ["ffi/layout/", "ffi/win32/"],
  "ffi/net/tcp/": ["ffi/layout/", "ffi/win32/", "ffi/marshal/", "ffi/overlapped/", "ffi/net/"],
  "ffi/net/datagram/": ["ffi/layout/", "ffi/win32/", "ffi/marshal/", "ffi/overlapped/", "ffi/net/"],
  "ffi/net/": ["ffi/layout/", "ffi/win32/", "ffi/marshal/", "ffi/overlapped/"],
  "ffi/node/": ["ffi/win32/", "ffi/marshal/", "ffi/net/", "ffi/net/tcp/"],
  "ffi/http/": ["ffi/marshal/", "ffi/net/tcp/", "ffi/node/"],
  "mod.ts": ["ffi/win32/", "ffi/net/", "ffi/net/tcp/", "ffi/net/datagram/", "ffi/marshal/"],
  "ffi/mod.ts": ["ffi/layout/", "ffi/win32/", "ffi/marshal/", "ffi/raw/"],
};
const roomOf = (file: string) => Object.keys(ROOMS).find((room) => file.startsWith(room));

/** What each file of the library imports of the library, by path. */
async function libraryImports(): Promise<[file: string, imported: string][]> {
  const imports = await importsOf(library);
  assert(imports.length > 100, `${imports.length} imports found`);
  return imports.filter(([, specifier]) => specifier.startsWith("."))
    .map(([file, specifier]) => [file, new URL(specifier, new URL(file, PROJECT)).href.slice(PROJECT.href.length)]);
}

Deno.test("a file imports from its own room and from those that the room may use", async () => {
  const wrong = (await libraryImports()).filter(([file, imported]) => {
    const [room, other] = [roomOf(file), roomOf(imported)];
    return room === undefined || other === undefined || other !== room && !ROOMS[room].includes(other);
  });
  assertEquals(wrong, []);
});

Deno.test("no file imports itself by way of others, not even for a type", async () => {
  const imports = Map.groupBy(await libraryImports(), ([file]) => file);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    for (const [, imported] of imports.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of library) visit(file, []);
});

Deno.test("the library imports nothing from outside but @std/bytes and what Deno brings along", async () => {
  const allowed = /^(\.{1,2}\/|node:|@std\/bytes(\/|$))/;
  assertEquals((await importsOf(library)).filter(([, specifier]) => !allowed.test(specifier)), []);
  const layout = library.filter((file) => file.startsWith("ffi/layout/"));
  assertEquals((await importsOf(layout)).filter(([, specifier]) => !specifier.startsWith("./")), []);
});

Deno.test("examples use the library by its name, and @std/cli", async () => {
  const allowed = /^(@winsock\/ws2(\/ffi|\/layout|\/node|\/http)?$|@std\/cli\/|node:|\.\/|npm:ws@8\.18\.3$)/; // and each other
  assertEquals((await importsOf(examples)).filter(([, specifier]) => !allowed.test(specifier)), []);
});

Deno.test("tests import no package but those of @std that the project uses, and others of a fixed version as peers", async () => {
  const allowed = /^(\.{1,2}\/|node:|@winsock\/ws2|@std\/(assert|bytes|cli)(\/|$))/;
  const peer = /^npm:(@[\w-]+\/)?[\w.-]+@\d+\.\d+\.\d+(\/[\w/-]+)?$/;
  const wrong = (await importsOf(tests)).filter(([file, specifier]) =>
    !allowed.test(specifier) && !(file.startsWith("tests/packages/") && peer.test(specifier))
  );
  assertEquals(wrong, []);
});

Deno.test("the entry points only re-export", async () => {
  for (const file of ["mod.ts", "ffi/mod.ts", "ffi/layout/mod.ts", "ffi/node/mod.ts", "ffi/http/mod.ts"]) {
    const text = await Deno.readTextFile(new URL(file, PROJECT));
    const code = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
    const rest = code.replaceAll(/^export (type )?(\*( as \w+)?|\{[^}]*\}) from "[^"\n]+";$/gm, "");
    assertEquals(rest.trim(), "", file);
  }
});

// Deno's fast calls know no structs by value, and on ARM64 it says so on stderr.
Deno.test("no function takes or gives a struct by value", async () => {
  const wrong = [];
  for (const file of library) {
    const text = await Deno.readTextFile(new URL(file, PROJECT));
    if (/\bstruct: \[/.test(text)) wrong.push(file); // a native type; a definition has braces
  }
  assertEquals(wrong, []);
});

Deno.test("importing the library opens nothing: it needs no permission", async () => {
  const program = `
    import * as library from "./mod.ts";
    import * as ffi from "./ffi/mod.ts";
    import * as layout from "./ffi/layout/mod.ts";
    console.log(typeof library.listen, typeof ffi.ws2_32, typeof layout.layout);
  `;
  const { code, stdout, stderr } = await runDeno(["run", "--no-check", "--no-prompt", "-"], program);
  assertEquals([code, stdout, stderr], [0, "function function function\n", ""]);
});

Deno.test("using a socket without --allow-ffi throws NotCapable", { ignore: Deno.build.os !== "windows" }, async () => {
  const program = `
    import { listen } from "./mod.ts";
    try { listen() } catch (error) { console.log(error.name, error.message) }
  `;
  const { code, stdout } = await runDeno(["run", "--no-check", "--no-prompt", "-"], program);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "NotCapable");
  assertStringIncludes(stdout, "--allow-ffi");
});

// Elsewhere than on Windows only: there everything that follows works.
Deno.test("using a socket off Windows throws NotSupported and says so", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const message = `need Windows; this is ${Deno.build.os}`;
  for (const use of [listen, listenDatagram, probeStack, ws2_32]) {
    assertThrows(() => use(), Deno.errors.NotSupported, message);
  }
  await assertRejects(() => connect({ hostname: "::1", port: 1 }), Deno.errors.NotSupported, message);
  await assertRejects(() => resolve("localhost"), Deno.errors.NotSupported, message);
  assertEquals(new WinsockError(10061, "connect").symbol, "WSAECONNREFUSED"); // what needs no Windows works
});

import { assert, assertEquals } from "@std/assert";

// A program that only wants listen() must not pay for the raw layer: what it loads is looked at here, for how long that
// takes depends on the machine.

const PROJECT = new URL("../../", import.meta.url);

/** What a module imports at run time: types are gone by then. */
interface Import {
  readonly names: readonly string[];
  readonly file: string;
}

async function importsOf(file: string): Promise<Import[]> {
  const text = await Deno.readTextFile(new URL(file, PROJECT));
  const statements = text.matchAll(/^(?:import|export) (type )?(?:\{([^}]*)\}|\*) from "(\.[^"]*)";/gm);
  return Array.from(statements)
    .map(([, type, list = "*", specifier]) => ({
      names: type ? [] : list.split(",").map((name) => name.trim().replace(/ as \w+$/, ""))
        .filter((name) => name !== "" && !name.startsWith("type ")),
      file: new URL(specifier, new URL(file, PROJECT)).href.slice(PROJECT.href.length),
    }))
    .filter(({ names }) => names.length > 0);
}

/** The modules that an entry point loads, and the names that they import of each. */
async function loadedBy(entryPoint: string): Promise<Map<string, Set<string>>> {
  const loaded = new Map<string, Set<string>>([[entryPoint, new Set()]]);
  for (const [module] of loaded) {
    for (const { names, file } of await importsOf(module)) {
      const known = loaded.get(file) ?? new Set();
      for (const name of names) known.add(name);
      loaded.set(file, known); // and is visited in its turn
    }
  }
  return loaded;
}

const loaded = await loadedBy("mod.ts");

Deno.test("mod.ts loads none of what only raw callers need", () => {
  const tables = [...loaded.keys()].filter((file) => file.startsWith("ffi/win32/symbols/"));
  assertEquals(
    tables.sort(),
    ["core", "kernel32", "lasting_calls", "msvcrt"].map((name) => `ffi/win32/symbols/${name}.ts`),
  );
  const raw =
    /^ffi\/win32\/(headers\/rest|inlines)\/|^ffi\/win32\/(raw|raw_extensions|missing|memory|text|owned|address_info)\.ts$/;
  assertEquals([...loaded.keys()].filter((file) => raw.test(file)), []);
});

Deno.test("ffi/mod.ts loads all of it", async () => {
  const raw = await loadedBy("ffi/mod.ts");
  for (const header of ["mstcpip", "mswsock", "winsock2", "ws2def", "ws2ipdef"]) {
    assert(raw.has(`ffi/win32/headers/${header}.ts`) && raw.has(`ffi/win32/headers/rest/${header}.ts`), header);
  }
});

Deno.test("the headers that mod.ts loads have only what the library uses; the rest is beside them", async () => {
  for (const header of ["mstcpip", "mswsock", "winsock2", "ws2def", "ws2ipdef"]) {
    const file = `ffi/win32/headers/${header}.ts`;
    const text = (await Deno.readTextFile(new URL(file, PROJECT))).replaceAll(/\/\*\*[^]*?\*\//g, "");
    const exported = Array.from(text.matchAll(/^export const (\w+)/gm), ([, name]) => name);
    const imported = loaded.get(file)!;
    const unused = exported.filter((name) =>
      !imported.has(name) && text.match(new RegExp(`\\b${name}\\b`, "g"))!.length < 2
    );
    assertEquals(unused, [], `move to headers/rest/${header}.ts`);
  }
});

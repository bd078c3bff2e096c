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

Deno.test("mod.ts loads nothing of the raw layer", () => {
  assertEquals([...loaded.keys()].filter((file) => file.startsWith("ffi/raw/")), []);
});

// Each module costs about a millisecond at start.
Deno.test("mod.ts loads no more modules than it needs to", () => {
  assert(loaded.size <= 67, `${loaded.size} modules`);
});

Deno.test("ffi/mod.ts loads all of it", async () => {
  const raw = await loadedBy("ffi/mod.ts");
  for await (const { name } of Deno.readDir(new URL("ffi/raw/headers/", PROJECT))) {
    assert(raw.has(`ffi/raw/headers/${name}`), name);
  }
});

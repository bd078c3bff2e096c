import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { listen } from "@winsock/ws2";
import { openLibrary, systemFile } from "../../ffi/win32/library.ts";
import { runDeno } from "../support/program.ts";
import { standIn } from "../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

const GET_SYSTEM_DIRECTORY = {
  GetSystemDirectoryW: { parameters: ["buffer", "u32"], result: "u32" },
} as const satisfies Deno.ForeignLibraryInterface;

Deno.test("systemFile() gives a path in the folder that GetSystemDirectoryW names", NEEDS_WINDOWS, () => {
  const { GetSystemDirectoryW } = openLibrary("kernel32.dll", GET_SYSTEM_DIRECTORY);
  const path = new Uint16Array(260);
  const length = GetSystemDirectoryW(path, path.length);
  const folder = String.fromCharCode(...path.subarray(0, length));
  assertEquals(systemFile("ws2_32.dll").toLowerCase(), `${folder}\\ws2_32.dll`.toLowerCase());
});

Deno.test("systemFile() goes by the folder of Windows, wherever that is", NEEDS_WINDOWS, () => {
  for (const [root, folder] of [["D:\\WINNT", "D:\\WINNT\\System32\\"], ["E:\\", "E:\\System32\\"]]) {
    const page = new Uint16Array(260);
    page.set(Array.from(root, (character) => character.charCodeAt(0)));
    using _page = standIn(Deno.UnsafePointer, "create", () => () => Deno.UnsafePointer.of(page));
    assertEquals(systemFile("x.dll"), `${folder}x.dll`);
  }
});

Deno.test(
  "openLibrary() opens no DLL of the current folder, which anyone may have put there",
  NEEDS_WINDOWS,
  async () => {
    const library = new URL("../../ffi/win32/library.ts", import.meta.url);
    const run = async (program: string) => {
      const { code, stdout, stderr } = await runDeno(["run", "--no-check", "--no-config", "--allow-all", "-"], program);
      assertEquals([code, stderr], [0, ""]);
      return stdout.trimEnd();
    };
    const folder = JSON.parse(await run("console.log(JSON.stringify(Deno.makeTempDirSync()))"));
    try {
      // The current folder has a DLL that the folder of Windows has not: Deno itself opens it by its name.
      const program = `
      import { openLibrary, systemFile } from ${JSON.stringify(library)};
      Deno.chdir(${JSON.stringify(folder)});
      Deno.copyFileSync(systemFile("msvcrt.dll"), "planted.dll");
      for (const open of [openLibrary, Deno.dlopen]) {
        try {
          open("planted.dll", { abs: { parameters: ["i32"], result: "i32" } });
          console.log("opened");
        } catch {
          console.log("not opened");
        }
      }
    `;
      assertEquals(await run(program), "not opened\nopened");
    } finally {
      await run(`Deno.removeSync(${JSON.stringify(folder)}, { recursive: true })`);
    }
  },
);

Deno.test("openLibrary() tells which DLL there is not", NEEDS_WINDOWS, () => {
  const error = assertThrows(() => openLibrary("no_such_library.dll", {}), Error);
  assertMatch((error as Error).message, /no_such_library\.dll|not found/i);
});

Deno.test("a program opens the DLLs of the system by full paths, and its poller too", NEEDS_WINDOWS, async () => {
  const opened: string[] = [];
  const { promise: polled, resolve } = Promise.withResolvers<string>();
  using _open = standIn(Deno, "dlopen", (original) => (path, symbols) => {
    opened.push(String(path));
    return original(path, symbols);
  });
  using _start = standIn(
    Worker.prototype,
    "postMessage",
    (original) =>
      function (this: Worker, start: { library: string }) {
        resolve(start.library);
        original.call(this, start);
      },
  );
  const listener = listen();
  const accepting = assertRejects(() => listener.accept(), Deno.errors.BadResource);
  assertEquals(await polled, systemFile("kernel32.dll")); // it waits, which takes the poller
  await listener[Symbol.asyncDispose]();
  await accepting;
  assert(opened.includes(systemFile("ws2_32.dll")), `${opened}`);
  for (const path of opened) assertMatch(path, /^[A-Z]:\\.*\\System32\\\w+\.dll$/i);
});

/** C programs that include the headers of Winsock: compiled by mingw-w64, looked into, and run. */

import { type ProgramTypes, readTypes } from "./dwarf.ts";

const COMPILER = "x86_64-w64-mingw32-gcc";
const OBJDUMP = "x86_64-w64-mingw32-objdump";
const RUN = new URL("../wine/run", import.meta.url).pathname;

/** What every program begins with: the newest Windows that the headers know, and no winsock.h of 1992. */
const VERSION = "#define WIN32_LEAN_AND_MEAN\n#define _WIN32_WINNT 0x0A00\n#define NTDDI_VERSION 0x0A00000F\n";

/** Headers that are not of Winsock, for comparison. */
export const WINDOWS_HEADERS: string = `${VERSION}#include <windows.h>\n#include <stddef.h>\n#include <stdio.h>\n`;

/** The headers of Winsock; qos.h, inaddr.h and in6addr.h come with them. */
export const WINSOCK_HEADERS: string = `${VERSION}${
  ["winsock2.h", "ws2tcpip.h", "mswsock.h", "mstcpip.h", "afunix.h", "ws2spi.h", "windows.h", "stddef.h", "stdio.h"]
    .map((header) => `#include <${header}>\n`).join("")
}`;

async function output(command: string, args: string[], folder: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd: folder, env: { LC_ALL: "C" } })
    .output();
  if (!success) throw new Error(`${command} failed:\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function withFolder<T>(source: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "ws2-oracle-" });
  try {
    await Deno.writeTextFile(`${folder}/program.c`, source);
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A macro: what it stands for, and whether it takes arguments. */
export interface Macro {
  readonly body: string;
  readonly takesArguments: boolean;
}

/** The macros that a source defines, by name. */
export function macrosOf(source: string): Promise<Map<string, Macro>> {
  return withFolder(source, async (folder) => {
    const text = await output(COMPILER, ["-E", "-dM", "program.c"], folder);
    const lines = text.matchAll(/^#define (\w+)(\([^)]*\))?(?: (.*))?$/gm);
    return new Map(Array.from(lines, ([, name, parameters, body = ""]) => {
      return [name, { body: body.trim(), takesArguments: parameters !== undefined }];
    }));
  });
}

/** The structs, unions and enums that a source declares. */
export function typesOf(source: string): Promise<ProgramTypes> {
  return withFolder(source, async (folder) => {
    const debug = ["-g", "-gdwarf-4", "-fno-eliminate-unused-debug-types"];
    await output(COMPILER, ["-c", "-w", ...debug, "program.c", "-o", "program.o"], folder);
    const info = await output(OBJDUMP, ["--dwarf=info", "program.o"], folder);
    return readTypes(info, await output(OBJDUMP, ["--dwarf=rawline", "program.o"], folder));
  });
}

/** Compiles a program and runs it as the Windows program that it is. Returns the lines that it printed. */
export function runProgram(source: string): Promise<string[]> {
  return withFolder(source, async (folder) => {
    // Newer compilers refuse what older ones only warn about.
    const tolerant = ["-w", "-Wno-incompatible-pointer-types"];
    await output(COMPILER, ["-O0", ...tolerant, "program.c", "-o", "program.exe", "-lws2_32"], folder);
    return (await output(RUN, ["program.exe"], folder)).split(/\r?\n/).filter((line) => line !== "");
  });
}

/** Compiles and links a program without running it: it fails if a name cannot be found in the import library. */
export async function linkProgram(source: string): Promise<void> {
  await withFolder(source, (folder) => output(COMPILER, ["-w", "program.c", "-o", "program.exe", "-lws2_32"], folder));
}

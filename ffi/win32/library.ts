/** Opening the DLLs of Windows: on first use, never at import. */

/** The address at which each process can read the path of the Windows folder: `NtSystemRoot` in KUSER_SHARED_DATA. */
const NT_SYSTEM_ROOT = 0x7ffe0030n;
const NT_SYSTEM_ROOT_LENGTH = 260;

/**
 * The path of a DLL of the system, to open it by.
 *
 * Windows is not always on C:, and reading the environment takes a permission. A bare name is unsafe: Deno looks for it in
 * the current folder first, where anyone who can write there could place a DLL instead of the system's.
 *
 * Source: https://learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/ns-ntddk-kuser_shared_data
 *
 * @example Open another DLL of Windows
 * ```ts
 * import { systemFile } from "@winsock/ws2/ffi";
 *
 * const { symbols } = Deno.dlopen(systemFile("iphlpapi.dll"), {
 *   GetNumberOfInterfaces: { parameters: ["buffer"], result: "u32" },
 * });
 * const count = new Uint32Array(1);
 * if (symbols.GetNumberOfInterfaces(count) === 0) console.log(`${count[0]} interfaces`);
 * ```
 *
 * @param name The file name.
 * @returns The full path.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function systemFile(name: string): string {
  const units = new Uint16Array(NT_SYSTEM_ROOT_LENGTH);
  new Deno.UnsafePointerView(Deno.UnsafePointer.create(NT_SYSTEM_ROOT)!).copyInto(units);
  const folder = String.fromCharCode(...units.subarray(0, units.indexOf(0)));
  return `${folder.replace(/\\$/, "")}\\System32\\${name}`;
}

/**
 * Loads a DLL of the system and binds the symbols.
 *
 * @param file The file name of the DLL.
 * @param symbols What to bind.
 * @returns The functions.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function openLibrary<const S extends Deno.ForeignLibraryInterface>(
  file: string,
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] {
  if (Deno.build.os !== "windows") {
    throw new Deno.errors.NotSupported(`Sockets of ws2_32.dll need Windows; this is ${Deno.build.os}`);
  }
  return Deno.dlopen(systemFile(file), symbols).symbols;
}

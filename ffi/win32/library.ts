/** Opening the DLLs of Windows: on first use, never at import. */

/** The folder the DLLs come from. A full path, so that no file of the same name elsewhere can take their place. */
const SYSTEM_FOLDER = "C:\\Windows\\System32\\";

/** The path of a DLL of the system. */
export function systemFile(name: string): string {
  return SYSTEM_FOLDER + name;
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
  try {
    return Deno.dlopen(systemFile(file), symbols).symbols;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    // A Windows that is installed elsewhere: by its bare name the system finds the DLL in its own folder first.
    return Deno.dlopen(file, symbols).symbols;
  }
}

/** Functions that a system lacks: one that is missing must not keep the others from being loaded. */

import { openLibrary } from "../win32/library.ts";

/** How functions are bound, by name. */
export type SymbolTable = { readonly [name: string]: Deno.ForeignFunction };

/**
 * Loads a DLL of the system that may lack some functions.
 *
 * @param file The file name of the DLL.
 * @param symbols What to bind.
 * @returns The functions. Of those that are missing, an optional one is null, and any other throws when it is called.
 */
export function openWithMissing(file: string, symbols: SymbolTable): { readonly [name: string]: unknown } {
  const asked = Object.entries(symbols).map(([name, symbol]) => [name, { ...symbol, optional: true }]);
  return replaceMissing(file, symbols, openLibrary(file, Object.fromEntries(asked)));
}

/** Deno leaves null in place of a function that is missing, but not of one that is called on another thread. */
export function replaceMissing(
  file: string,
  symbols: SymbolTable,
  opened: { readonly [name: string]: unknown },
): { readonly [name: string]: unknown } {
  const entries = Object.entries(symbols).map(([name, symbol]) => {
    const { name: exported = name, optional } = symbol as { name?: string; optional?: boolean };
    if (opened[exported] !== null) return [name, opened[name]];
    const fail = () => {
      throw new Deno.errors.NotSupported(`${file} of this system has no ${exported}`);
    };
    return [name, optional ? null : fail];
  });
  return Object.fromEntries(entries);
}

import { systemFile } from "../../ffi/win32/library.ts";
import { NEEDS_WINDOWS } from "./windows.ts";

/** Whether this is Windows itself: Wine has a function of its own in ntdll.dll, to be known by. */
function isRealWindows(): boolean {
  if (NEEDS_WINDOWS.ignore) return false;
  const { symbols } = Deno.dlopen(systemFile("ntdll.dll"), {
    wine_get_version: { parameters: [], result: "pointer", optional: true },
  });
  return symbols.wine_get_version === null;
}

/** For tests of what Windows does and Wine does not: .github/workflows/ci.yml runs them. */
export const NEEDS_REAL_WINDOWS = { ...NEEDS_WINDOWS, ignore: !isRealWindows() } as const;

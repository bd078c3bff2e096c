import { LIMIT } from "./limit.ts";

/** For tests that open sockets: the library has none off Windows, which architecture_test.ts checks. */
export const NEEDS_WINDOWS = { ...LIMIT, ignore: Deno.build.os !== "windows" } as const;

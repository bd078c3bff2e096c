/**
 * guiddef.h: GUIDs.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/guiddef/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";

/** A globally unique identifier. https://learn.microsoft.com/windows/win32/api/guiddef/ns-guiddef-guid */
export const GUID = {
  struct: { Data1: "u32", Data2: "u16", Data3: "u16", Data4: { array: "u8", length: 8 } },
} as const satisfies StructDef;

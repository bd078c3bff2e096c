/**
 * winnt.h: what Winsock and the completion port use of it.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winnt/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";

/** A processor: its group and its number in the group. https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-processor_number */
export const PROCESSOR_NUMBER = { struct: { Group: "u16", Number: "u8", Reserved: "u8" } } as const satisfies StructDef;

/**
 * in6addr.h: IPv6 addresses.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/in6addr/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";

/** An IPv6 address. https://learn.microsoft.com/windows/win32/api/in6addr/ns-in6addr-in6_addr */
export const IN6_ADDR = {
  struct: { u: { union: { Byte: { array: "u8", length: 16 }, Word: { array: "u16be", length: 8 } } } },
} as const satisfies StructDef;

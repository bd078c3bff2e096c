/**
 * inaddr.h: IPv4 addresses.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/inaddr/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";

/** An IPv4 address. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-in_addr */
export const IN_ADDR = {
  struct: {
    S_un: {
      union: {
        S_un_b: { struct: { s_b1: "u8", s_b2: "u8", s_b3: "u8", s_b4: "u8" } },
        S_un_w: { struct: { s_w1: "u16be", s_w2: "u16be" } },
        S_addr: "u32be",
      },
    },
  },
} as const satisfies StructDef;

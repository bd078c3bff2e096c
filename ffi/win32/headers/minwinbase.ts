/** Structs and constants of minwinbase.h and winbase.h: overlapped operations and their completion. */

import type { StructDef } from "../../layout/mod.ts";
import type { HANDLE } from "../types.ts";

/** An operation under way. The kernel writes its status and byte count here. https://learn.microsoft.com/windows/win32/api/minwinbase/ns-minwinbase-overlapped */
export const OVERLAPPED = {
  struct: {
    Internal: "usize",
    InternalHigh: "usize",
    DUMMYUNIONNAME: {
      union: { DUMMYSTRUCTNAME: { struct: { Offset: "u32", OffsetHigh: "u32" } }, Pointer: "pointer" },
    },
    hEvent: "usize",
  },
} as const satisfies StructDef;

/** What a completion port says of an operation that has ended. https://learn.microsoft.com/windows/win32/api/minwinbase/ns-minwinbase-overlapped_entry */
export const OVERLAPPED_ENTRY = {
  struct: {
    lpCompletionKey: "usize",
    lpOverlapped: "pointer",
    Internal: "usize",
    dwNumberOfBytesTransferred: "u32",
  },
} as const satisfies StructDef;

/** What a call returns that could not open a handle. Source: handleapi.h. */
export const INVALID_HANDLE_VALUE: HANDLE = 0xffff_ffff_ffff_ffffn as HANDLE;

/** `SetFileCompletionNotificationModes`: an operation that ends at once sends no packet to the port. */
export const FILE_SKIP_COMPLETION_PORT_ON_SUCCESS = 0x1;
/** `SetFileCompletionNotificationModes`: the handle itself is not signaled. */
export const FILE_SKIP_SET_EVENT_ON_HANDLE = 0x2;

/** A wait without end. */
export const INFINITE = 0xffffffff;

/** `VirtualAlloc`: memory that can be used. Source: winnt.h. */
export const MEM_COMMIT = 0x1000;
/** `VirtualAlloc`: addresses, without memory yet. */
export const MEM_RESERVE = 0x2000;
/** `VirtualFree`: addresses and memory. */
export const MEM_RELEASE = 0x8000;
/** `VirtualAlloc`: no access. */
export const PAGE_NOACCESS = 0x01;
/** `VirtualAlloc`: reading and writing. */
export const PAGE_READWRITE = 0x04;

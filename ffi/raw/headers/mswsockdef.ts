/**
 * mswsockdef.h: registered I/O and compatibility.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/mswsockdef/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";
import type { RIO_BUFFERID, RIO_CQ, RIO_RQ } from "../types.ts";

// Compatibility

/** `WSAIoctl`: keeps a behaviour of an earlier version, a WSA_COMPATIBILITY_MODE. */
export const SIO_SET_COMPATIBILITY_MODE = 0x9800012c;
/** WSA_COMPATIBILITY_MODE: every behaviour. */
export const WsaBehaviorAll = 0;
/** WSA_COMPATIBILITY_MODE: how received data is buffered. */
export const WsaBehaviorReceiveBuffering = 1;
/** WSA_COMPATIBILITY_MODE: how the receive window is tuned. */
export const WsaBehaviorAutoTuning = 2;

// Registered I/O

/** Registered I/O: no notification for this request. */
export const RIO_MSG_DONT_NOTIFY = 0x00001;
/** Registered I/O: submit the request later. */
export const RIO_MSG_DEFER = 0x00002;
/** Registered I/O: complete when the buffer is full. */
export const RIO_MSG_WAITALL = 0x00004;
/** Registered I/O: submit the deferred requests. */
export const RIO_MSG_COMMIT_ONLY = 0x00008;
/** Where the control messages begin behind an RIO_CMSG_BUFFER, in bytes. */
export const RIO_CMSG_BASE_SIZE = 8;
/** What `RIORegisterBuffer` returns when it fails. */
export const RIO_INVALID_BUFFERID: RIO_BUFFERID = 0xffffffffn as RIO_BUFFERID;
/** What `RIOCreateCompletionQueue` returns when it fails. */
export const RIO_INVALID_CQ: RIO_CQ = 0n as RIO_CQ;
/** What `RIOCreateRequestQueue` returns when it fails. */
export const RIO_INVALID_RQ: RIO_RQ = 0n as RIO_RQ;
/** How many entries a completion queue can have. */
export const RIO_MAX_CQ_SIZE = 0x8000000;
/** What `RIODequeueCompletion` returns when the queue is damaged. */
export const RIO_CORRUPT_CQ = 0xffffffff;

// Structs

/** A behaviour of an earlier version to keep. */
export const WSA_COMPATIBILITY_MODE = {
  struct: { BehaviorId: "u32", TargetOsVersion: "u32" },
} as const satisfies StructDef;

/** A completed request of registered I/O. https://learn.microsoft.com/windows/win32/api/mswsockdef/ns-mswsockdef-rioresult */
export const RIORESULT = {
  struct: { Status: "i32", BytesTransferred: "u32", SocketContext: "u64", RequestContext: "u64" },
} as const satisfies StructDef;

/** A part of a registered buffer. https://learn.microsoft.com/windows/win32/api/mswsockdef/ns-mswsockdef-rio_buf */
export const RIO_BUF = { struct: { BufferId: "pointer", Offset: "u32", Length: "u32" } } as const satisfies StructDef;

/** The head of the control messages of registered I/O. */
export const RIO_CMSG_BUFFER = { struct: { TotalLength: "u32" } } as const satisfies StructDef;

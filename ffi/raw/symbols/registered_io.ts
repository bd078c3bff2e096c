/**
 * Registered I/O: requests in queues that are shared with the kernel, over memory that is registered once.
 *
 * @module
 */

import type { RIO_NOTIFICATION_COMPLETION } from "../headers/mswsock.ts";
import type { RIO_BUF, RIORESULT } from "../headers/mswsockdef.ts";
import type { SOCKET } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Bindings, Memory, RIO_BUFFERID, RIO_CQ, RIO_RQ } from "../types.ts";

/** The functions of registered I/O. */
export interface RegisteredIoFunctions {
  /** Receives on a connected socket. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioreceive */
  RIOReceive(
    SocketQueue: RIO_RQ,
    pData: Pointer<typeof RIO_BUF> | null,
    DataBufferCount: number,
    Flags: number,
    RequestContext: bigint,
  ): number;
  /** Receives a datagram, its addresses and control messages. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioreceiveex */
  RIOReceiveEx(
    SocketQueue: RIO_RQ,
    pData: Pointer<typeof RIO_BUF> | null,
    DataBufferCount: number,
    pLocalAddress: Pointer<typeof RIO_BUF> | null,
    pRemoteAddress: Pointer<typeof RIO_BUF> | null,
    pControlContext: Pointer<typeof RIO_BUF> | null,
    pFlags: Pointer<typeof RIO_BUF> | null,
    Flags: number,
    RequestContext: bigint,
  ): number;
  /** Sends on a connected socket. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riosend */
  RIOSend(
    SocketQueue: RIO_RQ,
    pData: Pointer<typeof RIO_BUF> | null,
    DataBufferCount: number,
    Flags: number,
    RequestContext: bigint,
  ): number;
  /** Sends a datagram with control messages. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riosendex */
  RIOSendEx(
    SocketQueue: RIO_RQ,
    pData: Pointer<typeof RIO_BUF> | null,
    DataBufferCount: number,
    pLocalAddress: Pointer<typeof RIO_BUF> | null,
    pRemoteAddress: Pointer<typeof RIO_BUF> | null,
    pControlContext: Pointer<typeof RIO_BUF> | null,
    pFlags: Pointer<typeof RIO_BUF> | null,
    Flags: number,
    RequestContext: bigint,
  ): number;
  /** Closes a completion queue. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioclosecompletionqueue */
  RIOCloseCompletionQueue(CQ: RIO_CQ): void;
  /** Creates a completion queue. Fails with `RIO_INVALID_CQ`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riocreatecompletionqueue */
  RIOCreateCompletionQueue(
    QueueSize: number,
    NotificationCompletion: Pointer<typeof RIO_NOTIFICATION_COMPLETION> | null,
  ): RIO_CQ;
  /** Creates the request queue of a socket. Fails with `RIO_INVALID_RQ`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riocreaterequestqueue */
  RIOCreateRequestQueue(
    Socket: SOCKET,
    MaxOutstandingReceive: number,
    MaxReceiveDataBuffers: number,
    MaxOutstandingSend: number,
    MaxSendDataBuffers: number,
    ReceiveCQ: RIO_CQ,
    SendCQ: RIO_CQ,
    SocketContext: bigint,
  ): RIO_RQ;
  /** Takes completed requests from a queue; returns how many. Fails with `RIO_CORRUPT_CQ`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riodequeuecompletion */
  RIODequeueCompletion(CQ: RIO_CQ, Array: Pointer<typeof RIORESULT>, ArraySize: number): number;
  /** Deregisters a buffer. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioderegisterbuffer */
  RIODeregisterBuffer(BufferId: RIO_BUFFERID): void;
  /** Asks to be notified when a queue has completed requests. Returns the error code, 0 when it worked. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rionotify */
  RIONotify(CQ: RIO_CQ): number;
  /** Registers memory, which must stay in place until it is deregistered. Fails with `RIO_INVALID_BUFFERID`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioregisterbuffer */
  RIORegisterBuffer(DataBuffer: Memory, DataLength: number): RIO_BUFFERID;
  /** Changes how many entries a completion queue has. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioresizecompletionqueue */
  RIOResizeCompletionQueue(CQ: RIO_CQ, QueueSize: number): number;
  /** Changes how many requests can be outstanding. Fails with `FALSE`. https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioresizerequestqueue */
  RIOResizeRequestQueue(RQ: RIO_RQ, MaxOutstandingReceive: number, MaxOutstandingSend: number): number;
}

/** The signatures: the comments give the C declaration of each parameter, and the type and failure value of each result. */
export const REGISTERED_IO_SYMBOLS: Bindings<RegisteredIoFunctions> = {
  RIOReceive: {
    parameters: [
      "usize", // RIO_RQ SocketQueue
      "buffer", // PRIO_BUF pData
      "u32", // ULONG DataBufferCount
      "u32", // DWORD Flags
      "usize", // PVOID RequestContext
    ],
    result: "i32", // BOOL: FALSE
  },
  RIOReceiveEx: {
    parameters: [
      "usize", // RIO_RQ SocketQueue
      "buffer", // PRIO_BUF pData
      "u32", // ULONG DataBufferCount
      "buffer", // PRIO_BUF pLocalAddress
      "buffer", // PRIO_BUF pRemoteAddress
      "buffer", // PRIO_BUF pControlContext
      "buffer", // PRIO_BUF pFlags
      "u32", // DWORD Flags
      "usize", // PVOID RequestContext
    ],
    result: "i32", // INT: FALSE
  },
  RIOSend: {
    parameters: [
      "usize", // RIO_RQ SocketQueue
      "buffer", // PRIO_BUF pData
      "u32", // ULONG DataBufferCount
      "u32", // DWORD Flags
      "usize", // PVOID RequestContext
    ],
    result: "i32", // BOOL: FALSE
  },
  RIOSendEx: {
    parameters: [
      "usize", // RIO_RQ SocketQueue
      "buffer", // PRIO_BUF pData
      "u32", // ULONG DataBufferCount
      "buffer", // PRIO_BUF pLocalAddress
      "buffer", // PRIO_BUF pRemoteAddress
      "buffer", // PRIO_BUF pControlContext
      "buffer", // PRIO_BUF pFlags
      "u32", // DWORD Flags
      "usize", // PVOID RequestContext
    ],
    result: "i32", // BOOL: FALSE
  },
  RIOCloseCompletionQueue: {
    parameters: [
      "usize", // RIO_CQ CQ
    ],
    result: "void", // VOID
  },
  RIOCreateCompletionQueue: {
    parameters: [
      "u32", // DWORD QueueSize
      "buffer", // PRIO_NOTIFICATION_COMPLETION NotificationCompletion
    ],
    result: "usize", // RIO_CQ: RIO_INVALID_CQ
  },
  RIOCreateRequestQueue: {
    parameters: [
      "usize", // SOCKET Socket
      "u32", // ULONG MaxOutstandingReceive
      "u32", // ULONG MaxReceiveDataBuffers
      "u32", // ULONG MaxOutstandingSend
      "u32", // ULONG MaxSendDataBuffers
      "usize", // RIO_CQ ReceiveCQ
      "usize", // RIO_CQ SendCQ
      "usize", // PVOID SocketContext
    ],
    result: "usize", // RIO_RQ: RIO_INVALID_RQ
  },
  RIODequeueCompletion: {
    parameters: [
      "usize", // RIO_CQ CQ
      "buffer", // PRIORESULT Array
      "u32", // ULONG ArraySize
    ],
    result: "u32", // ULONG: RIO_CORRUPT_CQ
  },
  RIODeregisterBuffer: {
    parameters: [
      "usize", // RIO_BUFFERID BufferId
    ],
    result: "void", // VOID
  },
  RIONotify: {
    parameters: [
      "usize", // RIO_CQ CQ
    ],
    result: "i32", // INT: the error code; 0 when it worked
  },
  RIORegisterBuffer: {
    parameters: [
      "buffer", // PCHAR DataBuffer
      "u32", // DWORD DataLength
    ],
    result: "usize", // RIO_BUFFERID: RIO_INVALID_BUFFERID
  },
  RIOResizeCompletionQueue: {
    parameters: [
      "usize", // RIO_CQ CQ
      "u32", // DWORD QueueSize
    ],
    result: "i32", // BOOL: FALSE
  },
  RIOResizeRequestQueue: {
    parameters: [
      "usize", // RIO_RQ RQ
      "u32", // DWORD MaxOutstandingReceive
      "u32", // DWORD MaxOutstandingSend
    ],
    result: "i32", // BOOL: FALSE
  },
};

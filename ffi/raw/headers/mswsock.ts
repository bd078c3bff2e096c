/**
 * mswsock.h: all that the library itself does not use, kept apart so that it is loaded for raw callers only.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/mswsock/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";
import { WSAPOLLFD } from "./winsock2.ts";
export {
  SIO_UDP_CONNRESET,
  SIO_UDP_NETRESET,
  SO_CONNECT_TIME,
  SO_UPDATE_ACCEPT_CONTEXT,
  SO_UPDATE_CONNECT_CONTEXT,
  TRANSMIT_FILE_BUFFERS,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_GETACCEPTEXSOCKADDRS,
  WSAID_TRANSMITFILE,
  WSAID_WSARECVMSG,
} from "../../win32/winsock.ts";

// Options at SOL_SOCKET

/** `SOL_SOCKET`: data of the request to connect. Not of TCP/IP. */
export const SO_CONNDATA = 0x7000;
/** `SOL_SOCKET`: options of the request to connect. Not of TCP/IP. */
export const SO_CONNOPT = 0x7001;
/** `SOL_SOCKET`: data of the request to disconnect. Not of TCP/IP. */
export const SO_DISCDATA = 0x7002;
/** `SOL_SOCKET`: options of the request to disconnect. Not of TCP/IP. */
export const SO_DISCOPT = 0x7003;
/** `SOL_SOCKET`: length of the data of the request to connect. Not of TCP/IP. */
export const SO_CONNDATALEN = 0x7004;
/** `SOL_SOCKET`: length of the options of the request to connect. Not of TCP/IP. */
export const SO_CONNOPTLEN = 0x7005;
/** `SOL_SOCKET`: length of the data of the request to disconnect. Not of TCP/IP. */
export const SO_DISCDATALEN = 0x7006;
/** `SOL_SOCKET`: length of the options of the request to disconnect. Not of TCP/IP. */
export const SO_DISCOPTLEN = 0x7007;
/** `SOL_SOCKET`: whether sockets made afterwards are for overlapped operations. */
export const SO_OPENTYPE = 0x7008;
/** `SO_OPENTYPE`: not overlapped, waits are alertable. */
export const SO_SYNCHRONOUS_ALERT = 0x10;
/** `SO_OPENTYPE`: not overlapped, waits are not alertable. */
export const SO_SYNCHRONOUS_NONALERT = 0x20;
/** `SOL_SOCKET`: how long a datagram may be, in bytes. Read only. */
export const SO_MAXDG = 0x7009;
/** `SOL_SOCKET`: how long a datagram may be on the path of a connected socket, in bytes. Read only. */
export const SO_MAXPATHDG = 0x700a;
/** `IPPROTO_TCP`: urgent data as BSD has it. */
export const TCP_BSDURGENT = 0x7000;

// Control codes

/** `WSAIoctl`: the socket of the provider below. */
export const SIO_BSP_HANDLE = 0x4800001b;
/** `WSAIoctl`: the socket of the provider below, for `select`. */
export const SIO_BSP_HANDLE_SELECT = 0x4800001c;
/** `WSAIoctl`: the socket of the provider below, for `WSAPoll`. */
export const SIO_BSP_HANDLE_POLL = 0x4800001d;
/** `WSAIoctl`: the socket of the provider at the bottom. */
export const SIO_BASE_HANDLE = 0x48000022;
/** `WSAIoctl`: reserved. */
export const SIO_EXT_SELECT = 0xc800001e;
/** `WSAIoctl`: how `WSAPoll` reaches a layered provider, a WSAPOLLDATA. */
export const SIO_EXT_POLL = 0xc800001f;
/** `WSAIoctl`: how `WSASendMsg` reaches a layered provider, a WSASENDMSG. */
export const SIO_EXT_SENDMSG = 0xc8000020;

// Flags of TransmitFile, TransmitPackets and DisconnectEx

/** `TransmitFile`: disconnect afterwards. */
export const TF_DISCONNECT = 0x01;
/** `TransmitFile`, `DisconnectEx`: the socket can be used again. */
export const TF_REUSE_SOCKET = 0x02;
/** `TransmitFile`: complete immediately; the system continues to send. */
export const TF_WRITE_BEHIND = 0x04;
/** `TransmitFile`: the system chooses the thread. */
export const TF_USE_DEFAULT_WORKER = 0x00;
/** `TransmitFile`: on a thread of the system. */
export const TF_USE_SYSTEM_THREAD = 0x10;
/** `TransmitFile`: in kernel APCs. */
export const TF_USE_KERNEL_APC = 0x20;
/** TRANSMIT_PACKETS_ELEMENT: memory. */
export const TP_ELEMENT_MEMORY = 1;
/** TRANSMIT_PACKETS_ELEMENT: a file. */
export const TP_ELEMENT_FILE = 2;
/** TRANSMIT_PACKETS_ELEMENT: the packet ends here. */
export const TP_ELEMENT_EOP = 4;
/** `TransmitPackets`: disconnect afterwards. */
export const TP_DISCONNECT = 1;
/** `TransmitPackets`: the socket can be used again. */
export const TP_REUSE_SOCKET = 2;
/** `TransmitPackets`: the system chooses the thread. */
export const TP_USE_DEFAULT_WORKER = 0;
/** `TransmitPackets`: on a thread of the system. */
export const TP_USE_SYSTEM_THREAD = 16;
/** `TransmitPackets`: in kernel APCs. */
export const TP_USE_KERNEL_APC = 32;
/** `DisconnectEx`: another name of `TF_REUSE_SOCKET`. */
export const DE_REUSE_SOCKET = 2;

// GUIDs of the extension functions

/** `TransmitPackets`. */
export const WSAID_TRANSMITPACKETS = "d9689da0-1f90-11d3-9971-00c04f68c876";
/** `DisconnectEx`. */
export const WSAID_DISCONNECTEX = "7fda2e11-8630-436f-a031-f536a6eec157";
/** `WSASendMsg`. */
export const WSAID_WSASENDMSG = "a441e712-754f-43ca-84a7-0dee44cf606d";
/** `WSAPoll`. */
export const WSAID_WSAPOLL = "18c76f85-dc66-4964-972e-23c27238312b";
/** The table of registered I/O, a RIO_EXTENSION_FUNCTION_TABLE. */
export const WSAID_MULTIPLE_RIO = "8509e081-96dd-4005-b165-9e2ee8c79e3f";

// Network location awareness

/** Name space of network location awareness. */
export const NLA_NAMESPACE_GUID = "6642243a-3ba8-4aa6-baa5-2e0bd71fdd83";
/** Service class of network location awareness. */
export const NLA_SERVICE_CLASS_GUID = "0037e515-b5c9-4a43-bada-8b48a87ad239";
/** `WSALookupServiceBeginW`: networks of all users. */
export const NLA_ALLUSERS_NETWORK = 0x00001;
/** `WSALookupServiceBeginW`: with friendly names. */
export const NLA_FRIENDLY_NAME = 0x00002;
/** NLA_BLOB: raw data. */
export const NLA_RAW_DATA = 0;
/** NLA_BLOB: an interface. */
export const NLA_INTERFACE = 1;
/** NLA_BLOB: a wireless location. */
export const NLA_802_1X_LOCATION = 2;
/** NLA_BLOB: what is connected how. */
export const NLA_CONNECTIVITY = 3;
/** NLA_BLOB: a shared connection. */
export const NLA_ICS = 4;
/** NLA_BLOB: a network without management. */
export const NLA_NETWORK_AD_HOC = 0;
/** NLA_BLOB: a managed network. */
export const NLA_NETWORK_MANAGED = 1;
/** NLA_BLOB: a network that is not managed. */
export const NLA_NETWORK_UNMANAGED = 2;
/** NLA_BLOB: a network of unknown kind. */
export const NLA_NETWORK_UNKNOWN = 3;
/** NLA_BLOB: unknown whether it reaches the internet. */
export const NLA_INTERNET_UNKNOWN = 0;
/** NLA_BLOB: does not reach the internet. */
export const NLA_INTERNET_NO = 1;
/** NLA_BLOB: reaches the internet. */
export const NLA_INTERNET_YES = 2;

// Registered I/O

/** RIO_NOTIFICATION_COMPLETION: an event is set. */
export const RIO_EVENT_COMPLETION = 1;
/** RIO_NOTIFICATION_COMPLETION: a packet is queued to a completion port. */
export const RIO_IOCP_COMPLETION = 2;

// Structs

/** A part of what `TransmitPackets` sends. https://learn.microsoft.com/windows/win32/api/mswsock/ns-mswsock-transmit_packets_element */
export const TRANSMIT_PACKETS_ELEMENT = {
  struct: {
    dwElFlags: "u32",
    cLength: "u32",
    DUMMYUNIONNAME: {
      union: { DUMMYSTRUCTNAME: { struct: { nFileOffset: "i64", hFile: "usize" } }, pBuffer: "pointer" },
    },
  },
} as const satisfies StructDef;

/** What network location awareness reports about a network. */
export const NLA_BLOB = {
  struct: {
    header: { struct: { type: "u32", dwSize: "u32", nextOffset: "u32" } },
    data: {
      union: {
        rawData: { array: "u8", length: 1 },
        interfaceData: { struct: { dwType: "u32", dwSpeed: "u32", adapterName: { array: "u8", length: 1 } } },
        locationData: { struct: { information: { array: "u8", length: 1 } } },
        connectivity: { struct: { type: "u32", internet: "u32" } },
        ICS: {
          struct: {
            remote: {
              struct: {
                speed: "u32",
                type: "u32",
                state: "u32",
                machineName: { array: "u16", length: 256 },
                sharedAdapterName: { array: "u16", length: 256 },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies StructDef;

/** The parameters of `WSAPoll`, for a layered provider. */
export const WSAPOLLDATA = {
  struct: { result: "i32", fds: "u32", timeout: "i32", fdArray: { array: WSAPOLLFD, length: 0 } },
} as const satisfies StructDef;

/** The parameters of `WSASendMsg`, for a layered provider. */
export const WSASENDMSG = {
  struct: {
    lpMsg: "pointer",
    dwFlags: "u32",
    lpNumberOfBytesSent: "pointer",
    lpOverlapped: "pointer",
    lpCompletionRoutine: "pointer",
  },
} as const satisfies StructDef;

/** How registered I/O reports that requests have completed. https://learn.microsoft.com/windows/win32/api/mswsock/ns-mswsock-rio_notification_completion */
export const RIO_NOTIFICATION_COMPLETION = {
  struct: {
    Type: "u32",
    DUMMYUNIONNAME: {
      union: {
        Event: { struct: { EventHandle: "usize", NotifyReset: "i32" } },
        Iocp: { struct: { IocpHandle: "usize", CompletionKey: "pointer", Overlapped: "pointer" } },
      },
    },
  },
} as const satisfies StructDef;

/** The functions of registered I/O. https://learn.microsoft.com/windows/win32/api/mswsock/ns-mswsock-rio_extension_function_table */
export const RIO_EXTENSION_FUNCTION_TABLE = {
  struct: {
    cbSize: "u32",
    RIOReceive: "pointer",
    RIOReceiveEx: "pointer",
    RIOSend: "pointer",
    RIOSendEx: "pointer",
    RIOCloseCompletionQueue: "pointer",
    RIOCreateCompletionQueue: "pointer",
    RIOCreateRequestQueue: "pointer",
    RIODequeueCompletion: "pointer",
    RIODeregisterBuffer: "pointer",
    RIONotify: "pointer",
    RIORegisterBuffer: "pointer",
    RIOResizeCompletionQueue: "pointer",
    RIOResizeRequestQueue: "pointer",
  },
} as const satisfies StructDef;

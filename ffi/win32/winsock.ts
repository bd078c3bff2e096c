/**
 * The constants and structs of Winsock's headers that the library itself uses. The other ones are in `ffi/raw/headers`, which
 * has a file for each header and exports these too.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsock2/ and the pages of the headers beside it
 *
 * @module
 */

import type { StructDef } from "../layout/mod.ts";
import type { SOCKET } from "./handles.ts";

// guiddef.h

/** A globally unique identifier. https://learn.microsoft.com/windows/win32/api/guiddef/ns-guiddef-guid */
export const GUID = {
  struct: { Data1: "u32", Data2: "u16", Data3: "u16", Data4: { array: "u8", length: 8 } },
} as const satisfies StructDef;

// inaddr.h

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

// in6addr.h

/** An IPv6 address. https://learn.microsoft.com/windows/win32/api/in6addr/ns-in6addr-in6_addr */
export const IN6_ADDR = {
  struct: { u: { union: { Byte: { array: "u8", length: 16 }, Word: { array: "u16be", length: 8 } } } },
} as const satisfies StructDef;

// winsock2.h

// Failure values

/** What a call returns that could not make a socket. */
export const INVALID_SOCKET: SOCKET = 0xffff_ffff_ffff_ffffn as SOCKET;
/** What a failed call returns where it returns an `int`. */
export const SOCKET_ERROR: -1 = -1;

// Sockets

/** `SOL_SOCKET`: the provider's description of the socket, a WSAPROTOCOL_INFOW. Read only. */
export const SO_PROTOCOL_INFOW = 0x2005;
/** `SOL_SOCKET`: whether the socket listens. Read only. */
export const SO_ACCEPTCONN = 0x0002;
/** `ioctlsocket`: how many bytes can be received at once. */
export const FIONREAD = 0x4004667f;
/** `ioctlsocket`: whether calls return at once instead of blocking. */
export const FIONBIO = 0x8004667e;
/** Look at what is received without taking it. */
export const MSG_PEEK = 0x2;
/** Send on the interface of the local address, without routing. */
export const MSG_DONTROUTE = 0x4;
/** The longest queue of waiting connections that the system allows. */
export const SOMAXCONN = 0x7fffffff;

// shutdown

/** `shutdown`: no more sending. */
export const SD_SEND = 0x01;

// WSAPROTOCOL_INFOW

/** WSAPROTOCOL_INFOW: the handles of the provider are those of a file system. */
export const XP1_IFS_HANDLES = 0x20000;

/** `WSASocketW`: take family, type or protocol from the WSAPROTOCOL_INFOW. */
export const FROM_PROTOCOL_INFO: -1 = -1;

// Flags of WSASocketW

/** `WSASocketW`: the socket can have overlapped operations. */
export const WSA_FLAG_OVERLAPPED = 0x01;
/** `WSASocketW`: child processes do not inherit the socket. */
export const WSA_FLAG_NO_HANDLE_INHERIT = 0x80;

// Structs

/** What `WSAStartup` tells about the implementation. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsadata */
export const WSADATA = {
  struct: {
    wVersion: "u16",
    wHighVersion: "u16",
    iMaxSockets: "u16",
    iMaxUdpDg: "u16",
    lpVendorInfo: "pointer",
    szDescription: { array: "u8", length: 257 },
    szSystemStatus: { array: "u8", length: 129 },
  },
} as const satisfies StructDef;

/** How long `closesocket` waits for data to be sent, in seconds. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-linger */
export const LINGER = { struct: { l_onoff: "u16", l_linger: "u16" } } as const satisfies StructDef;

/** The layers of a protocol. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaprotocolchain */
export const WSAPROTOCOLCHAIN = {
  struct: { ChainLen: "i32", ChainEntries: { array: "u32", length: 7 } },
} as const satisfies StructDef;

/** What a provider says of a protocol. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaprotocol_infow */
export const WSAPROTOCOL_INFOW = {
  struct: {
    dwServiceFlags1: "u32",
    dwServiceFlags2: "u32",
    dwServiceFlags3: "u32",
    dwServiceFlags4: "u32",
    dwProviderFlags: "u32",
    ProviderId: GUID,
    dwCatalogEntryId: "u32",
    ProtocolChain: WSAPROTOCOLCHAIN,
    iVersion: "i32",
    iAddressFamily: "i32",
    iMaxSockAddr: "i32",
    iMinSockAddr: "i32",
    iSocketType: "i32",
    iProtocol: "i32",
    iProtocolMaxOffset: "i32",
    iNetworkByteOrder: "i32",
    iSecurityScheme: "i32",
    dwMessageSize: "u32",
    dwProviderReserved: "u32",
    szProtocol: { array: "u16", length: 256 },
  },
} as const satisfies StructDef;

// ws2def.h

// Address families

/** Unspecified address family. */
export const AF_UNSPEC = 0;
/** IPv4. */
export const AF_INET = 2;
/** IPv6. */
export const AF_INET6 = 23;

// Socket types

/** Stream socket: TCP. */
export const SOCK_STREAM = 1;
/** Datagram socket: UDP. */
export const SOCK_DGRAM = 2;

// Levels of options

/** Level of the options of every socket. */
export const SOL_SOCKET = 0xffff;

// Options at SOL_SOCKET

/** `SOL_SOCKET`: others may bind the same address. */
export const SO_REUSEADDR = 0x0004;
/** `SOL_SOCKET`: keep-alive probes. */
export const SO_KEEPALIVE = 0x0008;
/** `SOL_SOCKET`: broadcasts may be sent. */
export const SO_BROADCAST = 0x0020;
/** `SOL_SOCKET`: what `closesocket` does with data that is not sent yet, a LINGER. */
export const SO_LINGER = 0x0080;
/** `SOL_SOCKET`: nobody else may bind the same address. */
export const SO_EXCLUSIVEADDRUSE: -5 = -5;
/** `SOL_SOCKET`: send on the interface of the local address, without routing. */
export const SO_DONTROUTE = 0x0010;
/** `SOL_SOCKET`: urgent data arrives among the ordinary data. */
export const SO_OOBINLINE = 0x0100;
/** `SOL_SOCKET`: the error of the socket, which reading clears. */
export const SO_ERROR = 0x1007;
/** `SOL_SOCKET`: how long a message may be, in bytes. Read only. */
export const SO_MAX_MSG_SIZE = 0x2003;
/** `SOL_SOCKET`: size of the send buffer in bytes. */
export const SO_SNDBUF = 0x1001;
/** `SOL_SOCKET`: size of the receive buffer in bytes. */
export const SO_RCVBUF = 0x1002;
/** `SOL_SOCKET`: choose the local port of a connection only when its remote address is known. */
export const SO_REUSE_UNICASTPORT = 0x3007;

// Options at IPPROTO_TCP

/** `IPPROTO_TCP`: send small writes at once. */
export const TCP_NODELAY = 0x0001;

// Control codes

/** `WSAIoctl`: the address of an extension function, by its GUID. */
export const SIO_GET_EXTENSION_FUNCTION_POINTER = 0xc8000006;

// Protocols

/** Level of the IPv4 options. */
export const IPPROTO_IP = 0;
/** TCP, and the level of its options. */
export const IPPROTO_TCP = 6;
/** UDP, and the level of its options. */
export const IPPROTO_UDP = 17;
/** Level of the IPv6 options; IPv6 inside of IP. */
export const IPPROTO_IPV6 = 41;

// Flags of messages

/** `WSARecvMsg`: the message was longer than the buffers. */
export const MSG_TRUNC = 0x0100;
/** `WSARecvMsg`: the control messages were longer than their buffer. */
export const MSG_CTRUNC = 0x0200;

// Structs

/** The scope of an IPv6 address: the zone in the low 28 bits of `Value`, the level in the 4 above. */
export const SCOPE_ID = { struct: { DUMMYUNIONNAME: { union: { Value: "u32" } } } } as const satisfies StructDef;

/** The address of an IPv4 socket. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-sockaddr_in */
export const SOCKADDR_IN = {
  struct: { sin_family: "u16", sin_port: "u16be", sin_addr: IN_ADDR, sin_zero: { array: "u8", length: 8 } },
} as const satisfies StructDef;

/** Room for the address of any socket. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-sockaddr_storage */
export const SOCKADDR_STORAGE = {
  struct: {
    ss_family: "u16",
    __ss_pad1: { array: "u8", length: 6 },
    __ss_align: "i64",
    __ss_pad2: { array: "u8", length: 112 },
  },
} as const satisfies StructDef;

/** A stretch of memory to send from or receive into. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsabuf */
export const WSABUF = { struct: { len: "u32", buf: "pointer" } } as const satisfies StructDef;

/** What `WSASendMsg` and `WSARecvMsg` take: address, data and control messages. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsamsg */
export const WSAMSG = {
  struct: {
    name: "pointer",
    namelen: "i32",
    lpBuffers: "pointer",
    dwBufferCount: "u32",
    Control: WSABUF,
    dwFlags: "u32",
  },
} as const satisfies StructDef;

/** The head of a control message. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-wsacmsghdr */
export const WSACMSGHDR = {
  struct: { cmsg_len: "usize", cmsg_level: "i32", cmsg_type: "i32" },
} as const satisfies StructDef;

/** One result of `GetAddrInfoW`. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfow */
export const ADDRINFOW = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_next: "pointer",
  },
} as const satisfies StructDef;

// ws2ipdef.h

// Options at IPPROTO_IP

/** `IPPROTO_IP`: type of service of what is sent. */
export const IP_TOS = 3;
/** `IPPROTO_IP`: time to live of what is sent. */
export const IP_TTL = 4;
/** `IPPROTO_IP`: interface that multicasts are sent on. */
export const IP_MULTICAST_IF = 9;
/** `IPPROTO_IP`: time to live of multicasts. */
export const IP_MULTICAST_TTL = 10;
/** `IPPROTO_IP`: whether multicasts sent by this machine are received. */
export const IP_MULTICAST_LOOP = 11;
/** `IPPROTO_IP`: joins a multicast group, an IP_MREQ. */
export const IP_ADD_MEMBERSHIP = 12;
/** `IPPROTO_IP`: leaves a multicast group, an IP_MREQ. */
export const IP_DROP_MEMBERSHIP = 13;
/** `IPPROTO_IP`: joins a multicast group for one source, an IP_MREQ_SOURCE. */
export const IP_ADD_SOURCE_MEMBERSHIP = 15;
/** `IPPROTO_IP`: leaves a multicast group for one source, an IP_MREQ_SOURCE. */
export const IP_DROP_SOURCE_MEMBERSHIP = 16;
/** `IPPROTO_IP`: takes nothing from one source of a group, an IP_MREQ_SOURCE. */
export const IP_BLOCK_SOURCE = 17;
/** `IPPROTO_IP`: takes from a blocked source again, an IP_MREQ_SOURCE. */
export const IP_UNBLOCK_SOURCE = 18;
/** `IPPROTO_IP`: do not fragment what is sent. */
export const IP_DONTFRAGMENT = 14;
/** `IPPROTO_IP`: the destination and interface of what is received come as a control message, an IN_PKTINFO. */
export const IP_PKTINFO = 19;
/** `IPPROTO_IP`: the time to live of what is received comes as a control message. */
export const IP_HOPLIMIT = 21;
/** `IPPROTO_IP`: the type of service of what is received comes as a control message. */
export const IP_RECVTOS = 40;
/** `IPPROTO_IP`: interface that is sent on, its index in network byte order. */
export const IP_UNICAST_IF = 31;
/** `IPPROTO_IP`: state of path MTU discovery. */
export const IP_MTU_DISCOVER = 71;
/** `IPPROTO_IP`: the path MTU of a connected socket. Read only. */
export const IP_MTU = 73;
/** `IPPROTO_IP`: upper bound of the MTU. */
export const IP_USER_MTU = 76;
/** `IPPROTO_IP`: the ECN codepoint, as a control message. */
export const IP_ECN = 50;
/** `IPPROTO_IP`: the ECN codepoint of what is received comes as a control message. */
export const IP_RECVECN = 50;

/** `IPPROTO_IP`, `IPPROTO_IPV6`: joins a group, a GROUP_REQ. */
export const MCAST_JOIN_GROUP = 41;
/** `IPPROTO_IP`, `IPPROTO_IPV6`: leaves a group, a GROUP_REQ. */
export const MCAST_LEAVE_GROUP = 42;
/** `IPPROTO_IP`, `IPPROTO_IPV6`: takes nothing from one source of a group, a GROUP_SOURCE_REQ. */
export const MCAST_BLOCK_SOURCE = 43;
/** `IPPROTO_IP`, `IPPROTO_IPV6`: takes from a blocked source again, a GROUP_SOURCE_REQ. */
export const MCAST_UNBLOCK_SOURCE = 44;
/** `IPPROTO_IP`, `IPPROTO_IPV6`: joins a group for one source, a GROUP_SOURCE_REQ. */
export const MCAST_JOIN_SOURCE_GROUP = 45;
/** `IPPROTO_IP`, `IPPROTO_IPV6`: leaves a group for one source, a GROUP_SOURCE_REQ. */
export const MCAST_LEAVE_SOURCE_GROUP = 46;

// Options at IPPROTO_IPV6

/** `IPPROTO_IPV6`: hop limit of what is sent. */
export const IPV6_UNICAST_HOPS = 4;
/** `IPPROTO_IPV6`: interface that multicasts are sent on, its index. */
export const IPV6_MULTICAST_IF = 9;
/** `IPPROTO_IPV6`: hop limit of multicasts. */
export const IPV6_MULTICAST_HOPS = 10;
/** `IPPROTO_IPV6`: whether multicasts sent by this machine are received. */
export const IPV6_MULTICAST_LOOP = 11;
/** `IPPROTO_IPV6`: joins a multicast group, an IPV6_MREQ. */
export const IPV6_ADD_MEMBERSHIP = 12;
/** `IPPROTO_IPV6`: leaves a multicast group, an IPV6_MREQ. */
export const IPV6_DROP_MEMBERSHIP = 13;
/** `IPPROTO_IPV6`: do not fragment what is sent. */
export const IPV6_DONTFRAG = 14;
/** `IPPROTO_IPV6`: the destination and interface of what is received come as a control message, an IN6_PKTINFO. */
export const IPV6_PKTINFO = 19;
/** `IPPROTO_IPV6`: the hop limit of what is received comes as a control message. */
export const IPV6_HOPLIMIT = 21;
/** `IPPROTO_IPV6`: whether the socket is for IPv6 only (1, the default) or dual-stack (0). */
export const IPV6_V6ONLY = 27;
/** `IPPROTO_IPV6`: interface that is sent on, its index in host byte order. */
export const IPV6_UNICAST_IF = 31;
/** `IPPROTO_IPV6`: state of path MTU discovery. */
export const IPV6_MTU_DISCOVER = 71;
/** `IPPROTO_IPV6`: the path MTU of a connected socket. Read only. */
export const IPV6_MTU = 72;
/** `IPPROTO_IPV6`: upper bound of the MTU. */
export const IPV6_USER_MTU = 76;
/** `IPPROTO_IPV6`: traffic class, as a control message. */
export const IPV6_TCLASS = 39;
/** `IPPROTO_IPV6`: the traffic class of what is received comes as a control message. */
export const IPV6_RECVTCLASS = 40;
/** `IPPROTO_IPV6`: the ECN codepoint, as a control message. */
export const IPV6_ECN = 50;
/** `IPPROTO_IPV6`: the ECN codepoint of what is received comes as a control message. */
export const IPV6_RECVECN = 50;

// Options at IPPROTO_TCP

/** `IPPROTO_TCP`: how many keep-alive probes before giving up. */
export const TCP_KEEPCNT = 16;
/** `IPPROTO_TCP`: another name of `TCP_KEEPALIVE`. */
export const TCP_KEEPIDLE = 3;
/** `IPPROTO_TCP`: maximum segment size. Read only. */
export const TCP_MAXSEG = 4;
/** `IPPROTO_TCP`: whether segments have timestamps. */
export const TCP_TIMESTAMPS = 10;
/** `IPPROTO_TCP`: how long to go on sending again before giving up, in milliseconds. */
export const TCP_MAXRTMS = 14;
/** `IPPROTO_TCP`: time between keep-alive probes, in seconds. */
export const TCP_KEEPINTVL = 17;

// Options at IPPROTO_UDP

/** `IPPROTO_UDP`: cut what is sent into messages of this size, in bytes; 0 for not. Also as a control message. */
export const UDP_SEND_MSG_SIZE = 2;
/** Control message at `IPPROTO_UDP`: the size of the messages that came together, a DWORD. */
export const UDP_COALESCED_INFO = 3;

// Structs

/** The address of an IPv6 socket. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-sockaddr_in6 */
export const SOCKADDR_IN6 = {
  struct: {
    sin6_family: "u16",
    sin6_port: "u16be",
    sin6_flowinfo: "u32be",
    sin6_addr: IN6_ADDR,
    DUMMYUNIONNAME: { union: { sin6_scope_id: "u32", sin6_scope_struct: SCOPE_ID } },
  },
} as const satisfies StructDef;

/** An IPv4 group and the interface to join it on. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-ip_mreq */
export const IP_MREQ = { struct: { imr_multiaddr: IN_ADDR, imr_interface: IN_ADDR } } as const satisfies StructDef;

/** An IPv6 group and the interface to join it on; 0 for the default one. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-ipv6_mreq */
export const IPV6_MREQ = {
  struct: { ipv6mr_multiaddr: IN6_ADDR, ipv6mr_interface: "u32" },
} as const satisfies StructDef;

/** An IPv4 group, a source, and the interface. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-ip_mreq_source */
export const IP_MREQ_SOURCE = {
  struct: { imr_multiaddr: IN_ADDR, imr_sourceaddr: IN_ADDR, imr_interface: IN_ADDR },
} as const satisfies StructDef;

/** A group of either family and the interface to join it on. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-group_req */
export const GROUP_REQ = { struct: { gr_interface: "u32", gr_group: SOCKADDR_STORAGE } } as const satisfies StructDef;

/** A group of either family, a source, and the interface. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-group_source_req */
export const GROUP_SOURCE_REQ = {
  struct: { gsr_interface: "u32", gsr_group: SOCKADDR_STORAGE, gsr_source: SOCKADDR_STORAGE },
} as const satisfies StructDef;

/** Control message: an IPv4 address of this machine and an interface. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-in_pktinfo */
export const IN_PKTINFO = { struct: { ipi_addr: IN_ADDR, ipi_ifindex: "u32" } } as const satisfies StructDef;

/** Control message: an IPv6 address of this machine and an interface. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-in6_pktinfo */
export const IN6_PKTINFO = { struct: { ipi6_addr: IN6_ADDR, ipi6_ifindex: "u32" } } as const satisfies StructDef;

// mswsock.h

// Options at SOL_SOCKET

/** `SOL_SOCKET`: gives a socket of `AcceptEx` the properties of its listener. */
export const SO_UPDATE_ACCEPT_CONTEXT = 0x700b;
/** `SOL_SOCKET`: for how long the socket has been connected, in seconds; 0xffffffff when it is not. Read only. */
export const SO_CONNECT_TIME = 0x700c;
/** `SOL_SOCKET`: gives a socket of `ConnectEx` the properties of a connected one. */
export const SO_UPDATE_CONNECT_CONTEXT = 0x7010;

// Control codes

/** `WSAIoctl`: whether an ICMP port unreachable fails a receive with `WSAECONNRESET`. */
export const SIO_UDP_CONNRESET = 0x9800000c;
/** `WSAIoctl`: whether an ICMP time exceeded fails a receive with `WSAENETRESET`. */
export const SIO_UDP_NETRESET = 0x9800000f;

// GUIDs of the extension functions

/** `AcceptEx`. */
export const WSAID_ACCEPTEX = "b5367df1-cbac-11cf-95ca-00805f48a192";
/** `GetAcceptExSockaddrs`. */
export const WSAID_GETACCEPTEXSOCKADDRS = "b5367df2-cbac-11cf-95ca-00805f48a192";
/** `ConnectEx`. */
export const WSAID_CONNECTEX = "25a207b9-ddf3-4660-8ee9-76e58c74063e";
/** `TransmitFile`. */
export const WSAID_TRANSMITFILE = "b5367df0-cbac-11cf-95ca-00805f48a192";
/** `WSARecvMsg`. */
export const WSAID_WSARECVMSG = "f689d7c8-6f1f-436b-8a53-e54fe351c322";

// mstcpip.h

/** `WSAIoctl`: how requests to connect are repeated, a TCP_INITIAL_RTO_PARAMETERS. */
export const SIO_TCP_INITIAL_RTO = 0x98000011;
/** `WSAIoctl`: figures of a connection, a TCP_INFO_v0 or a later version. */
export const SIO_TCP_INFO = 0xd8000027;
/** TCP_INITIAL_RTO_PARAMETERS: round trip time as it is. */
export const TCP_INITIAL_RTO_UNSPECIFIED_RTT = 0xffff;
/** TCP_INITIAL_RTO_PARAMETERS: no repetitions. */
export const TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS = 254;

/** Figures of a connection. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-tcp_info_v0 */
export const TCP_INFO_v0 = {
  struct: {
    State: "u32",
    Mss: "u32",
    ConnectionTimeMs: "u64",
    TimestampsEnabled: "u8",
    RttUs: "u32",
    MinRttUs: "u32",
    BytesInFlight: "u32",
    Cwnd: "u32",
    SndWnd: "u32",
    RcvWnd: "u32",
    RcvBuf: "u32",
    BytesOut: "u64",
    BytesIn: "u64",
    BytesReordered: "u32",
    BytesRetrans: "u32",
    FastRetrans: "u32",
    DupAcksIn: "u32",
    TimeoutEpisodes: "u32",
    SynRetrans: "u8",
  },
} as const satisfies StructDef;

/** Figures of a connection, with what limited sending. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-tcp_info_v1 */
export const TCP_INFO_v1 = {
  struct: {
    ...TCP_INFO_v0.struct,
    SndLimTransRwin: "u32",
    SndLimTimeRwin: "u32",
    SndLimBytesRwin: "u64",
    SndLimTransCwnd: "u32",
    SndLimTimeCwnd: "u32",
    SndLimBytesCwnd: "u64",
    SndLimTransSnd: "u32",
    SndLimTimeSnd: "u32",
    SndLimBytesSnd: "u64",
  },
} as const satisfies StructDef;

/** How requests to connect are repeated. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-tcp_initial_rto_parameters */
export const TCP_INITIAL_RTO_PARAMETERS = {
  struct: { Rtt: "u16", MaxSynRetransmissions: "u8" },
} as const satisfies StructDef;

/** What `TransmitFile` sends before and after the file. https://learn.microsoft.com/windows/win32/api/mswsock/ns-mswsock-transmit_file_buffers */
export const TRANSMIT_FILE_BUFFERS = {
  struct: { Head: "pointer", HeadLength: "u32", Tail: "pointer", TailLength: "u32" },
} as const satisfies StructDef;

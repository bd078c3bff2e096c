/**
 * winsock2.h: all that the library itself does not use, kept apart so that it is loaded for raw callers only.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsock2/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";
import type { WSAEVENT } from "../../win32/handles.ts";
import { GUID, WSABUF, WSAPROTOCOLCHAIN } from "../../win32/winsock.ts";
import { FLOWSPEC } from "./qos.ts";
export {
  FIONBIO,
  FIONREAD,
  FROM_PROTOCOL_INFO,
  INVALID_SOCKET,
  LINGER,
  MSG_DONTROUTE,
  MSG_PEEK,
  SD_SEND,
  SO_PROTOCOL_INFOW,
  SOCKET_ERROR,
  SOMAXCONN,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSA_FLAG_OVERLAPPED,
  WSADATA,
  WSAPROTOCOL_INFOW,
  WSAPROTOCOLCHAIN,
  XP1_IFS_HANDLES,
} from "../../win32/winsock.ts";

// Version

/** Version 2.2, for `WSAStartup`: minor in the high byte. */
export const WINSOCK_VERSION = 514;
/** Longest description in a WSADATA, in characters. */
export const WSADESCRIPTION_LEN = 256;
/** Longest status in a WSADATA, in characters. */
export const WSASYS_STATUS_LEN = 128;

// select

/** How many sockets an fd_set holds. */
export const FD_SETSIZE = 64;

// Control codes of BSD

/** `ioctlsocket`: asynchronous operation. Not supported by Windows. */
export const FIOASYNC = 0x8004667d;
/** `ioctlsocket`: sets the high-water mark. Not supported by Windows. */
export const SIOCSHIWAT = 0x80047300;
/** `ioctlsocket`: the high-water mark. Not supported by Windows. */
export const SIOCGHIWAT = 0x40047301;
/** `ioctlsocket`: sets the low-water mark. Not supported by Windows. */
export const SIOCSLOWAT = 0x80047302;
/** `ioctlsocket`: the low-water mark. Not supported by Windows. */
export const SIOCGLOWAT = 0x40047303;
/** `ioctlsocket`: whether all urgent data has been read. */
export const SIOCATMARK = 0x40047307;

// ARPANET

/** Link of an IMP: IP. */
export const IMPLINK_IP = 155;
/** Link of an IMP: the lowest for experiments. */
export const IMPLINK_LOWEXPER = 156;
/** Link of an IMP: the highest for experiments. */
export const IMPLINK_HIGHEXPER = 158;

// Sockets

/** Every interface; the number of `INADDR_ANY`. */
export const ADDR_ANY = 0;
/** `SOL_SOCKET`: the provider's description of the socket, a WSAPROTOCOL_INFOA. Read only. */
export const SO_PROTOCOL_INFOA = 0x2004;
/** `SOL_SOCKET`: configuration of the provider. */
export const PVD_CONFIG = 0x3001;
/** Room for what `WSAAsyncGetHostByName` returns, in bytes. */
export const MAXGETHOSTSTRUCT = 1024;

// Protocol families, which have the numbers of address families

/** Protocol family of `AF_UNSPEC`. */
export const PF_UNSPEC = 0;
/** Protocol family of `AF_UNIX`. */
export const PF_UNIX = 1;
/** Protocol family of `AF_INET`. */
export const PF_INET = 2;
/** Protocol family of `AF_IMPLINK`. */
export const PF_IMPLINK = 3;
/** Protocol family of `AF_PUP`. */
export const PF_PUP = 4;
/** Protocol family of `AF_CHAOS`. */
export const PF_CHAOS = 5;
/** Protocol family of `AF_NS`. */
export const PF_NS = 6;
/** Protocol family of `AF_IPX`. */
export const PF_IPX = 6;
/** Protocol family of `AF_ISO`. */
export const PF_ISO = 7;
/** Protocol family of `AF_OSI`. */
export const PF_OSI = 7;
/** Protocol family of `AF_ECMA`. */
export const PF_ECMA = 8;
/** Protocol family of `AF_DATAKIT`. */
export const PF_DATAKIT = 9;
/** Protocol family of `AF_CCITT`. */
export const PF_CCITT = 10;
/** Protocol family of `AF_SNA`. */
export const PF_SNA = 11;
/** Protocol family of `AF_DECnet`. */
export const PF_DECnet = 12;
/** Protocol family of `AF_DLI`. */
export const PF_DLI = 13;
/** Protocol family of `AF_LAT`. */
export const PF_LAT = 14;
/** Protocol family of `AF_HYLINK`. */
export const PF_HYLINK = 15;
/** Protocol family of `AF_APPLETALK`. */
export const PF_APPLETALK = 16;
/** Protocol family of `AF_VOICEVIEW`. */
export const PF_VOICEVIEW = 18;
/** Protocol family of `AF_FIREFOX`. */
export const PF_FIREFOX = 19;
/** Protocol family of `AF_UNKNOWN1`. */
export const PF_UNKNOWN1 = 20;
/** Protocol family of `AF_BAN`. */
export const PF_BAN = 21;
/** Protocol family of `AF_ATM`. */
export const PF_ATM = 22;
/** Protocol family of `AF_INET6`. */
export const PF_INET6 = 23;
/** Protocol family of `AF_BTH`. */
export const PF_BTH = 32;
/** One more than the highest protocol family. */
export const PF_MAX = 35;

// Flags of messages

/** Urgent data. */
export const MSG_OOB = 0x1;
/** Receive until the buffer is full. */
export const MSG_WAITALL = 0x8;
/** Deliver received data immediately, even if the buffer is not full. */
export const MSG_PUSH_IMMEDIATE = 0x20;
/** The rest of the message follows in the next call. */
export const MSG_PARTIAL = 0x8000;
/** Send or receive in interrupt context. Not supported by Windows. */
export const MSG_INTERRUPT = 0x10;
/** The most buffers in one call, by BSD's count. */
export const MSG_MAXIOVLEN = 16;

// Network events

/** Network event: where `FD_READ` stands in a WSANETWORKEVENTS. */
export const FD_READ_BIT = 0;
/** Network event: data can be received. */
export const FD_READ = 1;
/** Network event: where `FD_WRITE` stands in a WSANETWORKEVENTS. */
export const FD_WRITE_BIT = 1;
/** Network event: sending is possible. */
export const FD_WRITE = 2;
/** Network event: where `FD_OOB` stands in a WSANETWORKEVENTS. */
export const FD_OOB_BIT = 2;
/** Network event: out-of-band data can be received. */
export const FD_OOB = 4;
/** Network event: where `FD_ACCEPT` stands in a WSANETWORKEVENTS. */
export const FD_ACCEPT_BIT = 3;
/** Network event: a connection waits. */
export const FD_ACCEPT = 8;
/** Network event: where `FD_CONNECT` stands in a WSANETWORKEVENTS. */
export const FD_CONNECT_BIT = 4;
/** Network event: connected, or failed to. */
export const FD_CONNECT = 16;
/** Network event: where `FD_CLOSE` stands in a WSANETWORKEVENTS. */
export const FD_CLOSE_BIT = 5;
/** Network event: the peer has closed the connection. */
export const FD_CLOSE = 32;
/** Network event: where `FD_QOS` stands in a WSANETWORKEVENTS. */
export const FD_QOS_BIT = 6;
/** Network event: the quality of service has changed. */
export const FD_QOS = 64;
/** Network event: where `FD_GROUP_QOS` stands in a WSANETWORKEVENTS. */
export const FD_GROUP_QOS_BIT = 7;
/** Network event: the quality of service of the group has changed. Reserved. */
export const FD_GROUP_QOS = 128;
/** Network event: where `FD_ROUTING_INTERFACE_CHANGE` stands in a WSANETWORKEVENTS. */
export const FD_ROUTING_INTERFACE_CHANGE_BIT = 8;
/** Network event: the local address for a destination has changed. */
export const FD_ROUTING_INTERFACE_CHANGE = 256;
/** Network event: where `FD_ADDRESS_LIST_CHANGE` stands in a WSANETWORKEVENTS. */
export const FD_ADDRESS_LIST_CHANGE_BIT = 9;
/** Network event: the local addresses have changed. */
export const FD_ADDRESS_LIST_CHANGE = 512;
/** How many network events there are. */
export const FD_MAX_EVENTS = 10;
/** All network events. */
export const FD_ALL_EVENTS = 1023;

// Error codes: the others are in ERROR_CODES

/** What the numbers of the error codes are counted from. */
export const WSABASEERR = 10000;
/** Another name of `WSANO_DATA`. */
export const WSANO_ADDRESS = 0x2afc;
/** Another name of `WSAHOST_NOT_FOUND`. */
export const HOST_NOT_FOUND = 0x2af9;
/** Another name of `WSATRY_AGAIN`. */
export const TRY_AGAIN = 0x2afa;
/** Another name of `WSANO_RECOVERY`. */
export const NO_RECOVERY = 0x2afb;
/** Another name of `WSANO_DATA`. */
export const NO_DATA = 0x2afc;
/** Another name of `WSANO_DATA`. */
export const NO_ADDRESS = 0x2afc;

// Waiting for events

/** What `WSACreateEvent` returns when it fails. */
export const WSA_INVALID_EVENT: WSAEVENT = 0n as WSAEVENT;
/** How many events `WSAWaitForMultipleEvents` can wait for. */
export const WSA_MAXIMUM_WAIT_EVENTS = 64;
/** `WSAWaitForMultipleEvents`: it failed. */
export const WSA_WAIT_FAILED = 0xffffffff;
/** `WSAWaitForMultipleEvents`: the first event is set; the next numbers stand for the others. */
export const WSA_WAIT_EVENT_0 = 0;
/** `WSAWaitForMultipleEvents`: a completion routine has run. */
export const WSA_WAIT_IO_COMPLETION = 192;
/** `WSAWaitForMultipleEvents`: the time is over. */
export const WSA_WAIT_TIMEOUT = 258;
/** `WSAWaitForMultipleEvents`: wait without end. */
export const WSA_INFINITE = 0xffffffff;

// Conditions of WSAAccept

/** `WSAAccept`: take the connection. */
export const CF_ACCEPT = 0x0000;
/** `WSAAccept`: refuse the connection. */
export const CF_REJECT = 0x0001;
/** `WSAAccept`: decide later. */
export const CF_DEFER = 0x0002;

// shutdown

/** `shutdown`: no more receiving. */
export const SD_RECEIVE = 0x00;
/** `shutdown`: neither. */
export const SD_BOTH = 0x02;

// Groups

/** `WSASocketW`: a group of any sockets. Reserved. */
export const SG_UNCONSTRAINED_GROUP = 0x01;
/** `WSASocketW`: a group of connections to one host. Reserved. */
export const SG_CONSTRAINED_GROUP = 0x02;

// WSAPROTOCOL_INFOW

/** How many layers a protocol can have. */
export const MAX_PROTOCOL_CHAIN = 7;
/** WSAPROTOCOLCHAIN: a protocol at the bottom. */
export const BASE_PROTOCOL = 1;
/** WSAPROTOCOLCHAIN: a layered protocol. */
export const LAYERED_PROTOCOL = 0;
/** Longest name of a protocol, in characters. */
export const WSAPROTOCOL_LEN = 255;
/** WSAPROTOCOL_INFOW: one of several entries of a protocol. */
export const PFL_MULTIPLE_PROTO_ENTRIES = 0x00001;
/** WSAPROTOCOL_INFOW: the entry to take. */
export const PFL_RECOMMENDED_PROTO_ENTRY = 0x00002;
/** WSAPROTOCOL_INFOW: not for programs. */
export const PFL_HIDDEN = 0x00004;
/** WSAPROTOCOL_INFOW: stands for protocol 0. */
export const PFL_MATCHES_PROTOCOL_ZERO = 0x00008;
/** WSAPROTOCOL_INFOW: a provider of Network Direct. */
export const PFL_NETWORKDIRECT_PROVIDER = 0x00010;
/** WSAPROTOCOL_INFOW: without connections. */
export const XP1_CONNECTIONLESS = 0x00001;
/** WSAPROTOCOL_INFOW: everything sent arrives. */
export const XP1_GUARANTEED_DELIVERY = 0x00002;
/** WSAPROTOCOL_INFOW: everything arrives in order. */
export const XP1_GUARANTEED_ORDER = 0x00004;
/** WSAPROTOCOL_INFOW: messages keep their boundaries. */
export const XP1_MESSAGE_ORIENTED = 0x00008;
/** WSAPROTOCOL_INFOW: messages whose boundaries are ignored. */
export const XP1_PSEUDO_STREAM = 0x00010;
/** WSAPROTOCOL_INFOW: connections can end in two steps. */
export const XP1_GRACEFUL_CLOSE = 0x00020;
/** WSAPROTOCOL_INFOW: has urgent data. */
export const XP1_EXPEDITED_DATA = 0x00040;
/** WSAPROTOCOL_INFOW: has data in the request to connect. */
export const XP1_CONNECT_DATA = 0x00080;
/** WSAPROTOCOL_INFOW: has data in the request to disconnect. */
export const XP1_DISCONNECT_DATA = 0x00100;
/** WSAPROTOCOL_INFOW: has broadcasts. */
export const XP1_SUPPORT_BROADCAST = 0x00200;
/** WSAPROTOCOL_INFOW: has multicasts. */
export const XP1_SUPPORT_MULTIPOINT = 0x00400;
/** WSAPROTOCOL_INFOW: the control plane has a root. */
export const XP1_MULTIPOINT_CONTROL_PLANE = 0x00800;
/** WSAPROTOCOL_INFOW: the data plane has a root. */
export const XP1_MULTIPOINT_DATA_PLANE = 0x01000;
/** WSAPROTOCOL_INFOW: has quality of service. */
export const XP1_QOS_SUPPORTED = 0x02000;
/** WSAPROTOCOL_INFOW: reserved. */
export const XP1_INTERRUPT = 0x04000;
/** WSAPROTOCOL_INFOW: sends only. */
export const XP1_UNI_SEND = 0x08000;
/** WSAPROTOCOL_INFOW: receives only. */
export const XP1_UNI_RECV = 0x10000;
/** WSAPROTOCOL_INFOW: `MSG_PARTIAL` works. */
export const XP1_PARTIAL_MESSAGE = 0x40000;
/** WSAPROTOCOL_INFOW: has the sockets direct protocol. */
export const XP1_SAN_SUPPORT_SDP = 0x80000;
/** WSAPROTOCOL_INFOW: network byte order is big-endian. */
export const BIGENDIAN = 0x0000;
/** WSAPROTOCOL_INFOW: network byte order is little-endian. */
export const LITTLEENDIAN = 0x0001;
/** WSAPROTOCOL_INFOW: no security. */
export const SECURITY_PROTOCOL_NONE = 0x0000;

// WSAJoinLeaf

/** `WSAJoinLeaf`: sends only. */
export const JL_SENDER_ONLY = 0x01;
/** `WSAJoinLeaf`: receives only. */
export const JL_RECEIVER_ONLY = 0x02;
/** `WSAJoinLeaf`: sends and receives. */
export const JL_BOTH = 0x04;

// Flags of WSASocketW

/** `WSASocketW`: the root of a multipoint control plane. */
export const WSA_FLAG_MULTIPOINT_C_ROOT = 0x02;
/** `WSASocketW`: a leaf of a multipoint control plane. */
export const WSA_FLAG_MULTIPOINT_C_LEAF = 0x04;
/** `WSASocketW`: the root of a multipoint data plane. */
export const WSA_FLAG_MULTIPOINT_D_ROOT = 0x08;
/** `WSASocketW`: a leaf of a multipoint data plane. */
export const WSA_FLAG_MULTIPOINT_D_LEAF = 0x10;
/** `WSASocketW`: the security descriptor of the socket can be set. */
export const WSA_FLAG_ACCESS_SYSTEM_SECURITY = 0x40;
/** `WSASocketW`: the socket is for registered I/O. */
export const WSA_FLAG_REGISTERED_IO = 0x100;

// Name spaces

/** `WSANSPIoctl`: completes when the results of a query change. */
export const SIO_NSP_NOTIFY_CHANGE = 0x88000019;
/** WSACOMPLETION: return immediately. */
export const NSP_NOTIFY_IMMEDIATELY = 0;
/** WSACOMPLETION: a message to a window. */
export const NSP_NOTIFY_HWND = 1;
/** WSACOMPLETION: set an event. */
export const NSP_NOTIFY_EVENT = 2;
/** WSACOMPLETION: a packet to a completion port. */
export const NSP_NOTIFY_PORT = 3;
/** WSACOMPLETION: call a completion routine. */
export const NSP_NOTIFY_APC = 4;
/** Device of a provider: a network device. */
export const TH_NETDEV = 0x00001;
/** Device of a provider: a telephone device. */
export const TH_TAPI = 0x00002;
/** `WSASetServiceW`: the service runs on several machines. */
export const SERVICE_MULTIPLE = 0x00001;
/** Name space: local names. */
export const NS_LOCALNAME = 19;
/** Resolution: not used. */
export const RES_UNUSED_1 = 0x00001;
/** Resolution: do not use the cache. */
export const RES_FLUSH_CACHE = 0x00002;
/** Resolution: the name is that of a service. */
export const RES_SERVICE = 0x00004;
/** Property of a service class: the IPX port. */
export const SERVICE_TYPE_VALUE_IPXPORTA = "IpxSocket";
/** Property of a service class: the IPX port. */
export const SERVICE_TYPE_VALUE_IPXPORTW = "IpxSocket";
/** Property of a service class: the SAP identifier. */
export const SERVICE_TYPE_VALUE_SAPIDA = "SapId";
/** Property of a service class: the SAP identifier. */
export const SERVICE_TYPE_VALUE_SAPIDW = "SapId";
/** Property of a service class: the TCP port. */
export const SERVICE_TYPE_VALUE_TCPPORTA = "TcpPort";
/** Property of a service class: the TCP port. */
export const SERVICE_TYPE_VALUE_TCPPORTW = "TcpPort";
/** Property of a service class: the UDP port. */
export const SERVICE_TYPE_VALUE_UDPPORTA = "UdpPort";
/** Property of a service class: the UDP port. */
export const SERVICE_TYPE_VALUE_UDPPORTW = "UdpPort";
/** Property of a service class: the object identifier. */
export const SERVICE_TYPE_VALUE_OBJECTIDA = "ObjectId";
/** Property of a service class: the object identifier. */
export const SERVICE_TYPE_VALUE_OBJECTIDW = "ObjectId";
/** WSAVERSION: this version. */
export const COMP_EQUAL = 0;
/** WSAVERSION: this version or a later one. */
export const COMP_NOTLESS = 1;
/** `WSALookupServiceBeginW`: also what lies deeper. */
export const LUP_DEEP = 0x00001;
/** `WSALookupServiceBeginW`: containers only. */
export const LUP_CONTAINERS = 0x00002;
/** `WSALookupServiceBeginW`: no containers. */
export const LUP_NOCONTAINERS = 0x00004;
/** `WSALookupServiceBeginW`: the nearest first. */
export const LUP_NEAREST = 0x00008;
/** `WSALookupServiceBeginW`: return the name. */
export const LUP_RETURN_NAME = 0x00010;
/** `WSALookupServiceBeginW`: return the type. */
export const LUP_RETURN_TYPE = 0x00020;
/** `WSALookupServiceBeginW`: return the version. */
export const LUP_RETURN_VERSION = 0x00040;
/** `WSALookupServiceBeginW`: return the comment. */
export const LUP_RETURN_COMMENT = 0x00080;
/** `WSALookupServiceBeginW`: return the addresses. */
export const LUP_RETURN_ADDR = 0x00100;
/** `WSALookupServiceBeginW`: return the provider's data. */
export const LUP_RETURN_BLOB = 0x00200;
/** `WSALookupServiceBeginW`: return other names as results of their own. */
export const LUP_RETURN_ALIASES = 0x00400;
/** `WSALookupServiceBeginW`: return the query. */
export const LUP_RETURN_QUERY_STRING = 0x00800;
/** `WSALookupServiceBeginW`: return everything. */
export const LUP_RETURN_ALL = 0x00ff0;
/** `WSALookupServiceBeginW`: the main part of the answer is in the remote address. */
export const LUP_RES_SERVICE = 0x08000;
/** `WSALookupServiceBeginW`: do not use the cache. */
export const LUP_FLUSHCACHE = 0x01000;
/** `WSALookupServiceNextW`: skip the result that did not fit. */
export const LUP_FLUSHPREVIOUS = 0x02000;
/** `WSALookupServiceBeginW`: answers that are not authoritative will do. */
export const LUP_NON_AUTHORITATIVE = 0x04000;
/** `WSALookupServiceBeginW`: only answers from a secured channel. */
export const LUP_SECURE = 0x08000;
/** `WSALookupServiceBeginW`: the names that are preferred. */
export const LUP_RETURN_PREFERRED_NAMES = 0x10000;
/** `WSALookupServiceBeginW`: query DNS only. */
export const LUP_DNS_ONLY = 0x20000;
/** `WSALookupServiceBeginW`: return how the answer was found. */
export const LUP_RETURN_RESPONSE_FLAGS = 0x40000;
/** `WSALookupServiceBeginW`: not used. */
export const LUP_RESERVED_UNUSED = 0x80000;
/** `WSALookupServiceBeginW`: only families that this machine has an address of. */
export const LUP_ADDRCONFIG = 0x100000;
/** `WSALookupServiceBeginW`: IPv6 addresses and mapped IPv4 ones. */
export const LUP_DUAL_ADDR = 0x200000;
/** `WSALookupServiceBeginW`: the name is that of a file server. */
export const LUP_FILESERVER = 0x400000;
/** `WSALookupServiceBeginW`: do not encode international names as Punycode. */
export const LUP_DISABLE_IDN_ENCODING = 0x800000;
/** `WSALookupServiceBeginW`: the caller uses ANSI text. */
export const LUP_API_ANSI = 0x1000000;
/** `WSALookupServiceBeginW`: the query is of a later version. */
export const LUP_EXTENDED_QUERYSET = 0x2000000;
/** `WSALookupServiceBeginW`: query DNS encrypted, then without encryption. */
export const LUP_SECURE_WITH_FALLBACK = 0x4000000;
/** `WSALookupServiceBeginW`: query only the given DNS servers. */
export const LUP_EXCLUSIVE_CUSTOM_SERVERS = 0x8000000;
/** `WSALookupServiceBeginW`: query DNS encrypted only. */
export const LUP_REQUIRE_SECURE = 0x10000000;
/** `WSALookupServiceBeginW`: return for how long the answer is valid. */
export const LUP_RETURN_TTL = 0x20000000;
/** `WSALookupServiceBeginW`: query DNS without encryption. */
export const LUP_FORCE_CLEAR_TEXT = 0x40000000;
/** `WSALookupServiceBeginW`: return a handle of the resolution. */
export const LUP_RESOLUTION_HANDLE = 0x80000000;
/** WSAQUERYSETW: the result is another name. */
export const RESULT_IS_ALIAS = 0x0001;
/** WSAQUERYSETW: the result is new. */
export const RESULT_IS_ADDED = 0x0010;
/** WSAQUERYSETW: the result has changed. */
export const RESULT_IS_CHANGED = 0x0020;
/** WSAQUERYSETW: the result is gone. */
export const RESULT_IS_DELETED = 0x0040;
/** `WSASetServiceW`: register the service. */
export const RNRSERVICE_REGISTER = 0;
/** `WSASetServiceW`: the service is not available any more. */
export const RNRSERVICE_DEREGISTER = 1;
/** `WSASetServiceW`: forget the service. */
export const RNRSERVICE_DELETE = 2;

// WSAPoll

/** `WSAPoll`: ordinary data can be read. */
export const POLLRDNORM = 0x0100;
/** `WSAPoll`: urgent data can be read. */
export const POLLRDBAND = 0x0200;
/** `WSAPoll`: data can be read. */
export const POLLIN = 768;
/** `WSAPoll`: priority data can be read. Not supported by Windows. */
export const POLLPRI = 0x0400;
/** `WSAPoll`: ordinary data can be written. */
export const POLLWRNORM = 0x0010;
/** `WSAPoll`: data can be written. */
export const POLLOUT = 16;
/** `WSAPoll`: urgent data can be written. */
export const POLLWRBAND = 0x0020;
/** `WSAPoll`, result only: an error. */
export const POLLERR = 0x0001;
/** `WSAPoll`, result only: the connection has ended. */
export const POLLHUP = 0x0002;
/** `WSAPoll`, result only: not a socket. */
export const POLLNVAL = 0x0004;

// ProcessSocketNotifications

/** SOCK_NOTIFY_REGISTRATION: watch for nothing. */
export const SOCK_NOTIFY_REGISTER_EVENT_NONE = 0x00;
/** SOCK_NOTIFY_REGISTRATION: watch for data to read. */
export const SOCK_NOTIFY_REGISTER_EVENT_IN = 0x01;
/** SOCK_NOTIFY_REGISTRATION: watch for room to write. */
export const SOCK_NOTIFY_REGISTER_EVENT_OUT = 0x02;
/** SOCK_NOTIFY_REGISTRATION: watch for the end of the connection. */
export const SOCK_NOTIFY_REGISTER_EVENT_HANGUP = 0x04;
/** SOCK_NOTIFY_REGISTRATION: watch for everything. */
export const SOCK_NOTIFY_REGISTER_EVENTS_ALL = 7;
/** Socket notification: data can be read. */
export const SOCK_NOTIFY_EVENT_IN = 1;
/** Socket notification: data can be written. */
export const SOCK_NOTIFY_EVENT_OUT = 2;
/** Socket notification: the connection has ended. */
export const SOCK_NOTIFY_EVENT_HANGUP = 4;
/** Socket notification: an error. */
export const SOCK_NOTIFY_EVENT_ERR = 0x40;
/** Socket notification: no more of them will come. */
export const SOCK_NOTIFY_EVENT_REMOVE = 0x80;
/** Socket notification: all of them. */
export const SOCK_NOTIFY_EVENTS_ALL = 199;
/** SOCK_NOTIFY_REGISTRATION: do nothing. */
export const SOCK_NOTIFY_OP_NONE = 0x00;
/** SOCK_NOTIFY_REGISTRATION: begin to watch. */
export const SOCK_NOTIFY_OP_ENABLE = 0x01;
/** SOCK_NOTIFY_REGISTRATION: stop watching for now. */
export const SOCK_NOTIFY_OP_DISABLE = 0x02;
/** SOCK_NOTIFY_REGISTRATION: stop watching for good. */
export const SOCK_NOTIFY_OP_REMOVE = 0x04;
/** SOCK_NOTIFY_REGISTRATION: one notification. */
export const SOCK_NOTIFY_TRIGGER_ONESHOT = 0x01;
/** SOCK_NOTIFY_REGISTRATION: one notification after another. */
export const SOCK_NOTIFY_TRIGGER_PERSISTENT = 0x02;
/** SOCK_NOTIFY_REGISTRATION: as long as it is so. */
export const SOCK_NOTIFY_TRIGGER_LEVEL = 0x04;
/** SOCK_NOTIFY_REGISTRATION: when it becomes so. */
export const SOCK_NOTIFY_TRIGGER_EDGE = 0x08;
/** SOCK_NOTIFY_REGISTRATION: all trigger flags. */
export const SOCK_NOTIFY_TRIGGER_ALL = 15;

// Structs

/** The sockets that `select` looks at; named after the tag, as `FD_SET` is a macro. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-fd_set */
export const fd_set = {
  struct: { fd_count: "u32", fd_array: { array: "usize", length: 64 } },
} as const satisfies StructDef;

/** A span of time. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-timeval */
export const TIMEVAL = { struct: { tv_sec: "i32", tv_usec: "i32" } } as const satisfies StructDef;

/** What `gethostbyname` returns about a host. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-hostent */
export const HOSTENT = {
  struct: { h_name: "pointer", h_aliases: "pointer", h_addrtype: "i16", h_length: "i16", h_addr_list: "pointer" },
} as const satisfies StructDef;

/** What is known of a network. No function returns one. */
export const netent = {
  struct: { n_name: "pointer", n_aliases: "pointer", n_addrtype: "i16", n_net: "u32be" },
} as const satisfies StructDef;

/** What `getservbyname` returns about a service. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-servent */
export const SERVENT = {
  struct: { s_name: "pointer", s_aliases: "pointer", s_proto: "pointer", s_port: "u16be" },
} as const satisfies StructDef;

/** What `getprotobyname` returns about a protocol. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-protoent */
export const PROTOENT = {
  struct: { p_name: "pointer", p_aliases: "pointer", p_proto: "i16" },
} as const satisfies StructDef;

/** A protocol of an address family. */
export const sockproto = { struct: { sp_family: "u16", sp_protocol: "u16" } } as const satisfies StructDef;

/** The quality of service of a socket, in both directions. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-qos */
export const QOS = {
  struct: { SendingFlowspec: FLOWSPEC, ReceivingFlowspec: FLOWSPEC, ProviderSpecific: WSABUF },
} as const satisfies StructDef;

/** The network events of a socket, and the error code of each. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsanetworkevents */
export const WSANETWORKEVENTS = {
  struct: { lNetworkEvents: "i32", iErrorCode: { array: "i32", length: 10 } },
} as const satisfies StructDef;

/** A protocol, as its provider describes it, in ANSI text. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaprotocol_infoa */
export const WSAPROTOCOL_INFOA = {
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
    szProtocol: { array: "u8", length: 256 },
  },
} as const satisfies StructDef;

/** How a program is notified of a change that it asked about. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsacompletion */
export const WSACOMPLETION = {
  struct: {
    Type: "u32",
    Parameters: {
      union: {
        WindowMessage: { struct: { hWnd: "usize", uMsg: "u32", context: "usize" } },
        Event: { struct: { lpOverlapped: "pointer" } },
        Apc: { struct: { lpOverlapped: "pointer", lpfnCompletionProc: "pointer" } },
        Port: { struct: { lpOverlapped: "pointer", hPort: "usize", Key: "usize" } },
      },
    },
  },
} as const satisfies StructDef;

/** A stretch of memory. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-blob */
export const BLOB = { struct: { cbSize: "u32", pBlobData: "pointer" } } as const satisfies StructDef;

/** An address family and a protocol. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-afprotocols */
export const AFPROTOCOLS = { struct: { iAddressFamily: "i32", iProtocol: "i32" } } as const satisfies StructDef;

/** A version, and how it is compared. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaversion */
export const WSAVERSION = { struct: { dwVersion: "u32", ecHow: "u32" } } as const satisfies StructDef;

/** A query to a name space or an answer of it, in ANSI text. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaqueryseta */
export const WSAQUERYSETA = {
  struct: {
    dwSize: "u32",
    lpszServiceInstanceName: "pointer",
    lpServiceClassId: "pointer",
    lpVersion: "pointer",
    lpszComment: "pointer",
    dwNameSpace: "u32",
    lpNSProviderId: "pointer",
    lpszContext: "pointer",
    dwNumberOfProtocols: "u32",
    lpafpProtocols: "pointer",
    lpszQueryString: "pointer",
    dwNumberOfCsAddrs: "u32",
    lpcsaBuffer: "pointer",
    dwOutputFlags: "u32",
    lpBlob: "pointer",
  },
} as const satisfies StructDef;

/** A query to a name space or an answer of it. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaquerysetw */
export const WSAQUERYSETW = {
  struct: {
    dwSize: "u32",
    lpszServiceInstanceName: "pointer",
    lpServiceClassId: "pointer",
    lpVersion: "pointer",
    lpszComment: "pointer",
    dwNameSpace: "u32",
    lpNSProviderId: "pointer",
    lpszContext: "pointer",
    dwNumberOfProtocols: "u32",
    lpafpProtocols: "pointer",
    lpszQueryString: "pointer",
    dwNumberOfCsAddrs: "u32",
    lpcsaBuffer: "pointer",
    dwOutputFlags: "u32",
    lpBlob: "pointer",
  },
} as const satisfies StructDef;

/** A query to a name space of the second version, in ANSI text. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaqueryset2a */
export const WSAQUERYSET2A = {
  struct: {
    dwSize: "u32",
    lpszServiceInstanceName: "pointer",
    lpVersion: "pointer",
    lpszComment: "pointer",
    dwNameSpace: "u32",
    lpNSProviderId: "pointer",
    lpszContext: "pointer",
    dwNumberOfProtocols: "u32",
    lpafpProtocols: "pointer",
    lpszQueryString: "pointer",
    dwNumberOfCsAddrs: "u32",
    lpcsaBuffer: "pointer",
    dwOutputFlags: "u32",
    lpBlob: "pointer",
  },
} as const satisfies StructDef;

/** A query to a name space of the second version. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaqueryset2w */
export const WSAQUERYSET2W = {
  struct: {
    dwSize: "u32",
    lpszServiceInstanceName: "pointer",
    lpVersion: "pointer",
    lpszComment: "pointer",
    dwNameSpace: "u32",
    lpNSProviderId: "pointer",
    lpszContext: "pointer",
    dwNumberOfProtocols: "u32",
    lpafpProtocols: "pointer",
    lpszQueryString: "pointer",
    dwNumberOfCsAddrs: "u32",
    lpcsaBuffer: "pointer",
    dwOutputFlags: "u32",
    lpBlob: "pointer",
  },
} as const satisfies StructDef;

/** A property of a service class in a name space, in ANSI text. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsansclassinfoa */
export const WSANSCLASSINFOA = {
  struct: { lpszName: "pointer", dwNameSpace: "u32", dwValueType: "u32", dwValueSize: "u32", lpValue: "pointer" },
} as const satisfies StructDef;

/** A property of a service class in a name space. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsansclassinfow */
export const WSANSCLASSINFOW = {
  struct: { lpszName: "pointer", dwNameSpace: "u32", dwValueType: "u32", dwValueSize: "u32", lpValue: "pointer" },
} as const satisfies StructDef;

/** A service class, in ANSI text. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaserviceclassinfoa */
export const WSASERVICECLASSINFOA = {
  struct: { lpServiceClassId: "pointer", lpszServiceClassName: "pointer", dwCount: "u32", lpClassInfos: "pointer" },
} as const satisfies StructDef;

/** A service class. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaserviceclassinfow */
export const WSASERVICECLASSINFOW = {
  struct: { lpServiceClassId: "pointer", lpszServiceClassName: "pointer", dwCount: "u32", lpClassInfos: "pointer" },
} as const satisfies StructDef;

/** A provider of a name space, in ANSI text. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsanamespace_infoa */
export const WSANAMESPACE_INFOA = {
  struct: { NSProviderId: GUID, dwNameSpace: "u32", fActive: "i32", dwVersion: "u32", lpszIdentifier: "pointer" },
} as const satisfies StructDef;

/** A provider of a name space. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsanamespace_infow */
export const WSANAMESPACE_INFOW = {
  struct: { NSProviderId: GUID, dwNameSpace: "u32", fActive: "i32", dwVersion: "u32", lpszIdentifier: "pointer" },
} as const satisfies StructDef;

/** A provider of a name space and its own data, in ANSI text. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsanamespace_infoexa */
export const WSANAMESPACE_INFOEXA = {
  struct: {
    NSProviderId: GUID,
    dwNameSpace: "u32",
    fActive: "i32",
    dwVersion: "u32",
    lpszIdentifier: "pointer",
    ProviderSpecific: BLOB,
  },
} as const satisfies StructDef;

/** A provider of a name space and its own data. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsanamespace_infoexw */
export const WSANAMESPACE_INFOEXW = {
  struct: {
    NSProviderId: GUID,
    dwNameSpace: "u32",
    fActive: "i32",
    dwVersion: "u32",
    lpszIdentifier: "pointer",
    ProviderSpecific: BLOB,
  },
} as const satisfies StructDef;

/** A socket that `WSAPoll` looks at. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsapollfd */
export const WSAPOLLFD = { struct: { fd: "usize", events: "i16", revents: "i16" } } as const satisfies StructDef;

/** What `ProcessSocketNotifications` is to watch a socket for. https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-sock_notify_registration */
export const SOCK_NOTIFY_REGISTRATION = {
  struct: {
    socket: "usize",
    completionKey: "pointer",
    eventFilter: "u16",
    operation: "u8",
    triggerFlags: "u8",
    registrationResult: "u32",
  },
} as const satisfies StructDef;

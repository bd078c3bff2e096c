/**
 * mstcpip.h: control codes of TCP/IP, port reservations, secured sockets; all that the library itself does not use, kept
 * apart so that it is loaded for raw callers only.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/mstcpip/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";
import { GUID } from "../../win32/winsock.ts";
import { SOCKADDR_STORAGE } from "./ws2def.ts";
export {
  SIO_TCP_INFO,
  SIO_TCP_INITIAL_RTO,
  TCP_INFO_v0,
  TCP_INFO_v1,
  TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS,
  TCP_INITIAL_RTO_PARAMETERS,
  TCP_INITIAL_RTO_UNSPECIFIED_RTT,
} from "../../win32/winsock.ts";

// States of a TCP connection

/** TCP_INFO_v0: closed. */
export const TCPSTATE_CLOSED = 0;
/** TCP_INFO_v0: listening. */
export const TCPSTATE_LISTEN = 1;
/** TCP_INFO_v0: request to connect sent. */
export const TCPSTATE_SYN_SENT = 2;
/** TCP_INFO_v0: request to connect received. */
export const TCPSTATE_SYN_RCVD = 3;
/** TCP_INFO_v0: connected. */
export const TCPSTATE_ESTABLISHED = 4;
/** TCP_INFO_v0: end sent. */
export const TCPSTATE_FIN_WAIT_1 = 5;
/** TCP_INFO_v0: end sent and acknowledged. */
export const TCPSTATE_FIN_WAIT_2 = 6;
/** TCP_INFO_v0: end received. */
export const TCPSTATE_CLOSE_WAIT = 7;
/** TCP_INFO_v0: end sent and received, not acknowledged. */
export const TCPSTATE_CLOSING = 8;
/** TCP_INFO_v0: end received and sent, not acknowledged. */
export const TCPSTATE_LAST_ACK = 9;
/** TCP_INFO_v0: closed, waiting for late segments. */
export const TCPSTATE_TIME_WAIT = 10;
/** One more than the highest state. */
export const TCPSTATE_MAX = 11;

// States of a control channel trigger

/** REAL_TIME_NOTIFICATION_SETTING_OUTPUT: not valid. */
export const CONTROL_CHANNEL_TRIGGER_STATUS_INVALID = 0;
/** REAL_TIME_NOTIFICATION_SETTING_OUTPUT: has a software slot. */
export const CONTROL_CHANNEL_TRIGGER_STATUS_SOFTWARE_SLOT_ALLOCATED = 1;
/** REAL_TIME_NOTIFICATION_SETTING_OUTPUT: has a hardware slot. */
export const CONTROL_CHANNEL_TRIGGER_STATUS_HARDWARE_SLOT_ALLOCATED = 2;
/** REAL_TIME_NOTIFICATION_SETTING_OUTPUT: refused by policy. */
export const CONTROL_CHANNEL_TRIGGER_STATUS_POLICY_ERROR = 3;
/** REAL_TIME_NOTIFICATION_SETTING_OUTPUT: failed. */
export const CONTROL_CHANNEL_TRIGGER_STATUS_SYSTEM_ERROR = 4;
/** REAL_TIME_NOTIFICATION_SETTING_OUTPUT: disconnected. */
export const CONTROL_CHANNEL_TRIGGER_STATUS_TRANSPORT_DISCONNECTED = 5;
/** REAL_TIME_NOTIFICATION_SETTING_OUTPUT: not supported. */
export const CONTROL_CHANNEL_TRIGGER_STATUS_SERVICE_UNAVAILABLE = 6;
/** The last status of the first version. */
export const CONTROL_CHANNEL_TRIGGER_STATUS_MAX = 4;

// Control codes

/** `WSAIoctl`: a raw socket receives every packet of its interface, a RCVALL_VALUE. */
export const SIO_RCVALL = 0x98000001;
/** `WSAIoctl`: a raw socket receives every multicast. */
export const SIO_RCVALL_MCAST = 0x98000002;
/** `WSAIoctl`: a raw socket receives every IGMP packet. */
export const SIO_RCVALL_IGMPMCAST = 0x98000003;
/** `WSAIoctl`: keep-alive probes of a connection, a tcp_keepalive. */
export const SIO_KEEPALIVE_VALS = 0x98000004;
/** `WSAIoctl`: a raw socket receives packets with the router alert option. */
export const SIO_ABSORB_RTRALERT = 0x98000005;
/** `WSAIoctl`: interface that is sent on. */
export const SIO_UCAST_IF = 0x98000006;
/** `WSAIoctl`: broadcasts go out on one interface only. */
export const SIO_LIMIT_BROADCASTS = 0x98000007;
/** `WSAIoctl`: binds to an interface, by its index. */
export const SIO_INDEX_BIND = 0x98000008;
/** `WSAIoctl`: interface that multicasts are sent on, by its index. */
export const SIO_INDEX_MCASTIF = 0x98000009;
/** `WSAIoctl`: joins a group on an interface, by its index. */
export const SIO_INDEX_ADD_MCAST = 0x9800000a;
/** `WSAIoctl`: leaves a group on an interface, by its index. */
export const SIO_INDEX_DEL_MCAST = 0x9800000b;
/** `WSAIoctl`: like `SIO_RCVALL_MCAST`, of one interface: a RCVALL_IF. */
export const SIO_RCVALL_MCAST_IF = 0x9800000d;
/** `WSAIoctl`: like `SIO_RCVALL`, of one interface: a RCVALL_IF. */
export const SIO_RCVALL_IF = 0x9800000e;
/** `WSAIoctl`: connections to this machine take a shorter way. */
export const SIO_LOOPBACK_FAST_PATH = 0x98000010;
/** `WSAIoctl`: applies a transport setting. */
export const SIO_APPLY_TRANSPORT_SETTING = 0x98000013;
/** `WSAIoctl`: queries a transport setting. */
export const SIO_QUERY_TRANSPORT_SETTING = 0x98000014;
/** `WSAIoctl`: the processor that receives for the socket. */
export const SIO_CPU_AFFINITY = 0x98000015;
/** `WSAIoctl`: initial congestion window, a TCP_ICW_PARAMETERS. */
export const SIO_TCP_SET_ICW = 0x98000016;
/** `WSAIoctl`: after how many segments to acknowledge, a TCP_ACK_FREQUENCY_PARAMETERS. */
export const SIO_TCP_SET_ACK_FREQUENCY = 0x98000017;
/** `WSAIoctl`: priority of the connection, a PRIORITY_STATUS. */
export const SIO_SET_PRIORITY_HINT = 0x98000018;
/** `WSAIoctl`: another name of `SIO_SET_PRIORITY_HINT`. */
export const SIO_PRIORITY_HINT = 0x98000018;
/** `WSAIoctl`: timestamps of datagrams, a TIMESTAMPING_CONFIG. */
export const SIO_TIMESTAMPING = 0x980000eb;
/** `WSAIoctl`: when a datagram was sent, by the identifier given with it. */
export const SIO_GET_TX_TIMESTAMP = 0x980000ea;
/** `WSAIoctl`: reserves ports, an INET_PORT_RANGE. */
export const SIO_ACQUIRE_PORT_RESERVATION = 0x98000064;
/** `WSAIoctl`: releases reserved ports, an INET_PORT_RESERVATION_TOKEN. */
export const SIO_RELEASE_PORT_RESERVATION = 0x98000065;
/** `WSAIoctl`: uses reserved ports, an INET_PORT_RESERVATION_TOKEN. */
export const SIO_ASSOCIATE_PORT_RESERVATION = 0x98000066;
/** `WSAIoctl`: security of the socket, a SOCKET_SECURITY_SETTINGS. */
export const SIO_SET_SECURITY = 0x980000c8;
/** `WSAIoctl`: how a connection is secured, a SOCKET_SECURITY_QUERY_INFO. */
export const SIO_QUERY_SECURITY = 0xd80000c9;
/** `WSAIoctl`: who the peer must be, a SOCKET_PEER_TARGET_NAME. */
export const SIO_SET_PEER_TARGET_NAME = 0x980000ca;
/** `WSAIoctl`: forgets who the peer must be. */
export const SIO_DELETE_PEER_TARGET_NAME = 0x980000cb;
/** `WSAIoctl`: what the socket is used for, a SOCKET_USAGE_TYPE. */
export const SIO_SOCKET_USAGE_NOTIFICATION = 0x980000cc;
/** `WSAIoctl`: the handle of the socket for the filtering platform. */
export const SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE = 0x580000cd;
/** `WSAIoctl`: whether receiving is spread over processors, a RSS_SCALABILITY_INFO. */
export const SIO_QUERY_RSS_SCALABILITY_INFO = 0x580000d2;
/** `WSAIoctl`: records of a redirected connection. */
export const SIO_QUERY_WFP_CONNECTION_REDIRECT_RECORDS = 0x980000dc;
/** `WSAIoctl`: context of a redirected connection. */
export const SIO_QUERY_WFP_CONNECTION_REDIRECT_CONTEXT = 0x980000dd;
/** `WSAIoctl`: sets the records of a redirected connection. */
export const SIO_SET_WFP_CONNECTION_REDIRECT_RECORDS = 0x980000de;

// Timestamps

/** TIMESTAMPING_CONFIG: of what is received. */
export const TIMESTAMPING_FLAG_RX = 0x1;
/** TIMESTAMPING_CONFIG: of what is sent. */
export const TIMESTAMPING_FLAG_TX = 0x2;
/** Control message at `SOL_SOCKET`: when a datagram was received, a UINT64. */
export const SO_TIMESTAMP = 0x300a;
/** Control message at `SOL_SOCKET`: identifies the datagram sent for `SIO_GET_TX_TIMESTAMP`, a UINT32. */
export const SO_TIMESTAMP_ID = 0x300b;

// Values

/** PRIORITY_STATUS: very low. */
export const SocketPriorityHintVeryLow = 0;
/** PRIORITY_STATUS: low. */
export const SocketPriorityHintLow = 1;
/** PRIORITY_STATUS: normal. */
export const SocketPriorityHintNormal = 2;
/** One more than the highest priority. */
export const SocketMaximumPriorityHintType = 3;
/** `SIO_RCVALL`: off. */
export const RCVALL_OFF = 0;
/** `SIO_RCVALL`: on, the interface in promiscuous mode. */
export const RCVALL_ON = 1;
/** `SIO_RCVALL`: not implemented by Windows. */
export const RCVALL_SOCKETLEVELONLY = 2;
/** `SIO_RCVALL`: on, the interface in its usual mode. */
export const RCVALL_IPLEVEL = 3;
/** The last value of `SIO_RCVALL`. */
export const RCVALL_MAX = 3;
/** TCP_INITIAL_RTO_PARAMETERS: number of repetitions as it is. */
export const TCP_INITIAL_RTO_UNSPECIFIED_MAX_SYN_RETRANSMISSIONS = 255;
/** TCP_INITIAL_RTO_PARAMETERS: round trip time by default. */
export const TCP_INITIAL_RTO_DEFAULT_RTT = 0;
/** TCP_INITIAL_RTO_PARAMETERS: number of repetitions by default. */
export const TCP_INITIAL_RTO_DEFAULT_MAX_SYN_RETRANSMISSIONS = 0;
/** TCP_ICW_PARAMETERS: by default. */
export const TCP_ICW_LEVEL_DEFAULT = 0;
/** TCP_ICW_PARAMETERS: high. */
export const TCP_ICW_LEVEL_HIGH = 1;
/** TCP_ICW_PARAMETERS: very high. */
export const TCP_ICW_LEVEL_VERY_HIGH = 2;
/** TCP_ICW_PARAMETERS: aggressive. */
export const TCP_ICW_LEVEL_AGGRESSIVE = 3;
/** TCP_ICW_PARAMETERS: experimental. */
export const TCP_ICW_LEVEL_EXPERIMENTAL = 4;
/** TCP_ICW_PARAMETERS: as earlier versions did. */
export const TCP_ICW_LEVEL_COMPAT = 254;
/** The highest level of the initial congestion window. */
export const TCP_ICW_LEVEL_MAX = 255;
/** INET_PORT_RESERVATION_TOKEN: none. */
export const INVALID_PORT_RESERVATION_TOKEN = 0n;

// Secured sockets

/** `SIO_SOCKET_USAGE_NOTIFICATION`: the system depends on the socket. */
export const SYSTEM_CRITICAL_SOCKET = 1;
/** SOCKET_SECURITY_SETTINGS: as the system chooses. */
export const SOCKET_SECURITY_PROTOCOL_DEFAULT = 0;
/** SOCKET_SECURITY_SETTINGS: IPsec. */
export const SOCKET_SECURITY_PROTOCOL_IPSEC = 1;
/** SOCKET_SECURITY_SETTINGS: IPsec, second version. */
export const SOCKET_SECURITY_PROTOCOL_IPSEC2 = 2;
/** SOCKET_SECURITY_SETTINGS: not valid. */
export const SOCKET_SECURITY_PROTOCOL_INVALID = 3;
/** SOCKET_SECURITY_SETTINGS: encryption is a must. */
export const SOCKET_SETTINGS_GUARANTEE_ENCRYPTION = 0x1;
/** SOCKET_SECURITY_SETTINGS: connections that are not secured will do. */
export const SOCKET_SETTINGS_ALLOW_INSECURE = 0x2;
/** SOCKET_SECURITY_SETTINGS_IPSEC: set no filters. */
export const SOCKET_SETTINGS_IPSEC_SKIP_FILTER_INSTANTIATION = 0x1;
/** SOCKET_SECURITY_SETTINGS_IPSEC: the peer's name may be left unverified. */
export const SOCKET_SETTINGS_IPSEC_OPTIONAL_PEER_NAME_VERIFICATION = 0x2;
/** SOCKET_SECURITY_SETTINGS_IPSEC: the first packet may come without encryption. */
export const SOCKET_SETTINGS_IPSEC_ALLOW_FIRST_INBOUND_PKT_UNENCRYPTED = 0x4;
/** SOCKET_SECURITY_SETTINGS_IPSEC: the peer's name is raw. */
export const SOCKET_SETTINGS_IPSEC_PEER_NAME_IS_RAW_FORMAT = 0x8;
/** SOCKET_SECURITY_QUERY_TEMPLATE_IPSEC2: a change aborts the connection. */
export const SOCKET_QUERY_IPSEC2_ABORT_CONNECTION_ON_FIELD_CHANGE = 0x1;
/** SOCKET_SECURITY_QUERY_TEMPLATE_IPSEC2: ask for the main mode association. */
export const SOCKET_QUERY_IPSEC2_FIELD_MASK_MM_SA_ID = 0x1;
/** SOCKET_SECURITY_QUERY_TEMPLATE_IPSEC2: ask for the quick mode association. */
export const SOCKET_QUERY_IPSEC2_FIELD_MASK_QM_SA_ID = 0x2;
/** SOCKET_SECURITY_QUERY_INFO: the connection is secured. */
export const SOCKET_INFO_CONNECTION_SECURED = 0x1;
/** SOCKET_SECURITY_QUERY_INFO: the connection is encrypted. */
export const SOCKET_INFO_CONNECTION_ENCRYPTED = 0x2;
/** SOCKET_SECURITY_QUERY_INFO: the peer can be impersonated. */
export const SOCKET_INFO_CONNECTION_IMPERSONATED = 0x4;

// IPv4 addresses, in network byte order

/** 0.0.0.0 in network byte order. */
export const IN4ADDR_ANY = 0;
/** 127.0.0.1 in network byte order, as a little-endian number. */
export const IN4ADDR_LOOPBACK = 0x100007f;
/** 255.255.255.255 in network byte order. */
export const IN4ADDR_BROADCAST = 0xffffffff;
/** The number of `INADDR_NONE`. */
export const IN4ADDR_NONE = 0xffffffff;
/** Length of the prefix of loopback addresses, in bits. */
export const IN4ADDR_LOOPBACKPREFIX_LENGTH = 8;
/** Length of the prefix of link-local addresses, in bits. */
export const IN4ADDR_LINKLOCALPREFIX_LENGTH = 16;
/** Length of the prefix of multicast addresses, in bits. */
export const IN4ADDR_MULTICASTPREFIX_LENGTH = 4;

// Structs

/** Names a transport setting. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-transport_setting_id */
export const TRANSPORT_SETTING_ID = { struct: { Guid: GUID } } as const satisfies StructDef;

/** Keep-alive probes of a connection: on or off, idle time and interval in milliseconds. */
export const tcp_keepalive = {
  struct: { onoff: "u32", keepalivetime: "u32", keepaliveinterval: "u32" },
} as const satisfies StructDef;

/** Marks a socket for wake-up. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-real_time_notification_setting_input */
export const REAL_TIME_NOTIFICATION_SETTING_INPUT = {
  struct: { TransportSettingId: TRANSPORT_SETTING_ID, BrokerEventGuid: GUID },
} as const satisfies StructDef;

/** Marks a socket for wake-up, or takes the mark away. */
export const REAL_TIME_NOTIFICATION_SETTING_INPUT_EX = {
  struct: { TransportSettingId: TRANSPORT_SETTING_ID, BrokerEventGuid: GUID, Unmark: "u8" },
} as const satisfies StructDef;

/** Whether the wake-up is set up. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-real_time_notification_setting_output */
export const REAL_TIME_NOTIFICATION_SETTING_OUTPUT = { struct: { ChannelStatus: "u32" } } as const satisfies StructDef;

/** Joins a socket to a name resolution. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-associate_nameres_context_input */
export const ASSOCIATE_NAMERES_CONTEXT_INPUT = {
  struct: { TransportSettingId: TRANSPORT_SETTING_ID, Handle: "u64" },
} as const satisfies StructDef;

/** Which timestamps are wanted. */
export const TIMESTAMPING_CONFIG = {
  struct: { Flags: "u32", TxTimestampsBuffered: "u16" },
} as const satisfies StructDef;

/** The priority of a connection, by sender and receiver. */
export const PRIORITY_STATUS = { struct: { Sender: "u32", Receiver: "u32" } } as const satisfies StructDef;

/** What a raw socket receives, of one interface. */
export const RCVALL_IF = { struct: { Mode: "u32", Interface: "u32" } } as const satisfies StructDef;

/** The level of the initial congestion window. */
export const TCP_ICW_PARAMETERS = { struct: { Level: "u32" } } as const satisfies StructDef;

/** After how many segments to acknowledge. */
export const TCP_ACK_FREQUENCY_PARAMETERS = { struct: { TcpDelayedAckFrequency: "u8" } } as const satisfies StructDef;

/** Figures of a connection, with timeouts and recovery. */
export const TCP_INFO_v2 = {
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
    SndLimTransRwin: "u32",
    SndLimTimeRwin: "u32",
    SndLimBytesRwin: "u64",
    SndLimTransCwnd: "u32",
    SndLimTimeCwnd: "u32",
    SndLimBytesCwnd: "u64",
    SndLimTransSnd: "u32",
    SndLimTimeSnd: "u32",
    SndLimBytesSnd: "u64",
    OutOfOrderPktsIn: "u32",
    EcnNegotiated: "u8",
    EceAcksIn: "u32",
    PtoEpisodes: "u32",
  },
} as const satisfies StructDef;

/** Ports: the first, in network byte order, and how many. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-inet_port_range */
export const INET_PORT_RANGE = { struct: { StartPort: "u16be", NumberOfPorts: "u16" } } as const satisfies StructDef;

/** Stands for reserved ports. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-inet_port_reservation_token */
export const INET_PORT_RESERVATION_TOKEN = { struct: { Token: "u64" } } as const satisfies StructDef;

/** Reserved ports and their token. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-inet_port_reservation_instance */
export const INET_PORT_RESERVATION_INSTANCE = {
  struct: { Reservation: INET_PORT_RANGE, Token: INET_PORT_RESERVATION_TOKEN },
} as const satisfies StructDef;

/** The process that reserved ports. */
export const INET_PORT_RESERVATION_INFORMATION = { struct: { OwningPid: "u32" } } as const satisfies StructDef;

/** The security of a socket. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-socket_security_settings */
export const SOCKET_SECURITY_SETTINGS = {
  struct: { SecurityProtocol: "u32", SecurityFlags: "u32" },
} as const satisfies StructDef;

/** The security of a socket with IPsec; the names follow in `AllStrings`. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-socket_security_settings_ipsec */
export const SOCKET_SECURITY_SETTINGS_IPSEC = {
  struct: {
    SecurityProtocol: "u32",
    SecurityFlags: "u32",
    IpsecFlags: "u32",
    AuthipMMPolicyKey: GUID,
    AuthipQMPolicyKey: GUID,
    Reserved: GUID,
    Reserved2: "u64",
    UserNameStringLen: "u32",
    DomainNameStringLen: "u32",
    PasswordStringLen: "u32",
    AllStrings: { array: "u16", length: 0 },
  },
} as const satisfies StructDef;

/** Who the peer must be; the name follows in `AllStrings`. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-socket_peer_target_name */
export const SOCKET_PEER_TARGET_NAME = {
  struct: {
    SecurityProtocol: "u32",
    PeerAddress: SOCKADDR_STORAGE,
    PeerTargetNameStringLen: "u32",
    AllStrings: { array: "u16", length: 0 },
  },
} as const satisfies StructDef;

/** A query about the security of a connection. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-socket_security_query_template */
export const SOCKET_SECURITY_QUERY_TEMPLATE = {
  struct: { SecurityProtocol: "u32", PeerAddress: SOCKADDR_STORAGE, PeerTokenAccessMask: "u32" },
} as const satisfies StructDef;

/** A query about the security of a connection with IPsec, second version. */
export const SOCKET_SECURITY_QUERY_TEMPLATE_IPSEC2 = {
  struct: {
    SecurityProtocol: "u32",
    PeerAddress: SOCKADDR_STORAGE,
    PeerTokenAccessMask: "u32",
    Flags: "u32",
    FieldMask: "u32",
  },
} as const satisfies StructDef;

/** How a connection is secured. https://learn.microsoft.com/windows/win32/api/mstcpip/ns-mstcpip-socket_security_query_info */
export const SOCKET_SECURITY_QUERY_INFO = {
  struct: {
    SecurityProtocol: "u32",
    Flags: "u32",
    PeerApplicationAccessTokenHandle: "u64",
    PeerMachineAccessTokenHandle: "u64",
  },
} as const satisfies StructDef;

/** How a connection is secured with IPsec, second version. */
export const SOCKET_SECURITY_QUERY_INFO_IPSEC2 = {
  struct: {
    SecurityProtocol: "u32",
    Flags: "u32",
    PeerApplicationAccessTokenHandle: "u64",
    PeerMachineAccessTokenHandle: "u64",
    MmSaId: "u64",
    QmSaId: "u64",
    NegotiationWinerr: "u32",
    SaLookupContext: GUID,
  },
} as const satisfies StructDef;

/** Whether receiving is spread over processors. */
export const RSS_SCALABILITY_INFO = { struct: { RssEnabled: "u8" } } as const satisfies StructDef;

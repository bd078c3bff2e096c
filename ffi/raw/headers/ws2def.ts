/**
 * ws2def.h: all that the library itself does not use, kept apart so that it is loaded for raw callers only.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ws2def/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";
import { PROCESSOR_NUMBER } from "../../win32/kernel32.ts";
export {
  ADDRINFOW,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MSG_CTRUNC,
  MSG_TRUNC,
  SCOPE_ID,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DONTROUTE,
  SO_ERROR,
  SO_EXCLUSIVEADDRUSE,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_MAX_MSG_SIZE,
  SO_OOBINLINE,
  SO_RCVBUF,
  SO_REUSE_UNICASTPORT,
  SO_REUSEADDR,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOCKADDR_IN,
  SOCKADDR_STORAGE,
  SOL_SOCKET,
  TCP_NODELAY,
  WSABUF,
  WSACMSGHDR,
  WSAMSG,
} from "../../win32/winsock.ts";

// Address families

/** Sockets of this machine, with a path as address. */
export const AF_UNIX = 1;
/** ARPANET IMP addresses. */
export const AF_IMPLINK = 3;
/** PUP protocols. */
export const AF_PUP = 4;
/** MIT CHAOS protocols. */
export const AF_CHAOS = 5;
/** Xerox NS protocols. */
export const AF_NS = 6;
/** IPX and SPX; the number of `AF_NS`. */
export const AF_IPX = 6;
/** ISO protocols. */
export const AF_ISO = 7;
/** OSI protocols; the number of `AF_ISO`. */
export const AF_OSI = 7;
/** ECMA protocols. */
export const AF_ECMA = 8;
/** Datakit protocols. */
export const AF_DATAKIT = 9;
/** CCITT protocols, such as X.25. */
export const AF_CCITT = 10;
/** IBM SNA. */
export const AF_SNA = 11;
/** DECnet. */
export const AF_DECnet = 12;
/** Direct data link interface. */
export const AF_DLI = 13;
/** LAT. */
export const AF_LAT = 14;
/** NSC Hyperchannel. */
export const AF_HYLINK = 15;
/** AppleTalk. */
export const AF_APPLETALK = 16;
/** NetBIOS addresses. */
export const AF_NETBIOS = 17;
/** VoiceView. */
export const AF_VOICEVIEW = 18;
/** Protocols of Firefox. */
export const AF_FIREFOX = 19;
/** A protocol that the header does not name. */
export const AF_UNKNOWN1 = 20;
/** Banyan. */
export const AF_BAN = 21;
/** Native ATM services. */
export const AF_ATM = 22;
/** Microsoft clusters. */
export const AF_CLUSTER = 24;
/** IEEE 1284.4. */
export const AF_12844 = 25;
/** Infrared. */
export const AF_IRDA = 26;
/** Network Designers OSI and its gateway. */
export const AF_NETDES = 28;
/** TCN processes. */
export const AF_TCNPROCESS = 29;
/** TCN messages. */
export const AF_TCNMESSAGE = 30;
/** ICL FXBM. */
export const AF_ICLFXBM = 31;
/** Bluetooth. */
export const AF_BTH = 32;
/** Link-layer addresses. */
export const AF_LINK = 33;
/** Hyper-V sockets. */
export const AF_HYPERV = 34;
/** One more than the highest address family. */
export const AF_MAX = 35;

// Socket types

/** Raw socket. */
export const SOCK_RAW = 3;
/** Reliable datagrams. */
export const SOCK_RDM = 4;
/** Datagrams in order. */
export const SOCK_SEQPACKET = 5;

// Levels of options

/** Level of IP options, for programs from elsewhere. */
export const SOL_IP = 0xfffb;
/** Level of IPv6 options, for programs from elsewhere. */
export const SOL_IPV6 = 0xfffa;

// Options at SOL_SOCKET

/** `SOL_SOCKET`: record debugging information. */
export const SO_DEBUG = 0x0001;
/** `SOL_SOCKET`: use the loopback where possible. */
export const SO_USELOOPBACK = 0x0040;
/** `SOL_SOCKET`: `closesocket` does not wait for data to be sent. */
export const SO_DONTLINGER: -129 = -129;
/** `SOL_SOCKET`: low-water mark of sending. Not supported by Windows. */
export const SO_SNDLOWAT = 0x1003;
/** `SOL_SOCKET`: low-water mark of receiving. Not supported by Windows. */
export const SO_RCVLOWAT = 0x1004;
/** `SOL_SOCKET`: how long a blocking send may take, in milliseconds. */
export const SO_SNDTIMEO = 0x1005;
/** `SOL_SOCKET`: how long a blocking receive may take, in milliseconds. */
export const SO_RCVTIMEO = 0x1006;
/** `SOL_SOCKET`: the socket type. Read only. */
export const SO_TYPE = 0x1008;
/** `SOL_SOCKET`: addresses, type and protocol of the socket, a CSADDR_INFO. Read only. */
export const SO_BSP_STATE = 0x1009;
/** `SOL_SOCKET`: identifier of the socket group. Reserved. */
export const SO_GROUP_ID = 0x2001;
/** `SOL_SOCKET`: priority within the socket group. Reserved. */
export const SO_GROUP_PRIORITY = 0x2002;
/** `SOL_SOCKET`: the system leaves it to the program whether a connection is accepted. */
export const SO_CONDITIONAL_ACCEPT = 0x3002;
/** `SOL_SOCKET`: accept no further connections for now. */
export const SO_PAUSE_ACCEPT = 0x3003;
/** `SOL_SOCKET`: the network compartment of the socket. */
export const SO_COMPARTMENT_ID = 0x3004;
/** `SOL_SOCKET`: assign the local port at random. */
export const SO_RANDOMIZE_PORT = 0x3005;
/** `SOL_SOCKET`: use a local port for many connections with different local addresses. */
export const SO_PORT_SCALABILITY = 0x3006;
/** `SOL_SOCKET`: share the port, and receive multicasts only. */
export const SO_REUSE_MULTICASTPORT = 0x3008;
/** `SOL_SOCKET`: where a redirected connection was meant to go. Read only. */
export const SO_ORIGINAL_DST = 0x300f;
/** `SOL_SOCKET`: another name of `SO_ORIGINAL_DST`. */
export const IP6T_SO_ORIGINAL_DST = 0x300f;
/** `SOL_SOCKET`: hop limit of what was received. */
export const SO_RECEIVED_HOPLIMIT = 0x3010;
/** `SOL_SOCKET`: number of the processor that handled what was received. */
export const SO_RECEIVED_PROCESSOR = 0x3011;
/** Where the options of kernel sockets (WSK) begin. */
export const WSK_SO_BASE = 0x4000;

// Sizes of SOCKADDR_STORAGE

/** Size of a SOCKADDR_STORAGE, in bytes. */
export const _SS_MAXSIZE = 128;
/** Alignment of a SOCKADDR_STORAGE, in bytes. */
export const _SS_ALIGNSIZE = 8;
/** Length of `__ss_pad1` in a SOCKADDR_STORAGE. */
export const _SS_PAD1SIZE = 6;
/** Length of `__ss_pad2` in a SOCKADDR_STORAGE. */
export const _SS_PAD2SIZE = 112;

// Control codes

/** Mask of the parameter length in a BSD control code. */
export const IOCPARM_MASK = 0x7f;
/** Control code: no parameters. */
export const IOC_VOID = 0x20000000;
/** Control code: parameters come out. */
export const IOC_OUT = 0x40000000;
/** Control code: parameters go in. */
export const IOC_IN = 0x80000000;
/** Control code: parameters go in and come out. */
export const IOC_INOUT = 0xc0000000;
/** Control code: of BSD. */
export const IOC_UNIX = 0x00000;
/** Control code: of Winsock 2. */
export const IOC_WS2 = 0x8000000;
/** Control code: of an address family. */
export const IOC_PROTOCOL = 0x10000000;
/** Control code: of a vendor. */
export const IOC_VENDOR = 0x18000000;
/** Control code: of kernel sockets (WSK). */
export const IOC_WSK = 0x0f000000;
/** `WSAIoctl`: associates the socket with the handle of a companion interface. */
export const SIO_ASSOCIATE_HANDLE = 0x88000001;
/** `WSAIoctl`: a full receive queue drops the oldest message. */
export const SIO_ENABLE_CIRCULAR_QUEUEING = 0x28000002;
/** `WSAIoctl`: queries the route to an address. */
export const SIO_FIND_ROUTE = 0x48000003;
/** `WSAIoctl`: drops what is queued to be sent. */
export const SIO_FLUSH = 0x28000004;
/** `WSAIoctl`: the broadcast address to send to. */
export const SIO_GET_BROADCAST_ADDRESS = 0x48000005;
/** `WSAIoctl`: the quality of service of the socket, a QOS. */
export const SIO_GET_QOS = 0xc8000007;
/** `WSAIoctl`: the quality of service of the socket group. Reserved. */
export const SIO_GET_GROUP_QOS = 0xc8000008;
/** `WSAIoctl`: whether sent multicasts are looped back. */
export const SIO_MULTIPOINT_LOOPBACK = 0x88000009;
/** `WSAIoctl`: how far multicasts go. */
export const SIO_MULTICAST_SCOPE = 0x8800000a;
/** `WSAIoctl`: sets the quality of service, a QOS. */
export const SIO_SET_QOS = 0x8800000b;
/** `WSAIoctl`: sets the quality of service of the socket group. Reserved. */
export const SIO_SET_GROUP_QOS = 0x8800000c;
/** `WSAIoctl`: the handle of the socket for a companion interface. */
export const SIO_TRANSLATE_HANDLE = 0xc800000d;
/** `WSAIoctl`: the local address from which an address is reached. */
export const SIO_ROUTING_INTERFACE_QUERY = 0xc8000014;
/** `WSAIoctl`: completes when the local address for an address changes. */
export const SIO_ROUTING_INTERFACE_CHANGE = 0x88000015;
/** `WSAIoctl`: the local addresses, a SOCKET_ADDRESS_LIST. */
export const SIO_ADDRESS_LIST_QUERY = 0x48000016;
/** `WSAIoctl`: completes when the local addresses change. */
export const SIO_ADDRESS_LIST_CHANGE = 0x28000017;
/** `WSAIoctl`: the handle of the provider under the socket, for device notifications. */
export const SIO_QUERY_TARGET_PNP_HANDLE = 0x48000018;
/** `WSAIoctl`: the processor that receives for the socket, a SOCKET_PROCESSOR_AFFINITY. */
export const SIO_QUERY_RSS_PROCESSOR_INFO = 0x48000025;
/** `WSAIoctl`: sorts addresses by how good they are to connect to. */
export const SIO_ADDRESS_LIST_SORT = 0xc8000019;
/** `WSAIoctl`: reserved. */
export const SIO_RESERVED_1 = 0x8800001a;
/** `WSAIoctl`: reserved. */
export const SIO_RESERVED_2 = 0x88000021;
/** `WSAIoctl`: a table of extension functions, by its GUID. */
export const SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER = 0xc8000024;

// Protocols

/** IPv6 hop-by-hop options. */
export const IPPROTO_HOPOPTS = 0;
/** ICMP. */
export const IPPROTO_ICMP = 1;
/** IGMP. */
export const IPPROTO_IGMP = 2;
/** Gateway-to-gateway protocol. */
export const IPPROTO_GGP = 3;
/** IPv4 inside of IP. */
export const IPPROTO_IPV4 = 4;
/** Stream protocol ST. */
export const IPPROTO_ST = 5;
/** Core-based trees. */
export const IPPROTO_CBT = 7;
/** Exterior gateway protocol. */
export const IPPROTO_EGP = 8;
/** Private interior gateway protocols. */
export const IPPROTO_IGP = 9;
/** PUP. */
export const IPPROTO_PUP = 12;
/** Xerox IDP. */
export const IPPROTO_IDP = 22;
/** Reliable data protocol. */
export const IPPROTO_RDP = 27;
/** IPv6 routing header. */
export const IPPROTO_ROUTING = 43;
/** IPv6 fragment header. */
export const IPPROTO_FRAGMENT = 44;
/** IPsec: encapsulated payload. */
export const IPPROTO_ESP = 50;
/** IPsec: authentication header. */
export const IPPROTO_AH = 51;
/** ICMPv6. */
export const IPPROTO_ICMPV6 = 58;
/** No further IPv6 header. */
export const IPPROTO_NONE = 59;
/** IPv6 destination options. */
export const IPPROTO_DSTOPTS = 60;
/** Net disk protocol. */
export const IPPROTO_ND = 77;
/** ICL FXBM. */
export const IPPROTO_ICLFXBM = 78;
/** Protocol-independent multicast. */
export const IPPROTO_PIM = 103;
/** Reliable multicast (PGM). */
export const IPPROTO_PGM = 113;
/** Layer 2 tunnelling. */
export const IPPROTO_L2TP = 115;
/** SCTP. */
export const IPPROTO_SCTP = 132;
/** Raw IP packets. */
export const IPPROTO_RAW = 255;
/** One more than the highest protocol number of IP. */
export const IPPROTO_MAX = 256;
/** Reserved for the system: raw sockets. */
export const IPPROTO_RESERVED_RAW = 257;
/** Reserved for the system: IPsec. */
export const IPPROTO_RESERVED_IPSEC = 258;
/** Reserved for the system: IPsec offload. */
export const IPPROTO_RESERVED_IPSECOFFLOAD = 259;
/** Reserved for the system: network virtualization. */
export const IPPROTO_RESERVED_WNV = 260;
/** One more than the highest reserved number. */
export const IPPROTO_RESERVED_MAX = 261;

// Ports

/** Port of tcpmux. */
export const IPPORT_TCPMUX = 1;
/** Port of echo. */
export const IPPORT_ECHO = 7;
/** Port of discard. */
export const IPPORT_DISCARD = 9;
/** Port of systat. */
export const IPPORT_SYSTAT = 11;
/** Port of daytime. */
export const IPPORT_DAYTIME = 13;
/** Port of netstat. */
export const IPPORT_NETSTAT = 15;
/** Port of the quote of the day. */
export const IPPORT_QOTD = 17;
/** Port of the message send protocol. */
export const IPPORT_MSP = 18;
/** Port of the character generator. */
export const IPPORT_CHARGEN = 19;
/** Port of FTP data. */
export const IPPORT_FTP_DATA = 20;
/** Port of FTP. */
export const IPPORT_FTP = 21;
/** Port of Telnet. */
export const IPPORT_TELNET = 23;
/** Port of SMTP. */
export const IPPORT_SMTP = 25;
/** Port of time. */
export const IPPORT_TIMESERVER = 37;
/** Port of the old name server. */
export const IPPORT_NAMESERVER = 42;
/** Port of whois. */
export const IPPORT_WHOIS = 43;
/** Port of the mail transfer protocol before SMTP. */
export const IPPORT_MTP = 57;
/** Port of TFTP. */
export const IPPORT_TFTP = 69;
/** Port of remote job entry. */
export const IPPORT_RJE = 77;
/** Port of finger. */
export const IPPORT_FINGER = 79;
/** Port of ttylink. */
export const IPPORT_TTYLINK = 87;
/** Port of supdup. */
export const IPPORT_SUPDUP = 95;
/** Port of POP3. */
export const IPPORT_POP3 = 110;
/** Port of NTP. */
export const IPPORT_NTP = 123;
/** Port of the RPC endpoint mapper. */
export const IPPORT_EPMAP = 135;
/** Port of the NetBIOS name service. */
export const IPPORT_NETBIOS_NS = 137;
/** Port of NetBIOS datagrams. */
export const IPPORT_NETBIOS_DGM = 138;
/** Port of NetBIOS sessions. */
export const IPPORT_NETBIOS_SSN = 139;
/** Port of IMAP. */
export const IPPORT_IMAP = 143;
/** Port of SNMP. */
export const IPPORT_SNMP = 161;
/** Port of SNMP traps. */
export const IPPORT_SNMP_TRAP = 162;
/** Port of IMAP 3. */
export const IPPORT_IMAP3 = 220;
/** Port of LDAP. */
export const IPPORT_LDAP = 389;
/** Port of HTTPS. */
export const IPPORT_HTTPS = 443;
/** Port of SMB. */
export const IPPORT_MICROSOFT_DS = 445;
/** Port of rexec. */
export const IPPORT_EXECSERVER = 512;
/** Port of rlogin. */
export const IPPORT_LOGINSERVER = 513;
/** Port of rsh. */
export const IPPORT_CMDSERVER = 514;
/** Port of the extended file name server. */
export const IPPORT_EFSSERVER = 520;
/** Port of biff, over UDP. */
export const IPPORT_BIFFUDP = 512;
/** Port of rwho, over UDP. */
export const IPPORT_WHOSERVER = 513;
/** Port of routing information, over UDP. */
export const IPPORT_ROUTESERVER = 520;
/** The ports below this one are the well-known ones. */
export const IPPORT_RESERVED = 1024;
/** The first registered port. */
export const IPPORT_REGISTERED_MIN = 1024;
/** The last registered port. */
export const IPPORT_REGISTERED_MAX = 0xbfff;
/** The first port that the system assigns. */
export const IPPORT_DYNAMIC_MIN = 0xc000;
/** The last port that the system assigns. */
export const IPPORT_DYNAMIC_MAX = 0xffff;

// Classes of IPv4 addresses, in host order

/** IPv4 class A: mask of the network. */
export const IN_CLASSA_NET = 0xff000000;
/** IPv4 class A: where the network begins, in bits. */
export const IN_CLASSA_NSHIFT = 24;
/** IPv4 class A: mask of the host. */
export const IN_CLASSA_HOST = 0xffffff;
/** IPv4 class A: one more than the highest network number. */
export const IN_CLASSA_MAX = 128;
/** IPv4 class B: mask of the network. */
export const IN_CLASSB_NET = 0xffff0000;
/** IPv4 class B: where the network begins, in bits. */
export const IN_CLASSB_NSHIFT = 16;
/** IPv4 class B: mask of the host. */
export const IN_CLASSB_HOST = 0x0ffff;
/** IPv4 class B: one more than the highest network number. */
export const IN_CLASSB_MAX = 65536;
/** IPv4 class C: mask of the network. */
export const IN_CLASSC_NET = 0xffffff00;
/** IPv4 class C: where the network begins, in bits. */
export const IN_CLASSC_NSHIFT = 8;
/** IPv4 class C: mask of the host. */
export const IN_CLASSC_HOST = 0x000ff;
/** IPv4 multicast: mask of the prefix. */
export const IN_CLASSD_NET = 0xf0000000;
/** IPv4 multicast: where the prefix begins, in bits. */
export const IN_CLASSD_NSHIFT = 28;
/** IPv4 multicast: mask of the group. */
export const IN_CLASSD_HOST = 0xfffffff;

// IPv4 addresses, in host order

/** 0.0.0.0 in host order: every interface. */
export const INADDR_ANY = 0;
/** 127.0.0.1 in host order. */
export const INADDR_LOOPBACK = 0x7f000001;
/** 255.255.255.255 in host order. */
export const INADDR_BROADCAST = 0xffffffff;
/** What `inet_addr` returns for a text that is no address. */
export const INADDR_NONE = 0xffffffff;

// Scopes of IPv6 addresses

/** Scope: one interface. */
export const ScopeLevelInterface = 1;
/** Scope: one link. */
export const ScopeLevelLink = 2;
/** Scope: one subnet. */
export const ScopeLevelSubnet = 3;
/** Scope: set up by an administrator. */
export const ScopeLevelAdmin = 4;
/** Scope: one site. */
export const ScopeLevelSite = 5;
/** Scope: one organization. */
export const ScopeLevelOrganization = 8;
/** Scope: everywhere. */
export const ScopeLevelGlobal = 14;
/** How many scope levels there are. */
export const ScopeLevelCount = 16;

// Flags of messages

/** `WSARecvMsg`: the message was a broadcast. */
export const MSG_BCAST = 0x0400;
/** `WSARecvMsg`: the message was a multicast. */
export const MSG_MCAST = 0x0800;
/** `WSARecvMsg`: take from the queue of errors. */
export const MSG_ERRQUEUE = 0x1000;

// Flags of getaddrinfo

/** `GetAddrInfoW`: the addresses are for `bind`. */
export const AI_PASSIVE = 0x00001;
/** `GetAddrInfoW`: the first result has the canonical name. */
export const AI_CANONNAME = 0x00002;
/** `GetAddrInfoW`: the name is a numeric address; nothing is looked up. */
export const AI_NUMERICHOST = 0x00004;
/** `GetAddrInfoW`: the service is a port number. */
export const AI_NUMERICSERV = 0x00008;
/** `GetAddrInfoExW`: query DNS only. */
export const AI_DNS_ONLY = 0x00010;
/** `GetAddrInfoExW`: query DNS without encryption. */
export const AI_FORCE_CLEAR_TEXT = 0x00020;
/** `GetAddrInfoExW`: do not use the DNS cache. */
export const AI_BYPASS_DNS_CACHE = 0x00040;
/** `GetAddrInfoExW`: return for how long the answer is valid. */
export const AI_RETURN_TTL = 0x00080;
/** `GetAddrInfoW`: with `AI_V4MAPPED`, IPv6 addresses and mapped IPv4 ones. */
export const AI_ALL = 0x00100;
/** `GetAddrInfoW`: only families that this machine has an address of. */
export const AI_ADDRCONFIG = 0x00400;
/** `GetAddrInfoW`: mapped IPv4 addresses where there is no IPv6 one. */
export const AI_V4MAPPED = 0x00800;
/** `GetAddrInfoW`: answers that are not authoritative will do. */
export const AI_NON_AUTHORITATIVE = 0x04000;
/** `GetAddrInfoW`: only answers from a secured channel. */
export const AI_SECURE = 0x08000;
/** `GetAddrInfoW`: the names that are preferred for the service. */
export const AI_RETURN_PREFERRED_NAMES = 0x10000;
/** `GetAddrInfoW`: the first result has the fully qualified name. */
export const AI_FQDN = 0x20000;
/** `GetAddrInfoW`: the name is that of a file server. */
export const AI_FILESERVER = 0x40000;
/** `GetAddrInfoW`: do not encode international names as Punycode. */
export const AI_DISABLE_IDN_ENCODING = 0x80000;
/** `GetAddrInfoExW`: query DNS encrypted, then without encryption. */
export const AI_SECURE_WITH_FALLBACK = 0x100000;
/** `GetAddrInfoExW`: query only the given DNS servers. */
export const AI_EXCLUSIVE_CUSTOM_SERVERS = 0x200000;
/** `GetAddrInfoExW`: return how the answer was found. */
export const AI_RETURN_RESPONSE_FLAGS = 0x10000000;
/** `GetAddrInfoExW`: query DNS encrypted only. */
export const AI_REQUIRE_SECURE = 0x20000000;
/** `GetAddrInfoExW`: return a handle of the resolution. */
export const AI_RESOLUTION_HANDLE = 0x40000000;
/** `GetAddrInfoExW`: the hints are an ADDRINFOEX2W or a later version. */
export const AI_EXTENDED = 0x80000000;
/** Version of an ADDRINFOEX2W. */
export const ADDRINFOEX_VERSION_2 = 2;
/** Version of an ADDRINFOEX3. */
export const ADDRINFOEX_VERSION_3 = 3;
/** Version of an ADDRINFOEX4. */
export const ADDRINFOEX_VERSION_4 = 4;
/** Version of an ADDRINFOEX5. */
export const ADDRINFOEX_VERSION_5 = 5;
/** Version of an ADDRINFOEX6. */
export const ADDRINFOEX_VERSION_6 = 6;
/** Version of an ADDRINFOEX7. */
export const ADDRINFOEX_VERSION_7 = 7;
/** ADDRINFO_DNS_SERVER: DNS over UDP. */
export const AI_DNS_SERVER_TYPE_UDP = 0x1;
/** ADDRINFO_DNS_SERVER: DNS over HTTPS. */
export const AI_DNS_SERVER_TYPE_DOH = 0x2;
/** ADDRINFO_DNS_SERVER: DNS over TLS. */
export const AI_DNS_SERVER_TYPE_DOT = 0x3;
/** ADDRINFO_DNS_SERVER: UDP when the encrypted way fails. */
export const AI_DNS_SERVER_UDP_FALLBACK = 0x1;
/** ADDRINFOEX6: the answer came encrypted. */
export const AI_DNS_RESPONSE_SECURE = 0x1;
/** ADDRINFOEX6: the answer came from the hosts file. */
export const AI_DNS_RESPONSE_HOSTFILE = 0x2;
/** ADDRINFOEX7: only addresses that DNSSEC has authenticated. */
export const AI_EXTRA_DNSSEC_REQUIRED = 0x00001;

// Name spaces

/** Every name space. */
export const NS_ALL = 0;
/** Name space: NetWare SAP. */
export const NS_SAP = 1;
/** Name space: NetWare NDS. */
export const NS_NDS = 2;
/** Name space: peer browsing. */
export const NS_PEER_BROWSE = 3;
/** Name space: service location protocol. */
export const NS_SLP = 5;
/** Name space: DHCP. */
export const NS_DHCP = 6;
/** Name space: names of this machine. */
export const NS_TCPIP_LOCAL = 10;
/** Name space: the hosts file. */
export const NS_TCPIP_HOSTS = 11;
/** Name space: DNS. */
export const NS_DNS = 12;
/** Name space: NetBIOS over TCP. */
export const NS_NETBT = 13;
/** Name space: WINS. */
export const NS_WINS = 14;
/** Name space: network location awareness. */
export const NS_NLA = 15;
/** Name space: Bluetooth. */
export const NS_BTH = 16;
/** Name space: AppleTalk name binding. */
export const NS_NBP = 20;
/** Name space: Microsoft's own. */
export const NS_MS = 30;
/** Name space: StreetTalk. */
export const NS_STDA = 31;
/** Name space: Active Directory. */
export const NS_NTDS = 32;
/** Name space: e-mail addresses. */
export const NS_EMAIL = 37;
/** Name space: peer names (PNRP). */
export const NS_PNRPNAME = 38;
/** Name space: clouds of peers (PNRP). */
export const NS_PNRPCLOUD = 39;
/** Name space: X.500. */
export const NS_X500 = 40;
/** Name space: NIS. */
export const NS_NIS = 41;
/** Name space: NIS+. */
export const NS_NISPLUS = 42;
/** Name space: WRQ. */
export const NS_WRQ = 50;
/** Name space: Network Designers. */
export const NS_NETDES = 60;

// Flags of getnameinfo

/** `GetNameInfoW`: only the host part of local names. */
export const NI_NOFQDN = 0x01;
/** `GetNameInfoW`: the address as text, without a lookup. */
export const NI_NUMERICHOST = 0x02;
/** `GetNameInfoW`: fail when there is no name. */
export const NI_NAMEREQD = 0x04;
/** `GetNameInfoW`: the port as a number. */
export const NI_NUMERICSERV = 0x08;
/** `GetNameInfoW`: the service is a datagram service. */
export const NI_DGRAM = 0x10;
/** Room for any host name, in characters. */
export const NI_MAXHOST = 1025;
/** Room for any service name, in characters. */
export const NI_MAXSERV = 32;

// Structs

/** Any socket address: its family and 14 bytes that depend on it. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-sockaddr */
export const SOCKADDR = {
  struct: { sa_family: "u16", sa_data: { array: "u8", length: 14 } },
} as const satisfies StructDef;

/** A socket address and its length. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-socket_address */
export const SOCKET_ADDRESS = {
  struct: { lpSockaddr: "pointer", iSockaddrLength: "i32" },
} as const satisfies StructDef;

/** Several socket addresses; `Address` continues after its first element. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-socket_address_list */
export const SOCKET_ADDRESS_LIST = {
  struct: { iAddressCount: "i32", Address: { array: SOCKET_ADDRESS, length: 1 } },
} as const satisfies StructDef;

/** Local and remote address, type and protocol of a socket. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-csaddr_info */
export const CSADDR_INFO = {
  struct: { LocalAddr: SOCKET_ADDRESS, RemoteAddr: SOCKET_ADDRESS, iSocketType: "i32", iProtocol: "i32" },
} as const satisfies StructDef;

/** The processor and memory node that a socket is tied to. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-socket_processor_affinity */
export const SOCKET_PROCESSOR_AFFINITY = {
  struct: { Processor: PROCESSOR_NUMBER, NumaNodeId: "u16", Reserved: "u16" },
} as const satisfies StructDef;

/** The address of a link layer. */
export const SOCKADDR_DL = {
  struct: { sdl_family: "u16", sdl_data: { array: "u8", length: 8 }, sdl_zero: { array: "u8", length: 4 } },
} as const satisfies StructDef;

/** One result of `getaddrinfo`. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoa */
export const ADDRINFOA = {
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

/** One result of `GetAddrInfoExA`. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoexa */
export const ADDRINFOEXA = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoExW`. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoexw */
export const ADDRINFOEXW = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoExA`, with the fully qualified name. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoex2a */
export const ADDRINFOEX2A = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
    ai_version: "i32",
    ai_fqdn: "pointer",
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoExW`, with the fully qualified name. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoex2w */
export const ADDRINFOEX2W = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
    ai_version: "i32",
    ai_fqdn: "pointer",
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoExW`, with the interface. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoex3 */
export const ADDRINFOEX3 = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
    ai_version: "i32",
    ai_fqdn: "pointer",
    ai_interfaceindex: "i32",
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoExW`, with the handle of the resolution. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoex4 */
export const ADDRINFOEX4 = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
    ai_version: "i32",
    ai_fqdn: "pointer",
    ai_interfaceindex: "i32",
    ai_resolutionhandle: "usize",
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoExW`, with its time to live in seconds. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoex5 */
export const ADDRINFOEX5 = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
    ai_version: "i32",
    ai_fqdn: "pointer",
    ai_interfaceindex: "i32",
    ai_resolutionhandle: "usize",
    ai_ttl: "u32",
  },
} as const satisfies StructDef;

/** A DNS server to query. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfo_dns_server */
export const ADDRINFO_DNS_SERVER = {
  struct: {
    ai_servertype: "u32",
    ai_flags: "u64",
    ai_addrlen: "u32",
    ai_addr: "pointer",
    DUMMYUNIONNAME: { union: { ai_template: "pointer", ai_hostname: "pointer" } },
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoExW`, with the servers to query and how the answer was obtained. https://learn.microsoft.com/windows/win32/api/ws2def/ns-ws2def-addrinfoex6 */
export const ADDRINFOEX6 = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
    ai_version: "i32",
    ai_fqdn: "pointer",
    ai_interfaceindex: "i32",
    ai_resolutionhandle: "usize",
    ai_ttl: "u32",
    ai_numservers: "u32",
    ai_servers: "pointer",
    ai_responseflags: "u64",
  },
} as const satisfies StructDef;

/** One result of `GetAddrInfoExW`, with further options. */
export const ADDRINFOEX7 = {
  struct: {
    ai_flags: "i32",
    ai_family: "i32",
    ai_socktype: "i32",
    ai_protocol: "i32",
    ai_addrlen: "usize",
    ai_canonname: "pointer",
    ai_addr: "pointer",
    ai_blob: "pointer",
    ai_bloblen: "usize",
    ai_provider: "pointer",
    ai_next: "pointer",
    ai_version: "i32",
    ai_fqdn: "pointer",
    ai_interfaceindex: "i32",
    ai_resolutionhandle: "usize",
    ai_ttl: "u32",
    ai_numservers: "u32",
    ai_servers: "pointer",
    ai_responseflags: "u64",
    ai_extraflags: "u64",
  },
} as const satisfies StructDef;

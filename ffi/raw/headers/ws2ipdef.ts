/**
 * ws2ipdef.h: all that the library itself does not use, kept apart so that it is loaded for raw callers only.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ws2ipdef/ and
 * https://learn.microsoft.com/windows/win32/winsock/socket-options
 *
 * @module
 */

import type { StructDef, UnionDef } from "../../layout/mod.ts";
import {
  IN6_ADDR,
  IN6_PKTINFO,
  IN_ADDR,
  IN_PKTINFO,
  SCOPE_ID,
  SOCKADDR_IN,
  SOCKADDR_IN6,
} from "../../win32/winsock.ts";
import { SOCKADDR, SOCKADDR_STORAGE, SOCKET_ADDRESS } from "./ws2def.ts";
export {
  GROUP_REQ,
  GROUP_SOURCE_REQ,
  IN6_PKTINFO,
  IN_PKTINFO,
  IP_ADD_MEMBERSHIP,
  IP_ADD_SOURCE_MEMBERSHIP,
  IP_BLOCK_SOURCE,
  IP_DONTFRAGMENT,
  IP_DROP_MEMBERSHIP,
  IP_DROP_SOURCE_MEMBERSHIP,
  IP_ECN,
  IP_HOPLIMIT,
  IP_MREQ,
  IP_MREQ_SOURCE,
  IP_MTU,
  IP_MTU_DISCOVER,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_PKTINFO,
  IP_RECVECN,
  IP_RECVTOS,
  IP_TOS,
  IP_TTL,
  IP_UNBLOCK_SOURCE,
  IP_UNICAST_IF,
  IP_USER_MTU,
  IPV6_ADD_MEMBERSHIP,
  IPV6_DONTFRAG,
  IPV6_DROP_MEMBERSHIP,
  IPV6_ECN,
  IPV6_HOPLIMIT,
  IPV6_MREQ,
  IPV6_MTU,
  IPV6_MTU_DISCOVER,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_PKTINFO,
  IPV6_RECVECN,
  IPV6_RECVTCLASS,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  IPV6_UNICAST_IF,
  IPV6_USER_MTU,
  IPV6_V6ONLY,
  MCAST_BLOCK_SOURCE,
  MCAST_JOIN_GROUP,
  MCAST_JOIN_SOURCE_GROUP,
  MCAST_LEAVE_GROUP,
  MCAST_LEAVE_SOURCE_GROUP,
  MCAST_UNBLOCK_SOURCE,
  SOCKADDR_IN6,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_MAXRTMS,
  TCP_MAXSEG,
  TCP_TIMESTAMPS,
  UDP_COALESCED_INFO,
  UDP_SEND_MSG_SIZE,
} from "../../win32/winsock.ts";

// Flags of interfaces

/** INTERFACE_INFO: the interface is up. */
export const IFF_UP = 0x00001;
/** INTERFACE_INFO: the interface has broadcasts. */
export const IFF_BROADCAST = 0x00002;
/** INTERFACE_INFO: the interface is the loopback. */
export const IFF_LOOPBACK = 0x00004;
/** INTERFACE_INFO: the interface connects two points. */
export const IFF_POINTTOPOINT = 0x00008;
/** INTERFACE_INFO: the interface has multicasts. */
export const IFF_MULTICAST = 0x00010;

// States of path MTU discovery

/** `IP_MTU_DISCOVER`: as the system is set up. */
export const IP_PMTUDISC_NOT_SET = 0;
/** `IP_MTU_DISCOVER`: discover the path MTU; never fragment. */
export const IP_PMTUDISC_DO = 1;
/** `IP_MTU_DISCOVER`: do not discover the path MTU; fragment. */
export const IP_PMTUDISC_DONT = 2;
/** `IP_MTU_DISCOVER`: never fragment, and send even more than the path MTU. */
export const IP_PMTUDISC_PROBE = 3;
/** One more than the highest state of path MTU discovery. */
export const IP_PMTUDISC_MAX = 4;

// Options at IPPROTO_IP

/** `IPPROTO_IP`: IP options of what is sent. */
export const IP_OPTIONS = 1;
/** `IPPROTO_IP`: data begins with the IP header. */
export const IP_HDRINCL = 2;
/** `IPPROTO_IP`: another name of `IP_HOPLIMIT`. */
export const IP_RECVTTL = 21;
/** `IPPROTO_IP`: whether broadcasts are received. */
export const IP_RECEIVE_BROADCAST = 22;
/** `IPPROTO_IP`: the interface of what is received is delivered as a control message. */
export const IP_RECVIF = 24;
/** `IPPROTO_IP`: the destination of what is received is delivered as a control message. */
export const IP_RECVDSTADDR = 25;
/** `IPPROTO_IP`: whether only interfaces of a list are used. */
export const IP_IFLIST = 28;
/** `IPPROTO_IP`: adds an interface to the list. */
export const IP_ADD_IFLIST = 29;
/** `IPPROTO_IP`: removes an interface from the list. */
export const IP_DEL_IFLIST = 30;
/** `IPPROTO_IP`: routing header of what is sent. */
export const IP_RTHDR = 32;
/** `IPPROTO_IP`: the list of interfaces. Read only. */
export const IP_GET_IFLIST = 33;
/** `IPPROTO_IP`: the routing header of what is received is delivered as a control message. */
export const IP_RECVRTHDR = 38;
/** `IPPROTO_IP`: traffic class, as a control message. */
export const IP_TCLASS = 39;
/** `IPPROTO_IP`: the traffic class of what is received is delivered as a control message. */
export const IP_RECVTCLASS = 40;
/** `IPPROTO_IP`: the interface on which a tunnelled packet arrived is delivered as a control message. */
export const IP_ORIGINAL_ARRIVAL_IF = 47;
/** `IPPROTO_IP`: like `IP_PKTINFO`, with the scope: an IN_PKTINFO_EX. */
export const IP_PKTINFO_EX = 51;
/** `IPPROTO_IP`: records of a connection redirected by the filtering platform. */
export const IP_WFP_REDIRECT_RECORDS = 60;
/** `IPPROTO_IP`: context of a connection redirected by the filtering platform. */
export const IP_WFP_REDIRECT_CONTEXT = 70;
/** `IPPROTO_IP`: constrains sending to an interface. */
export const IP_NRT_INTERFACE = 74;
/** `IPPROTO_IP`: ICMP errors come as control messages, an IN_RECVERR. */
export const IP_RECVERR = 75;
/** `IP_TOS`: left to the system. */
export const IP_UNSPECIFIED_TYPE_OF_SERVICE: -1 = -1;
/** `IP_USER_MTU`: no bound. */
export const IP_UNSPECIFIED_USER_MTU = 0xffffffff;
/** `IP_TTL`: left to the system. */
export const IP_UNSPECIFIED_HOP_LIMIT: -1 = -1;
/** `IPPROTO_IP`: the number of `IPV6_PROTECTION_LEVEL`. */
export const IP_PROTECTION_LEVEL = 23;

// IPv6 addresses

/** Length of an IPv6 address, in bits. */
export const IPV6_ADDRESS_BITS = 128;
/** Length of the prefix of link-local addresses, in bits. */
export const IN6ADDR_LINKLOCALPREFIX_LENGTH = 64;
/** Length of the prefix of multicast addresses, in bits. */
export const IN6ADDR_MULTICASTPREFIX_LENGTH = 8;
/** Length of the prefix of solicited-node multicast addresses, in bits. */
export const IN6ADDR_SOLICITEDNODEMULTICASTPREFIX_LENGTH = 104;
/** Length of the prefix of IPv4-mapped addresses, in bits. */
export const IN6ADDR_V4MAPPEDPREFIX_LENGTH = 96;
/** Length of the prefix of 6to4 addresses, in bits. */
export const IN6ADDR_6TO4PREFIX_LENGTH = 16;
/** Length of the prefix of Teredo addresses, in bits. */
export const IN6ADDR_TEREDOPREFIX_LENGTH = 32;

// Control codes

/** `WSAIoctl`: the interfaces, INTERFACE_INFOs. */
export const SIO_GET_INTERFACE_LIST = 0x4004747f;
/** `WSAIoctl`: the interfaces, INTERFACE_INFO_EXs. */
export const SIO_GET_INTERFACE_LIST_EX = 0x4004747e;
/** `WSAIoctl`: sets the source filter of an IPv4 group, an IP_MSFILTER. */
export const SIO_SET_MULTICAST_FILTER = 0x8004747d;
/** `WSAIoctl`: the source filter of an IPv4 group, an IP_MSFILTER. */
export const SIO_GET_MULTICAST_FILTER = 0x8004747c;
/** `WSAIoctl`: another name of `SIO_SET_MULTICAST_FILTER`. */
export const SIOCSIPMSFILTER = 0x8004747d;
/** `WSAIoctl`: another name of `SIO_GET_MULTICAST_FILTER`. */
export const SIOCGIPMSFILTER = 0x8004747c;
/** `WSAIoctl`: sets the source filter of a group, a GROUP_FILTER. */
export const SIOCSMSFILTER = 0x8004747e;
/** `WSAIoctl`: the source filter of a group, a GROUP_FILTER. */
export const SIOCGMSFILTER = 0x8004747f;
/** `WSAIoctl`: how many bytes to keep under way, a ULONG. */
export const SIO_IDEAL_SEND_BACKLOG_QUERY = 0x4004747b;
/** `WSAIoctl`: completes when the ideal send backlog changes. */
export const SIO_IDEAL_SEND_BACKLOG_CHANGE = 0x2000747a;

// Multicast of either family

/** Source filter: only the sources listed. */
export const MCAST_INCLUDE = 0;
/** Source filter: all but the sources listed. */
export const MCAST_EXCLUDE = 1;

// Options at IPPROTO_IPV6

/** `IPPROTO_IPV6`: hop-by-hop options of what is sent. */
export const IPV6_HOPOPTS = 1;
/** `IPPROTO_IPV6`: data begins with the IPv6 header. */
export const IPV6_HDRINCL = 2;
/** `IPPROTO_IPV6`: another name of `IPV6_ADD_MEMBERSHIP`. */
export const IPV6_JOIN_GROUP = 12;
/** `IPPROTO_IPV6`: another name of `IPV6_DROP_MEMBERSHIP`. */
export const IPV6_LEAVE_GROUP = 13;
/** `IPPROTO_IPV6`: from how far away the socket can be reached. */
export const IPV6_PROTECTION_LEVEL = 23;
/** `IPPROTO_IPV6`: the interface of what is received is delivered as a control message. */
export const IPV6_RECVIF = 24;
/** `IPPROTO_IPV6`: the destination of what is received is delivered as a control message. */
export const IPV6_RECVDSTADDR = 25;
/** `IPPROTO_IPV6`: where in what a raw socket sends the checksum goes. */
export const IPV6_CHECKSUM = 26;
/** `IPPROTO_IPV6`: whether only interfaces of a list are used. */
export const IPV6_IFLIST = 28;
/** `IPPROTO_IPV6`: adds an interface to the list. */
export const IPV6_ADD_IFLIST = 29;
/** `IPPROTO_IPV6`: removes an interface from the list. */
export const IPV6_DEL_IFLIST = 30;
/** `IPPROTO_IPV6`: routing header of what is sent. */
export const IPV6_RTHDR = 32;
/** `IPPROTO_IPV6`: the list of interfaces. Read only. */
export const IPV6_GET_IFLIST = 33;
/** `IPPROTO_IPV6`: the routing header of what is received is delivered as a control message. */
export const IPV6_RECVRTHDR = 38;
/** `IPPROTO_IPV6`: like `IPV6_PKTINFO`, with the scope: an IN6_PKTINFO_EX. */
export const IPV6_PKTINFO_EX = 51;
/** `IPPROTO_IPV6`: records of a connection redirected by the filtering platform. */
export const IPV6_WFP_REDIRECT_RECORDS = 60;
/** `IPPROTO_IPV6`: context of a connection redirected by the filtering platform. */
export const IPV6_WFP_REDIRECT_CONTEXT = 70;
/** `IPPROTO_IPV6`: constrains sending to an interface. */
export const IPV6_NRT_INTERFACE = 74;
/** `IPPROTO_IPV6`: ICMPv6 errors come as control messages, an IN_RECVERR. */
export const IPV6_RECVERR = 75;
/** `IPV6_PROTECTION_LEVEL`: from anywhere, also through Teredo. */
export const PROTECTION_LEVEL_UNRESTRICTED = 10;
/** `IPV6_PROTECTION_LEVEL`: from anywhere, but not through Teredo. */
export const PROTECTION_LEVEL_EDGERESTRICTED = 20;
/** `IPV6_PROTECTION_LEVEL`: from the same site only. */
export const PROTECTION_LEVEL_RESTRICTED = 30;
/** `IPV6_PROTECTION_LEVEL`: as the system is set up. */
export const PROTECTION_LEVEL_DEFAULT = 0xffffffff;

// Lengths of addresses as text

/** Room for any IPv4 address with port as text, in characters. */
export const INET_ADDRSTRLEN = 22;
/** Room for any IPv6 address with scope and port as text, in characters. */
export const INET6_ADDRSTRLEN = 65;

// Options at IPPROTO_TCP

/** `TCP_OFFLOAD_PREFERENCE`: no preference. */
export const TCP_OFFLOAD_NO_PREFERENCE = 0;
/** `TCP_OFFLOAD_PREFERENCE`: rather not. */
export const TCP_OFFLOAD_NOT_PREFERRED = 1;
/** `TCP_OFFLOAD_PREFERENCE`: rather so. */
export const TCP_OFFLOAD_PREFERRED = 2;
/** `IPPROTO_TCP`: urgent data as RFC 1122 has it. */
export const TCP_EXPEDITED_1122 = 0x0002;
/** `IPPROTO_TCP`: idle time before the first keep-alive probe, in seconds. */
export const TCP_KEEPALIVE = 3;
/** `IPPROTO_TCP`: how long to go on sending again before giving up, in seconds. */
export const TCP_MAXRT = 5;
/** `IPPROTO_TCP`: urgent data as RFC 1122 has it. */
export const TCP_STDURG = 6;
/** `IPPROTO_TCP`: no urgent data. */
export const TCP_NOURG = 7;
/** `IPPROTO_TCP`: whether the next byte is the urgent one. */
export const TCP_ATMARK = 8;
/** `IPPROTO_TCP`: do not repeat a request to connect. */
export const TCP_NOSYNRETRIES = 9;
/** `IPPROTO_TCP`: whether the network card should do the work. */
export const TCP_OFFLOAD_PREFERENCE = 11;
/** `IPPROTO_TCP`: algorithm of congestion control. */
export const TCP_CONGESTION_ALGORITHM = 12;
/** `IPPROTO_TCP`: acknowledge the end of the peer's data only with one's own. */
export const TCP_DELAY_FIN_ACK = 13;
/** `IPPROTO_TCP`: data in the request to connect (RFC 7413). */
export const TCP_FASTOPEN = 15;
/** `IPPROTO_TCP`: an ICMP error ends the attempt to connect. */
export const TCP_FAIL_CONNECT_ON_ICMP_ERROR = 18;
/** `IPPROTO_TCP`: the ICMP error that ended the attempt, an ICMP_ERROR_INFO. Read only. */
export const TCP_ICMP_ERROR_INFO = 19;

// Options at IPPROTO_UDP

/** `IPPROTO_UDP`: received messages of one sender come together, up to this size in bytes; 0 for not. */
export const UDP_RECV_MAX_COALESCED_SIZE = 3;

// Structs

/** The address of an IPv6 socket as it was first. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-sockaddr_in6_old */
export const sockaddr_in6_old = {
  struct: { sin6_family: "i16", sin6_port: "u16be", sin6_flowinfo: "u32be", sin6_addr: IN6_ADDR },
} as const satisfies StructDef;

/** An address as `SIO_GET_INTERFACE_LIST` gives it. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-sockaddr_gen */
export const sockaddr_gen = {
  union: { Address: SOCKADDR, AddressIn: SOCKADDR_IN, AddressIn6: sockaddr_in6_old },
} as const satisfies UnionDef;

/** What `SIO_GET_INTERFACE_LIST` returns about an interface. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-interface_info */
export const INTERFACE_INFO = {
  struct: { iiFlags: "u32", iiAddress: sockaddr_gen, iiBroadcastAddress: sockaddr_gen, iiNetmask: sockaddr_gen },
} as const satisfies StructDef;

/** What `SIO_GET_INTERFACE_LIST_EX` returns about an interface. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-interface_info_ex */
export const INTERFACE_INFO_EX = {
  struct: { iiFlags: "u32", iiAddress: SOCKET_ADDRESS, iiBroadcastAddress: SOCKET_ADDRESS, iiNetmask: SOCKET_ADDRESS },
} as const satisfies StructDef;

/** The address of an IPv4 or IPv6 socket. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-sockaddr_inet */
export const SOCKADDR_INET = {
  union: { Ipv4: SOCKADDR_IN, Ipv6: SOCKADDR_IN6, si_family: "u16" },
} as const satisfies UnionDef;

/** A source and a destination. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-sockaddr_in6_pair */
export const SOCKADDR_IN6_PAIR = {
  struct: { SourceAddress: "pointer", DestinationAddress: "pointer" },
} as const satisfies StructDef;

/** The source filter of an IPv4 group; `imsf_slist` continues after its first element. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-ip_msfilter */
export const IP_MSFILTER = {
  struct: {
    imsf_multiaddr: IN_ADDR,
    imsf_interface: IN_ADDR,
    imsf_fmode: "u32",
    imsf_numsrc: "u32",
    imsf_slist: { array: IN_ADDR, length: 1 },
  },
} as const satisfies StructDef;

/** The source filter of a group of either family; `gf_slist` continues after its first element. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-group_filter */
export const GROUP_FILTER = {
  struct: {
    gf_interface: "u32",
    gf_group: SOCKADDR_STORAGE,
    gf_fmode: "u32",
    gf_numsrc: "u32",
    gf_slist: { array: SOCKADDR_STORAGE, length: 1 },
  },
} as const satisfies StructDef;

/** Control message: an IPv4 address, an interface, and the scope. */
export const IN_PKTINFO_EX = { struct: { pkt_info: IN_PKTINFO, scope_id: SCOPE_ID } } as const satisfies StructDef;

/** Control message: an IPv6 address, an interface, and the scope. */
export const IN6_PKTINFO_EX = { struct: { pkt_info: IN6_PKTINFO, scope_id: SCOPE_ID } } as const satisfies StructDef;

/** Control message: an ICMP error. */
export const IN_RECVERR = {
  struct: { protocol: "u32", info: "u32", type: "u8", code: "u8" },
} as const satisfies StructDef;

/** The ICMP error that ended an attempt to connect. https://learn.microsoft.com/windows/win32/api/ws2ipdef/ns-ws2ipdef-icmp_error_info */
export const ICMP_ERROR_INFO = {
  struct: { srcaddress: SOCKADDR_INET, protocol: "u32", type: "u8", code: "u8" },
} as const satisfies StructDef;

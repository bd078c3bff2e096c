/**
 * The sources from which a member of a multicast group receives (RFC 3678): the inline functions of ws2tcpip.h. They fail with
 * `SOCKET_ERROR`.
 */

import { layout } from "../../layout/mod.ts";
import { type IN_ADDR, SOCKET_ERROR } from "../../win32/winsock.ts";
import { SOCKADDR_STORAGE } from "../headers/ws2def.ts";
import {
  GROUP_FILTER,
  IP_MSFILTER,
  SIOCGIPMSFILTER,
  SIOCGMSFILTER,
  SIOCSIPMSFILTER,
  SIOCSMSFILTER,
} from "../headers/ws2ipdef.ts";
import { ws2_32 } from "../dll.ts";
import type { SOCKET } from "../../win32/handles.ts";
import type { Pointer } from "../../layout/bytes.ts";
import type { Memory, Sockaddr } from "../types.ts";
import { need } from "./address_bytes.ts";

const IPV4_SOURCE_LENGTH = 4;
const SOURCE_LENGTH = layout(SOCKADDR_STORAGE).size;

/** The size of an IP_MSFILTER for a number of sources, in bytes. Source: ws2ipdef.h. */
export function IP_MSFILTER_SIZE(NumSources: number): number {
  return layout(IP_MSFILTER).offsets.imsf_slist + NumSources * IPV4_SOURCE_LENGTH;
}

/** The size of a GROUP_FILTER for a number of sources, in bytes. Source: ws2ipdef.h. */
export function GROUP_FILTER_SIZE(numsrc: number): number {
  return layout(GROUP_FILTER).offsets.gf_slist + numsrc * SOURCE_LENGTH;
}

function ioctl(s: SOCKET, code: number, input: Memory, output: Memory | null): number {
  const outputLength = output?.byteLength ?? 0;
  return ws2_32().WSAIoctl(s, code, input, input.byteLength, output, outputLength, new Uint32Array(1), null, null);
}

/** A buffer for a filter: never smaller than the struct, whose list has room for one. */
function filterBuffer(length: number, smallest: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Math.max(length, smallest));
}

/** Sets the filter of an IPv4 group: `MCAST_INCLUDE` or `MCAST_EXCLUDE` and the sources, four bytes each. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setipv4sourcefilter */
export function setipv4sourcefilter(
  Socket: SOCKET,
  Interface: Pointer<typeof IN_ADDR>,
  Group: Pointer<typeof IN_ADDR>,
  FilterMode: number,
  SourceCount: number,
  SourceList: Uint8Array,
): number {
  const length = IP_MSFILTER_SIZE(SourceCount);
  const bytes = ipv4Filter(Interface, Group, FilterMode, SourceCount);
  const sources = need(SourceList, SourceCount * IPV4_SOURCE_LENGTH, "SourceList");
  bytes.set(sources.subarray(0, SourceCount * IPV4_SOURCE_LENGTH), layout(IP_MSFILTER).offsets.imsf_slist);
  return ioctl(Socket, SIOCSIPMSFILTER, bytes.subarray(0, length), null);
}

/** Reads the filter of an IPv4 group: its mode, how many sources there are, and as many as `SourceList` has room for. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getipv4sourcefilter */
export function getipv4sourcefilter(
  Socket: SOCKET,
  Interface: Pointer<typeof IN_ADDR>,
  Group: Pointer<typeof IN_ADDR>,
  FilterMode: Uint32Array,
  SourceCount: Uint32Array,
  SourceList: Uint8Array,
): number {
  const room = SourceCount[0];
  need(SourceList, room * IPV4_SOURCE_LENGTH, "SourceList");
  const bytes = ipv4Filter(Interface, Group, 0, room);
  const part = bytes.subarray(0, IP_MSFILTER_SIZE(room));
  if (ioctl(Socket, SIOCGIPMSFILTER, part, part) === SOCKET_ERROR) return SOCKET_ERROR;
  const filter = layout(IP_MSFILTER).view(bytes);
  if (room > 0) {
    SourceList.set(part.subarray(layout(IP_MSFILTER).offsets.imsf_slist));
    SourceCount[0] = filter.imsf_numsrc;
  }
  FilterMode[0] = filter.imsf_fmode;
  return 0;
}

function ipv4Filter(from: Uint8Array, group: Uint8Array, mode: number, count: number): Uint8Array<ArrayBuffer> {
  const { offsets, size } = layout(IP_MSFILTER);
  const bytes = filterBuffer(IP_MSFILTER_SIZE(count), size);
  const filter = layout(IP_MSFILTER).view(bytes);
  bytes.set(need(group, IPV4_SOURCE_LENGTH, "Group").subarray(0, IPV4_SOURCE_LENGTH), offsets.imsf_multiaddr);
  bytes.set(need(from, IPV4_SOURCE_LENGTH, "Interface").subarray(0, IPV4_SOURCE_LENGTH), offsets.imsf_interface);
  filter.imsf_fmode = mode;
  filter.imsf_numsrc = count;
  return bytes;
}

/** Sets the filter of a group: `MCAST_INCLUDE` or `MCAST_EXCLUDE` and the sources, a SOCKADDR_STORAGE each. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-setsourcefilter */
export function setsourcefilter(
  Socket: SOCKET,
  Interface: number,
  Group: Sockaddr,
  GroupLength: number,
  FilterMode: number,
  SourceCount: number,
  SourceList: Pointer<typeof SOCKADDR_STORAGE>,
): number {
  const bytes = groupFilter(Interface, Group, GroupLength, FilterMode, SourceCount);
  const sources = need(SourceList, SourceCount * SOURCE_LENGTH, "SourceList");
  bytes.set(sources.subarray(0, SourceCount * SOURCE_LENGTH), layout(GROUP_FILTER).offsets.gf_slist);
  return ioctl(Socket, SIOCSMSFILTER, bytes.subarray(0, GROUP_FILTER_SIZE(SourceCount)), null);
}

/** Reads the filter of a group: its mode, how many sources there are, and as many as `SourceList` has room for. https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getsourcefilter */
export function getsourcefilter(
  Socket: SOCKET,
  Interface: number,
  Group: Sockaddr,
  GroupLength: number,
  FilterMode: Uint32Array,
  SourceCount: Uint32Array,
  SourceList: Pointer<typeof SOCKADDR_STORAGE>,
): number {
  const room = SourceCount[0];
  need(SourceList, room * SOURCE_LENGTH, "SourceList");
  const bytes = groupFilter(Interface, Group, GroupLength, 0, room);
  const part = bytes.subarray(0, GROUP_FILTER_SIZE(room));
  if (ioctl(Socket, SIOCGMSFILTER, part, part) === SOCKET_ERROR) return SOCKET_ERROR;
  const filter = layout(GROUP_FILTER).view(bytes);
  if (room > 0) {
    SourceList.set(part.subarray(layout(GROUP_FILTER).offsets.gf_slist));
    SourceCount[0] = filter.gf_numsrc;
  }
  FilterMode[0] = filter.gf_fmode;
  return 0;
}

function groupFilter(index: number, group: Uint8Array, groupLength: number, mode: number, count: number) {
  const { offsets, size } = layout(GROUP_FILTER);
  const bytes = filterBuffer(GROUP_FILTER_SIZE(count), size);
  const filter = layout(GROUP_FILTER).view(bytes);
  filter.gf_interface = index;
  bytes.set(need(group, groupLength, "Group").subarray(0, Math.min(groupLength, SOURCE_LENGTH)), offsets.gf_group);
  filter.gf_fmode = mode;
  filter.gf_numsrc = count;
  return bytes;
}

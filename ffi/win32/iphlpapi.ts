/** What the library needs of `iphlpapi.dll`: the list of the network interfaces. */

import type { StructDef } from "../layout/mod.ts";
import { openLibrary } from "./library.ts";

/** A network interface, the part of the struct that is used here. https://learn.microsoft.com/windows/win32/api/iptypes/ns-iptypes-ip_adapter_addresses_lh */
export const IP_ADAPTER_ADDRESSES_LH = {
  struct: {
    Length: "u32",
    IfIndex: "u32",
    Next: "pointer",
    AdapterName: "pointer",
    FirstUnicastAddress: "pointer",
    FirstAnycastAddress: "pointer",
    FirstMulticastAddress: "pointer",
    FirstDnsServerAddress: "pointer",
    DnsSuffix: "pointer",
    Description: "pointer",
    FriendlyName: "pointer",
    PhysicalAddress: { array: "u8", length: 8 },
    PhysicalAddressLength: "u32",
    Flags: "u32",
    Mtu: "u32",
    IfType: "u32",
    OperStatus: "i32",
    Ipv6IfIndex: "u32",
  },
} as const satisfies StructDef;

/** An address of a network interface. https://learn.microsoft.com/windows/win32/api/iptypes/ns-iptypes-ip_adapter_unicast_address_lh */
export const IP_ADAPTER_UNICAST_ADDRESS_LH = {
  struct: {
    Length: "u32",
    Flags: "u32",
    Next: "pointer",
    Address: { struct: { lpSockaddr: "pointer", iSockaddrLength: "i32" } },
    PrefixOrigin: "i32",
    SuffixOrigin: "i32",
    DadState: "i32",
    ValidLifetime: "u32",
    PreferredLifetime: "u32",
    LeaseLifetime: "u32",
    OnLinkPrefixLength: "u8",
  },
} as const satisfies StructDef;

/** `GetAdaptersAddresses`: without anycast addresses. Source: iptypes.h. */
export const GAA_FLAG_SKIP_ANYCAST = 0x2;
/** `GetAdaptersAddresses`: without multicast addresses. */
export const GAA_FLAG_SKIP_MULTICAST = 0x4;
/** `GetAdaptersAddresses`: without the addresses of name servers. */
export const GAA_FLAG_SKIP_DNS_SERVER = 0x8;
/** IP_ADAPTER_ADDRESSES_LH: the interface has no multicast. */
export const IP_ADAPTER_NO_MULTICAST = 0x10;
/** IP_ADAPTER_ADDRESSES_LH: the loopback. Source: ipifcons.h. */
export const IF_TYPE_SOFTWARE_LOOPBACK = 24;
/** IP_ADAPTER_ADDRESSES_LH: the interface can pass packets. Source: ifdef.h. */
export const IfOperStatusUp = 1;

/** Its symbol. Source: iphlpapi.h. */
export const IPHLPAPI_SYMBOLS = {
  /** Lists the interfaces with their addresses. https://learn.microsoft.com/windows/win32/api/iphlpapi/nf-iphlpapi-getadaptersaddresses */
  GetAdaptersAddresses: {
    parameters: [
      "u32", // ULONG Family
      "u32", // ULONG Flags
      "pointer", // PVOID Reserved
      "buffer", // PIP_ADAPTER_ADDRESSES AdapterAddresses
      "buffer", // PULONG SizePointer
    ],
    result: "u32", // the error code; 0 when it worked
  },
} as const satisfies Deno.ForeignLibraryInterface;

let functions: Deno.DynamicLibrary<typeof IPHLPAPI_SYMBOLS>["symbols"] | undefined;

/** The functions of `iphlpapi.dll`, loaded on first use. */
export function iphlpapi(): Deno.DynamicLibrary<typeof IPHLPAPI_SYMBOLS>["symbols"] {
  return functions ??= openLibrary("iphlpapi.dll", IPHLPAPI_SYMBOLS);
}

/** What the comparison with the C headers leaves out, and why; and where mingw-w64 itself is wrong. */

/** Object-like macros of the headers that are no constants of the interface. */
export const NO_CONSTANTS: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^_+\w+$/, "marks that a header has been read"],
  [/^(WSAAPI|WSPAPI|WINSOCK_API_LINKAGE|WS2TCPIP_INLINE|INCL_WINSOCK_API_TYPEDEFS)$/, "how functions are declared"],
  [/^(s_(addr|host|net|imp|impno|lh)|s6_(addr|bytes|words)|h_addr)$/, "another name of a member"],
  [/^(WSAEVENT|LPWSAEVENT|WSAOVERLAPPED|in_addr6|addrinfoEx|P?ADDRINFOEX)$/, "another name of a type"],
  [/^LPFN_\w+$/, "another name of a type"],
  [/^h_errno$/, "a call: `WSAGetLastError()`"],
  [/^(GetAddrInfo|FreeAddrInfo|GetNameInfo|InetPton|InetNtop)A?$/, "another name of a function"],
  [/^(GetAddrInfoEx|SetAddrInfoEx|FreeAddrInfoExA|gai_strerror)$/, "another name of a function"],
  [/^WSA(Socket|ConnectByName|DuplicateSocket|EnumProtocols)$/, "another name of a function"],
  [/^WSA(AddressToString|StringToAddress|LookupServiceBegin|LookupServiceNext)$/, "another name of a function"],
  [/^WSA(InstallServiceClass|SetService|GetServiceClassInfo)$/, "another name of a function"],
  [/^WSA(GetServiceClassNameByClassId|EnumNameSpaceProviders(Ex)?)$/, "another name of a function"],
  [/^WSCEnumNameSpaceProviders(Ex)?$/, "another name of a function"],
  [/^Rtl\w+$/, "another name of a function of ntdll.dll"],
  [/^IN6_(IS_ADDR_\w+|ARE_ADDR_EQUAL)$/, "a function with a macro of its name"],
  [/^(SO_PROTOCOL_INFO|SERVICE_TYPE_VALUE_(SAPID|TCPPORT|UDPPORT|OBJECTID))$/, "A or W, as UNICODE is defined or not"],
  [/^IN6ADDR_(ANY|LOOPBACK)_INIT$/, "an initializer: IN6_SET_ADDR_UNSPECIFIED(), IN6_SET_ADDR_LOOPBACK()"],
  [/^LUP_RES_RESERVICE$/, "not in Microsoft's header"],
];

/** Structs of the headers that have no definition of their own here. */
export const NO_STRUCTS: ReadonlyMap<string, string> = new Map([]);

/** Constants for which mingw-w64 10 has another value than Microsoft's header, with mingw's value. */
export const MINGW_DIFFERS: ReadonlyMap<string, bigint> = new Map([
  ["AF_MAX", 33n], // AF_LINK and AF_HYPERV are missing
  ["PF_MAX", 33n],
  ["EAI_NODATA", 11004n], // Microsoft: the number of EAI_NONAME
]);

/**
 * Members that stand for a struct or union without a name in C: its members are those of what it is in. The names are
 * those that Windows' headers have for compilers that know no anonymous members.
 */
export function isAnonymous(struct: string, member: string): boolean {
  if (/^DUMMY(UNION|STRUCT)NAME\d*$/.test(member)) return true;
  // Named in C++ only.
  return struct === "INET_PORT_RESERVATION_INSTANCE" && (member === "Reservation" || member === "Token");
}

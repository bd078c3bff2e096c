/**
 * The raw layer: Winsock as Windows has it, for those who want more than the high-level API gives. Names are those of C.
 *
 * - {@linkcode ws2_32} has every documented function of `ws2_32.dll`, {@linkcode extensionFunctions} and
 *   {@linkcode registeredIoFunctions} those that are asked for by GUID, {@linkcode kernel32} completion ports.
 *   A function returns what it returns in C; {@linkcode check} and {@linkcode checkCode} turn a failure into a
 *   {@linkcode WinsockError}. Functions that some systems lack are null there, and the compiler says so.
 * - Constants, structs and the inline functions of the headers are exports of their own. A struct is a definition for
 *   {@linkcode allocate}, or for {@linkcode layout}; a function that takes a pointer takes its bytes, and
 *   those of another struct do not compile.
 * - {@linkcode pointTo}, {@linkcode wideString}, {@linkcode readWideString}, {@linkcode structAt},
 *   {@linkcode AddressInfoList} and {@linkcode owned} go between JavaScript and memory.
 * - {@linkcode controlMessages}, {@linkcode encodeSockaddr}, {@linkcode parseAddress} and their like are what the
 *   high-level API itself uses.
 *
 * What is given to a call that goes on after it has returned, an overlapped or a nonblocking one, must stay reachable
 * until the call has ended. Structs are those of 64-bit Windows.
 *
 * @example Send a datagram to itself
 * ```ts
 * import { AF_INET, allocate, check, IN4ADDR_SETLOOPBACK, INVALID_SOCKET, owned, SOCK_DGRAM, SOCKADDR_IN, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const { bind, closesocket, getsockname, recv, sendto, socket } = ws2_32();
 * using s = owned(check(socket(AF_INET, SOCK_DGRAM, 0), "socket", INVALID_SOCKET), closesocket);
 * const address = allocate(SOCKADDR_IN);
 * IN4ADDR_SETLOOPBACK(address.bytes);
 * check(bind(s.value, address.bytes, address.bytes.length), "bind");
 * check(getsockname(s.value, address.bytes, new Int32Array([address.bytes.length])), "getsockname");
 *
 * const hello = new TextEncoder().encode("hello");
 * check(sendto(s.value, hello, hello.length, 0, address.bytes, address.bytes.length), "sendto");
 * const buffer = new Uint8Array(100);
 * console.log(check(recv(s.value, buffer, buffer.length, 0), "recv")); // 5
 * ```
 *
 * @module
 */

export * from "./layout/mod.ts";
export * from "./raw/headers/afunix.ts";
export * from "./raw/headers/guiddef.ts";
export * from "./raw/headers/in6addr.ts";
export * from "./raw/headers/inaddr.ts";
export * from "./raw/headers/minwinbase.ts";
export * from "./raw/headers/mswsockdef.ts";
export * from "./raw/headers/qos.ts";
export * from "./raw/headers/mstcpip.ts";
export * from "./raw/headers/mswsock.ts";
export * from "./raw/headers/winnt.ts";
export * from "./raw/headers/winsock2.ts";
export * from "./raw/headers/ws2def.ts";
export * from "./raw/headers/ws2ipdef.ts";
export * from "./raw/headers/ws2spi.ts";
export * from "./raw/headers/ws2tcpip.ts";
export {
  formatAddress,
  type IpAddress,
  isIpv4,
  isMapped,
  mapAddress,
  parseAddress,
  unmapAddress,
} from "./marshal/ip_address.ts";
export {
  type ControlMessage,
  controlMessages,
  ControlMessageWriter,
  WSA_CMSG_DATA,
  WSA_CMSG_FIRSTHDR,
  WSA_CMSG_LEN,
  WSA_CMSG_NXTHDR,
  WSA_CMSG_SPACE,
  WSA_CMSGDATA_ALIGN,
  WSA_CMSGHDR_ALIGN,
} from "./marshal/control_message.ts";
export { decodeSockaddr, encodeSockaddr, type Endpoint } from "./marshal/sockaddr.ts";
export { type AddressInfoDef, AddressInfoList } from "./raw/address_info.ts";
export { check, checkCode } from "./win32/last_error.ts";
export {
  ERROR_CODES,
  type ErrorClassName,
  type ErrorCode,
  type ErrorSymbol,
  WIN32_ERROR_CODES,
  type Win32ErrorSymbol,
} from "./win32/errors.ts";
export { WinsockError } from "./win32/errors.ts";
export { guidBytes, guidText } from "./win32/provider.ts";
export type { Ipv4Bytes, Ipv4SockaddrBytes, Ipv6Bytes, Ipv6SockaddrBytes } from "./raw/inlines/address_bytes.ts";
export * from "./raw/inlines/byte_order.ts";
export * from "./raw/inlines/fd_set.ts";
export * from "./raw/inlines/gai_strerror.ts";
export * from "./raw/inlines/in4.ts";
export * from "./raw/inlines/in6.ts";
export * from "./raw/inlines/notifications.ts";
export * from "./raw/inlines/scope.ts";
export * from "./raw/inlines/sockaddr.ts";
export * from "./raw/inlines/socket_options.ts";
export * from "./raw/inlines/source_filter.ts";
export { systemFile } from "./win32/library.ts";
export {
  addressOf,
  allocate,
  allocateArray,
  type PointerMember,
  pointersAt,
  pointTo,
  type Struct,
  type StructArray,
  structAt,
  structsIn,
} from "./raw/memory.ts";
export { type Owned, owned } from "./raw/owned.ts";
export { memoryAt } from "./win32/msvcrt.ts";
export { type Kernel32, kernel32, ws2_32 } from "./raw/dll.ts";
export { extensionFunctions, registeredIoFunctions } from "./raw/extensions.ts";
export type { AddressTextFunctions } from "./raw/symbols/address_text.ts";
export type { ByteOrderFunctions } from "./raw/symbols/byte_order.ts";
export {
  LPCONDITIONPROC,
  LPLOOKUPSERVICE_COMPLETION_ROUTINE,
  LPWSAOVERLAPPED_COMPLETION_ROUTINE,
} from "./raw/symbols/callbacks.ts";
export type { CatalogFunctions } from "./raw/symbols/catalog.ts";
export type { ExtensionFunctions } from "./raw/symbols/extensions.ts";
export type { EventFunctions } from "./raw/symbols/events.ts";
export type { IoFunctions } from "./raw/symbols/io.ts";
export type { LegacyFunctions } from "./raw/symbols/legacy.ts";
export type { NameServiceFunctions } from "./raw/symbols/name_service.ts";
export type { ProviderFunctions } from "./raw/symbols/provider.ts";
export type { RegisteredIoFunctions } from "./raw/symbols/registered_io.ts";
export type { ResolverFunctions } from "./raw/symbols/resolver.ts";
export type { SocketFunctions } from "./raw/symbols/sockets.ts";
export type { StartupFunctions } from "./raw/symbols/startup.ts";
export { KERNEL32_SYMBOLS } from "./win32/kernel32.ts";
export { type Ws2_32, WS2_32_SYMBOLS } from "./raw/symbols/ws2_32.ts";
export { narrowString, readNarrowString, readWideString, wideString, type WideText } from "./raw/text.ts";
export type { HANDLE, HWND, SOCKET, WSAEVENT } from "./win32/handles.ts";
export type { Memory, RIO_BUFFERID, RIO_CQ, RIO_RQ, Sockaddr } from "./raw/types.ts";
export type { PlainBytes, Pointer, StructBytes } from "./layout/bytes.ts";

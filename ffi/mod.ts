/**
 * The raw layer: the functions of `ws2_32.dll` as Windows has them, their constants, structs and error codes.
 *
 * @module
 */

export * from "./win32/headers/afunix.ts";
export * from "./win32/headers/guiddef.ts";
export * from "./win32/headers/in6addr.ts";
export * from "./win32/headers/inaddr.ts";
export * from "./win32/headers/minwinbase.ts";
export * from "./win32/headers/mstcpip.ts";
export * from "./win32/headers/mswsock.ts";
export * from "./win32/headers/mswsockdef.ts";
export * from "./win32/headers/qos.ts";
export * from "./win32/headers/winnt.ts";
export * from "./win32/headers/winsock2.ts";
export * from "./win32/headers/ws2def.ts";
export * from "./win32/headers/ws2ipdef.ts";
export * from "./win32/headers/ws2spi.ts";
export * from "./win32/headers/ws2tcpip.ts";
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
} from "./net/control_message.ts";
export { type AddressInfoDef, AddressInfoList } from "./win32/address_info.ts";
export { check, checkCode } from "./win32/check.ts";
export { ERROR_CODES, type ErrorClassName, type ErrorCode, type ErrorSymbol } from "./win32/error_codes.ts";
export { WinsockError } from "./win32/errors.ts";
export type { Ipv4Bytes, Ipv4SockaddrBytes, Ipv6Bytes, Ipv6SockaddrBytes } from "./win32/inlines/address_bytes.ts";
export * from "./win32/inlines/byte_order.ts";
export * from "./win32/inlines/fd_set.ts";
export * from "./win32/inlines/gai_strerror.ts";
export * from "./win32/inlines/in4.ts";
export * from "./win32/inlines/in6.ts";
export * from "./win32/inlines/notifications.ts";
export * from "./win32/inlines/scope.ts";
export * from "./win32/inlines/sockaddr.ts";
export * from "./win32/inlines/socket_options.ts";
export * from "./win32/inlines/source_filter.ts";
export {
  addressOf,
  allocate,
  allocateArray,
  memoryAt,
  pointersAt,
  type Struct,
  type StructArray,
  structAt,
  structsIn,
} from "./win32/memory.ts";
export { type Owned, owned } from "./win32/owned.ts";
export { type Kernel32, kernel32, ws2_32 } from "./win32/raw.ts";
export { extensionFunctions, registeredIoFunctions } from "./win32/raw_extensions.ts";
export type { AddressTextFunctions } from "./win32/symbols/address_text.ts";
export type { ByteOrderFunctions } from "./win32/symbols/byte_order.ts";
export type { CatalogFunctions } from "./win32/symbols/catalog.ts";
export type { ExtensionFunctions } from "./win32/symbols/extensions.ts";
export type { EventFunctions } from "./win32/symbols/events.ts";
export type { IoFunctions } from "./win32/symbols/io.ts";
export type { LegacyFunctions } from "./win32/symbols/legacy.ts";
export type { NameServiceFunctions } from "./win32/symbols/name_service.ts";
export type { ProviderFunctions } from "./win32/symbols/provider.ts";
export type { RegisteredIoFunctions } from "./win32/symbols/registered_io.ts";
export type { ResolverFunctions } from "./win32/symbols/resolver.ts";
export type { SocketFunctions } from "./win32/symbols/sockets.ts";
export type { StartupFunctions } from "./win32/symbols/startup.ts";
export { KERNEL32_SYMBOLS } from "./win32/symbols/kernel32.ts";
export { type Ws2_32, WS2_32_SYMBOLS } from "./win32/symbols/ws2_32.ts";
export { narrowString, readNarrowString, readWideString, wideString, type WideText } from "./win32/text.ts";
export type {
  HANDLE,
  HWND,
  Memory,
  PlainBytes,
  Pointer,
  RIO_BUFFERID,
  RIO_CQ,
  RIO_RQ,
  Sockaddr,
  SOCKET,
  StructBytes,
  WSAEVENT,
} from "./win32/types.ts";

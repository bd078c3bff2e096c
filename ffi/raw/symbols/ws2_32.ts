/** All functions of `ws2_32.dll` that are documented. */

import { ADDRESS_TEXT_SYMBOLS, type AddressTextFunctions } from "./address_text.ts";
import { BYTE_ORDER_SYMBOLS, type ByteOrderFunctions } from "./byte_order.ts";
import { CATALOG_SYMBOLS, type CatalogFunctions } from "./catalog.ts";
import { type EventFunctions, EVENTS_SYMBOLS } from "./events.ts";
import { IO_SYMBOLS, type IoFunctions } from "./io.ts";
import { LEGACY_SYMBOLS, type LegacyFunctions } from "./legacy.ts";
import { NAME_SERVICE_SYMBOLS, type NameServiceFunctions } from "./name_service.ts";
import { PROVIDER_SYMBOLS, type ProviderFunctions } from "./provider.ts";
import { RESOLVER_SYMBOLS, type ResolverFunctions } from "./resolver.ts";
import { type SocketFunctions, SOCKETS_SYMBOLS } from "./sockets.ts";
import { STARTUP_SYMBOLS, type StartupFunctions } from "./startup.ts";

/**
 * The functions of `ws2_32.dll`, as {@linkcode ws2_32} returns them. A pointer is given as a typed array: one that
 * {@linkcode allocate} has made for a struct, or any other. What is given to a call that goes on after it has returned
 * (an overlapped one, a nonblocking one) must stay reachable until it has ended.
 *
 * A function that some systems lack is null there.
 *
 * Source: winsock2.h, ws2tcpip.h, ws2spi.h, sporder.h; https://learn.microsoft.com/windows/win32/winsock/winsock-functions
 */
export interface Ws2_32
  extends
    StartupFunctions,
    SocketFunctions,
    IoFunctions,
    EventFunctions,
    ResolverFunctions,
    AddressTextFunctions,
    ByteOrderFunctions,
    NameServiceFunctions,
    CatalogFunctions,
    LegacyFunctions,
    ProviderFunctions {}

/** How the functions of `ws2_32.dll` are bound: what `Deno.dlopen` takes. */
export const WS2_32_SYMBOLS: { readonly [K in keyof Ws2_32]: Deno.ForeignFunction } = {
  ...STARTUP_SYMBOLS,
  ...SOCKETS_SYMBOLS,
  ...IO_SYMBOLS,
  ...EVENTS_SYMBOLS,
  ...RESOLVER_SYMBOLS,
  ...ADDRESS_TEXT_SYMBOLS,
  ...BYTE_ORDER_SYMBOLS,
  ...NAME_SERVICE_SYMBOLS,
  ...CATALOG_SYMBOLS,
  ...LEGACY_SYMBOLS,
  ...PROVIDER_SYMBOLS,
};

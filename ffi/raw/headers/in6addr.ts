/**
 * in6addr.h.
 *
 * @module
 */

export { IN6_ADDR } from "../../win32/winsock.ts";

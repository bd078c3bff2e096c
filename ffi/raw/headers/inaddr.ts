/**
 * inaddr.h.
 *
 * @module
 */

export { IN_ADDR } from "../../win32/winsock.ts";

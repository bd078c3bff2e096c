/**
 * guiddef.h.
 *
 * @module
 */

export { GUID } from "../../win32/winsock.ts";

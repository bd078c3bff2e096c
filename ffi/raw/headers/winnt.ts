/**
 * winnt.h.
 *
 * @module
 */

export { PROCESSOR_NUMBER } from "../../win32/kernel32.ts";

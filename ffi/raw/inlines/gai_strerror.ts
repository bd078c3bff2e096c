/** The text of an error code of the functions that look names up: the inline function of ws2tcpip.h. */

import { GAI_STRERROR_BUFFER_SIZE } from "../headers/ws2tcpip.ts";
import { openLibrary } from "../../win32/library.ts";
import { readWideString } from "../text.ts";

const FORMAT_MESSAGE_IGNORE_INSERTS = 0x00000200;
const FORMAT_MESSAGE_FROM_SYSTEM = 0x00001000;
const FORMAT_MESSAGE_MAX_WIDTH_MASK = 0x000000ff;

/** What writes the messages of the system. Source: winbase.h; https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-formatmessagew */
const MESSAGE_SYMBOLS = {
  FormatMessageW: {
    parameters: [
      "u32", // DWORD dwFlags
      "pointer", // LPCVOID lpSource
      "u32", // DWORD dwMessageId
      "u32", // DWORD dwLanguageId
      "buffer", // LPWSTR lpBuffer
      "u32", // DWORD nSize
      "pointer", // va_list *Arguments
    ],
    result: "u32", // 0
  },
} as const satisfies Deno.ForeignLibraryInterface;

let functions: Deno.DynamicLibrary<typeof MESSAGE_SYMBOLS>["symbols"] | undefined;

/**
 * The system's description of an error code, in the language of the system.
 *
 * Source: ws2tcpip.h; https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-gai_strerrorw
 *
 * @example Say why a lookup failed
 * ```ts
 * import { EAI_NONAME, gai_strerror } from "@winsock/ws2/ffi";
 *
 * console.log(gai_strerror(EAI_NONAME)); // "No such host is known."
 * ```
 *
 * @param ecode The error code.
 * @returns The description; empty when the system has none.
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function gai_strerror(ecode: number): string {
  functions ??= openLibrary("kernel32.dll", MESSAGE_SYMBOLS);
  const flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
  const buffer = new Uint16Array(GAI_STRERROR_BUFFER_SIZE + 1);
  functions.FormatMessageW(flags, null, ecode, 0, buffer, GAI_STRERROR_BUFFER_SIZE, null);
  return readWideString(buffer);
}

/**
 * afunix.h: sockets of this machine.
 *
 * Source: https://devblogs.microsoft.com/commandline/af_unix-comes-to-windows/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";

// Paths

/** Room for the path in a SOCKADDR_UN, in bytes. */
export const UNIX_PATH_MAX = 108;

// Control codes

/** `WSAIoctl`: the process at the other end, a ULONG. */
export const SIO_AF_UNIX_GETPEERPID = 0x58000100;
/** `WSAIoctl`: the folder that a path to bind begins in. */
export const SIO_AF_UNIX_SETBINDPARENTPATH = 0x98000101;
/** `WSAIoctl`: the folder that a path to connect to begins in. */
export const SIO_AF_UNIX_SETCONNPARENTPATH = 0x98000102;

// Structs

/** The address of a socket of this machine: a path. */
export const SOCKADDR_UN = {
  struct: { sun_family: "u16", sun_path: { array: "u8", length: 108 } },
} as const satisfies StructDef;

/**
 * The last error of a thread, read where Windows keeps it: in the thread environment block (TEB).
 *
 * A second call, `WSAGetLastError`, is too late. V8 checks for interrupts whenever a function is entered or returned from,
 * and what it does there (collecting garbage, installing optimised code) calls Windows, which overwrites the last error.
 * So the word is read in the function that made the call, as the very next expression, with no call in between:
 *
 *     const result = WSARecv(s, buffers, 1, bytes, flags, overlapped, 0n);
 *     const code = result === 0 ? 0 : lastErrorWord[0] || WSASYSCALLFAILURE;
 *
 * The call must return an `i32` (a `usize` result may allocate a bigint), and must not be `nonblocking` (another thread
 * makes those). A failed call whose code reads 0 must not pass for a success: hence the second alternative.
 *
 * Sources: https://learn.microsoft.com/windows/win32/api/winternl/ns-winternl-teb (LastErrorValue, which `GetLastError`
 * reads), https://learn.microsoft.com/windows/win32/api/errhandlingapi/nf-errhandlingapi-getlasterror
 *
 * @module
 */

import { ERROR_CODES, WinsockError } from "./errors.ts";
import { SOCKET_ERROR } from "./winsock.ts";
import { openLibrary } from "./library.ts";
import { memoryAt } from "./msvcrt.ts";

/** The code of a call that failed without a code. */
export const WSASYSCALLFAILURE: number = ERROR_CODES.WSASYSCALLFAILURE[0];

/** The first and the last error code of Winsock itself. */
const [FIRST_CODE] = ERROR_CODES.WSAEINTR;
const [LAST_CODE] = ERROR_CODES.WSA_IPSEC_NAME_POLICY_ERROR;

/** Whether a call of Winsock can fail with a code; any other code is left over from something else. */
export function isCodeOfCall(code: number): boolean {
  return code >= FIRST_CODE && code <= LAST_CODE && code !== WSASYSCALLFAILURE;
}

/** An array whose element 0 is the last error of this thread. */
export interface LastErrorWord {
  readonly [index: number]: number;
}

/** The functions that the word is compared with. */
interface LastErrorFunctions {
  WSAGetLastError(): number;
  WSASetLastError(code: number): void;
}

/** Element 0 is the last error of this thread. An isolate never changes its thread. */
export let lastErrorWord: LastErrorWord = [0];

/** Finds the word, before the first call that may fail. If it cannot be found, each read calls `WSAGetLastError`. */
export function initializeLastError(functions: LastErrorFunctions): void {
  lastErrorWord = tebWord(functions) ?? {
    get 0() {
      return functions.WSAGetLastError();
    },
  };
}

/** `NtCurrentThread()` of ntdll.h. */
const CURRENT_THREAD = 0xffff_ffff_ffff_fffen;
const THREAD_BASIC_INFORMATION = 0;
/** The size of the struct of that name, and where its member TebBaseAddress is. */
const THREAD_BASIC_INFORMATION_SIZE = 48;
const TEB_BASE_ADDRESS = 8;
/** Where the member LastErrorValue is in a TEB of 64 bits, on x64 and ARM64 alike. */
const LAST_ERROR_VALUE = 0x68n;

function tebWord(functions: LastErrorFunctions): LastErrorWord | undefined {
  const { NtQueryInformationThread } = openLibrary("ntdll.dll", {
    NtQueryInformationThread: {
      parameters: [
        "usize", // HANDLE ThreadHandle
        "i32", // THREADINFOCLASS ThreadInformationClass
        "buffer", // PVOID ThreadInformation
        "u32", // ULONG ThreadInformationLength
        "buffer", // PULONG ReturnLength
      ],
      result: "i32", // NTSTATUS
      optional: true,
    },
  });
  const information = new Uint8Array(THREAD_BASIC_INFORMATION_SIZE);
  const length = new Uint32Array(1);
  const status = NtQueryInformationThread?.(
    CURRENT_THREAD,
    THREAD_BASIC_INFORMATION,
    information,
    information.byteLength,
    length,
  );
  if (status !== 0 || length[0] !== information.byteLength) return undefined;
  const teb = new DataView(information.buffer).getBigUint64(TEB_BASE_ADDRESS, true);
  const word = new Uint32Array(memoryAt(teb + LAST_ERROR_VALUE, 4));
  return isLastError(word, functions) ? word : undefined;
}

/** Whether the word and the functions read and write the same. */
function isLastError(word: Uint32Array, { WSAGetLastError, WSASetLastError }: LastErrorFunctions): boolean {
  for (const code of [0x5afe, 0x0dd, 0]) {
    WSASetLastError(code);
    if (word[0] !== code || WSAGetLastError() !== code) return false;
  }
  return true;
}

/**
 * Returns the result of a call, or throws the last error of this thread when it is the call's failure value. Must be
 * given the result directly: a call, an `await` or an allocation in between can change the last error.
 *
 * The failure is certain, its code nearly so: when V8 collects garbage or installs optimised code between the call and this
 * function, the code can be a different one, about once in a million failures of a busy program. So use the code for error
 * messages, and never to decide about memory: the result of `CancelIoEx` for an OVERLAPPED, or its packet at a completion
 * port, tells whether the operation is in flight and the kernel uses its buffers.
 *
 * @example Create a socket
 * ```ts
 * import { AF_INET6, check, INVALID_SOCKET, IPPROTO_UDP, SOCK_DGRAM, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const socket = check(ws2_32().socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP), "socket", INVALID_SOCKET);
 * check(ws2_32().closesocket(socket), "closesocket");
 * ```
 *
 * @param result What the call returned.
 * @param syscall The name of the call.
 * @param failure The value by which the call says that it failed: `SOCKET_ERROR` by default for a number; `INVALID_SOCKET`,
 *   `WSA_INVALID_EVENT`, 0 where `FALSE` or `NULL` means failure.
 * @returns The result.
 * @throws {WinsockError} When the result is the failure value.
 */
export function check(result: number, syscall: string, failure?: number): number;
/**
 * Returns the result of a call that does not return a number, or throws the last error of this thread when it is the call's
 * failure value.
 *
 * @param result What the call returned.
 * @param syscall The name of the call.
 * @param failure The value by which the call says that it failed, such as `INVALID_SOCKET`.
 * @returns The result.
 * @throws {WinsockError} When the result is the failure value.
 */
export function check<T>(result: T, syscall: string, failure: T): T;
export function check<T>(result: T, syscall: string, failure: T | typeof SOCKET_ERROR = SOCKET_ERROR): T {
  if (result === failure) throw new WinsockError(lastErrorWord[0] || WSASYSCALLFAILURE, syscall);
  return result;
}

/**
 * Throws when a call that returns its error code has failed: `GetAddrInfoW`, `WSAStartup`, `WSCWriteProviderOrder`.
 *
 * @example Look a name up, and hear why it cannot be
 * ```ts
 * import { checkCode, wideString, WinsockError, ws2_32 } from "@winsock/ws2/ffi";
 *
 * try {
 *   checkCode(ws2_32().GetAddrInfoW(wideString("no such host"), null, null, new BigUint64Array(1)), "GetAddrInfoW");
 * } catch (error) {
 *   console.log(error instanceof WinsockError && error.symbol); // WSAHOST_NOT_FOUND
 * }
 * ```
 *
 * @param code What the call returned, or stored as its error code; 0 when it worked.
 * @param syscall The name of the call.
 * @throws {WinsockError} When the code is not 0.
 */
export function checkCode(code: number, syscall: string): void {
  if (code !== 0) throw new WinsockError(code, syscall);
}

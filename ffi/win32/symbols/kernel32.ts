import { openLibrary } from "../library.ts";

/**
 * What the completion port needs of `kernel32.dll`. Handles and addresses are bigints; a failure value stands beside
 * each function, its code comes from `GetLastError`.
 *
 * Source: ioapiset.h, winbase.h, memoryapi.h, handleapi.h; https://learn.microsoft.com/windows/win32/fileio/i-o-completion-ports
 */
export const KERNEL32_SYMBOLS = {
  /** Makes a completion port, or joins a handle to one. https://learn.microsoft.com/windows/win32/fileio/createiocompletionport */
  CreateIoCompletionPort: {
    parameters: [
      "usize", // HANDLE FileHandle
      "usize", // HANDLE ExistingCompletionPort
      "usize", // ULONG_PTR CompletionKey
      "u32", // DWORD NumberOfConcurrentThreads
    ],
    result: "usize", // NULL
  },
  /** Takes completed operations from a port. https://learn.microsoft.com/windows/win32/fileio/getqueuedcompletionstatusex-func */
  GetQueuedCompletionStatusEx: {
    parameters: [
      "usize", // HANDLE CompletionPort
      "buffer", // LPOVERLAPPED_ENTRY lpCompletionPortEntries
      "u32", // ULONG ulCount
      "buffer", // PULONG ulNumEntriesRemoved
      "u32", // DWORD dwMilliseconds
      "i32", // BOOL fAlertable
    ],
    result: "i32", // FALSE
  },
  /** Puts a packet of one's own into a port. https://learn.microsoft.com/windows/win32/fileio/postqueuedcompletionstatus */
  PostQueuedCompletionStatus: {
    parameters: [
      "usize", // HANDLE CompletionPort
      "u32", // DWORD dwNumberOfBytesTransferred
      "usize", // ULONG_PTR dwCompletionKey
      "usize", // LPOVERLAPPED lpOverlapped
    ],
    result: "i32", // FALSE
  },
  /** Cancels one pending operation of a handle, or all. https://learn.microsoft.com/windows/win32/fileio/cancelioex-func */
  CancelIoEx: {
    parameters: [
      "usize", // HANDLE hFile
      "usize", // LPOVERLAPPED lpOverlapped
    ],
    result: "i32", // FALSE
  },
  /** Says what is not to happen on completion. https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-setfilecompletionnotificationmodes */
  SetFileCompletionNotificationModes: {
    parameters: [
      "usize", // HANDLE FileHandle
      "u8", // UCHAR Flags
    ],
    result: "i32", // FALSE
  },
  /** Closes a handle. https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-closehandle */
  CloseHandle: {
    parameters: [
      "usize", // HANDLE hObject
    ],
    result: "i32", // FALSE
  },
  /** Reserves or commits memory. https://learn.microsoft.com/windows/win32/api/memoryapi/nf-memoryapi-virtualalloc */
  VirtualAlloc: {
    parameters: [
      "usize", // LPVOID lpAddress
      "usize", // SIZE_T dwSize
      "u32", // DWORD flAllocationType
      "u32", // DWORD flProtect
    ],
    result: "usize", // NULL
  },
  /** Gives memory back. https://learn.microsoft.com/windows/win32/api/memoryapi/nf-memoryapi-virtualfree */
  VirtualFree: {
    parameters: [
      "usize", // LPVOID lpAddress
      "usize", // SIZE_T dwSize
      "u32", // DWORD dwFreeType
    ],
    result: "i32", // FALSE
  },
  /** The code of the call before that failed. https://learn.microsoft.com/windows/win32/api/errhandlingapi/nf-errhandlingapi-getlasterror */
  GetLastError: { parameters: [], result: "u32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of `kernel32.dll`, as {@linkcode kernel32} returns them. */
export type Kernel32 = Deno.DynamicLibrary<typeof KERNEL32_SYMBOLS>["symbols"];

let functions: Kernel32 | undefined;

/**
 * The functions of `kernel32.dll` that the completion port needs, loaded on first use.
 *
 * @throws {Deno.errors.NotSupported} Off Windows.
 * @throws {Deno.errors.NotCapable} Without the permission `--allow-ffi`.
 */
export function kernel32(): Kernel32 {
  return functions ??= openLibrary("kernel32.dll", KERNEL32_SYMBOLS);
}

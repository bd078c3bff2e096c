import type { StructDef } from "../layout/mod.ts";
import type { HANDLE } from "./handles.ts";
import { openLibrary } from "./library.ts";

// minwinbase.h, ioapiset.h and their like

/** An operation under way. The kernel writes its status and byte count here. https://learn.microsoft.com/windows/win32/api/minwinbase/ns-minwinbase-overlapped */
export const OVERLAPPED = {
  struct: {
    Internal: "usize",
    InternalHigh: "usize",
    DUMMYUNIONNAME: {
      union: { DUMMYSTRUCTNAME: { struct: { Offset: "u32", OffsetHigh: "u32" } }, Pointer: "pointer" },
    },
    hEvent: "usize",
  },
} as const satisfies StructDef;

/** What a completion port says of an operation that has ended. https://learn.microsoft.com/windows/win32/api/minwinbase/ns-minwinbase-overlapped_entry */
export const OVERLAPPED_ENTRY = {
  struct: {
    lpCompletionKey: "usize",
    lpOverlapped: "pointer",
    Internal: "usize",
    dwNumberOfBytesTransferred: "u32",
  },
} as const satisfies StructDef;

/** What a call returns that could not open a handle. Source: handleapi.h. */
export const INVALID_HANDLE_VALUE: HANDLE = 0xffff_ffff_ffff_ffffn as HANDLE;

/** `SetFileCompletionNotificationModes`: an operation that ends at once sends no packet to the port. */
export const FILE_SKIP_COMPLETION_PORT_ON_SUCCESS = 0x1;
/** `SetFileCompletionNotificationModes`: the handle itself is not signaled. */
export const FILE_SKIP_SET_EVENT_ON_HANDLE = 0x2;

/** A wait without end. */
export const INFINITE = 0xffffffff;

/** `DuplicateHandle`: the right to wait for the object. Source: winnt.h. */
export const SYNCHRONIZE = 0x00100000;

/** `VirtualAlloc`: memory that can be used. Source: winnt.h. */
export const MEM_COMMIT = 0x1000;
/** `VirtualAlloc`: addresses, without memory yet. */
export const MEM_RESERVE = 0x2000;
/** `VirtualFree`: addresses and memory. */
export const MEM_RELEASE = 0x8000;
/** `VirtualAlloc`: no access. */
export const PAGE_NOACCESS = 0x01;
/** `VirtualAlloc`: reading and writing. */
export const PAGE_READWRITE = 0x04;

/**
 * What `NtSetInformationFile` is given to join a handle to another completion port, or to none.
 * https://learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/ns-ntifs-_file_completion_information
 */
export const FILE_COMPLETION_INFORMATION = { struct: { Port: "usize", Key: "pointer" } } as const satisfies StructDef;
/** `NtSetInformationFile`: change or remove the completion port of a handle; since Windows 8.1. Source: ntifs.h. */
export const FileReplaceCompletionInformation = 61;

// winnt.h

/** A processor: its group and its number in the group. https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-processor_number */
export const PROCESSOR_NUMBER = { struct: { Group: "u16", Number: "u8", Reserved: "u8" } } as const satisfies StructDef;

/**
 * What the completion port needs of `kernel32.dll`. Handles and addresses are bigints; a failure value stands beside
 * each function, its code comes from `GetLastError`.
 *
 * Source: ioapiset.h, winbase.h, memoryapi.h, heapapi.h, handleapi.h, synchapi.h;
 * https://learn.microsoft.com/windows/win32/fileio/i-o-completion-ports
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
  /** Makes another handle of the same object. https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-duplicatehandle */
  DuplicateHandle: {
    parameters: [
      "usize", // HANDLE hSourceProcessHandle
      "usize", // HANDLE hSourceHandle
      "usize", // HANDLE hTargetProcessHandle
      "buffer", // LPHANDLE lpTargetHandle
      "u32", // DWORD dwDesiredAccess
      "i32", // BOOL bInheritHandle
      "u32", // DWORD dwOptions
    ],
    result: "i32", // FALSE
  },
  /** Waits until an object is signaled, such as a thread by its end. https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitforsingleobject */
  WaitForSingleObject: {
    parameters: [
      "usize", // HANDLE hHandle
      "u32", // DWORD dwMilliseconds
    ],
    result: "u32", // WAIT_FAILED
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
  /** Makes a heap. https://learn.microsoft.com/windows/win32/api/heapapi/nf-heapapi-heapcreate */
  HeapCreate: {
    parameters: [
      "u32", // DWORD flOptions
      "usize", // SIZE_T dwInitialSize
      "usize", // SIZE_T dwMaximumSize
    ],
    result: "usize", // NULL
  },
  /** Frees a heap and all that was allocated from it. https://learn.microsoft.com/windows/win32/api/heapapi/nf-heapapi-heapdestroy */
  HeapDestroy: {
    parameters: [
      "usize", // HANDLE hHeap
    ],
    result: "i32", // FALSE
  },
  /** Allocates memory from a heap. https://learn.microsoft.com/windows/win32/api/heapapi/nf-heapapi-heapalloc */
  HeapAlloc: {
    parameters: [
      "usize", // HANDLE hHeap
      "u32", // DWORD dwFlags
      "usize", // SIZE_T dwBytes
    ],
    result: "usize", // NULL
  },
  /** Gives memory of a heap back. https://learn.microsoft.com/windows/win32/api/heapapi/nf-heapapi-heapfree */
  HeapFree: {
    parameters: [
      "usize", // HANDLE hHeap
      "u32", // DWORD dwFlags
      "usize", // LPVOID lpMem
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

/** The function of `ntdll.dll` that takes a handle away from its completion port, which no function of Win32 does. */
export const NTDLL_SYMBOLS = {
  /** Sets what the system knows of a file. https://learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-ntsetinformationfile */
  NtSetInformationFile: {
    parameters: [
      "usize", // HANDLE FileHandle
      "buffer", // PIO_STATUS_BLOCK IoStatusBlock
      "buffer", // PVOID FileInformation
      "u32", // ULONG Length
      "u32", // FILE_INFORMATION_CLASS FileInformationClass
    ],
    result: "i32", // NTSTATUS
  },
} as const satisfies Deno.ForeignLibraryInterface;

let ntdllFunctions: Deno.DynamicLibrary<typeof NTDLL_SYMBOLS>["symbols"] | undefined;

/** The function of {@linkcode NTDLL_SYMBOLS}, loaded on first use. */
export function ntdll(): Deno.DynamicLibrary<typeof NTDLL_SYMBOLS>["symbols"] {
  return ntdllFunctions ??= openLibrary("ntdll.dll", NTDLL_SYMBOLS);
}

/** `CreateFileW`: reading. Source: winnt.h. */
export const GENERIC_READ = 0x80000000;
/** `CreateFileW`: others may read, write and delete the file meanwhile. */
export const FILE_SHARE_ALL = 0x7;
/** `CreateFileW`: the file must exist. */
export const OPEN_EXISTING = 3;
/** `CreateFileW`: the file is read from its beginning to its end. */
export const FILE_FLAG_SEQUENTIAL_SCAN = 0x08000000;

/** The functions of `kernel32.dll` that open files to be sent. */
export const FILE_SYMBOLS = {
  /** Opens a file. https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew */
  CreateFileW: {
    parameters: [
      "buffer", // LPCWSTR lpFileName
      "u32", // DWORD dwDesiredAccess
      "u32", // DWORD dwShareMode
      "usize", // LPSECURITY_ATTRIBUTES lpSecurityAttributes
      "u32", // DWORD dwCreationDisposition
      "u32", // DWORD dwFlagsAndAttributes
      "usize", // HANDLE hTemplateFile
    ],
    result: "usize", // INVALID_HANDLE_VALUE
  },
  /** The size of a file. https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getfilesizeex */
  GetFileSizeEx: {
    parameters: [
      "usize", // HANDLE hFile
      "buffer", // PLARGE_INTEGER lpFileSize
    ],
    result: "i32", // FALSE
  },
} as const satisfies Deno.ForeignLibraryInterface;

let fileFunctions: Deno.DynamicLibrary<typeof FILE_SYMBOLS>["symbols"] | undefined;

/** The functions of {@linkcode FILE_SYMBOLS}, loaded on first use. */
export function fileCalls(): Deno.DynamicLibrary<typeof FILE_SYMBOLS>["symbols"] {
  return fileFunctions ??= openLibrary("kernel32.dll", FILE_SYMBOLS);
}

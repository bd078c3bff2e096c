/** The system itself: functions that no fault is ever injected into, and the memory that it shares with the library. */

const POINTER = "usize";

function open() {
  const kernel32 = Deno.dlopen("C:\\Windows\\System32\\kernel32.dll", {
    CreateIoCompletionPort: { parameters: [POINTER, POINTER, POINTER, "u32"], result: POINTER },
    GetQueuedCompletionStatusEx: { parameters: [POINTER, "buffer", "u32", "buffer", "u32", "i32"], result: "i32" },
    PostQueuedCompletionStatus: { parameters: [POINTER, "u32", POINTER, POINTER], result: "i32" },
    CancelIoEx: { parameters: [POINTER, POINTER], result: "i32" },
    CreateEventW: { parameters: [POINTER, "i32", "i32", POINTER], result: POINTER },
    ResetEvent: { parameters: [POINTER], result: "i32" },
    WaitForSingleObject: { parameters: [POINTER, "u32"], result: "u32" },
  }).symbols;
  const ws2_32 = Deno.dlopen("C:\\Windows\\System32\\ws2_32.dll", {
    WSAGetLastError: { parameters: [], result: "i32" },
    WSASetLastError: { parameters: ["i32"], result: "void" },
    WSAPoll: { parameters: ["buffer", "u32", "i32"], result: "i32" },
  }).symbols;
  const msvcrt = Deno.dlopen("C:\\Windows\\System32\\msvcrt.dll", {
    read: { name: "memmove", parameters: ["buffer", POINTER, POINTER], result: "void" },
    write: { name: "memmove", parameters: [POINTER, "buffer", POINTER], result: "void" },
  }).symbols;
  return { ...kernel32, ...ws2_32, ...msvcrt };
}

let functions: ReturnType<typeof open> | undefined;

/** The functions, loaded on first use. */
export function system(): ReturnType<typeof open> {
  return functions ??= open();
}

const word = new Uint32Array(1);
const address = new BigUint64Array(1);

/** The 32-bit number at an address. */
export function readU32(at: bigint): number {
  system().read(word, at, 4n);
  return word[0];
}

/** The 64-bit number at an address. */
export function readU64(at: bigint): bigint {
  system().read(address, at, 8n);
  return address[0];
}

/** Writes a 32-bit number. */
export function writeU32(at: bigint, value: number): void {
  word[0] = value;
  system().write(at, word, 4n);
}

/** Writes a 64-bit number. */
export function writeU64(at: bigint, value: bigint): void {
  address[0] = value;
  system().write(at, address, 8n);
}

/** The bytes at an address. */
export function readBytes(at: bigint, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  if (length > 0) system().read(bytes, at, BigInt(length));
  return bytes;
}

import { SO_TYPE, SOL_SOCKET } from "@winsock/ws2/ffi";
import { systemFile } from "../../ffi/win32/library.ts";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";

const SYSTEM_EXTENDED_HANDLE_INFORMATION = 64;
const STATUS_INFO_LENGTH_MISMATCH = 0xc0000004;

/** The size of a SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX, and where its members are. */
const ENTRY_SIZE = 40;
const UNIQUE_PROCESS_ID = 8;
const HANDLE_VALUE = 16;

function open() {
  return Deno.dlopen(systemFile("ntdll.dll"), {
    NtQuerySystemInformation: { parameters: ["i32", "buffer", "u32", "buffer"], result: "u32" },
  }).symbols;
}
let calls: ReturnType<typeof open> | undefined;

/** The table of all handles of the system: from the first entry. */
function handleTable(): DataView {
  const { NtQuerySystemInformation } = calls ??= open();
  for (let size = 256 * 1024;; size *= 2) {
    const table = new Uint8Array(size);
    const status = NtQuerySystemInformation(SYSTEM_EXTENDED_HANDLE_INFORMATION, table, size, new Uint32Array(1));
    if (status === STATUS_INFO_LENGTH_MISMATCH) continue;
    if (status !== 0) throw new Error(`NtQuerySystemInformation failed with 0x${status.toString(16)}`);
    const entries = new DataView(table.buffer).getBigUint64(0, true);
    return new DataView(table.buffer, 16, Number(entries) * ENTRY_SIZE);
  }
}

/** Whether a handle is that of a socket: others are not asked for what sockets have. */
function isSocket(handle: bigint): boolean {
  const value = new Uint8Array(4);
  return ws2_32().getsockopt(handle, SOL_SOCKET, SO_TYPE, value, new Int32Array([value.length])) === 0;
}

/** The handles of this process. */
function* ownHandles(): Generator<bigint> {
  const table = handleTable();
  for (let entry = 0; entry < table.byteLength; entry += ENTRY_SIZE) {
    if (table.getBigUint64(entry + UNIQUE_PROCESS_ID, true) !== BigInt(Deno.pid)) continue;
    yield table.getBigUint64(entry + HANDLE_VALUE, true);
  }
}

/** How many handles this process has open, of whatever kind. */
export function handleCount(): number {
  return ownHandles().reduce((count) => count + 1, 0);
}

/** How many sockets this process has open: those handles out of the system's table that answer as a socket does. */
export function socketCount(): number {
  return ownHandles().filter(isSocket).reduce((count) => count + 1, 0);
}

import { systemFile } from "../../ffi/win32/library.ts";
import { RawSocket } from "./raw.ts";

const SYSTEM_EXTENDED_HANDLE_INFORMATION = 64;
const STATUS_INFO_LENGTH_MISMATCH = 0xc0000004;

/** The size of a SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX, and where its members are. */
const ENTRY_SIZE = 40;
const UNIQUE_PROCESS_ID = 8;
const HANDLE_VALUE = 16;
const OBJECT_TYPE_INDEX = 30;

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

/**
 * How many sockets this process has open. Counts the handles of the kind that a socket is, which are files too; handles
 * of threads and their locks come and go.
 */
export function socketCount(): number {
  using socket = new RawSocket();
  const table = handleTable();
  const types: number[] = [];
  let socketType: number | undefined;
  for (let entry = 0; entry < table.byteLength; entry += ENTRY_SIZE) {
    if (table.getBigUint64(entry + UNIQUE_PROCESS_ID, true) !== BigInt(Deno.pid)) continue;
    const type = table.getUint16(entry + OBJECT_TYPE_INDEX, true);
    types.push(type);
    if (table.getBigUint64(entry + HANDLE_VALUE, true) === socket.handle) socketType = type;
  }
  if (socketType === undefined) throw new Error("The system does not list the handle of a socket");
  return types.filter((type) => type === socketType).length - 1;
}

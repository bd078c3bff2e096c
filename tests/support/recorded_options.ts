/** What the inline functions of the C headers ask of the socket options, recorded, and an answer that a test chooses. */

import { SO_PROTOCOL_INFOW, SOL_SOCKET, ws2_32 } from "@winsock/ws2/ffi";
import { standIn } from "./stand_in.ts";
import { ws2_32 as core } from "../../ffi/win32/ws2_32.ts";

/** Calls that have been recorded, a line each. Recording ends with the block that uses it. */
export interface RecordedOptions extends Disposable {
  readonly lines: string[];
}

type Bytes = ArrayBufferView | ArrayBuffer | SharedArrayBuffer | null;

function bytesOf(memory: Bytes): Uint8Array {
  if (memory === null) return new Uint8Array();
  return ArrayBuffer.isView(memory)
    ? new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength)
    : new Uint8Array(memory);
}

/** The bytes that a function is given, or how many it lacks. */
function hex(memory: Bytes, length: number): string {
  const bytes = bytesOf(memory);
  return bytes.length < length ? `${bytes.length} of ${length} bytes` : bytes.subarray(0, length).toHex() || "-";
}

/**
 * Records `setsockopt`, `getsockopt` and `WSAIoctl`, and makes none of them: Wine knows few of the options. The calls
 * succeed. What asks for the family of the socket is made for real and not recorded.
 *
 * @param answer What `getsockopt` and `WSAIoctl` return in the buffer that they are given, as much as there is room for.
 * @param isRaw Whether the calls are those of the raw layer, or those that the library itself makes.
 */
export function recordOptions(answer = new Uint8Array(), isRaw = true): RecordedOptions {
  const lines: string[] = [];
  const table = isRaw ? ws2_32() : core() as unknown as ReturnType<typeof ws2_32>; // the same signatures
  const write = (memory: Bytes, room: number) => {
    const bytes = answer.subarray(0, room);
    bytesOf(memory).set(bytes);
    return bytes.length;
  };
  const stands = [
    standIn(table, "setsockopt", () => (s, level, name, value, length) => {
      lines.push(`setsockopt ${s} ${level} ${name} ${length}: ${hex(value, length)}`);
      return 0;
    }),
    standIn(table, "getsockopt", (original) => (s, level, name, value, length) => {
      if (level === SOL_SOCKET && name === SO_PROTOCOL_INFOW) return original(s, level, name, value, length);
      lines.push(`getsockopt ${s} ${level} ${name} ${length[0]}`);
      length[0] = write(value, length[0]);
      return 0;
    }),
    standIn(table, "WSAIoctl", () => (s, code, input, inputLength, output, outputLength, returned, ...asynchronous) => {
      const waits = asynchronous.every((value) => value === null) ? "" : " overlapped";
      lines.push(
        `WSAIoctl ${s} 0x${code.toString(16)} ${inputLength}: ${hex(input, inputLength)}, ${outputLength}${waits}`,
      );
      returned[0] = write(output, outputLength);
      return 0;
    }),
  ];
  return { lines, [Symbol.dispose]: () => stands.forEach((stand) => stand[Symbol.dispose]()) };
}

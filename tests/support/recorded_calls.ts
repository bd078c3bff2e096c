/**
 * What the library hands to functions of ws2_32.dll, as C sees it: the calls go through function pointers that lead to
 * callbacks here, which write the arguments down. tests/oracle compares that with what C programs hand over.
 */

import { layout } from "@winsock/ws2/layout";
import { WSABUF, WSAMSG } from "@winsock/ws2/ffi";
import { CORE_SYMBOLS, DATAGRAM_SYMBOLS, datagramCalls, ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { standIn } from "./stand_in.ts";

/** Calls that have been recorded, a line each. Recording ends with the block that uses it. */
export interface RecordedCalls extends Disposable {
  readonly lines: string[];
}

/** The bytes at an address, as hexadecimal digits; `-` for none. */
function hexAt(pointer: Deno.PointerValue, length: number): string {
  if (pointer === null || length === 0) return "-";
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, length)).toHex();
}

function hexAtAddress(address: bigint, length: number): string {
  return hexAt(Deno.UnsafePointer.create(address), length);
}

/** Control messages; `-` for none. Windows minds a buffer for them that has no length. */
function describeControl({ buf, len }: { buf: bigint; len: number }): string {
  return buf !== 0n && len === 0 ? "empty" : hexAtAddress(buf, len);
}

/** The line for a WSAMSG: `name=… control=… flags=… buffers=… data=…`. */
function describeMessage(address: bigint, flags: number): string {
  const view = (at: bigint, length: number) =>
    Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(at)!, length);
  const message = layout(WSAMSG).view(view(address, layout(WSAMSG).size));
  const buffer = layout(WSABUF).view(view(message.lpBuffers, layout(WSABUF).size));
  return [
    `name=${hexAtAddress(message.name, message.namelen)}`,
    `control=${describeControl(message.Control)}`,
    `flags=${flags},${message.dwFlags}`,
    `buffers=${message.dwBufferCount}`,
    `data=${hexAtAddress(buffer.buf, buffer.len)}`,
  ].join(" ");
}

/**
 * Records the calls of `WSASendMsg`. Nothing is sent: Wine would ignore the control messages, and the addresses of the
 * requests are of no machine. The calls succeed.
 */
export function recordSends(): RecordedCalls {
  const lines: string[] = [];
  const callback = new Deno.UnsafeCallback(
    DATAGRAM_SYMBOLS.WSASendMsg,
    (_socket, message, flags, _bytes, _overlapped, routine) => {
      lines.push(describeMessage(BigInt(message), flags) + (BigInt(routine) === 0n ? "" : " with a routine"));
      return 0;
    },
  );
  const pointer = new Deno.UnsafeFnPointer(callback.pointer, DATAGRAM_SYMBOLS.WSASendMsg);
  const stand = standIn(datagramCalls(), "WSASendMsg", () => (...parameters) => pointer.call(...parameters));
  return {
    lines,
    [Symbol.dispose]: () => {
      stand[Symbol.dispose]();
      callback.close();
    },
  };
}

/**
 * Records the calls that set a socket up: `WSASocketW`, `setsockopt`, `WSAIoctl` and `bind`, in order. Each is made as
 * well, after it has been recorded.
 */
export function recordSetUp(): RecordedCalls {
  const lines: string[] = [];
  const table = ws2_32();
  const socketW = new Deno.UnsafeCallback(CORE_SYMBOLS.WSASocketW, (af, type, protocol, info, group, flags) => {
    lines.push(`WSASocketW ${af} ${type} ${protocol} ${info === null ? "-" : "info"} ${group} 0x${flags.toString(16)}`);
    return 0n;
  });
  const setsockopt = new Deno.UnsafeCallback(CORE_SYMBOLS.setsockopt, (_socket, level, name, value, length) => {
    lines.push(`setsockopt ${level} ${name} ${hexAt(value, length)}`);
    return 0;
  });
  const ioctl = new Deno.UnsafeCallback(CORE_SYMBOLS.WSAIoctl, (_socket, code, input, length) => {
    lines.push(`WSAIoctl 0x${code.toString(16)} ${hexAt(input, length)}`);
    return 0;
  });
  const bind = new Deno.UnsafeCallback(CORE_SYMBOLS.bind, (_socket, name, length) => {
    lines.push(`bind ${hexAt(name, length)}`);
    return 0;
  });
  const callbacks = [socketW, setsockopt, ioctl, bind];
  const pointers = {
    WSASocketW: new Deno.UnsafeFnPointer(socketW.pointer, CORE_SYMBOLS.WSASocketW),
    setsockopt: new Deno.UnsafeFnPointer(setsockopt.pointer, CORE_SYMBOLS.setsockopt),
    WSAIoctl: new Deno.UnsafeFnPointer(ioctl.pointer, CORE_SYMBOLS.WSAIoctl),
    bind: new Deno.UnsafeFnPointer(bind.pointer, CORE_SYMBOLS.bind),
  };
  const stands = [
    standIn(table, "WSASocketW", (original) => (...parameters) => {
      pointers.WSASocketW.call(...parameters);
      return original(...parameters);
    }),
    standIn(table, "setsockopt", (original) => (...parameters) => {
      pointers.setsockopt.call(...parameters);
      return original(...parameters);
    }),
    standIn(table, "WSAIoctl", (original) => (...parameters) => {
      pointers.WSAIoctl.call(...parameters);
      return original(...parameters);
    }),
    standIn(table, "bind", (original) => (...parameters) => {
      pointers.bind.call(...parameters);
      return original(...parameters);
    }),
  ];
  return {
    lines,
    [Symbol.dispose]: () => {
      stands.forEach((stand) => stand[Symbol.dispose]());
      callbacks.forEach((callback) => callback.close());
    },
  };
}

/** A window that nobody sees, for the functions that send messages to one. */

import { assert } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { systemFile } from "../../../ffi/win32/library.ts";

const HWND_MESSAGE = 0xffff_ffff_ffff_fffdn;
const QS_ALLINPUT = 0x04ff;
const PM_REMOVE = 1;
/** The first message that a program may define. */
const WM_APP = 0x8000;

const MSG = {
  struct: {
    hwnd: "usize",
    message: "u32",
    wParam: "usize",
    lParam: "i64",
    time: "u32",
    pt: { array: "i32", length: 2 },
  },
} as const;

const USER32_SYMBOLS = {
  CreateWindowExW: {
    parameters: [
      "u32", // DWORD dwExStyle
      "buffer", // LPCWSTR lpClassName
      "buffer", // LPCWSTR lpWindowName
      "u32", // DWORD dwStyle
      "i32", // int X
      "i32", // int Y
      "i32", // int nWidth
      "i32", // int nHeight
      "usize", // HWND hWndParent
      "usize", // HMENU hMenu
      "usize", // HINSTANCE hInstance
      "usize", // LPVOID lpParam
    ],
    result: "usize", // NULL
  },
  DestroyWindow: { parameters: ["usize"], result: "i32" },
  MsgWaitForMultipleObjects: { parameters: ["u32", "buffer", "i32", "u32", "u32"], result: "u32" },
  PeekMessageW: { parameters: ["buffer", "usize", "u32", "u32", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The two parts of a message of Winsock: what has happened to whom, and with what error. */
export interface WinsockMessage {
  /** The socket or the lookup. */
  readonly wParam: bigint;
  /** The event, or the length of the answer. */
  readonly low: number;
  /** The error code; 0 for none. */
  readonly error: number;
}

/** A window that receives messages. */
export class MessageWindow implements Disposable {
  readonly #user32 = Deno.dlopen(systemFile("user32.dll"), USER32_SYMBOLS);
  /** What the functions are told to send. */
  readonly message = WM_APP;
  /** The window. */
  readonly handle: ffi.HWND;

  constructor() {
    const name = ffi.wideString("STATIC");
    const handle = this.#user32.symbols.CreateWindowExW(0, name, null, 0, 0, 0, 0, 0, HWND_MESSAGE, 0n, 0n, 0n);
    assert(handle !== 0n, "there is a window");
    this.handle = handle as ffi.HWND;
  }

  /** Waits for the next message. */
  next(): WinsockMessage {
    const { MsgWaitForMultipleObjects, PeekMessageW } = this.#user32.symbols;
    const { bytes, view } = ffi.allocate(MSG);
    while (PeekMessageW(bytes, this.handle, this.message, this.message, PM_REMOVE) === 0) {
      assert(MsgWaitForMultipleObjects(0, null, 0, 30_000, QS_ALLINPUT) === 0, "a message comes");
    }
    const lParam = Number(view.lParam & 0xffff_ffffn);
    return { wParam: view.wParam, low: lParam & 0xffff, error: lParam >>> 16 };
  }

  [Symbol.dispose](): void {
    this.#user32.symbols.DestroyWindow(this.handle);
    this.#user32.close();
  }
}

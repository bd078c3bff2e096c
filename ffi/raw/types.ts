/** The types of the raw layer: handles that are not numbers, and memory that knows which struct it holds. */

import type { Pointer } from "../layout/bytes.ts";
import type { SOCKADDR_UN } from "./headers/afunix.ts";
import type { SOCKADDR, SOCKADDR_STORAGE } from "./headers/ws2def.ts";
import type { SOCKADDR_IN, SOCKADDR_IN6 } from "../win32/winsock.ts";
import type { SOCKADDR_INET } from "./headers/ws2ipdef.ts";

/** Memory that is registered for registered I/O. */
export type RIO_BUFFERID = bigint & { readonly __handle: "RIO_BUFFERID" };
/** A completion queue of registered I/O. */
export type RIO_CQ = bigint & { readonly __handle: "RIO_CQ" };
/** A request queue of registered I/O. */
export type RIO_RQ = bigint & { readonly __handle: "RIO_RQ" };

/** A pointer to a socket address, of whatever family. */
export type Sockaddr = Pointer<
  | typeof SOCKADDR
  | typeof SOCKADDR_IN
  | typeof SOCKADDR_IN6
  | typeof SOCKADDR_INET
  | typeof SOCKADDR_STORAGE
  | typeof SOCKADDR_UN
>;

/** A pointer to memory of any kind: text, an option, whatever a control code takes. */
export type Memory = ArrayBufferView | ArrayBufferLike;

type NativeParameter<T> = [T] extends [bigint] ? "usize"
  : [T] extends [number] ? "i32" | "u32" | "u16"
  : [T] extends [Deno.PointerValue] ? "pointer"
  : "buffer";

type NativeParameters<P extends readonly unknown[]> = { readonly [I in keyof P]: NativeParameter<P[I]> };

type NativeResult<T> = [T] extends [Promise<infer R>] ? NativeResult<R>
  : [T] extends [void] ? "void"
  : [T] extends [bigint] ? "usize"
  : [T] extends [number] ? "i32" | "u32" | "u16"
  : "pointer";

/** How a function of a DLL is bound: the native type of each parameter and of the result. */
export interface Binding<F extends (...parameters: never) => unknown> {
  /** The name that the DLL exports it by, where it is not that of the binding. */
  readonly name?: string;
  /** The native types of the parameters. */
  readonly parameters: NativeParameters<Parameters<F>>;
  /** The native type of the result. */
  readonly result: NativeResult<ReturnType<F>>;
  /** Whether it is called on another thread. */
  readonly nonblocking?: boolean;
  /** Whether a system may lack it. */
  readonly optional?: boolean;
}

/** How the functions of an interface are bound. Those that may be null are optional. */
export type Bindings<I> = {
  readonly [K in keyof I]: NonNullable<I[K]> extends infer F extends (...parameters: never) => unknown
    ? null extends I[K] ? Binding<F> & { readonly optional: true } : Binding<F>
    : never;
};

/** The linked results of the functions that look names up. */

import { type CompoundDef, layout, type View } from "../layout/mod.ts";
import { ADDRINFOW } from "../win32/winsock.ts";
import { ADDRINFOA, ADDRINFOEXA, ADDRINFOEXW } from "./headers/ws2def.ts";
import { memoryAt } from "../win32/msvcrt.ts";
import { ws2_32 } from "./dll.ts";

/** The structs in which the functions that look names up give their results. */
export type AddressInfoDef = typeof ADDRINFOA | typeof ADDRINFOW | typeof ADDRINFOEXA | typeof ADDRINFOEXW;

/** Frees a list of results. */
function freeOf(def: AddressInfoDef): (first: bigint) => void {
  const { freeaddrinfo, FreeAddrInfoEx, FreeAddrInfoExW, FreeAddrInfoW } = ws2_32();
  const functions = new Map<CompoundDef, (first: bigint) => void>([
    [ADDRINFOA, freeaddrinfo],
    [ADDRINFOW, FreeAddrInfoW],
    [ADDRINFOEXA, FreeAddrInfoEx],
    [ADDRINFOEXW, FreeAddrInfoExW],
  ]);
  const free = functions.get(def);
  if (free === undefined) throw new TypeError("def must be ADDRINFOA, ADDRINFOW, ADDRINFOEXA or ADDRINFOEXW");
  return free;
}

/**
 * The results of a lookup, which Windows has allocated as a linked list: walks the list, and frees it at the end of the
 * block that it was declared in by `using`.
 *
 * @example Look up the addresses of this machine's loopback
 * ```ts
 * import { AddressInfoList, ADDRINFOW, checkCode, wideString, ws2_32 } from "@winsock/ws2/ffi";
 *
 * const result = new BigUint64Array(1);
 * checkCode(ws2_32().GetAddrInfoW(wideString("localhost"), wideString("80"), null, result), "GetAddrInfoW");
 * using list = new AddressInfoList(ADDRINFOW, result[0]);
 * for (const info of list) console.log(info.ai_family, list.sockaddr(info));
 * ```
 */
export class AddressInfoList<D extends AddressInfoDef> implements Iterable<View<D>>, Disposable {
  readonly #def: D;
  readonly #free: (first: bigint) => void;
  #first: bigint;

  /**
   * Takes the list over.
   *
   * @param def What its entries are: ADDRINFOW for `GetAddrInfoW`, ADDRINFOEXW for `GetAddrInfoExW`, ADDRINFOA for
   *   `getaddrinfo`, ADDRINFOEXA for `GetAddrInfoExA`.
   * @param first The address of the first entry, which the function has stored; 0 for an empty list.
   * @throws {TypeError} When the definition is another.
   */
  constructor(def: D, first: bigint) {
    this.#def = def;
    this.#free = freeOf(def);
    this.#first = first;
  }

  /**
   * The entries in order, each in a copy of its own. What their pointers point to is there until the list is freed; an
   * iteration that goes on after that ends.
   */
  *[Symbol.iterator](): Generator<View<D>, void, undefined> {
    const entries = layout<AddressInfoDef>(this.#def);
    for (let next = this.#first; next !== 0n && this.#first !== 0n;) {
      const entry = entries.view(memoryAt(next, entries.size).slice());
      next = entry.ai_next;
      yield entry as View<D>;
    }
  }

  /**
   * The address of an entry.
   *
   * @param entry An entry of this list.
   * @returns A copy of its sockaddr.
   * @throws {TypeError} When the list has been freed.
   */
  sockaddr(entry: { readonly ai_addr: bigint; readonly ai_addrlen: bigint }): Uint8Array<ArrayBuffer> {
    if (this.#first === 0n) throw new TypeError("The list has been freed");
    return new Uint8Array(memoryAt(entry.ai_addr, Number(entry.ai_addrlen)).slice());
  }

  /** Frees the list. */
  [Symbol.dispose](): void {
    if (this.#first !== 0n) this.#free(this.#first);
    this.#first = 0n;
  }
}

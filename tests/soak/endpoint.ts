/** One end of a connection, all of whose calls are entered into the ledger. */

import type { TcpConn, WaitOptions } from "@winsock/ws2";
import { type Ledger, nameOf, type Stream } from "./ledger.ts";

/** One end of a connection. */
export class Endpoint {
  readonly conn: TcpConn;
  readonly outgoing: Stream;
  readonly incoming: Stream;
  readonly #ledger: Ledger;
  #isClosed = false;

  constructor(ledger: Ledger, conn: TcpConn, outgoing: Stream, incoming: Stream) {
    this.#ledger = ledger;
    this.conn = conn;
    this.outgoing = outgoing;
    this.incoming = incoming;
  }

  /** Writes the next bytes of the stream; resolves with how many the system took. */
  async send(length: number, options?: WaitOptions): Promise<number> {
    const bytes = this.outgoing.offer(length);
    let written = 0;
    try {
      return written = await this.#ledger.operation("write", this.conn.write(bytes, options));
    } finally {
      this.outgoing.resolve(written, length);
      bytes.fill(0); // the array is the caller's again: whoever still sends from it sends what does not belong there
    }
  }

  /** Writes so many bytes, in pieces. */
  async sendAll(length: number, nextPiece: () => number): Promise<void> {
    for (let left = length; left > 0;) left -= await this.send(Math.min(left, nextPiece()));
  }

  /** Reads once and compares; `null` at the end. */
  async receive(room: number, options?: WaitOptions): Promise<number | null> {
    const p = new Uint8Array(room);
    const bytes = await this.#ledger.operation("read", this.conn.read(p, options));
    if (bytes !== null) this.incoming.receive(p.subarray(0, bytes));
    return bytes;
  }

  /** Reads so many bytes. */
  async receiveAll(length: number, nextRoom: () => number): Promise<void> {
    const end = this.incoming.received + length;
    while (this.incoming.received < end) {
      const bytes = await this.receive(Math.min(nextRoom(), end - this.incoming.received));
      if (bytes === null) return this.incoming.mustBeComplete();
    }
  }

  /** Reads to the end of the stream, which must be all that was sent. */
  async receiveToEnd(nextRoom: () => number): Promise<void> {
    while (await this.receive(nextRoom()) !== null);
    this.incoming.mustBeComplete();
  }

  /** Ends the sending side. */
  closeWrite(): Promise<void> {
    return this.#ledger.operation("closeWrite", this.conn.closeWrite());
  }

  /** Closes the connection, and waits until nothing of it is left. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#ledger.operation("close", this.conn[Symbol.asyncDispose]());
  }

  /** Closes the connection so that the peer is told of a reset. */
  async reset(): Promise<void> {
    this.conn.options.linger = 0;
    await this.close();
  }

  /** Waits for what may fail in these ways, by the names of the errors; resolves with undefined when it does. */
  async tolerate<T>(call: Promise<T>, ...names: readonly string[]): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (!names.some((name) => nameOf(error).startsWith(name))) throw error;
      this.#ledger.fault(error);
      return undefined;
    }
  }
}

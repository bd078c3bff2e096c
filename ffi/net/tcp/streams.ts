/** The web streams of a connection. */

const FIRST_CHUNK = 4096;
const LARGEST_CHUNK = 64 * 1024;

/** What the streams need of a connection. */
export interface StreamSource extends Disposable {
  read(p: Uint8Array, options: { signal: AbortSignal }): Promise<number | null>;
  write(p: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
}

/**
 * The streams of a connection, made on first use. When one ends, the other stays open, so that a reply can follow the end
 * of a request. When both have ended, the connection closes.
 */
export class ConnStreams {
  readonly #conn: StreamSource;
  readonly #cancelled = new AbortController();
  #readable: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  #writable: WritableStream<Uint8Array<ArrayBufferLike>> | undefined;
  #chunkSize = FIRST_CHUNK;
  #isReadOver = false;
  #isWriteOver = false;

  constructor(conn: StreamSource) {
    this.#conn = conn;
  }

  /** The received data: a byte stream, so that readers can bring their own buffers. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#readable ??= new ReadableStream({
      type: "bytes",
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => {
        this.#cancelled.abort(reason);
        // Without a writable stream, nothing else would close the connection.
        if (this.#writable === undefined) this.#conn[Symbol.dispose]();
        else this.#readOver();
      },
    });
  }

  /** The data to send. Closing the stream ends the sending side; aborting it closes the connection. */
  get writable(): WritableStream<Uint8Array<ArrayBufferLike>> {
    return this.#writable ??= new WritableStream({
      write: async (chunk) => {
        const written = await this.#conn.write(chunk);
        // After a write that stopped halfway, the next one says why.
        if (written < chunk.byteLength) await this.#conn.write(chunk.subarray(written));
      },
      close: async () => {
        await this.#conn.closeWrite();
        this.#isWriteOver = true;
        if (this.#isReadOver) this.#conn[Symbol.dispose]();
      },
      abort: () => this.#conn[Symbol.dispose](),
    });
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    const request = controller.byobRequest;
    const view = request?.view;
    const room = view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(this.#chunkSize);
    const bytes = await this.#conn.read(room, { signal: this.#cancelled.signal });
    if (bytes === null) {
      this.#readOver();
      controller.close();
      request?.respond(0);
    } else if (request) {
      request.respond(bytes);
    } else {
      if (bytes === room.byteLength) this.#chunkSize = Math.min(2 * bytes, LARGEST_CHUNK);
      controller.enqueue(room.subarray(0, bytes));
    }
  }

  #readOver(): void {
    this.#isReadOver = true;
    if (this.#isWriteOver) this.#conn[Symbol.dispose]();
  }
}

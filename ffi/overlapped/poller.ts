/** The life of the worker that waits at the completion port. */

import { layout } from "../layout/mod.ts";
import {
  INFINITE,
  INVALID_HANDLE_VALUE,
  kernel32,
  KERNEL32_SYMBOLS,
  OVERLAPPED,
  SYNCHRONIZE,
} from "../win32/kernel32.ts";
import { systemFile } from "../win32/library.ts";
import { CORE_SYMBOLS } from "../win32/ws2_32.ts";
import { SLOT_SIZE } from "./operation.ts";
import { OVERLAPPEDS } from "./native_memory.ts";
import {
  BATCH_SIZE,
  BATCHES,
  ENTRY_SIZE,
  type PollerEnd,
  pollerMain,
  type PollerOwner,
  type PollerStart,
  WORDS,
} from "./poller_worker.ts";
import { MEMORY_WORDS, workerResources } from "./worker_resources.ts";

/**
 * `Worker` has no public way to let the process end while one runs. The method that Deno's own modules use is found by
 * its symbol, the one on the prototype without a description (Deno 2.7.5 to 2.9.6).
 */
type SetRef = (this: Worker, isRef: boolean) => void;

function findSetRef(): SetRef | undefined {
  const symbol = Object.getOwnPropertySymbols(Worker.prototype).find((symbol) => symbol.description === undefined);
  const method: unknown = symbol && Reflect.get(Worker.prototype, symbol);
  return typeof method === "function" && method.length === 1 ? method as SetRef : undefined;
}

/** How long an idle worker stays, in milliseconds, where it cannot be unref'd and must be stopped. */
const LINGER = 100;

/** How often the poller of a Worker checks whether the Worker has ended, in milliseconds. */
const OWNER_CHECK = 250;

/**
 * How long the sockets of a Worker may be open, in milliseconds, until its poller is started even if nothing has to wait.
 * Many a Worker has closed them by then.
 */
const WATCH_DELAY = 100;

/** The pseudo handles of `GetCurrentProcess()` and `GetCurrentThread()`. */
const CURRENT_PROCESS = INVALID_HANDLE_VALUE;
const CURRENT_THREAD = INVALID_HANDLE_VALUE - 1n;

/** A handle of this thread, by which another thread can tell that it has ended; undefined when none can be made. */
export function handleOfThread(): bigint | undefined {
  const handle = new BigUint64Array(1);
  const { DuplicateHandle } = kernel32();
  const isMade = DuplicateHandle(CURRENT_PROCESS, CURRENT_THREAD, CURRENT_PROCESS, handle, SYNCHRONIZE, 0, 0) !== 0;
  return isMade ? handle[0] : undefined;
}

function pollerOwner(): PollerOwner | undefined {
  const thread = workerResources && handleOfThread();
  if (workerResources === undefined || thread === undefined) return undefined;
  const { CancelIoEx, CloseHandle, HeapDestroy, VirtualFree, WaitForSingleObject } = KERNEL32_SYMBOLS;
  const { closesocket, setsockopt } = CORE_SYMBOLS;
  return {
    ...workerResources,
    thread,
    functions: {
      kernel32: { CancelIoEx, CloseHandle, HeapDestroy, VirtualFree, WaitForSingleObject },
      ws2_32: { closesocket, setsockopt },
    },
    winsock: systemFile("ws2_32.dll"),
    words: MEMORY_WORDS,
    slotSize: SLOT_SIZE,
    overlappeds: OVERLAPPEDS,
    overlappedSize: layout(OVERLAPPED).size,
  };
}

/** The poller of one completion port: started when first needed, kept, and stopped when the isolate ends. */
export class Poller {
  readonly #port: bigint;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #entries: SharedArrayBuffer;
  readonly #onFailure: (reason: string) => void;
  readonly #setRef: SetRef | undefined = findSetRef();
  /** What the worker releases when this isolate has ended; undefined when that is left to the process. */
  readonly #owner: PollerOwner | undefined = this.#setRef && pollerOwner();

  #worker: Worker | undefined;
  #isRef = true; // the initial state of a worker
  #isStopping = false;
  #isNeeded = false;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #watching: ReturnType<typeof setInterval> | undefined;

  /**
   * @param port The handle of the port.
   * @param control The shared words.
   * @param entries Room for the batches.
   * @param onFailure Called when the worker has failed.
   */
  constructor(
    port: bigint,
    control: Int32Array<SharedArrayBuffer>,
    entries: SharedArrayBuffer,
    onFailure: (reason: string) => void,
  ) {
    this.#port = port;
    this.#control = control;
    this.#entries = entries;
    this.#onFailure = onFailure;
    const owner = this.#owner;
    // A worker that is blocked in a call cannot be ended from outside, and the process would wait for it at its end.
    // That of a Worker ends by itself: it never waits for long, and is still needed then.
    if (owner === undefined) globalThis.addEventListener("unload", () => this.stop());
    else Deno.unrefTimer(this.#watching = setInterval(() => owner.sockets.includes(1) && this.watch(), WATCH_DELAY));
  }

  /**
   * In a Worker, starts the worker though this thread does without: what is open is to be closed when the isolate ends.
   * Returns whether it was started.
   */
  watch(): boolean {
    if (this.#owner === undefined) return false;
    if (this.#worker === undefined) {
      this.#start();
      this.#setKeepAlive(false);
    }
    return true;
  }

  /** Whether there is a worker. */
  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** Whether it dequeues packets yet. A worker of a Worker takes a second to start. */
  get isRunning(): boolean {
    return Atomics.load(this.#control, WORDS.RUNNING) === 1;
  }

  /** Starts the worker if necessary, and sets whether it keeps the process alive. */
  need(keepsAlive: boolean): void {
    this.#isNeeded = true;
    clearTimeout(this.#linger);
    if (this.#worker === undefined) this.#start();
    this.#setKeepAlive(keepsAlive);
  }

  /** Lets the process end: no operation keeps it alive. */
  letGo(): void {
    this.#isNeeded = false;
    if (this.#setRef !== undefined) this.#setKeepAlive(false);
    else if (this.#worker !== undefined) {
      clearTimeout(this.#linger);
      this.#linger = setTimeout(() => this.stop(), LINGER);
    }
  }

  /** Tells the worker to end: by a flag, by opening the gate, and by a packet in case it waits at the port. */
  stop(): void {
    if (this.#worker === undefined || this.#isStopping) return;
    this.#isStopping = true;
    Atomics.store(this.#control, WORDS.STOP, 1);
    Atomics.add(this.#control, WORDS.GATE, 1);
    Atomics.notify(this.#control, WORDS.GATE);
    this.wake();
  }

  /** Wakes a worker that waits at the port by a packet without an operation. */
  wake(): void {
    kernel32().PostQueuedCompletionStatus(this.#port, 0, 0n, 0n);
  }

  #start(): void {
    clearInterval(this.#watching);
    const source = `data:text/javascript,${encodeURIComponent(`onmessage = ${pollerMain}`)}`;
    const worker = new Worker(source, { type: "module", name: "completion port" });
    worker.onmessage = ({ data: end }: MessageEvent<PollerEnd>) => this.#ended(end);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#ended(event.message);
    };
    Atomics.store(this.#control, WORDS.STOP, 0);
    const batchLength = BATCH_SIZE * ENTRY_SIZE;
    const start: PollerStart = {
      library: systemFile("kernel32.dll"),
      port: this.#port,
      timeout: this.#owner === undefined ? INFINITE : OWNER_CHECK,
      owner: this.#owner,
      control: this.#control,
      batches: Array.from({ length: BATCHES }, (_, i) => new Uint8Array(this.#entries, i * batchLength, batchLength)),
      words: WORDS,
      batchSize: BATCH_SIZE,
    };
    worker.postMessage(start);
    this.#worker = worker;
    this.#isRef = true;
  }

  #ended(end: PollerEnd): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isStopping = false;
    if (end !== null) this.#onFailure(end);
    else if (this.#isNeeded) this.#start();
  }

  #setKeepAlive(isRef: boolean): void {
    if (this.#isRef === isRef || this.#worker === undefined || this.#setRef === undefined) return;
    this.#isRef = isRef;
    this.#setRef.call(this.#worker, isRef);
  }
}

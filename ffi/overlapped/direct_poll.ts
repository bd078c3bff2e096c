/** Polling the port on the thread that uses the sockets, while completions come faster than a worker can wake it. */

import { INVALID_HANDLE_VALUE, kernel32 } from "../win32/kernel32.ts";
import { BATCH_SIZE, ENTRY_SIZE, WORDS } from "./poller_worker.ts";

/** The longest sleep that counts as short, in milliseconds: polling would have paid. */
export const SHORT_SLEEP = 1;
/** The number of short sleeps in a row after which this thread polls, at first. */
export const FIRST_STREAK = 16;
/** The most of them: the number doubles each time that polling did not pay. */
export const LONGEST_STREAK = 4096;
/** A poll that costs less than this, in milliseconds, is repeated instead of prolonged. */
export const CHEAP_POLL = 0.005;
/** How long cheap polls are repeated, in milliseconds. */
export const SPIN = 0.05;
/** How long polls are repeated after the last hit before there is a worker, in milliseconds. */
export const FIRST_SPIN = 10;
/** The longest time for that after the first poll, in milliseconds. */
export const FIRST_PHASE = 50;

/**
 * Whether and how this thread polls the port itself, before it leaves that to the worker.
 *
 * Waking this thread through the worker takes two thread switches and the wake-up of the event loop. When completions have
 * followed each other closely for a while (a ping-pong of small messages), the next one most likely comes before the
 * thread has even fallen asleep. Then the worker stays behind the gate, and this thread polls the port: where a poll is
 * cheap, as on Windows, repeatedly for {@linkcode SPIN}, with a turn of the event loop after each; where it is expensive,
 * as under Wine, once with a wait of 1 ms (which on Windows could become 16 ms because of its coarse timers). One miss ends
 * it; if it did not pay, the next start needs twice the streak. The rest of the program is never delayed for more than that
 * millisecond.
 *
 * A program also begins this way, see {@linkcode takeFirst}.
 */
export class DirectPoll {
  /** The OVERLAPPED_ENTRYs of the last poll. */
  readonly entries: Int32Array<ArrayBuffer>;
  readonly #port: bigint;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #now: () => number;
  readonly #measure: () => number;
  readonly #memory = new Uint8Array(BATCH_SIZE * ENTRY_SIZE);
  readonly #count = new Uint32Array(1);

  #isOn = false;
  #streak = 0;
  #neededStreak = FIRST_STREAK;
  #hits = 0;
  #isPollCheap: boolean | undefined;
  #spinsUntil = 0;
  #firstSpinsUntil = 0;
  #firstPhaseEnds = 0;

  /**
   * @param port The handle of the port.
   * @param control The words shared with the worker.
   * @param now The time in milliseconds.
   * @param measure Measures what a poll costs in milliseconds.
   */
  constructor(
    port: bigint,
    control: Int32Array<SharedArrayBuffer>,
    now: () => number = () => performance.now(),
    measure: () => number = measurePoll,
  ) {
    this.#port = port;
    this.#control = control;
    this.#now = now;
    this.#measure = measure;
    this.entries = new Int32Array(this.#memory.buffer);
  }

  /** Notes how long this thread slept until the worker woke it, in milliseconds. */
  slept(time: number): void {
    this.#streak = time <= SHORT_SLEEP ? this.#streak + 1 : 0;
    if (this.#isOn || this.#streak < this.#neededStreak) return;
    this.#isOn = true;
    this.#hits = this.#spinsUntil = 0;
    this.#isPollCheap ??= this.#measure() < CHEAP_POLL;
    Atomics.store(this.#control, WORDS.YIELD, 1); // from the next batch on the worker stays behind the gate
  }

  /**
   * Polls when nothing else is to be done. Returns the number of entries, or undefined to leave the port to the worker.
   */
  take(): number | undefined {
    // A worker that waits at the port gets the packets first.
    if (!this.#isOn || Atomics.load(this.#control, WORDS.GATED) === 0) return undefined;
    const count = this.poll(this.#isPollCheap ? 0 : 1);
    if (count > 0) {
      this.#hits++;
      this.#spinsUntil = 0;
      return count;
    }
    if (this.#isPollCheap) {
      const now = this.#now();
      if (this.#spinsUntil === 0) this.#spinsUntil = now + SPIN;
      if (now < this.#spinsUntil) return 0;
    }
    this.#giveUp();
    return undefined;
  }

  /**
   * The same while there is no worker. Starting one takes 20 ms; the awaited answer or the first client often comes within
   * that time, and a short program never needs a worker.
   */
  takeFirst(): number | undefined {
    const count = this.poll(0);
    const now = this.#now();
    if (this.#firstPhaseEnds === 0) this.#firstPhaseEnds = now + FIRST_PHASE;
    if (count > 0 || this.#firstSpinsUntil === 0) {
      this.#firstSpinsUntil = Math.min(now + FIRST_SPIN, this.#firstPhaseEnds);
    }
    return count > 0 || now < this.#firstSpinsUntil ? count : undefined;
  }

  /**
   * The same in a Worker whose own worker has been started, which usually takes a second to reach the port: until then this
   * thread polls, a millisecond at a time.
   */
  takeMeanwhile(): number {
    return this.poll(1);
  }

  /** Polls while other work is to be done; returns the number of entries. */
  pollOnce(isWorkerRunning: boolean): number {
    return isWorkerRunning && Atomics.load(this.#control, WORDS.GATED) === 0 ? 0 : this.poll(0);
  }

  /** Polls the port, even if a worker waits there; returns the number of entries. */
  poll(timeout: number): number {
    const { GetQueuedCompletionStatusEx } = kernel32();
    const isFound = GetQueuedCompletionStatusEx(this.#port, this.#memory, BATCH_SIZE, this.#count, timeout, 0) !== 0;
    return isFound ? this.#count[0] : 0; // Wine leaves a count of 1 when there is nothing
  }

  #giveUp(): void {
    const didPay = this.#hits > this.#neededStreak;
    this.#neededStreak = didPay ? FIRST_STREAK : Math.min(2 * this.#neededStreak, LONGEST_STREAK);
    this.#streak = 0;
    this.#isOn = false;
    Atomics.store(this.#control, WORDS.YIELD, 0);
  }
}

/** The cost of a poll in milliseconds: the least of a few, at a separate port. */
function measurePoll(): number {
  const { CreateIoCompletionPort, GetQueuedCompletionStatusEx, CloseHandle } = kernel32();
  const port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0n, 0n, 0);
  const [entry, count] = [new Uint8Array(ENTRY_SIZE), new Uint32Array(1)];
  let least = Infinity;
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    GetQueuedCompletionStatusEx(port, entry, 1, count, 0, 0);
    least = Math.min(least, performance.now() - start);
  }
  CloseHandle(port);
  return least;
}

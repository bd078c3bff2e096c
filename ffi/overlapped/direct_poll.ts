/** Taking completions from the port on the main thread, while they come so fast that the worker's hop is the cost. */

import { INVALID_HANDLE_VALUE, kernel32 } from "../win32/kernel32.ts";
import { BATCH_SIZE, ENTRY_SIZE, WORDS } from "./poller_worker.ts";

/** A sleep up to this long, in milliseconds, counts as short: the completion would have been worth waiting for. */
export const SHORT_SLEEP = 1;
/** How many short sleeps in a row make this thread poll the port itself, at first. */
export const FIRST_STREAK = 16;
/** How many at most: the number is doubled each time that polling did not pay. */
export const LONGEST_STREAK = 4096;
/** A poll that costs less than this, in milliseconds, is repeated instead of prolonged. */
export const CHEAP_POLL = 0.005;
/** For how long cheap polls are repeated, in milliseconds. */
export const SPIN = 0.05;
/** For how long polls are repeated after the last hit before there is a worker, in milliseconds. */
export const FIRST_SPIN = 10;
/** For how long that may go on after the first poll, in milliseconds. */
export const FIRST_PHASE = 50;

/**
 * Whether and how this thread polls the port itself, before it leaves that to the worker.
 *
 * Waking this thread through the worker takes two thread switches and the event loop's own wake-up. When completions
 * have followed each other closely for a while (a ping-pong of small messages), the next one most likely comes before
 * the thread has even fallen asleep. Then the worker stays behind the gate, and this thread asks the port: where a call
 * is cheap, as on Windows, again and again for {@linkcode SPIN}, with a turn of the event loop after each; where it is
 * dear, as under Wine, once with a wait of 1 ms (which on Windows could become 16 ms by its coarse timers). One miss ends
 * it, and when it did not pay it takes twice the streak to begin again. Nothing else that the program does is ever held
 * up for more than that millisecond.
 *
 * It is also how everything begins, see {@linkcode takeFirst}.
 */
export class DirectPoll {
  /** The OVERLAPPED_ENTRYs that {@linkcode take} has found. */
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

  /** Tells how long this thread has slept until the worker woke it, in milliseconds. */
  slept(time: number): void {
    this.#streak = time <= SHORT_SLEEP ? this.#streak + 1 : 0;
    if (this.#isOn || this.#streak < this.#neededStreak) return;
    this.#isOn = true;
    this.#hits = this.#spinsUntil = 0;
    this.#isPollCheap ??= this.#measure() < CHEAP_POLL;
    Atomics.store(this.#control, WORDS.YIELD, 1); // from the next batch on the worker stays behind the gate
  }

  /**
   * Takes what has completed, as nothing else is to be done: how many entries there are, or undefined to leave the port to
   * the worker.
   */
  take(): number | undefined {
    // From a worker that waits at the port this thread would get nothing.
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
   * The same as long as there is no worker. Starting one takes 20 ms, in which this thread does better to poll:
   * the answer that is waited for, or the first client, is often there by then, and a short program never needs a worker.
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
   * The same in a Worker, whose own worker has been started and takes a second as a rule to come as far as to wait at the
   * port: till then this thread does, for a millisecond at a time.
   */
  takeMeanwhile(): number {
    return this.poll(1);
  }

  /** Takes what has completed while other things are to be done: how many entries there are. */
  pollOnce(isWorkerRunning: boolean): number {
    return isWorkerRunning && Atomics.load(this.#control, WORDS.GATED) === 0 ? 0 : this.poll(0);
  }

  /** Asks the port, whoever else waits there; returns how many entries there are. */
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

/** What a poll costs in milliseconds: the least of a few, at a port of its own. */
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

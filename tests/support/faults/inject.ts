/** Faults: what a test has calls do instead of what they would. */

import { NTSTATUS_CODES } from "../../../ffi/win32/ntstatus.ts";
import { addLayer, type Call, failed, FAILURES, hasFailed, type Layer, type Outcome } from "./calls.ts";
import { defer, end, inFlightAt, pend, playKernel, violations } from "./kernel.ts";
import { overlappedCall } from "./overlapped_calls.ts";
import { randomNumbers } from "../random.ts";
import { readU32, writeU32 } from "./system.ts";

const WSA_IO_PENDING = 997;

/** What happens to one call. */
export type Fault =
  /** Nothing is done; the call fails at once. */
  | { readonly kind: "failure"; readonly code: number }
  /** Nothing is done; the call pends and ends with a status. */
  | { readonly kind: "late failure"; readonly status: number; readonly bytes?: number }
  /** Nothing is done; the call pends until it is cancelled, which takes `delay` milliseconds more. */
  | { readonly kind: "never"; readonly delay?: number }
  /** It is done for so many bytes at most. */
  | { readonly kind: "short"; readonly bytes: number }
  /** It is done, but pends, and its end is heard of `delay` milliseconds later. */
  | { readonly kind: "late"; readonly delay: number }
  /** It is done, and its packet is sent twice. */
  | { readonly kind: "twice" }
  /** It is done, but if it says that it failed (or pends) the last error is another. */
  | { readonly kind: "wrong last error"; readonly code: number };

/** A number that looks random, from 0 to below the limit. */
export type Random = (limit: number) => number;

/** Whether something happens that has this probability. */
export function chance(random: Random, probability: number): boolean {
  return random(1_000_000) < probability * 1_000_000;
}

/** Decides what happens to a call. */
export type Plan = (call: Call, random: Random) => Fault | undefined;

/** The faults of a block. */
export interface Faults extends Disposable {
  /** How many there have been, by call. */
  readonly injected: Readonly<Record<string, number>>;
  /** How many there have been. */
  readonly total: number;
  /** What the library has done meanwhile that Windows forbids; see kernel.ts. */
  readonly violations: readonly string[];
}

const statuses = new Map(Object.values(NTSTATUS_CODES).map(([status, code]) => [code, status]));

/** A status that becomes this code. */
export function statusOf(code: number): number {
  if (code === 0) return 0;
  const status = statuses.get(code);
  if (status === undefined) throw new Error(`No status becomes the code ${code}`);
  return status;
}

/** Injects faults into the calls of the library until the end of the block. */
export function injectFaults({ seed = 1, plan }: { seed?: number; plan: Plan }): Faults {
  playKernel();
  const random = randomNumbers(seed);
  const injected: Record<string, number> = {};
  const before = violations.length;
  const layer: Layer = (call, next) => {
    if (FAILURES[call.name] === "it cannot fail") return next(call);
    const fault = plan(call, random);
    const outcome = fault && inject(call, fault, next);
    if (outcome === undefined) return next(call);
    injected[call.name] = (injected[call.name] ?? 0) + 1;
    return outcome;
  };
  const added = addLayer(layer);
  return {
    injected,
    get total() {
      return Object.values(injected).reduce((sum, count) => sum + count, 0);
    },
    get violations() {
      return violations.slice(before);
    },
    [Symbol.dispose]: () => added[Symbol.dispose](),
  };
}

/** What comes of a call with a fault; undefined when that fault makes no sense for it. */
function inject(call: Call, fault: Fault, next: (call: Call) => Outcome): Outcome | undefined {
  switch (fault.kind) {
    case "failure":
      return failed(call, fault.code);
    case "late failure":
      return pend(call, (operation) => {
        setTimeout(() => end(operation, { status: fault.status, bytes: fault.bytes ?? 0 }));
      });
    case "never":
      return pend(call, (operation) => operation.delay = fault.delay ?? 0);
    case "short":
      return next(shortened(call, fault.bytes));
    case "late":
      return late(call, next(call), fault.delay);
    case "twice": {
      const outcome = next(call);
      const given = overlappedCall(call);
      const operation = given && inFlightAt(given.overlapped);
      if (operation !== undefined) operation.packets = 2;
      return outcome;
    }
    case "wrong last error": {
      const outcome = next(call);
      return hasFailed(call, outcome) ? { ...outcome, code: fault.code } : outcome;
    }
  }
}

function shortened(call: Call, bytes: number): Call {
  const given = overlappedCall(call);
  if (given !== undefined && given.wsabuf !== 0n) writeU32(given.wsabuf, Math.min(given.length, bytes));
  if (call.name !== "send" && call.name !== "recv") return call;
  const [socket, data, length, flags] = call.parameters;
  return { ...call, parameters: [socket, data, Math.min(length as number, bytes), flags] };
}

function late(call: Call, outcome: Outcome, delay: number): Outcome {
  const given = overlappedCall(call);
  if (given === undefined) return outcome;
  const operation = inFlightAt(given.overlapped);
  if (operation !== undefined) {
    operation.delay = delay;
    return hasFailed(call, outcome) ? outcome : failed(call, WSA_IO_PENDING);
  }
  if (hasFailed(call, outcome)) return defer(call, { status: statusOf(outcome.code), bytes: 0 }, delay);
  return defer(call, { status: 0, bytes: readU32(given.bytes) }, delay);
}

// What a confirmation is: something that Windows does, and that no other system shows.
import { WinsockError } from "@winsock/ws2";

/** Something that the library counts on, and how to find out whether this system does it. */
export interface Confirmation {
  /** What it is about, in a few words. */
  readonly what: string;
  /** What the library counts on; any of these. */
  readonly expected: readonly string[];
  /** Finds out what this system does; a text that begins with {@linkcode UNTRIED} where that cannot be found out. */
  readonly find: () => Promise<string>;
}

/** What a finding begins with that says nothing of the system. */
export const UNTRIED = "cannot be tried here: ";

/** How long something on loopback may take before it counts as never happening, in milliseconds. */
const PATIENCE = 1000;

/** Ends a wait for what may never happen. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(PATIENCE);
}

/** What is found out, or why that failed. */
export async function findOut({ find }: Confirmation): Promise<string> {
  try {
    return await find();
  } catch (error) {
    const cause = error instanceof WinsockError ? error : (error as Error).cause;
    const isFamilyMissing = cause instanceof WinsockError && cause.symbol === "WSAEAFNOSUPPORT";
    return isFamilyMissing ? `${UNTRIED}an address family is missing` : `fails: ${(error as Error).message}`;
  }
}

/** Whether a finding is what the library counts on; undefined where it says nothing of the system. */
export function isExpected({ expected }: Confirmation, found: string): boolean | undefined {
  return found.startsWith(UNTRIED) ? undefined : expected.includes(found);
}

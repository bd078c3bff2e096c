// All that a system can be asked for that the library counts on, and that could not be tried where it was written.
import type { Confirmation } from "./confirmation.ts";
import { CONNECTIONS } from "./connections.ts";
import { DATAGRAMS } from "./datagrams.ts";
import { RAW_LAYER } from "./raw_layer.ts";

export { type Confirmation, findOut, isExpected } from "./confirmation.ts";

/** Every one, in the order in which they are told. */
export const CONFIRMATIONS: readonly Confirmation[] = [...CONNECTIONS, ...DATAGRAMS, ...RAW_LAYER];

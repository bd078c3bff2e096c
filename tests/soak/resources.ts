/** What the process and the library hold. */

import { type ResourceUse, resourceUse } from "../../ffi/overlapped/usage.ts";
import { socketCount } from "../support/handles.ts";

/** What the library and the system say is in use. */
export interface Resources {
  /** What the library counts itself. */
  readonly library: ResourceUse;
  /** Handles of the kind that sockets are, as the system counts them. */
  readonly sockets: number;
  /** All handles of the process; undefined under Wine, which does not count them. */
  readonly handles: number | undefined;
  /** Descriptors of the process; undefined on Windows, which has none. */
  readonly descriptors: number | undefined;
  /** The memory of the process, in bytes. */
  readonly memory: Deno.MemoryUsage;
}

const CURRENT_PROCESS = 0xffff_ffff_ffff_ffffn;
const CURRENT_THREAD = 0xffff_ffff_ffff_fffen;

const { symbols: { GetProcessHandleCount, SetThreadDescription } } = Deno.dlopen(
  "C:\\Windows\\System32\\kernel32.dll",
  {
    GetProcessHandleCount: { parameters: ["usize", "buffer"], result: "i32" },
    SetThreadDescription: { parameters: ["usize", "buffer"], result: "i32" },
  },
);

function handleCount(): number | undefined {
  const count = new Uint32Array(1);
  if (GetProcessHandleCount(CURRENT_PROCESS, count) === 0) throw new Error("GetProcessHandleCount failed");
  return count[0] === 0 ? undefined : count[0];
}

/** Where Wine shows the processes of Linux. */
const PROCESSES = "Z:\\proc";

let descriptorFolder: string | undefined | null;

/**
 * The folder with the descriptors of this process. Wine does not tell the number that Linux knows the process by, but it
 * gives Linux the description of a thread as its name, by which the process can be found.
 */
function findDescriptorFolder(): string | undefined {
  const name = `soak ${Deno.pid}`;
  SetThreadDescription(CURRENT_THREAD, new Uint16Array([...`${name}\0`].map((unit) => unit.charCodeAt(0))));
  try {
    for (const { name: process } of Deno.readDirSync(PROCESSES)) {
      if (/^\d+$/.test(process) && nameOf(process) === name) return `${PROCESSES}\\${process}\\fd`;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // Windows has no such folder
  }
  return undefined;
}

function nameOf(process: string): string | undefined {
  try {
    return Deno.readTextFileSync(`${PROCESSES}\\${process}\\comm`).trim();
  } catch {
    return undefined; // it has ended meanwhile, or is not to be read
  }
}

function descriptorCount(): number | undefined {
  descriptorFolder ??= findDescriptorFolder() ?? null;
  return descriptorFolder === null ? undefined : Deno.readDirSync(descriptorFolder).toArray().length;
}

/** What is in use now. */
export function resources(): Resources {
  return {
    library: resourceUse(),
    sockets: socketCount(),
    handles: handleCount(),
    descriptors: descriptorCount(),
    memory: Deno.memoryUsage(),
  };
}

/** What must be in use at the end as it was before. */
export function inUse({ library, sockets }: Resources): Record<string, number> {
  return {
    "slots of operations": library.operations,
    "native buffers": library.buffers,
    "sockets of the library": library.sockets,
    "sockets of the process": sockets,
  };
}

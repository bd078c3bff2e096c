import { systemFile } from "../../ffi/win32/library.ts";

/** A MEMORY_BASIC_INFORMATION: its size, and where its members are. */
const INFORMATION_SIZE = 48;
const ALLOCATION_BASE = 8;
const REGION_SIZE = 24;

function open() {
  return Deno.dlopen(systemFile("kernel32.dll"), {
    VirtualQuery: { parameters: ["usize", "buffer", "usize"], result: "usize" },
  }).symbols;
}
let calls: ReturnType<typeof open> | undefined;

/** How many ranges of addresses of exactly this length are reserved in this process. */
export function rangeCount(length: number): number {
  const { VirtualQuery } = calls ??= open();
  const information = new DataView(new ArrayBuffer(INFORMATION_SIZE));
  let count = 0;
  let [base, size] = [0n, 0n]; // of the allocation that the region belongs to
  const end = () => void (base !== 0n && size === BigInt(length) && count++);
  for (let address = 0n; VirtualQuery(address, information, BigInt(INFORMATION_SIZE)) !== 0n;) {
    const region = information.getBigUint64(REGION_SIZE, true);
    const allocation = information.getBigUint64(ALLOCATION_BASE, true); // 0 where the addresses are free
    if (allocation !== base) {
      end();
      [base, size] = [allocation, 0n];
    }
    size += region;
    address += region;
  }
  end();
  return count;
}

import { assert, assertEquals } from "@std/assert";
import { allocateBuffer, buffersInUse, LARGEST_BUFFER, releaseBuffer } from "../../ffi/overlapped/native_memory.ts";
import { kernel32 } from "../../ffi/win32/kernel32.ts";
import { countCalls } from "../support/stand_in.ts";
import { NEEDS_WINDOWS } from "../support/windows.ts";

Deno.test(
  "releaseBuffer() gives back to the heap what is more than is kept for the next operations",
  NEEDS_WINDOWS,
  () => {
    const before = buffersInUse();
    const buffers = Array.from({ length: 100 }, () => allocateBuffer(LARGEST_BUFFER));
    assertEquals(buffersInUse(), before + 100);
    using freed = countCalls(kernel32(), "HeapFree");
    buffers.forEach(releaseBuffer);
    assertEquals(buffersInUse(), before);
    assert(freed.calls >= 80, `${100 - freed.calls} of 100 buffers of 256 KiB are kept`);
    using made = countCalls(kernel32(), "HeapAlloc");
    releaseBuffer(allocateBuffer(LARGEST_BUFFER));
    assertEquals(made.calls, 0, "what is kept is used again");
  },
);

Deno.test("allocateBuffer() has room for any length, and takes no more than twice as much", NEEDS_WINDOWS, () => {
  for (let size = 1024; size <= LARGEST_BUFFER; size *= 2) {
    for (const length of [size / 2 + 1, size - 1, size]) {
      const buffer = allocateBuffer(length);
      assertEquals(buffer.size, size, `${length} bytes`);
      releaseBuffer(buffer);
    }
  }
});

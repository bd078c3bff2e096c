import { assertEquals, assertGreater } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { randomBytes } from "../support/bytes.ts";
import { runProgram, WINSOCK_HEADERS } from "./c_compiler.ts";

const LONGEST = 128;

Deno.test("the WSA_CMSG macros on lengths give what those of the C headers do, from 0 to 128", async () => {
  const lines = await runProgram(`${WINSOCK_HEADERS}
int main(void) {
  for (size_t n = 0; n <= ${LONGEST}; n++) {
    printf("%d %d ", (int) WSA_CMSGHDR_ALIGN(n), (int) WSA_CMSGDATA_ALIGN(n));
    printf("%d %d\\n", (int) WSA_CMSG_LEN(n), (int) WSA_CMSG_SPACE(n));
  }
  return 0;
}
`);
  const macros = [ffi.WSA_CMSGHDR_ALIGN, ffi.WSA_CMSGDATA_ALIGN, ffi.WSA_CMSG_LEN, ffi.WSA_CMSG_SPACE];
  const expected = Array.from({ length: LONGEST + 1 }, (_, n) => macros.map((macro) => macro(n)).join(" "));
  assertEquals(lines, expected);
});

/** Control buffers as a system makes them: some messages each, cut off somewhere in the padding or nowhere. */
const buffers: Uint8Array[] = Array.from({ length: 2000 }, (_, index) => {
  const random = randomBytes(64, index + 1);
  const writer = new ffi.ControlMessageWriter(new Uint8Array(512));
  for (let message = 0; message < random[0] % 6; message++) {
    const [level, type, length] = random.subarray(3 * message + 1);
    writer.add(level % 2 ? level - 256 : level, type, randomBytes(length % 48, index + message + 1));
  }
  const cut = index % 2 ? 0 : writer.length === 0 ? 0 : random[60] % 4;
  return writer.bytes.subarray(0, writer.length - cut);
});

Deno.test("controlMessages() finds the messages that the macros of the C headers find", async () => {
  const lines = await runProgram(`${WINSOCK_HEADERS}
static const char *buffers[] = { ${buffers.map((bytes) => `"${bytes.toHex()}"`).join(",\n")} };
static union { WSACMSGHDR align; unsigned char bytes[512]; } control;
int main(void) {
  for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
    WSAMSG msg;
    WSACMSGHDR *header;
    memset(&control, 0, sizeof control);
    msg.Control.buf = (char *) control.bytes;
    msg.Control.len = strlen(buffers[i]) / 2;
    for (size_t n = 0; n < msg.Control.len; n++) {
      unsigned byte;
      sscanf(buffers[i] + 2 * n, "%2x", &byte);
      control.bytes[n] = byte;
    }
    putchar('>');
    for (header = WSA_CMSG_FIRSTHDR(&msg); header; header = WSA_CMSG_NXTHDR(&msg, header)) {
      unsigned char *data = WSA_CMSG_DATA(header), *end = (unsigned char *) header + header->cmsg_len;
      if (end > control.bytes + msg.Control.len) break; /* what the macros leave to the caller */
      printf(" %d,%d,", header->cmsg_level, header->cmsg_type);
      while (data < end) printf("%02x", *data++);
    }
    putchar('\\n');
  }
  return 0;
}
`);
  const expected = buffers.map((bytes) => {
    const messages = Array.from(ffi.controlMessages(bytes), ({ level, type, data }) => {
      return ` ${level},${type},${data.toHex()}`;
    });
    return `>${messages.join("")}`;
  });
  assertEquals(lines, expected);
  assertGreater(lines.join("").split(" ").length, 4000);
});

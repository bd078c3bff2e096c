import { assertEquals } from "@std/assert";
import { layout } from "@winsock/ws2/layout";
import * as iphlpapi from "../../ffi/win32/iphlpapi.ts";
import { runProgram, WINSOCK_HEADERS } from "./c_compiler.ts";

Deno.test("the structs and constants of GetAdaptersAddresses() are those of iphlpapi.h", async () => {
  const expected: string[] = [];
  let body = "";
  for (const name of ["IP_ADAPTER_ADDRESSES_LH", "IP_ADAPTER_UNICAST_ADDRESS_LH"] as const) {
    const { offsets } = layout(iphlpapi[name]);
    for (const [member, offset] of Object.entries(offsets)) {
      body += `printf("${name}.${member} %zu\\n", offsetof(${name}, ${member}));\n`;
      expected.push(`${name}.${member} ${offset}`);
    }
  }
  for (const [name, value] of Object.entries(iphlpapi)) {
    if (typeof value !== "number") continue;
    body += `printf("${name} %d\\n", (int) ${name});\n`;
    expected.push(`${name} ${value}`);
  }
  const program = `${WINSOCK_HEADERS}#include <iphlpapi.h>\nint main(void) {\n${body}return 0;\n}\n`;
  assertEquals(await runProgram(program), expected);
});

// Wine ignores the control messages of WSASendMsg, so what a datagram is sent with cannot be seen where it arrives. The
// bytes that the library hands over are recorded instead, and compared with those of a C program for the same requests.
import { assert, assertEquals } from "@std/assert";
import { runProgram, WINSOCK_HEADERS } from "./c_compiler.ts";
import { recordedCalls } from "./recorded/recorded_calls.ts";
import { DATA, PORT, SENDS } from "./recorded/requests.ts";

const PROGRAM = new URL("recorded/send_messages.c", import.meta.url);

const KINDS = { "dual-stack": "DUAL_STACK", "v6-only": "V6_ONLY", "IPv4": "IPV4" };

function requestInC({ kind, to, flowInfo, options }: typeof SENDS[number]): string {
  const [address, scope = 0] = to.split("%");
  const { source, interfaceIndex = 0, hopLimit = -1, trafficClass = -1, ecn = -1, segmentSize = -1 } = options;
  const [from, numbers] = [source ? `"${source}"` : "NULL", [hopLimit, trafficClass, ecn, segmentSize]];
  const members = [KINDS[kind], `"${address}"`, scope, `${flowInfo}ul`, from, `${interfaceIndex}ul`, ...numbers];
  return `{ ${members.join(", ")} }`;
}

async function messagesOfC(): Promise<string[]> {
  const values = {
    PORT,
    DATA: DATA.match(/../g)!.map((byte) => `0x${byte}`).join(", "),
    REQUESTS: SENDS.map(requestInC).join(", \\\n"),
  };
  const defines = Object.entries(values).map(([name, value]) => `#define ${name} ${value}\n`);
  return await runProgram(WINSOCK_HEADERS + defines.join("") + await Deno.readTextFile(PROGRAM));
}

Deno.test("sendMessage() hands over the WSAMSG that a C program does, for every combination of options", async () => {
  const [expected, { sends }] = await Promise.all([messagesOfC(), recordedCalls()]);
  assertEquals(expected.length, SENDS.length);
  assert(new Set(expected).size > SENDS.length / 2); // the requests do differ
  for (const [index, request] of SENDS.entries()) assertEquals(sends[index], expected[index], Deno.inspect(request));
  assertEquals(sends.length, expected.length);
});

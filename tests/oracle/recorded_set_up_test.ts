// What sockets are set up with, and in what order: recorded, and compared with the calls of a C program.
import { assertEquals } from "@std/assert";
import { runProgram, WINSOCK_HEADERS } from "./c_compiler.ts";
import { recordedCalls, type RecordedLines } from "./recorded/recorded_calls.ts";
import { SET_UPS } from "./recorded/requests.ts";

const PROGRAM = new URL("recorded/set_up.c", import.meta.url);
const KINDS = { "dual-stack": "DUAL_STACK", "v6-only": "V6_ONLY", "IPv4": "IPV4" };

async function callsOfC(): Promise<Omit<RecordedLines, "sends">> {
  const requests = SET_UPS.map(({ kind, options: { packetInfo, reuseAddress, connectionReset } }) => {
    return `{ ${KINDS[kind]}, ${packetInfo}, ${reuseAddress}, ${connectionReset} }`;
  });
  const defines = `#include <stdbool.h>\n#define SET_UPS ${requests.join(", \\\n")}\n`;
  const lines = await runProgram(WINSOCK_HEADERS + defines + await Deno.readTextFile(PROGRAM));
  const [options, memberships, tcp] = ["options", "memberships", "tcp"].map((title) => lines.indexOf(title));
  return {
    setUps: lines.slice(0, options),
    options: lines.slice(options + 1, memberships),
    memberships: lines.slice(memberships + 1, tcp),
    tcp: lines.slice(tcp + 1),
  };
}

const PARTS = [
  ["setUps", "listenDatagram() sets a socket up by the calls that a C program makes, in their order", 176],
  ["options", "the options of a datagram socket are set as a C program does", 28],
  ["memberships", "multicast groups are joined and left as a C program does", 8],
  ["tcp", "the options of a connection are set as a C program does", 22],
] as const;
for (const [part, name, count] of PARTS) {
  Deno.test(name, async () => {
    const [expected, recorded] = await Promise.all([callsOfC(), recordedCalls()]);
    assertEquals(recorded[part], expected[part]);
    assertEquals(expected[part].length, count); // or less would be compared than is meant to be
  });
}

// Tells what this machine can do with dual-stack sockets, and what to do about what it cannot.
//
//   deno run --allow-ffi examples/dual_stack_doctor.ts --help
import { parseArgs } from "@std/cli/parse-args";
import { connect, listen, listenDatagram, type PacketInfo, probeStack } from "@winsock/ws2";
import {
  AF_INET,
  AF_INET6,
  check,
  extensionFunctions,
  INVALID_SOCKET,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  owned,
  SOCK_DGRAM,
  SOCK_STREAM,
  systemFile,
  ws2_32,
} from "@winsock/ws2/ffi";
import { CONFIRMATIONS, findOut, isExpected } from "./confirmations/mod.ts";

const HELP = `Usage: dual_stack_doctor.ts [--port PORT] [--json | --report]

  --port PORT  say also whether this port can be listened on, and if not, why
  --json       print the findings as JSON, for programs
  --report     print the findings as Markdown, to be pasted into a report
  --help       show this text

Says which address families this machine has, whether dual-stack sockets work and bring packet information over each
family, which functions of Winsock are missing, and what to do about it. Then it finds out what this system does of what
the library counts on and could not be tried where it was written, which takes some seconds: ✓ as expected, ≠ otherwise,
? cannot be tried here. Everything stays on this machine: what is sent goes over loopback. The exit code is 1 when
something needs attention, 0 when nothing does.`;

/** How long a datagram or a connection on loopback may take before it counts as lost, in milliseconds. */
const PATIENCE = 2000;

/** The extension functions without which the library cannot do. */
const NEEDED = ["AcceptEx", "ConnectEx", "GetAcceptExSockaddrs", "WSARecvMsg"];

/** One thing that was looked at. */
interface Finding {
  /** What was looked at. */
  what: string;
  /** What was found. */
  found: boolean | string | string[];
  /** What to do about it; absent when all is well. */
  advice?: string;
  /** What the library counts on, any of these, where that is to be confirmed. */
  expected?: readonly string[];
  /** Whether it is as expected; absent where that cannot be tried here. */
  isExpected?: boolean;
}

function fail(message: string): never {
  console.error(`dual_stack_doctor: ${message}`);
  Deno.exit(2);
}

/** What something comes to, or why it fails. */
async function outcome(action: () => Promise<boolean | string>): Promise<boolean | string> {
  try {
    return await action();
  } catch (error) {
    return (error as Error).message;
  }
}

/** A socket that nobody has touched. */
function newSocket(family: number, type: number) {
  const { closesocket, socket } = ws2_32();
  return owned(check(socket(family, type, 0), "socket", INVALID_SOCKET), closesocket);
}

/** The value that IPV6_V6ONLY has by default. */
function defaultOfV6Only(): string {
  using s = newSocket(AF_INET6, SOCK_DGRAM);
  const value = new Uint8Array(4); // Windows may write one byte of it only
  check(ws2_32().getsockopt(s.value, IPPROTO_IPV6, IPV6_V6ONLY, value, new Int32Array([4])), "getsockopt");
  return value[0] === 0 ? "0 (dual-stack)" : "1 (IPv6 only)";
}

/** The extension functions that neither TCP nor UDP has. */
function missingExtensionFunctions(family: number): string[] {
  using tcp = newSocket(family, SOCK_STREAM);
  using udp = newSocket(family, SOCK_DGRAM);
  const all = [tcp, udp].map((s) => Object.entries(extensionFunctions(s.value)));
  const present = new Set(all.flat().filter(([, bound]) => bound !== undefined).map(([name]) => name));
  return all[0].map(([name]) => name).filter((name) => !present.has(name));
}

/** Whether a dual-stack listener accepts a client that connects to an address. */
async function accepts(hostname: string): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE);
  await using listener = listen({ hostname: "::" });
  const accepting = listener.accept({ signal });
  accepting.catch(() => {});
  using _client = await connect({ hostname, port: listener.addr.port, signal });
  using conn = await accepting;
  return conn.remoteAddr.hostname === hostname;
}

/** What comes with a datagram that is sent to an address of this machine. */
async function packetInfo(bound: string, hostname: string): Promise<PacketInfo> {
  const signal = AbortSignal.timeout(PATIENCE);
  using socket = listenDatagram({ hostname: bound });
  await socket.send(new Uint8Array([1]), { ...socket.addr, hostname });
  return (await socket.receiveMessage(undefined, { signal })).info;
}

function describeInfo(info: PacketInfo, hostname: string): boolean | string {
  if (info.localAddress !== hostname) return info.localAddress === undefined ? false : `wrong: ${info.localAddress}`;
  const more = (["interfaceIndex", "hopLimit", "trafficClass", "ecn"] as const).filter((name) => name in info);
  return ["localAddress", ...more].join(", ");
}

/** Whether a port can be listened on, and what to do where it cannot. */
function examinePort(port: number): Finding[] {
  return ([["TCP", listen], ["UDP", listenDatagram]] as const).map(([protocol, open]) => {
    const what = `Port ${port}, ${protocol}`;
    try {
      open({ port })[Symbol.dispose]();
      return { what, found: "is free" };
    } catch (error) {
      const isTaken = error instanceof Deno.errors.AddrInUse;
      const advice = isTaken
        ? `Choose another port, or end the program that has it: "netstat -ano" lists the numbers of processes.`
        : "Choose a port that is in no reserved range, or restart the service that has reserved it (winnat).";
      return { what, found: (error as Error).message, advice };
    }
  });
}

/** What this system does of what could not be tried where the library was written. */
async function confirm(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const confirmation of CONFIRMATIONS) {
    const found = await findOut(confirmation); // one after another: some take the time
    const { what, expected } = confirmation;
    findings.push({ what, found, expected, isExpected: isExpected(confirmation, found) });
  }
  return findings;
}

/** The system and its version: `Windows 10.0.26100`. */
function describeSystem(): string {
  // NtMajorVersion, NtMinorVersion and NtBuildNumber in KUSER_SHARED_DATA, which every process can read.
  const at = (address: bigint) => new Deno.UnsafePointerView(Deno.UnsafePointer.create(address)!).getUint32();
  const version = `Windows ${at(0x7ffe026cn)}.${at(0x7ffe0270n)}.${at(0x7ffe0260n) & 0xffff}`;
  const { symbols } = Deno.dlopen(systemFile("ntdll.dll"), {
    wine_get_version: { parameters: [], result: "pointer", optional: true },
  });
  const wine = symbols.wine_get_version?.();
  return wine ? `Wine ${new Deno.UnsafePointerView(wine).getCString()} as ${version}` : version;
}

async function examine(): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = (what: string, found: Finding["found"], isWell: boolean, advice: string) =>
    findings.push(isWell ? { what, found } : { what, found, advice });

  const { ipv4, ipv6, dualStack } = probeStack();
  add(
    "IPv4",
    ipv4,
    ipv4,
    "IPv4 is disabled: only IPv6 peers can be reached. Install the TCP/IPv4 protocol if need be.",
  );
  add(
    "IPv6",
    ipv6,
    ipv6,
    "IPv6 is disabled: give IPv4 addresses, or no hostname at all. Enable it for dual-stack sockets.",
  );
  add("Dual-stack sockets", dualStack, dualStack, "Use one socket for each family.");
  if (ipv6) {
    add("IPV6_V6ONLY of a new socket", defaultOfV6Only(), true, "");
  }
  if (dualStack) {
    for (const [family, has, hostname] of [["IPv4", ipv4, "127.0.0.1"], ["IPv6", ipv6, "::1"]] as const) {
      if (!has) continue;
      const found = await outcome(() => accepts(hostname));
      add(
        `Dual-stack listener, ${family} client`,
        found,
        found === true,
        "Look for a firewall or a filter on loopback.",
      );
    }
  }
  const sockets = [
    ["IPv4 socket", "0.0.0.0", "127.0.0.1", ipv4],
    ["Dual-stack socket, IPv4", "::", "127.0.0.1", dualStack && ipv4],
    ["Dual-stack socket, IPv6", "::", "::1", dualStack],
  ] as const;
  for (const [what, bound, hostname, isPossible] of sockets) {
    if (!isPossible) continue;
    const found = await outcome(async () => describeInfo(await packetInfo(bound, hostname), hostname));
    const isWell = typeof found === "string" && found.startsWith("localAddress");
    add(`Packet information, ${what}`, found, isWell, "Bind a socket to each local address to tell them apart.");
  }
  const exports = Object.entries(ws2_32()).filter(([, symbol]) => symbol === null).map(([name]) => name).sort();
  add("Missing exports (none is needed)", exports, true, "");
  const missing = missingExtensionFunctions(ipv6 ? AF_INET6 : AF_INET);
  const needed = missing.filter((name) => NEEDED.includes(name));
  const advice = `The library needs ${
    needed.join(", ")
  }: remove the network filter that replaces Windows' own provider.`;
  add("Missing extension functions", missing, needed.length === 0, advice);
  return findings;
}

function show(found: Finding["found"]): string {
  if (typeof found === "boolean") return found ? "yes" : "no";
  return typeof found === "string" ? found : found.length === 0 ? "none" : found.join(", ");
}

/** Breaks a text into lines of at most `width` characters, between words. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

/** ✓ when all is well, ✗ what needs attention; of what is to be confirmed ≠ what is otherwise, ? what cannot be tried. */
function markOf({ advice, expected, isExpected }: Finding): string {
  if (expected !== undefined) return isExpected === undefined ? "?" : isExpected ? "✓" : "≠";
  return advice === undefined ? "✓" : "✗";
}

function printTable(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const finding of findings) {
    const { what, found, advice } = finding;
    const lines = wrap(show(found), 100 - width).concat(advice === undefined ? [] : wrap(`→ ${advice}`, 100 - width));
    lines.forEach((line, index) => {
      console.log(`${index > 0 ? " " : markOf(finding)} ${(index === 0 ? what : "").padEnd(width)}  ${line}`);
    });
  }
}

/** A table of Markdown, of all findings or of some. */
function printReport(findings: readonly Finding[]): void {
  const { deno } = Deno.version;
  console.log(
    `${describeSystem()}, ${Deno.build.arch}, Deno ${deno}\n\n|   | What | Found | Expected |\n| - | - | - | - |`,
  );
  for (const finding of findings) {
    const { what, found, expected = [] } = finding;
    const cells = [markOf(finding), what, show(found), expected.join(", or ")];
    console.log(`| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`);
  }
}

const flags = parseArgs(Deno.args, {
  boolean: ["json", "report", "help"],
  string: ["port"],
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
const port = flags.port === undefined ? undefined : Number(flags.port);
if (port !== undefined && !(/^\d+$/.test(flags.port!) && port >= 1 && port <= 65535)) {
  fail(`--port must be a number from 1 to 65535, got ${flags.port}`);
}
let findings: Finding[];
try {
  findings = [...await examine(), ...port === undefined ? [] : examinePort(port), ...await confirm()];
} catch (error) {
  fail((error as Error).message);
}
const differences = findings.filter(({ isExpected }) => isExpected === false);
if (flags.json) console.log(JSON.stringify(findings, null, 2));
else if (flags.report) printReport(findings);
else {
  printTable(findings);
  if (differences.length > 0) {
    console.log("\nWhat is otherwise than expected, to be pasted into a report:\n");
    printReport(differences);
  }
}
Deno.exit(findings.some(({ advice }) => advice !== undefined) ? 1 : 0);

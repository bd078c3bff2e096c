// A server that is told to end by its console as soon as it has a client: `console_event.ts SIGNAL [handled]`.
import { listen, listenDatagram } from "@winsock/ws2";
import { systemFile } from "../../../ffi/win32/library.ts";

/** The events that a console sends: CTRL_C_EVENT and CTRL_BREAK_EVENT of wincon.h. */
const EVENTS = { SIGINT: 0n, SIGBREAK: 1n } as const;

const name = Deno.args[0] as keyof typeof EVENTS;
const { GetModuleHandleA, GetProcAddress, CreateThread } = Deno.dlopen(systemFile("kernel32.dll"), {
  GetModuleHandleA: { parameters: ["buffer"], result: "usize" },
  GetProcAddress: { parameters: ["usize", "buffer"], result: "usize" },
  CreateThread: { parameters: ["usize", "usize", "usize", "usize", "u32", "buffer"], result: "usize" },
}).symbols;
const text = (text: string) => new TextEncoder().encode(`${text}\0`);

/**
 * Does what the system does in a process whose console is given Ctrl-C or Ctrl-Break: runs the handlers in a new thread.
 * `GenerateConsoleCtrlEvent` would do that to every process of the console, of this test too.
 */
function raise(): void {
  const routine = GetProcAddress(GetModuleHandleA(text("kernel32.dll")), text("CtrlRoutine"));
  if (routine === 0n || CreateThread(0n, 0n, routine, EVENTS[name], 0, new Uint32Array(1)) === 0n) {
    throw new Error("The event cannot be raised");
  }
}

const listener = listen({ exclusive: true });
const datagrams = listenDatagram();
console.log(listener.addr.port, datagrams.addr.port);
const conn = await listener.accept();
const waiting = [
  conn.read(new Uint8Array(1)),
  listener.accept(),
  datagrams.receive(),
  datagrams.receiveMessage(),
];
if (Deno.args[1] === "handled") {
  Deno.addSignalListener(name, async function end() {
    console.log(name);
    Deno.removeSignalListener(name, end);
    await Promise.all([conn, listener, datagrams].map((socket) => socket[Symbol.asyncDispose]()));
    console.log("closed");
  });
}
await conn.write(new Uint8Array(1));
raise();
for (const end of await Promise.allSettled(waiting)) console.log(end.status === "rejected" && end.reason.name);

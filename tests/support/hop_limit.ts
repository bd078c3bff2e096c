import { listenDatagram, probeStack } from "@winsock/ws2";
import { NEEDS_WINDOWS } from "./windows.ts";

/** Whether the system tells the hop limit of a datagram that comes to an address: some builds of Windows do not. */
async function tells(hostname: string): Promise<boolean> {
  using socket = listenDatagram({ hostname });
  await socket.send(new Uint8Array(1), socket.addr);
  return (await socket.receiveMessage()).info.hopLimit !== undefined;
}

const stack = NEEDS_WINDOWS.ignore ? undefined : probeStack();
const TOLD = { 4: stack?.ipv4 && await tells("127.0.0.1"), 6: stack?.ipv6 && await tells("::1") };

/** The hop limit that packet information has of a datagram to an address: undefined where the system tells none. */
export function toldHopLimit(hostname: string, hopLimit: number): number | undefined {
  return TOLD[hostname.includes(".") ? 4 : 6] ? hopLimit : undefined;
}

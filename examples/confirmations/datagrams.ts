// What Windows makes of single datagrams. Everything stays on this machine.
import {
  type DatagramConn,
  listenDatagram,
  type ReceivedMessage,
  resolve,
  type SendMessageOptions,
} from "@winsock/ws2";
import { readNarrowString, ws2_32 } from "@winsock/ws2/ffi";
import { type Confirmation, patience, UNTRIED } from "./confirmation.ts";

const LOOPBACKS = { IPv4: "127.0.0.1", IPv6: "::1" };
const NOT_SUPPORTED = "not supported";

/** Sends a datagram to a socket's own port, and receives it. */
async function sendAndReceive(
  sender: DatagramConn,
  receiver: DatagramConn,
  hostname: string,
  options?: SendMessageOptions,
): Promise<ReceivedMessage> {
  await sender.sendMessage(new Uint8Array(10), { ...receiver.addr, hostname }, options);
  return await receiver.receiveMessage(undefined, { signal: patience() });
}

/** The addresses of this machine. */
async function ownAddresses(): Promise<string[]> {
  const name = new Uint8Array(256);
  ws2_32().gethostname(name, name.length);
  const own = await resolve(readNarrowString(name)).catch(() => []);
  return [...new Set([...own.map(({ hostname }) => hostname), "127.0.0.1", "127.0.0.2", "::1"])];
}

const SOURCE: Confirmation = {
  what: "source address of a datagram",
  expected: ["the one that was asked for"],
  find: async () => {
    using receiver = listenDatagram();
    using sender = listenDatagram();
    const addresses = await ownAddresses();
    let obeyed = 0;
    for (const hostname of addresses) {
      const usual = (await sendAndReceive(sender, receiver, hostname)).remoteAddr.hostname;
      for (const source of addresses) {
        if (source === usual || source.includes(":") !== hostname.includes(":")) continue;
        // Not every address can reach every other: what is refused tells nothing.
        const message = await sendAndReceive(sender, receiver, hostname, { source }).catch(() => undefined);
        if (message === undefined) continue;
        if (message.remoteAddr.hostname !== source) return `${message.remoteAddr.hostname} instead of ${source}`;
        obeyed++;
      }
    }
    return obeyed > 0 ? "the one that was asked for" : `${UNTRIED}there is no other address to send from`;
  },
};

const INTERFACE: Confirmation = {
  what: "interface of a datagram",
  expected: ["one that is not there is refused"],
  find: async () => {
    using socket = listenDatagram();
    const to = { ...socket.addr, hostname: "127.0.0.1" };
    const sending = socket.sendMessage(new Uint8Array(1), to, { interfaceIndex: 0x7ffffff });
    return await sending.then(() => "one that is not there is taken", () => "one that is not there is refused");
  },
};

/** What becomes of an option of a single datagram. */
function option(name: "hopLimit" | "trafficClass" | "ecn", value: number): Confirmation[] {
  return Object.entries(LOOPBACKS).map(([family, hostname]) => ({
    what: `${name} of a single ${family} datagram`,
    expected: ["arrives", NOT_SUPPORTED],
    find: async () => {
      using socket = listenDatagram({ hostname });
      try {
        const { info } = await sendAndReceive(socket, socket, hostname, { [name]: value });
        if (info[name] === undefined) return `${UNTRIED}the system does not report it`;
        return info[name] === value ? "arrives" : `arrives as ${info[name]} instead of ${value}`;
      } catch (error) {
        if (error instanceof Deno.errors.NotSupported) return NOT_SUPPORTED;
        throw error;
      }
    },
  }));
}

const SEGMENTS: Confirmation = {
  what: "segments that are sent at once",
  expected: ["arrive one by one", NOT_SUPPORTED],
  find: async () => {
    using socket = listenDatagram();
    try {
      const first = await sendAndReceive(socket, socket, "127.0.0.1", { segmentSize: 4 });
      const lengths = [first.data.length];
      while (lengths.at(-1) === 4) {
        const { data } = await socket.receiveMessage(undefined, { signal: patience() });
        lengths.push(data.length);
      }
      return String(lengths) === "4,4,2" ? "arrive one by one" : `arrive as ${lengths} bytes`;
    } catch (error) {
      if (error instanceof Deno.errors.NotSupported) return NOT_SUPPORTED;
      throw error;
    }
  },
};

const REPLY: Confirmation = {
  what: "reply to a datagram for 127.0.0.2",
  expected: ["comes from 127.0.0.2", "comes from 127.0.0.1"], // where Windows refuses the one, the other
  find: async () => {
    using server = listenDatagram();
    using client = listenDatagram({ hostname: "127.0.0.1" });
    const message = await sendAndReceive(client, server, "127.0.0.2");
    await server.reply(message, message.data);
    const answer = await client.receiveMessage(undefined, { signal: patience() });
    return `comes from ${answer.remoteAddr.hostname}`;
  },
};

/** What a receive says after a datagram that nobody was there to receive. */
function unreachable(connectionReset: boolean, expected: string): Confirmation {
  return {
    what: `datagram without a receiver${connectionReset ? ", with connectionReset" : ""}`,
    expected: [expected],
    find: async () => {
      using socket = listenDatagram({ hostname: "127.0.0.1", connectionReset });
      const gone = listenDatagram({ hostname: "127.0.0.1" });
      await gone[Symbol.asyncDispose]();
      await socket.send(new Uint8Array(1), gone.addr);
      try {
        await socket.receiveMessage(undefined, { signal: patience() });
        return "a datagram comes back";
      } catch (error) {
        if (error instanceof Deno.errors.ConnectionReset) return "the next receive fails";
        if ((error as Error).name === "TimeoutError") return "the next receive waits";
        throw error;
      }
    },
  };
}

/** What Windows makes of single datagrams. */
export const DATAGRAMS: readonly Confirmation[] = [
  SOURCE,
  INTERFACE,
  ...option("hopLimit", 9),
  ...option("trafficClass", 0x20),
  ...option("ecn", 2),
  SEGMENTS,
  REPLY,
  unreachable(true, "the next receive fails"),
  unreachable(false, "the next receive waits"),
];

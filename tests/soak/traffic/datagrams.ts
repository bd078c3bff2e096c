import { type DatagramConn, listenDatagram, type ReceivedMessage } from "@winsock/ws2";
import { equals } from "@std/bytes";
import { expectedBytes, keyedBytes, originOf } from "../keyed_stream.ts";
import { type Ledger, nameOf } from "../ledger.ts";
import type { Random } from "../random.ts";
import type { Table, Traffic } from "../scheduler.ts";
import { turns } from "./wait.ts";

/**
 * Datagrams larger than this are under way one at a time, and smaller ones a few at a time: less than any system's buffer
 * holds, so that the loopback has no reason to drop one, and one that does not come has been lost by the library.
 */
const SMALL = 8000;
const MOST_CLIENTS = 6;

/** A socket that asks, and what it waits for. */
interface Client {
  readonly socket: DatagramConn;
  request: Datagram;
  answer: Datagram;
}

/** A datagram as it must come. */
interface Datagram {
  readonly key: number;
  readonly length: number;
}

/** Compares a datagram with what was sent. */
function check(ledger: Ledger, label: string, data: Uint8Array, { key, length }: Datagram): void {
  ledger.bytesCompared += data.length;
  if (data.length === length && equals(data, expectedBytes(key, 0, length))) return ledger.sizes.received(length);
  const whose = originOf(data)?.key ?? "nobody";
  ledger.wrong("mixed up", 1, `${label}: ${length} bytes of ${key} were sent, ${data.length} bytes of ${whose} came`);
}

/** Waits for a datagram that nothing can have dropped. */
async function awaitDatagram<T>({ ledger, label }: Table, receiving: Promise<T>, what: string): Promise<T> {
  const awaited = { what: `${label}: ${what} has not come` };
  ledger.awaited.add(awaited);
  try {
    return await receiving;
  } finally {
    ledger.awaited.delete(awaited);
  }
}

/** Gives up waiting a few times, before anything has been sent. */
async function abortReceives({ ledger, random }: Table, socket: DatagramConn): Promise<void> {
  for (let count = random.between(1, 3); count > 0; count--) {
    const controller = new AbortController();
    const receiving = socket.receiveMessage(undefined, { signal: controller.signal }).then(
      () => ledger.wrong("mixed up", 1, "a datagram came that nobody had sent yet"),
      (error) => {
        if (nameOf(error) !== "AbortError") throw error;
        ledger.fault(error);
      },
    );
    await turns(random.between(0, 2));
    controller.abort();
    await ledger.operation("receiveMessage", receiving);
  }
}

/** The server of a conversation: takes what comes from any client, and replies to the address that it came from. */
class Server {
  readonly #table: Table;
  readonly #socket: DatagramConn;
  readonly #clients: ReadonlyMap<number, Client>;
  readonly #hostname: string;

  constructor(table: Table, socket: DatagramConn, clients: readonly Client[], hostname: string) {
    this.#table = table;
    this.#socket = socket;
    this.#clients = new Map(clients.map((client) => [client.socket.addr.port, client]));
    this.#hostname = hostname;
  }

  /** Answers one request. */
  async answer(): Promise<void> {
    const { ledger, label } = this.#table;
    const receiving = ledger.operation("receiveMessage", this.#socket.receiveMessage());
    const message = await awaitDatagram(this.#table, receiving, "a request");
    const client = this.#clients.get(message.remoteAddr.port);
    if (client === undefined) {
      return ledger.wrong("mixed up", 1, `${label}: a request from port ${message.remoteAddr.port}, that of no client`);
    }
    check(ledger, `${label}, request`, message.data, client.request);
    this.#checkInfo(message);
    const { key, length } = client.answer;
    await ledger.operation("reply", this.#socket.reply(message, keyedBytes(key, 0, length)));
  }

  #checkInfo({ info, remoteAddr, truncated, controlTruncated }: ReceivedMessage): void {
    const isRight = info.localAddress === this.#hostname && remoteAddr.hostname === this.#hostname;
    if (isRight && !truncated && !controlTruncated) return;
    const what = Deno.inspect({ info, remoteAddr, truncated, controlTruncated }, { breakLength: Infinity });
    this.#table.ledger.wrong("mixed up", 1, `${this.#table.label}: ${what}`);
  }
}

/** One request and its answer. */
async function ask(table: Table, client: Client, server: DatagramConn, hostname: string): Promise<void> {
  const { ledger, random, label } = table;
  const { socket, request } = client;
  const to = { ...server.addr, hostname };
  const receiving = ledger.operation("receive", socket.receive());
  if (random.chance(0.1)) await abortReceives(table, socket); // beside one that goes on waiting
  const sent = await ledger.operation("send", socket.send(keyedBytes(request.key, 0, request.length), to));
  if (sent !== request.length) ledger.wrong("lost", 1, `${label}: sent ${sent} of ${request.length} bytes`);
  const [data, from] = await awaitDatagram(table, receiving, `an answer of ${client.answer.length} bytes`);
  check(ledger, `${label}, answer`, data, client.answer);
  if (from.hostname === hostname && from.port === server.addr.port) return;
  ledger.wrong("mixed up", 1, `${label}: an answer from ${from.hostname} port ${from.port}`);
}

function datagram(ledger: Ledger, length: number): Datagram {
  return { key: ledger.key(), length };
}

function socketFor(random: Random, hostname: string): DatagramConn {
  return random.chance(0.5) ? listenDatagram() : listenDatagram({ hostname });
}

/** Requests of every size and their answers, between one server and several clients. */
export const DATAGRAMS: Traffic = {
  name: "datagrams",
  weight: 16,
  async run(table) {
    const { ledger, random } = table;
    const hostname = random.pick(["127.0.0.1", "::1"]);
    await using socket = socketFor(random, hostname);
    await using sockets = new AsyncDisposableStack();
    const none = datagram(ledger, 0);
    const clients = Array.from({ length: random.between(1, MOST_CLIENTS) }, (): Client => ({
      socket: sockets.use(socketFor(random, hostname)),
      request: none,
      answer: none,
    }));
    const server = new Server(table, socket, clients, hostname);
    for (let round = random.size(80); round > 0; round--) {
      const asking = random.chance(0.7) ? [random.pick(clients)] : clients;
      for (const client of asking) {
        const size = () => asking.length === 1 ? ledger.sizes.next() : random.between(0, SMALL);
        client.request = datagram(ledger, size());
        client.answer = datagram(ledger, size());
      }
      await Promise.all(asking.flatMap((client) => [server.answer(), ask(table, client, socket, hostname)]));
    }
  },
};

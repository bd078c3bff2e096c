// The last error of a thread can be overwritten between a call and the look at it: by the collector, by a compiler that
// installs code. Whoever takes a pending operation for failed then hands its slot and its buffer to the next one, while
// the system goes on using them. Here the last error is wrong on purpose, at rates far above any real one, and all that
// the program may notice is an error: no message of another connection, no end of stream that nobody has sent, nothing
// that stays behind.
import { assert, assertEquals, assertGreater } from "@std/assert";
import { connect, type DatagramConn, listen, listenDatagram, type TcpConn } from "@winsock/ws2";
import { randomBytes } from "../support/bytes.ts";
import { NEEDS_IPV4 } from "../support/families.ts";
import type { Call } from "../support/faults/calls.ts";
import { chance, type Faults, injectFaults, type Plan } from "../support/faults/inject.ts";
import { leavesNothing } from "../support/faults/resources.ts";

/** What is read instead of the right code: nothing at all, and what was seen under V8's collector and compilers. */
const WRONG_CODES = [0, 487, 1150];
const RATES = { "always": 1, "1 time in 3": 1 / 3, "1 time in 20": 1 / 20 };
const CONNECTIONS = 32;

/** The calls that move data or wait, whose last error says whether they pend. */
const CALLS: ReadonlySet<string> = new Set([
  "WSARecv",
  "WSASend",
  "recv",
  "send",
  "WSARecvFrom",
  "WSARecvMsg",
  "WSASendTo",
  "WSASendMsg",
  "AcceptEx",
  "ConnectEx",
  "CancelIoEx",
]);

function wrongLastErrors(rate: number, codes = WRONG_CODES): Plan {
  return ({ name }: Call, random) => {
    if (!CALLS.has(name) || !chance(random, rate)) return undefined;
    return { kind: "wrong last error", code: codes[random(codes.length)] };
  };
}

/** What a program has seen. */
class Tally {
  /** Messages that came as they were sent, and those that did not. */
  right = 0;
  wrong = 0;
  /** Ends of streams that nobody had ended. */
  falseEnds = 0;
  /** Promises that rejected. */
  readonly errors: unknown[] = [];

  assertOnlyErrors(faults: Faults): void {
    const { right, wrong, falseEnds, errors } = this;
    console.log(
      `${faults.total} wrong codes: ${right} right, ${wrong} wrong, ${falseEnds} false ends, ${errors.length} errors`,
    );
    assertEquals({ wrong: this.wrong, falseEnds: this.falseEnds }, { wrong: 0, falseEnds: 0 });
    assertEquals(faults.violations, []);
    for (const error of this.errors) {
      assert(error instanceof Error && error.message.startsWith("Cannot "), Deno.inspect(error));
    }
    assertGreater(faults.total, 0);
    assertGreater(right, 0);
  }
}

/** A message that no other one is equal to. */
function message(connection: number, number: number): Uint8Array<ArrayBuffer> {
  const bytes = randomBytes(8 + (connection * 7919 + number * 104_729) % 3000, connection * 1000 + number + 1);
  new DataView(bytes.buffer).setUint32(0, connection);
  new DataView(bytes.buffer).setUint32(4, number);
  return bytes;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Sends back what comes; what it says about its connection is by the port of the client. */
class EchoServer implements AsyncDisposable {
  readonly listener = listen({ hostname: "127.0.0.1" });
  /** Connections that this side has given up, and that the client has ended. */
  readonly givenUp = new Set<number>();
  readonly ended = new Set<number>();
  readonly #tally: Tally;
  readonly #running: Promise<void>;
  readonly #serving = new Set<Promise<void>>();

  constructor(tally: Tally) {
    this.#tally = tally;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (true) {
      try {
        const conn = await this.listener.accept();
        const serving: Promise<void> = this.#serve(conn).finally(() => this.#serving.delete(serving));
        this.#serving.add(serving);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return; // closed
        this.#tally.errors.push(error);
      }
    }
  }

  async #serve(conn: TcpConn): Promise<void> {
    await using _conn = conn;
    let port = 0;
    const buffer = new Uint8Array(4096);
    try {
      port = conn.remoteAddr.port;
      for (let bytes; (bytes = await conn.read(buffer)) !== null;) {
        for (let sent = 0; sent < bytes;) sent += await conn.write(buffer.subarray(sent, bytes));
      }
      if (!this.ended.has(port)) this.#tally.falseEnds++;
    } catch (error) {
      this.givenUp.add(port);
      this.#tally.errors.push(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener[Symbol.asyncDispose]();
    await this.#running;
    await Promise.all(this.#serving);
  }
}

/** Sends messages over one connection after another, until so many have been tried. */
async function runClient(server: EchoServer, tally: Tally, connection: number, messages: number): Promise<void> {
  const { port } = server.listener.addr;
  let number = 0;
  while (number < messages) {
    let conn: TcpConn;
    try {
      conn = await connect({ hostname: "127.0.0.1", port });
    } catch (error) {
      tally.errors.push(error);
      number++;
      continue;
    }
    await using _conn = conn;
    try {
      for (; number < messages; number++) if (!await exchange(conn, server, tally, message(connection, number))) break;
    } catch (error) {
      tally.errors.push(error);
    }
    number++;
    server.ended.add(conn.localAddr.port);
  }
}

/** Sends a message and reads it back; false when the connection is over. */
async function exchange(conn: TcpConn, server: EchoServer, tally: Tally, sent: Uint8Array): Promise<boolean> {
  for (let written = 0; written < sent.length;) written += await conn.write(sent.subarray(written));
  const received = new Uint8Array(sent.length);
  for (let have = 0; have < sent.length;) {
    const bytes = await conn.read(received.subarray(have));
    if (bytes === null) {
      // The server closes what it gives up after a turn or two.
      if (!server.givenUp.has(conn.localAddr.port)) tally.falseEnds++;
      return false;
    }
    have += bytes;
  }
  if (areEqual(sent, received)) tally.right++;
  else tally.wrong++;
  return true;
}

for (const [name, rate] of Object.entries(RATES)) {
  Deno.test(
    `an echo of ${CONNECTIONS} connections mixes nothing up when the last error is wrong ${name}`,
    NEEDS_IPV4,
    () =>
      leavesNothing(async () => {
        const tally = new Tally();
        using faults = injectFaults({ seed: 11, plan: wrongLastErrors(rate) });
        {
          await using server = new EchoServer(tally);
          await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => runClient(server, tally, i, 24)));
        }
        tally.assertOnlyErrors(faults);
      }),
  );

  Deno.test(
    `datagrams are not mixed up when the last error is wrong ${name}`,
    NEEDS_IPV4,
    () =>
      leavesNothing(async () => {
        const tally = new Tally();
        using faults = injectFaults({ seed: 12, plan: wrongLastErrors(rate) });
        await Promise.all(Array.from({ length: CONNECTIONS }, async (_, pair) => {
          await using sender = listenDatagram({ hostname: "127.0.0.1" });
          await using receiver = listenDatagram({ hostname: "127.0.0.1" });
          for (let number = 0; number < 12; number++) await sendAndReceive(sender, receiver, tally, pair, number);
        }));
        tally.assertOnlyErrors(faults);
      }),
  );
}

/** Has a receive wait, sends a datagram, and compares what comes; every other time with packet information. */
async function sendAndReceive(
  sender: DatagramConn,
  receiver: DatagramConn,
  tally: Tally,
  pair: number,
  number: number,
): Promise<void> {
  const sent = message(pair, number);
  const controller = new AbortController();
  const receiving = number % 2
    ? receiver.receiveMessage(undefined, controller).then(({ data }) => data)
    : receiver.receive().then(([data]) => data);
  receiving.catch(() => {});
  for (let tries = 0;; tries++) {
    try {
      if (number % 2) await sender.send(sent, receiver.addr);
      else await sender.sendMessage(sent, receiver.addr);
      break;
    } catch (error) {
      tally.errors.push(error);
      if (tries === 3) {
        // Nothing has been sent perhaps: ask for the datagram no longer than it takes to send another one.
        await sender.send(sent, receiver.addr).catch(() => {});
        break;
      }
    }
  }
  try {
    const data = await receiving;
    // A send that failed may have sent all the same, so a datagram can come twice, but none that was never sent here.
    if (areEqual(data, sent)) tally.right++;
    else if (!isOneOf(data, pair, number)) tally.wrong++;
  } catch (error) {
    tally.errors.push(error);
  }
}

function isOneOf(data: Uint8Array, pair: number, last: number): boolean {
  for (let number = 0; number <= last; number++) if (areEqual(data, message(pair, number))) return true;
  return false;
}

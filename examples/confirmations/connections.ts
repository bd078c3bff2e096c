// What Windows makes of ports and connections. Everything stays on this machine.
import { connect, listen } from "@winsock/ws2";
import {
  AF_INET,
  AF_INET6,
  check,
  decodeSockaddr,
  encodeSockaddr,
  INVALID_SOCKET,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  type Owned,
  owned,
  parseAddress,
  SO_REUSE_UNICASTPORT,
  SOCK_DGRAM,
  SOCK_STREAM,
  type SOCKET,
  SOL_SOCKET,
  WinsockError,
  ws2_32,
} from "@winsock/ws2/ffi";
import { type Confirmation, UNTRIED } from "./confirmation.ts";

/** A socket of one's own, closed at the end of the block. */
function newSocket(family: number, type: number): Owned<SOCKET> {
  const { closesocket, socket } = ws2_32();
  return owned(check(socket(family, type, 0), "socket", INVALID_SOCKET), closesocket);
}

function bind(socket: SOCKET, hostname: string, port: number): void {
  const name = encodeSockaddr({ address: parseAddress(hostname)!, port, flowInfo: 0 });
  check(ws2_32().bind(socket, name, name.length), "bind");
}

function localPort(socket: SOCKET): number {
  const name = new Uint8Array(28);
  check(ws2_32().getsockname(socket, name, new Int32Array([name.length])), "getsockname");
  return decodeSockaddr(name).port;
}

const REFUSED: Confirmation = {
  what: "connection to this machine that is refused",
  expected: ["fails at once"],
  find: async () => {
    using taken = newSocket(AF_INET, SOCK_STREAM); // its port is nobody else's, and nobody listens there
    bind(taken.value, "127.0.0.1", 0);
    const port = localPort(taken.value);
    const refuse = () => connect({ hostname: "127.0.0.1", port }).then((conn) => conn.close(), () => {});
    await refuse(); // what is done once takes its time
    const start = performance.now();
    await refuse();
    const ours = performance.now() - start;
    using plain = newSocket(AF_INET, SOCK_STREAM);
    const name = encodeSockaddr({ address: parseAddress("127.0.0.1")!, port, flowInfo: 0 });
    const plainStart = performance.now();
    ws2_32().connect(plain.value, name, name.length); // waits
    return 4 * ours < performance.now() - plainStart ? "fails at once" : "takes as long as a plain socket takes";
  },
};

const LATE_PORT: Confirmation = {
  what: "local port of a connection",
  expected: ["is chosen when it connects"],
  find: () => {
    using socket = newSocket(AF_INET, SOCK_STREAM);
    ws2_32().setsockopt(socket.value, SOL_SOCKET, SO_REUSE_UNICASTPORT, new Int32Array([1]), 4);
    bind(socket.value, "0.0.0.0", 0);
    const isLate = localPort(socket.value) === 0;
    return Promise.resolve(isLate ? "is chosen when it connects" : "is chosen when it is bound");
  },
};

/** What becomes of the port of a server that ends, while one of its connections is open and another one has just ended. */
function restart(exclusive: boolean, expected: string): Confirmation {
  return {
    what: `port of a server that is restarted${exclusive ? ", with exclusive" : ""}`,
    expected: [expected],
    find: async () => {
      const first = listen({ exclusive });
      const { port } = first.addr;
      using _open = await connect({ hostname: "127.0.0.1", port });
      using _accepted = await first.accept();
      {
        using client = await connect({ hostname: "127.0.0.1", port });
        using server = await first.accept();
        await server.closeWrite(); // who ends first has the connection for minutes
        await client.read(new Uint8Array(1));
      }
      await first[Symbol.asyncDispose]();
      try {
        using _again = listen({ port, exclusive });
        return "is free at once";
      } catch (error) {
        if (error instanceof Deno.errors.AddrInUse) return "is taken for a while";
        throw error;
      }
    },
  };
}

/** Of the ports that Windows reserves for others, the first that is found. They come in blocks of a hundred or so. */
function reservedPort(): number | undefined {
  for (let port = 1024; port < 65536; port += 50) {
    using socket = newSocket(AF_INET, SOCK_STREAM);
    try {
      bind(socket.value, "127.0.0.1", port);
    } catch (error) {
      if (error instanceof WinsockError && error.symbol === "WSAEACCES") return port;
    }
  }
}

const RESERVED: Confirmation = {
  what: "port that Windows reserves",
  expected: ["is denied, and the error says how to list such ports"],
  find: () => {
    const port = reservedPort();
    if (port === undefined) return Promise.resolve(`${UNTRIED}no port was found that is reserved`);
    try {
      listen({ port }).close();
      return Promise.resolve(`${port} is given`);
    } catch (error) {
      const isTold = error instanceof Deno.errors.PermissionDenied && error.message.includes("excludedportrange");
      if (!isTold) throw error;
      return Promise.resolve("is denied, and the error says how to list such ports");
    }
  },
};

const OPTION_LEVELS: Confirmation = {
  what: "IPv4 options of a dual-stack socket on ::1",
  expected: ["are refused", "are taken"], // the library does without them
  find: () => {
    using socket = newSocket(AF_INET6, SOCK_DGRAM);
    const { setsockopt } = ws2_32();
    check(setsockopt(socket.value, IPPROTO_IPV6, IPV6_V6ONLY, new Int32Array([0]), 4), "setsockopt");
    bind(socket.value, "::1", 0);
    const result = setsockopt(socket.value, IPPROTO_IP, IP_TTL, new Int32Array([9]), 4);
    return Promise.resolve(result === 0 ? "are taken" : "are refused");
  },
};

/** What Windows makes of ports and connections. */
export const CONNECTIONS: readonly Confirmation[] = [
  REFUSED,
  LATE_PORT,
  restart(false, "is free at once"),
  restart(true, "is taken for a while"),
  RESERVED,
  OPTION_LEVELS,
];

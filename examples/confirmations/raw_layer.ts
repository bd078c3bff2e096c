// What of the raw layer other systems do not have. Everything stays on this machine.
import {
  AF_INET,
  AF_UNIX,
  allocateArray,
  check,
  decodeSockaddr,
  encodeSockaddr,
  extensionFunctions,
  INVALID_SOCKET,
  IPPROTO_TCP,
  type Owned,
  owned,
  parseAddress,
  pointTo,
  registeredIoFunctions,
  SOCK_DGRAM,
  SOCK_STREAM,
  type SOCKET,
  TCP_FASTOPEN,
  TP_ELEMENT_MEMORY,
  TRANSMIT_PACKETS_ELEMENT,
  ws2_32,
  WSA_FLAG_REGISTERED_IO,
} from "@winsock/ws2/ffi";
import type { Confirmation } from "./confirmation.ts";

const IS_THERE = "there";
const IS_NOT_THERE = "not there";

function own(socket: SOCKET, syscall: string): Owned<SOCKET> {
  return owned(check(socket, syscall, INVALID_SOCKET), ws2_32().closesocket);
}

/** Something that is there or not. */
function presence(what: string, isThere: () => boolean): Confirmation {
  return { what, expected: [IS_THERE], find: () => Promise.resolve(isThere() ? IS_THERE : IS_NOT_THERE) };
}

const TRANSMIT_PACKETS: Confirmation = {
  what: "TransmitPackets",
  expected: ["sends"],
  find: () => {
    const { accept, bind, connect, getsockname, listen, recv, socket } = ws2_32();
    using listener = own(socket(AF_INET, SOCK_STREAM, 0), "socket");
    const name = encodeSockaddr({ address: parseAddress("127.0.0.1")!, port: 0, flowInfo: 0 });
    check(bind(listener.value, name, name.length), "bind");
    check(listen(listener.value, 1), "listen");
    check(getsockname(listener.value, name, new Int32Array([name.length])), "getsockname");
    using client = own(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(connect(client.value, name, name.length), `connect to port ${decodeSockaddr(name).port}`);
    using server = own(accept(listener.value, null, null), "accept");

    const { TransmitPackets } = extensionFunctions(client.value);
    if (TransmitPackets === undefined) return Promise.resolve(IS_NOT_THERE);
    const parts = [Uint8Array.of(1, 2), Uint8Array.of(3)];
    const { bytes, views } = allocateArray(TRANSMIT_PACKETS_ELEMENT, parts.length);
    for (const [index, part] of parts.entries()) {
      views[index].dwElFlags = TP_ELEMENT_MEMORY;
      views[index].cLength = part.length;
      pointTo(views[index].DUMMYUNIONNAME, "pBuffer", part);
    }
    check(TransmitPackets(client.value, bytes, parts.length, 0, null, 0), "TransmitPackets", 0);
    const received = new Uint8Array(8);
    const length = check(recv(server.value, received, received.length, 0), "recv");
    const isWhole = String(received.subarray(0, length)) === "1,2,3";
    return Promise.resolve(isWhole ? "sends" : `sends ${length} bytes instead of 3`);
  },
};

/** What of the raw layer other systems do not have. */
export const RAW_LAYER: readonly Confirmation[] = [
  TRANSMIT_PACKETS,
  presence("registered I/O", () => {
    const flags = WSA_FLAG_REGISTERED_IO;
    using socket = own(ws2_32().WSASocketW(AF_INET, SOCK_DGRAM, 0, null, 0, flags), "WSASocketW");
    return registeredIoFunctions(socket.value) !== undefined;
  }),
  presence("ProcessSocketNotifications", () => ws2_32().ProcessSocketNotifications !== null),
  presence("Unix domain sockets", () => {
    const { closesocket, socket } = ws2_32();
    const handle = socket(AF_UNIX, SOCK_STREAM, 0);
    if (handle === INVALID_SOCKET) return false;
    closesocket(handle);
    return true;
  }),
  presence("TCP fast open", () => {
    const { setsockopt, socket } = ws2_32();
    using s = own(socket(AF_INET, SOCK_STREAM, 0), "socket");
    return setsockopt(s.value, IPPROTO_TCP, TCP_FASTOPEN, new Int32Array([1]), 4) === 0;
  }),
];

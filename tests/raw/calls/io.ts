import { assert, assertEquals, assertGreater } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import {
  buffersOver,
  type Calls,
  connectedSockets,
  datagramSocket,
  fails,
  listeningSocket,
  openSocket,
  present,
  textBytes,
} from "./call.ts";

const w = () => ffi.ws2_32();
const HELLO = textBytes("hello");
const FROM_INFO = ffi.FROM_PROTOCOL_INFO;

function owned(s: ffi.SOCKET, syscall: string): ffi.Owned<ffi.SOCKET> {
  return ffi.owned(ffi.check(s, syscall, ffi.INVALID_SOCKET), w().closesocket);
}

/** A socket that listens on a free port of the IPv6 loopback, and the port as text. */
function listeningOnIpv6(): { listener: ffi.Owned<ffi.SOCKET>; port: string } {
  const listener = openSocket(ffi.SOCK_STREAM, ffi.AF_INET6);
  const address = ffi.allocate(ffi.SOCKADDR_IN6);
  ffi.IN6ADDR_SETLOOPBACK(address.bytes);
  ffi.check(w().bind(listener.value, address.bytes, 28), "bind");
  ffi.check(w().listen(listener.value, 5), "listen");
  ffi.check(w().getsockname(listener.value, address.bytes, new Int32Array([28])), "getsockname");
  return { listener, port: String(address.view.sin6_port) };
}

/** Connects by name, and checks the addresses that are returned. */
function connectByName(
  connect: (s: ffi.SOCKET, port: string, length: Uint32Array, remote: ffi.Sockaddr) => number,
): void {
  const { listener, port } = listeningOnIpv6();
  using _listener = listener;
  using client = openSocket(ffi.SOCK_STREAM, ffi.AF_INET6);
  const remote = ffi.allocate(ffi.SOCKADDR_IN6);
  const length = new Uint32Array([28]);
  ffi.check(connect(client.value, port, length, remote.bytes), "WSAConnectByName", 0);
  assertEquals([length[0], String(remote.view.sin6_port)], [28, port]);
  assert(ffi.IN6ADDR_ISLOOPBACK(remote.bytes));
}

/** Asks for the installed protocols: how much room they take, then the protocols. */
function protocols<D extends typeof ffi.WSAPROTOCOL_INFOA | typeof ffi.WSAPROTOCOL_INFOW>(
  def: D,
  list: (buffer: Uint8Array | null, length: Uint32Array) => number,
) {
  const length = new Uint32Array(1);
  fails(() => list(null, length), ffi.SOCKET_ERROR, "WSAENOBUFS");
  const buffer = new Uint8Array(length[0]);
  return ffi.structsIn(def, buffer, ffi.check(list(buffer, length), "WSAEnumProtocols"));
}

export const ioCalls: Calls<ffi.IoFunctions> = {
  WSASocketA: ["makes an overlapped socket", () => {
    using s = owned(w().WSASocketA(ffi.AF_INET, ffi.SOCK_STREAM, 0, null, 0, ffi.WSA_FLAG_OVERLAPPED), "WSASocketA");
    assert(s.value !== ffi.INVALID_SOCKET);
  }],
  WSASocketW: ["makes an overlapped socket that is not inherited", () => {
    const flags = ffi.WSA_FLAG_OVERLAPPED | ffi.WSA_FLAG_NO_HANDLE_INHERIT;
    using s = owned(w().WSASocketW(ffi.AF_INET6, ffi.SOCK_DGRAM, ffi.IPPROTO_UDP, null, 0, flags), "WSASocketW");
    assert(s.value !== ffi.INVALID_SOCKET);
    fails(() => w().WSASocketW(4711, ffi.SOCK_STREAM, 0, null, 0, 0), ffi.INVALID_SOCKET, "WSAEAFNOSUPPORT");
  }],
  WSAAccept: ["takes a connection", () => {
    using listener = listeningSocket();
    using client = openSocket();
    ffi.check(w().connect(client.value, listener.address.bytes, 16), "connect");
    using server = owned(w().WSAAccept(listener.value, null, null, null, 0n), "WSAAccept");
    assertEquals(w().send(server.value, HELLO, 5, 0), 5);
  }],
  WSAConnect: ["connects", () => {
    using listener = listeningSocket();
    using client = openSocket();
    assertEquals(w().WSAConnect(client.value, listener.address.bytes, 16, null, null, null, null), 0);
  }],
  WSAConnectByNameA: ["connects to a host and a service by name", () => {
    connectByName((s, port, length, remote) => {
      const [node, service] = [ffi.narrowString("::1"), ffi.narrowString(port)];
      return w().WSAConnectByNameA(s, node, service, null, null, length, remote, null, null);
    });
  }],
  WSAConnectByNameW: ["connects to a host and a service by name", () => {
    connectByName((s, port, length, remote) => {
      const [node, service] = [ffi.wideString("::1"), ffi.wideString(port)];
      return w().WSAConnectByNameW(s, node, service, null, null, length, remote, null, null);
    });
  }],
  WSAConnectByList: ["connects to the address that answers", () => {
    const { listener, port } = listeningOnIpv6();
    using _listener = listener;
    using client = openSocket(ffi.SOCK_STREAM, ffi.AF_INET6);
    const address = ffi.allocate(ffi.SOCKADDR_IN6);
    ffi.IN6ADDR_SETLOOPBACK(address.bytes);
    address.view.sin6_port = Number(port);
    const list = ffi.allocate(ffi.SOCKET_ADDRESS_LIST);
    list.view.iAddressCount = 1;
    ffi.pointTo(list.view.Address[0], "lpSockaddr", address.bytes);
    list.view.Address[0].iSockaddrLength = 28;
    const connect = present(w().WSAConnectByList);
    ffi.check(connect(client.value, list.bytes, null, null, null, null, null, null), "WSAConnectByList", 0);
  }],
  WSASend: ["sends from several buffers", () => {
    using pair = connectedSockets();
    const count = new Uint32Array(1);
    const buffers = buffersOver(textBytes("hello, "), textBytes("world"));
    assertEquals(w().WSASend(pair.client, buffers, 2, count, 0, null, null), 0);
    assertEquals(count[0], 12);
    const received = new Uint8Array(20);
    assertEquals(w().recv(pair.server, received, 20, ffi.MSG_PEEK), 12);
    assertEquals(received.subarray(0, 12), textBytes("hello, world"));
  }],
  WSASendTo: ["sends a datagram from several buffers", () => {
    using receiver = datagramSocket();
    using sender = openSocket(ffi.SOCK_DGRAM);
    const count = new Uint32Array(1);
    const buffers = buffersOver(textBytes("hello, "), textBytes("world"));
    assertEquals(w().WSASendTo(sender.value, buffers, 2, count, 0, receiver.address.bytes, 16, null, null), 0);
    assertEquals([count[0], w().recv(receiver.value, new Uint8Array(20), 20, 0)], [12, 12]);
  }],
  WSASendMsg: ["sends a message", () => {
    using receiver = datagramSocket();
    using sender = openSocket(ffi.SOCK_DGRAM);
    const message = ffi.allocate(ffi.WSAMSG);
    ffi.pointTo(message.view, "name", receiver.address.bytes);
    message.view.namelen = 16;
    ffi.pointTo(message.view, "lpBuffers", buffersOver(HELLO));
    message.view.dwBufferCount = 1;
    const count = new Uint32Array(1);
    assertEquals(w().WSASendMsg(sender.value, message.bytes, 0, count, null, null), 0);
    assertEquals([count[0], w().recv(receiver.value, new Uint8Array(20), 20, 0)], [5, 5]);
  }],
  WSASendDisconnect: ["ends what the other side reads", () => {
    using pair = connectedSockets();
    assertEquals(w().WSASendDisconnect(pair.client, null), 0);
    assertEquals(w().recv(pair.server, new Uint8Array(1), 1, 0), 0);
  }],
  WSARecv: ["receives into several buffers", () => {
    using pair = connectedSockets();
    w().send(pair.client, HELLO, 5, 0);
    const [first, second, count] = [new Uint8Array(2), new Uint8Array(10), new Uint32Array(1)];
    const buffers = buffersOver(first, second);
    assertEquals(w().WSARecv(pair.server, buffers, 2, count, new Uint32Array(1), null, null), 0);
    assertEquals([count[0], first, second.subarray(0, 3)], [5, textBytes("he"), textBytes("llo")]);
  }],
  WSARecvFrom: ["receives a datagram and says from where", () => {
    using receiver = datagramSocket();
    using sender = datagramSocket();
    w().sendto(sender.value, HELLO, 5, 0, receiver.address.bytes, 16);
    const [buffer, count, from] = [new Uint8Array(10), new Uint32Array(1), ffi.allocate(ffi.SOCKADDR_IN)];
    const flags = new Uint32Array(1);
    const fromLength = new Int32Array([16]);
    const buffers = buffersOver(buffer);
    const result = w().WSARecvFrom(receiver.value, buffers, 1, count, flags, from.bytes, fromLength, null, null);
    assertEquals([result, count[0], from.bytes], [0, 5, sender.address.bytes]);
  }],
  WSARecvDisconnect: ["ends reading", () => {
    using pair = connectedSockets();
    assertEquals(w().WSARecvDisconnect(pair.server, null), 0);
    fails(() => w().recv(pair.server, new Uint8Array(1), 1, 0), ffi.SOCKET_ERROR, "WSAESHUTDOWN");
  }],
  WSAIoctl: ["sets the times of keep-alive, and refuses what it does not know", () => {
    using s = openSocket();
    const keepAlive = ffi.allocate(ffi.tcp_keepalive);
    [keepAlive.view.onoff, keepAlive.view.keepalivetime, keepAlive.view.keepaliveinterval] = [1, 60_000, 1_000];
    const control = (code: number) => {
      return w().WSAIoctl(s.value, code, keepAlive.bytes, 12, null, 0, new Uint32Array(1), null, null);
    };
    assertEquals(control(ffi.SIO_KEEPALIVE_VALS), 0);
    fails(() => control(0x98ff_ffff), ffi.SOCKET_ERROR, "WSAEOPNOTSUPP", "WSAEINVAL");
  }],
  WSAJoinLeaf: ["says that TCP has no leaves", () => {
    using s = openSocket();
    const address = ffi.allocate(ffi.SOCKADDR_IN);
    ffi.IN4ADDR_SETSOCKADDR(address.bytes, Uint8Array.of(224, 0, 0, 251), 5353);
    assertEquals(w().WSAJoinLeaf(s.value, address.bytes, 16, null, null, null, null, ffi.JL_BOTH), ffi.INVALID_SOCKET);
  }],
  WSADuplicateSocketA: ["describes a socket, in ANSI text, so that it can be opened again", () => {
    using s = datagramSocket();
    const info = ffi.allocate(ffi.WSAPROTOCOL_INFOA);
    assertEquals(w().WSADuplicateSocketA(s.value, Deno.pid, info.bytes), 0);
    using copy = owned(w().WSASocketA(FROM_INFO, FROM_INFO, FROM_INFO, info.bytes, 0, 0), "WSASocketA");
    const address = ffi.allocate(ffi.SOCKADDR_IN);
    assertEquals(w().getsockname(copy.value, address.bytes, new Int32Array([16])), 0);
    assertEquals(address.bytes, s.address.bytes);
  }],
  WSADuplicateSocketW: ["describes a socket so that it can be opened again", () => {
    using s = datagramSocket();
    const info = ffi.allocate(ffi.WSAPROTOCOL_INFOW);
    assertEquals(w().WSADuplicateSocketW(s.value, Deno.pid, info.bytes), 0);
    assertEquals([info.view.iAddressFamily, info.view.iSocketType], [ffi.AF_INET, ffi.SOCK_DGRAM]);
    using copy = owned(w().WSASocketW(FROM_INFO, FROM_INFO, FROM_INFO, info.bytes, 0, 0), "WSASocketW");
    assert(copy.value !== s.value);
    w().sendto(copy.value, HELLO, 5, 0, s.address.bytes, 16);
    assertEquals(w().recv(s.value, new Uint8Array(10), 10, 0), 5);
  }],
  WSAGetQOSByName: ["knows no template of this name", () => {
    using s = openSocket();
    const name = buffersOver(ffi.narrowString("no such template"));
    const qos = ffi.allocate(ffi.QOS);
    assertEquals(w().WSAGetQOSByName(s.value, name, qos.bytes), 0);
  }],
  WSAEnumProtocolsA: ["lists TCP and UDP", () => {
    const list = protocols(ffi.WSAPROTOCOL_INFOA, (buffer, length) => w().WSAEnumProtocolsA(null, buffer, length));
    assert(list.some((info) => info.iProtocol === ffi.IPPROTO_TCP));
    assert(list.every((info) => ffi.readNarrowString(info.szProtocol) !== ""));
  }],
  WSAEnumProtocolsW: ["lists TCP and UDP over IPv4 and IPv6", () => {
    const list = protocols(ffi.WSAPROTOCOL_INFOW, (buffer, length) => w().WSAEnumProtocolsW(null, buffer, length));
    for (const family of [ffi.AF_INET, ffi.AF_INET6]) {
      for (const protocol of [ffi.IPPROTO_TCP, ffi.IPPROTO_UDP]) {
        const info = list.find((info) => info.iAddressFamily === family && info.iProtocol === protocol);
        assert(info !== undefined);
        assertGreater(ffi.readWideString(info.szProtocol).length, 0);
      }
    }
  }],
  WSAProviderConfigChange: ["gives a handle to wait for changes with, where that is implemented", () => {
    const handle = new BigUint64Array(1);
    const result = w().WSAProviderConfigChange(handle, null, null);
    if (result === 0) assert(handle[0] !== 0n && ffi.kernel32().CloseHandle(handle[0] as ffi.HANDLE) === 1);
    else assertEquals(result, ffi.SOCKET_ERROR); // Wine has not implemented it
  }],
};

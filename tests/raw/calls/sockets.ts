import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import {
  bindToLoopback,
  type Calls,
  connectedSockets,
  datagramSocket,
  fails,
  listeningSocket,
  loopback,
  openSocket,
  textBytes,
} from "./call.ts";

const w = () => ffi.ws2_32();
const HELLO = textBytes("hello");

export const socketCalls: Calls<ffi.SocketFunctions> = {
  socket: ["makes a socket of each family and type", () => {
    for (const af of [ffi.AF_INET, ffi.AF_INET6]) {
      for (const type of [ffi.SOCK_STREAM, ffi.SOCK_DGRAM]) {
        using s = openSocket(type, af);
        assertNotEquals(s.value, ffi.INVALID_SOCKET);
      }
    }
    fails(() => w().socket(4711, ffi.SOCK_STREAM, 0), ffi.INVALID_SOCKET, "WSAEAFNOSUPPORT");
  }],
  bind: ["takes a port, which nobody else gets", () => {
    using s = datagramSocket();
    using other = openSocket(ffi.SOCK_DGRAM);
    const { bytes } = s.address;
    assertGreater(s.address.view.sin_port, 0);
    fails(() => w().bind(other.value, bytes, bytes.length), ffi.SOCKET_ERROR, "WSAEADDRINUSE");
  }],
  listen: ["listens on a bound socket only", () => {
    using s = openSocket();
    fails(() => w().listen(s.value, 1), ffi.SOCKET_ERROR, "WSAEINVAL");
    bindToLoopback(s.value);
    assertEquals(w().listen(s.value, ffi.SOMAXCONN), 0);
  }],
  accept: ["takes a connection and says from where", () => {
    using listener = listeningSocket();
    using client = openSocket();
    const from = bindToLoopback(client.value);
    assertEquals(w().connect(client.value, listener.address.bytes, 16), 0);
    const address = ffi.allocate(ffi.SOCKADDR_IN);
    const length = new Int32Array([16]);
    using _server = ffi.owned(
      ffi.check(w().accept(listener.value, address.bytes, length), "accept", ffi.INVALID_SOCKET),
      w().closesocket,
    );
    assertEquals([address.bytes, length[0]], [from.bytes, 16]);
  }],
  connect: ["connects, or says that nobody listens", () => {
    using taken = openSocket();
    const { bytes } = bindToLoopback(taken.value); // and does not listen
    using client = openSocket();
    fails(() => w().connect(client.value, bytes, bytes.length), ffi.SOCKET_ERROR, "WSAECONNREFUSED");
    using _pair = connectedSockets();
  }],
  closesocket: ["closes a socket, and refuses what is none", () => {
    assertEquals(w().closesocket(w().socket(ffi.AF_INET, ffi.SOCK_STREAM, 0)), 0);
    fails(() => w().closesocket(ffi.INVALID_SOCKET), ffi.SOCKET_ERROR, "WSAENOTSOCK");
  }],
  shutdown: ["ends what the other side reads", () => {
    using pair = connectedSockets();
    assertEquals(w().shutdown(pair.client, ffi.SD_SEND), 0);
    assertEquals(w().recv(pair.server, new Uint8Array(1), 1, 0), 0);
    fails(() => w().send(pair.client, HELLO, 5, 0), ffi.SOCKET_ERROR, "WSAESHUTDOWN");
  }],
  send: ["sends on a connected socket", () => {
    using pair = connectedSockets();
    assertEquals(w().send(pair.client, HELLO, HELLO.length, 0), 5);
    using unconnected = openSocket();
    // Wine says that the connection has been reset.
    fails(() => w().send(unconnected.value, HELLO, 5, 0), ffi.SOCKET_ERROR, "WSAENOTCONN", "WSAECONNRESET");
  }],
  sendto: ["sends a datagram", () => {
    using receiver = datagramSocket();
    using sender = openSocket(ffi.SOCK_DGRAM);
    const { bytes } = receiver.address;
    assertEquals(w().sendto(sender.value, HELLO, HELLO.length, 0, bytes, bytes.length), 5);
    const buffer = new Uint8Array(10);
    assertEquals(w().recv(receiver.value, buffer, 10, 0), 5);
    assertEquals(buffer.subarray(0, 5), HELLO);
  }],
  recv: ["receives, and can look first", () => {
    using pair = connectedSockets();
    w().send(pair.client, HELLO, 5, 0);
    const buffer = new Uint8Array(10);
    assertEquals(w().recv(pair.server, buffer, 3, ffi.MSG_PEEK), 3);
    assertEquals(w().recv(pair.server, buffer, 10, 0), 5);
    assertEquals(buffer.subarray(0, 5), HELLO);
  }],
  recvfrom: ["receives a datagram and says from where", () => {
    using receiver = datagramSocket();
    using sender = datagramSocket();
    w().sendto(sender.value, HELLO, 5, 0, receiver.address.bytes, 16);
    const [buffer, from, length] = [new Uint8Array(10), ffi.allocate(ffi.SOCKADDR_IN), new Int32Array([16])];
    assertEquals(w().recvfrom(receiver.value, buffer, 10, 0, from.bytes, length), 5);
    assertEquals([from.bytes, length[0]], [sender.address.bytes, 16]);
    w().sendto(sender.value, HELLO, 5, 0, receiver.address.bytes, 16);
    const short = () => w().recvfrom(receiver.value, buffer, 2, 0, null, null);
    fails(short, ffi.SOCKET_ERROR, "WSAEMSGSIZE");
  }],
  select: ["tells the sockets that are ready from those that are not", () => {
    using idle = datagramSocket();
    using busy = datagramSocket();
    w().sendto(idle.value, HELLO, 5, 0, busy.address.bytes, 16);
    const [reading, writing] = [ffi.allocate(ffi.fd_set), ffi.allocate(ffi.fd_set)];
    for (const s of [idle.value, busy.value]) ffi.FD_SET(s, reading.bytes);
    ffi.FD_SET(idle.value, writing.bytes);
    const timeout = ffi.allocate(ffi.TIMEVAL);
    timeout.view.tv_sec = 10;
    assertEquals(w().select(0, reading.bytes, writing.bytes, null, timeout.bytes), 2);
    assertEquals([ffi.FD_ISSET(idle.value, reading.bytes), ffi.FD_ISSET(busy.value, reading.bytes)], [false, true]);
    assert(ffi.FD_ISSET(idle.value, writing.bytes));
    fails(() => w().select(0, null, null, null, null), ffi.SOCKET_ERROR, "WSAEINVAL");
  }],
  ioctlsocket: ["makes a socket non-blocking, and counts what there is to read", () => {
    using receiver = datagramSocket();
    assertEquals(w().ioctlsocket(receiver.value, ffi.FIONBIO, new Uint32Array([1])), 0);
    fails(() => w().recv(receiver.value, new Uint8Array(1), 1, 0), ffi.SOCKET_ERROR, "WSAEWOULDBLOCK");
    w().sendto(receiver.value, HELLO, 5, 0, receiver.address.bytes, 16);
    const count = new Uint32Array(1);
    assertEquals(w().ioctlsocket(receiver.value, ffi.FIONREAD, count), 0);
    assertEquals(count[0], 5);
  }],
  getsockopt: ["reads options", () => {
    using s = openSocket(ffi.SOCK_STREAM, ffi.AF_INET6);
    const [value, length] = [new Uint32Array(1), new Int32Array([4])];
    assertEquals(w().getsockopt(s.value, ffi.SOL_SOCKET, ffi.SO_TYPE, value, length), 0);
    assertEquals([value[0], length[0]], [ffi.SOCK_STREAM, 4]);
    value[0] = 0; // for of an option that is a boolean one byte may be written
    assertEquals(w().getsockopt(s.value, ffi.IPPROTO_IPV6, ffi.IPV6_V6ONLY, value, length), 0);
    assertEquals(value[0], 1);
    const unknown = () => w().getsockopt(s.value, ffi.SOL_SOCKET, 0x7fff, value, new Int32Array([4]));
    fails(unknown, ffi.SOCKET_ERROR, "WSAENOPROTOOPT");
  }],
  setsockopt: ["sets options", () => {
    using s = openSocket(ffi.SOCK_STREAM, ffi.AF_INET6);
    const value = new Uint32Array([0]);
    assertEquals(w().setsockopt(s.value, ffi.IPPROTO_IPV6, ffi.IPV6_V6ONLY, value, 4), 0);
    value[0] = 1;
    assertEquals(w().getsockopt(s.value, ffi.IPPROTO_IPV6, ffi.IPV6_V6ONLY, value, new Int32Array([4])), 0);
    assertEquals(value[0] & 0xff, 0);
  }],
  getsockname: ["says where a bound socket is", () => {
    using s = openSocket(ffi.SOCK_DGRAM);
    const address = ffi.allocate(ffi.SOCKADDR_IN);
    const get = () => w().getsockname(s.value, address.bytes, new Int32Array([16]));
    fails(get, ffi.SOCKET_ERROR, "WSAEINVAL");
    bindToLoopback(s.value);
    assertEquals(get(), 0);
    assertEquals(address.view.sin_addr.S_un.S_addr, ffi.INADDR_LOOPBACK);
    assertGreater(address.view.sin_port, 0);
  }],
  getpeername: ["says what a socket is connected to", () => {
    using listener = listeningSocket();
    using client = openSocket();
    const { bytes } = listener.address;
    const [peer, length] = [loopback(), new Int32Array([16])];
    fails(() => w().getpeername(client.value, peer.bytes, length), ffi.SOCKET_ERROR, "WSAENOTCONN");
    assertEquals(w().connect(client.value, bytes, 16), 0);
    assertEquals(w().getpeername(client.value, peer.bytes, length), 0);
    assertEquals(peer.bytes, bytes);
  }],
  __WSAFDIsSet: ["finds what FD_SET() has put into a set", () => {
    const { bytes } = ffi.allocate(ffi.fd_set);
    const [here, elsewhere] = [12n as ffi.SOCKET, 16n as ffi.SOCKET];
    ffi.FD_SET(here, bytes);
    assertNotEquals(w().__WSAFDIsSet(here, bytes), 0);
    assertEquals(w().__WSAFDIsSet(elsewhere, bytes), 0);
  }],
};

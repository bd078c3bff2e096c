import { assert, assertEquals, assertNotEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import {
  buffersOver,
  type Calls,
  connectedSockets,
  datagramSocket,
  fails,
  openSocket,
  present,
  textBytes,
} from "./call.ts";

const w = () => ffi.ws2_32();
const TRUE = 1;
const FALSE = 0;

function event(): ffi.Owned<ffi.WSAEVENT> {
  return ffi.owned(ffi.check(w().WSACreateEvent(), "WSACreateEvent", ffi.WSA_INVALID_EVENT), w().WSACloseEvent);
}

function isSet(value: ffi.WSAEVENT): boolean {
  const result = w().WSAWaitForMultipleEvents(1, new BigUint64Array([value]), FALSE, 0, FALSE);
  assert(result === ffi.WSA_WAIT_EVENT_0 || result === ffi.WSA_WAIT_TIMEOUT, `${result}`);
  return result === ffi.WSA_WAIT_EVENT_0;
}

/** A completion port, closed at the end of the block. */
function completionPort(): ffi.Owned<ffi.HANDLE> {
  const port = ffi.kernel32().CreateIoCompletionPort(ffi.INVALID_HANDLE_VALUE, 0n, 0n, 0);
  return ffi.owned(ffi.check(port, "CreateIoCompletionPort", 0n as ffi.HANDLE), ffi.kernel32().CloseHandle);
}

/** Registers a socket with a port for what it receives, and takes one notification that is there. */
async function notify(
  process: (
    ...values: Parameters<NonNullable<ffi.EventFunctions["ProcessSocketNotifications"]>>
  ) => number | Promise<number>,
): Promise<void> {
  using s = datagramSocket();
  using port = completionPort();
  const registration = ffi.allocate(ffi.SOCK_NOTIFY_REGISTRATION);
  registration.view.socket = s.value;
  registration.view.eventFilter = ffi.SOCK_NOTIFY_REGISTER_EVENT_IN;
  registration.view.operation = ffi.SOCK_NOTIFY_OP_ENABLE;
  registration.view.triggerFlags = ffi.SOCK_NOTIFY_TRIGGER_ONESHOT | ffi.SOCK_NOTIFY_TRIGGER_LEVEL;
  assertEquals(await process(port.value, 1, registration.bytes, 0, 0, null, null), 0);
  w().sendto(s.value, textBytes("hello"), 5, 0, s.address.bytes, 16);
  const [entry, count] = [ffi.allocate(ffi.OVERLAPPED_ENTRY), new Uint32Array(1)];
  assertEquals(await process(port.value, 0, null, 10_000, 1, entry.bytes, count), 0);
  assertEquals([count[0], ffi.SocketNotificationRetrieveEvents(entry.bytes)], [1, ffi.SOCK_NOTIFY_EVENT_IN]);
}

export const eventCalls: Calls<ffi.EventFunctions> = {
  WSAGetOverlappedResult: ["returns what an overlapped operation has moved", () => {
    using pair = connectedSockets();
    using done = event();
    const overlapped = ffi.allocate(ffi.OVERLAPPED);
    overlapped.view.hEvent = done.value;
    const buffer = new Uint8Array(10);
    const flags = new Uint32Array(1);
    const receive = () => w().WSARecv(pair.server, buffersOver(buffer), 1, null, flags, overlapped.bytes, null);
    fails(receive, ffi.SOCKET_ERROR, "WSA_IO_PENDING");
    const count = new Uint32Array(1);
    const result = (wait: number) => w().WSAGetOverlappedResult(pair.server, overlapped.bytes, count, wait, flags);
    fails(() => result(FALSE), FALSE, "WSA_IO_INCOMPLETE");
    w().send(pair.client, textBytes("hello"), 5, 0);
    assertNotEquals(result(TRUE), FALSE);
    assertEquals([count[0], buffer.subarray(0, 5)], [5, textBytes("hello")]);
  }],
  WSACreateEvent: ["makes an event that is not set", () => {
    using e = event();
    assertNotEquals(e.value, ffi.WSA_INVALID_EVENT);
    assert(!isSet(e.value));
  }],
  WSACloseEvent: ["closes an event, and refuses what is none", () => {
    assertEquals(w().WSACloseEvent(w().WSACreateEvent()), TRUE);
    fails(() => w().WSACloseEvent(ffi.WSA_INVALID_EVENT), FALSE, "WSA_INVALID_HANDLE");
  }],
  WSASetEvent: ["sets an event", () => {
    using e = event();
    assertEquals(w().WSASetEvent(e.value), TRUE);
    assert(isSet(e.value));
  }],
  WSAResetEvent: ["resets an event", () => {
    using e = event();
    w().WSASetEvent(e.value);
    assertEquals(w().WSAResetEvent(e.value), TRUE);
    assert(!isSet(e.value));
  }],
  WSAWaitForMultipleEvents: ["says which event is set, or that none is", () => {
    using first = event();
    using second = event();
    const both = new BigUint64Array([first.value, second.value]);
    assertEquals(w().WSAWaitForMultipleEvents(2, both, FALSE, 0, FALSE), ffi.WSA_WAIT_TIMEOUT);
    w().WSASetEvent(second.value);
    assertEquals(w().WSAWaitForMultipleEvents(2, both, FALSE, ffi.WSA_INFINITE, FALSE), ffi.WSA_WAIT_EVENT_0 + 1);
    assertEquals(w().WSAWaitForMultipleEvents(2, both, TRUE, 0, FALSE), ffi.WSA_WAIT_TIMEOUT);
  }],
  WSAEventSelect: ["sets an event when something comes, and makes the socket non-blocking", () => {
    using s = datagramSocket();
    using e = event();
    assertEquals(w().WSAEventSelect(s.value, e.value, ffi.FD_READ), 0);
    fails(() => w().recv(s.value, new Uint8Array(1), 1, 0), ffi.SOCKET_ERROR, "WSAEWOULDBLOCK");
    w().sendto(s.value, textBytes("hello"), 5, 0, s.address.bytes, 16);
    const events = new BigUint64Array([e.value]);
    assertEquals(w().WSAWaitForMultipleEvents(1, events, FALSE, 10_000, FALSE), ffi.WSA_WAIT_EVENT_0);
    assertEquals(w().WSAEventSelect(s.value, ffi.WSA_INVALID_EVENT, 0), 0);
  }],
  WSAEnumNetworkEvents: ["says what has happened, and with what error", () => {
    using taken = openSocket();
    const address = ffi.allocate(ffi.SOCKADDR_IN);
    ffi.IN4ADDR_SETLOOPBACK(address.bytes);
    ffi.check(w().bind(taken.value, address.bytes, 16), "bind");
    ffi.check(w().getsockname(taken.value, address.bytes, new Int32Array([16])), "getsockname");
    using s = openSocket();
    using e = event();
    ffi.check(w().WSAEventSelect(s.value, e.value, ffi.FD_CONNECT), "WSAEventSelect");
    fails(() => w().connect(s.value, address.bytes, 16), ffi.SOCKET_ERROR, "WSAEWOULDBLOCK");
    w().WSAWaitForMultipleEvents(1, new BigUint64Array([e.value]), FALSE, 30_000, FALSE);
    const { bytes, view } = ffi.allocate(ffi.WSANETWORKEVENTS);
    assertEquals(w().WSAEnumNetworkEvents(s.value, e.value, bytes), 0);
    assertEquals(view.lNetworkEvents, ffi.FD_CONNECT);
    assertEquals(view.iErrorCode.get(ffi.FD_CONNECT_BIT), ffi.ERROR_CODES.WSAECONNREFUSED[0]);
    assert(!isSet(e.value), "and resets the event");
  }],
  WSAPoll: ["tells the sockets that are ready", () => {
    using idle = datagramSocket();
    using busy = datagramSocket();
    w().sendto(idle.value, textBytes("hello"), 5, 0, busy.address.bytes, 16);
    const { bytes, views: [first, second] } = ffi.allocateArray(ffi.WSAPOLLFD, 2);
    [first.fd, second.fd] = [idle.value, busy.value];
    first.events = second.events = ffi.POLLRDNORM;
    assertEquals(w().WSAPoll(bytes, 2, 10_000), 1);
    assertEquals([first.revents, second.revents], [0, ffi.POLLRDNORM]);
    fails(() => w().WSAPoll(bytes, 0, 0), ffi.SOCKET_ERROR, "WSAEINVAL");
  }],
  ProcessSocketNotifications: ["notifies of what comes", () => notify(present(w().ProcessSocketNotifications))],
  ProcessSocketNotificationsNonblocking: ["notifies of what comes, on another thread", () => {
    return notify(present(w().ProcessSocketNotificationsNonblocking));
  }],
};

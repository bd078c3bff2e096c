import { assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { layout } from "@winsock/ws2/layout";

// What must not compile. Each comment below is an error by itself when the line after it compiles; nothing here runs.

function handlesAreBranded(w: ffi.Ws2_32, s: ffi.SOCKET, event: ffi.WSAEVENT, address: bigint): void {
  w.closesocket(s);
  // @ts-expect-error a number is no socket
  w.closesocket(4);
  // @ts-expect-error a bigint is no socket
  w.closesocket(4n);
  // @ts-expect-error an address is no socket
  w.closesocket(address);
  // @ts-expect-error an event is no socket
  w.closesocket(event);
  // @ts-expect-error a socket is no event
  w.WSACloseEvent(s);
  // @ts-expect-error a number is no handle
  w.WSALookupServiceEnd(0);
  // @ts-expect-error what a function returns is no number
  const _number: number = w.socket(ffi.AF_INET, ffi.SOCK_STREAM, 0);
  // @ts-expect-error a completion queue is no request queue
  const _queue: ffi.RIO_RQ = ffi.RIO_INVALID_CQ;
  // A handle is a bigint all the same, to store and to compare.
  const _bigint: bigint = s;
}

function pointersKnowTheirStruct(w: ffi.Ws2_32, s: ffi.SOCKET): void {
  const [ipv4, ipv6, storage, unix] = [
    ffi.allocate(ffi.SOCKADDR_IN).bytes,
    ffi.allocate(ffi.SOCKADDR_IN6).bytes,
    ffi.allocate(ffi.SOCKADDR_STORAGE).bytes,
    ffi.allocate(ffi.SOCKADDR_UN).bytes,
  ];
  for (const address of [ipv4, ipv6, storage, unix]) w.bind(s, address, address.length);
  w.bind(s, new Uint8Array(28), 28); // plain bytes stand for any struct
  // @ts-expect-error a WSABUF is no address
  w.bind(s, ffi.allocate(ffi.WSABUF).bytes, 16);
  // @ts-expect-error a view is no memory
  w.bind(s, ffi.allocate(ffi.SOCKADDR_IN).view, 16);
  // @ts-expect-error wider elements are no bytes of a struct
  w.bind(s, new Uint16Array(8), 16);
  w.WSAStartup(0x0202, ffi.allocate(ffi.WSADATA).bytes);
  // @ts-expect-error a WSAPROTOCOL_INFOW is no WSADATA
  w.WSAStartup(0x0202, ffi.allocate(ffi.WSAPROTOCOL_INFOW).bytes);
  w.WSAEnumProtocolsW(null, ffi.allocateArray(ffi.WSAPROTOCOL_INFOW, 8).bytes, new Uint32Array(1));
  // @ts-expect-error the A form is no W form
  w.WSAEnumProtocolsW(null, ffi.allocateArray(ffi.WSAPROTOCOL_INFOA, 8).bytes, new Uint32Array(1));
  // @ts-expect-error an ADDRINFOEXW is no ADDRINFOW, although it begins like one
  w.GetAddrInfoW(null, null, ffi.allocate(ffi.ADDRINFOEXW).bytes, new BigUint64Array(1));
  ffi.IN6ADDR_SETV4MAPPED(ipv6, Uint8Array.of(127, 0, 0, 1), 0, 0);
  // @ts-expect-error the address of an IPv4 socket has no room
  ffi.IN6ADDR_SETV4MAPPED(ipv4, Uint8Array.of(127, 0, 0, 1), 0, 0);
  // @ts-expect-error of these structs no list is made
  new ffi.AddressInfoList(ffi.SOCKADDR_IN, 0n);
}

function outputsHaveTheirType(w: ffi.Ws2_32, s: ffi.SOCKET, bytes: Uint8Array): void {
  // @ts-expect-error a length is an Int32Array of one element
  w.getsockname(s, bytes, new Uint32Array(1));
  // @ts-expect-error and no number
  w.getsockname(s, bytes, 28);
  // @ts-expect-error text is memory: wideString() or narrowString()
  w.GetAddrInfoW("localhost", null, null, new BigUint64Array(1));
  // @ts-expect-error a pointer that must be given is not null
  w.WSAStartup(0x0202, null);
  // @ts-expect-error of the result of a call on another thread there is a promise
  const _code: number = w.GetAddrInfoWNonblocking(null, null, null, new BigUint64Array(1));
}

function missingFunctionsMustBeLookedFor(w: ffi.Ws2_32, s: ffi.SOCKET): void {
  const list = ffi.allocate(ffi.SOCKET_ADDRESS_LIST).bytes;
  // @ts-expect-error some systems lack it
  w.WSAConnectByList(s, list, null, null, null, null, null, null);
  w.WSAConnectByList?.(s, list, null, null, null, null, null, null);
  // @ts-expect-error some systems lack it
  w.ProcessSocketNotifications(ffi.INVALID_HANDLE_VALUE, 0, null, 0, 0, null, null);
  // @ts-expect-error some providers lack it
  ffi.extensionFunctions(s).DisconnectEx(s, null, 0, 0);
  // @ts-expect-error some systems have no registered I/O
  ffi.registeredIoFunctions(s).RIONotify(ffi.RIO_INVALID_CQ);
  // @ts-expect-error there is no such function
  w.WSARecvMsg;
}

function failureValuesMustFit(w: ffi.Ws2_32, s: ffi.SOCKET): void {
  const _count: number = ffi.check(w.send(s, new Uint8Array(1), 1, 0), "send");
  const _socket: ffi.SOCKET = ffi.check(w.socket(2, 1, 0), "socket", ffi.INVALID_SOCKET);
  // @ts-expect-error SOCKET_ERROR is not how this call fails
  ffi.check(w.socket(2, 1, 0), "socket");
  // @ts-expect-error nor is a number
  ffi.check(w.socket(2, 1, 0), "socket", -1);
  // @ts-expect-error a promise has no failure value
  ffi.check(w.GetAddrInfoWNonblocking(null, null, null, new BigUint64Array(1)), "GetAddrInfoW");
}

function viewsHaveTheirMembers(): void {
  const { view } = ffi.allocate(ffi.SOCKADDR_IN);
  // @ts-expect-error there is no such member
  view.sin6_port = 80;
  // @ts-expect-error a port is a number
  view.sin_port = 80n;
  // @ts-expect-error a nested struct is not assigned, its members are
  view.sin_addr = ffi.allocate(ffi.IN_ADDR).view;
  // @ts-expect-error there is no such member
  layout(ffi.SOCKADDR_IN).offsets.sin6_port;
  ffi.pointTo(ffi.allocate(ffi.WSABUF).view, "buf", new Uint8Array(1));
  // @ts-expect-error a length is no pointer
  ffi.pointTo(ffi.allocate(ffi.WSABUF).view, "len", new Uint8Array(1));
  // @ts-expect-error a pointer is a bigint
  ffi.allocate(ffi.WSABUF).view.buf = 0;
}

Deno.test("what must not compile does not", () => {
  const functions = [
    handlesAreBranded,
    pointersKnowTheirStruct,
    outputsHaveTheirType,
    missingFunctionsMustBeLookedFor,
    failureValuesMustFit,
    viewsHaveTheirMembers,
  ];
  assertEquals(functions.map((f) => typeof f), functions.map(() => "function")); // the compiler has looked at them
});

// A dual-stack UDP exchange with nothing but the raw layer, in the order in which Microsoft describes it:
// https://learn.microsoft.com/windows/win32/winsock/dual-stack-sockets
//
//   deno run --allow-ffi examples/raw_ffi.ts --help
import { parseArgs } from "@std/cli/parse-args";
import * as ffi from "@winsock/ws2/ffi";
import { bytesOf, layout } from "@winsock/ws2/layout";

const HELP = `Usage: raw_ffi.ts

  Exchanges datagrams over IPv4 and IPv6 between two dual-stack sockets, by calls of ws2_32.dll alone.

  --help  show this text`;

function fail(message: string, code: number): never {
  console.error(`raw_ffi: ${message}`);
  Deno.exit(code);
}

/** Of a server that is asked and answers at once, nothing should take as long as this, in milliseconds. */
const PATIENCE = 10_000;

/** "Creating a Dual-Stack Socket" */
function createDualStackSocket(): ffi.Owned<ffi.SOCKET> {
  const { closesocket, setsockopt, socket } = ffi.ws2_32();
  // By default, an IPv6 socket only operates over IPv6 …
  const s = ffi.check(socket(ffi.AF_INET6, ffi.SOCK_DGRAM, ffi.IPPROTO_UDP), "socket", ffi.INVALID_SOCKET);
  // … so IPV6_V6ONLY must be set to zero before the socket is bound.
  ffi.check(setsockopt(s, ffi.IPPROTO_IPV6, ffi.IPV6_V6ONLY, new Int32Array([0]), 4), "setsockopt");
  ffi.check(setsockopt(s, ffi.SOL_SOCKET, ffi.SO_RCVTIMEO, new Int32Array([PATIENCE]), 4), "setsockopt");
  return ffi.owned(s, closesocket);
}

/** "Potential Issues using a Dual-Stack Socket": packet information is asked for at both levels. */
function requestPacketInformation(s: ffi.SOCKET): void {
  const { setsockopt, WSAGetLastError } = ffi.ws2_32();
  const on = new Int32Array([1]);
  // With IPV6_PKTINFO alone there may be none for datagrams that come over IPv4.
  ffi.check(setsockopt(s, ffi.IPPROTO_IPV6, ffi.IPV6_PKTINFO, on, 4), "setsockopt");
  if (setsockopt(s, ffi.IPPROTO_IP, ffi.IP_PKTINFO, on, 4) !== ffi.SOCKET_ERROR) return;
  const error = WSAGetLastError();
  // WSAEINVAL can mean that IPv4 is disabled: then there is nothing to ask for. Otherwise it is unexpected.
  if (error === ffi.ERROR_CODES.WSAEINVAL[0] && isIpv4Disabled()) return;
  throw new ffi.WinsockError(error, "setsockopt");
}

/** Whether no IPv4 socket can be made. */
function isIpv4Disabled(): boolean {
  const { closesocket, socket, WSAGetLastError } = ffi.ws2_32();
  const s = socket(ffi.AF_INET, ffi.SOCK_DGRAM, ffi.IPPROTO_UDP);
  if (s === ffi.INVALID_SOCKET) return WSAGetLastError() === ffi.ERROR_CODES.WSAEAFNOSUPPORT[0];
  closesocket(s);
  return false;
}

/** Binds a socket to a free port of all addresses, IPv6 and IPv4. Returns the port. */
function bindToAnyAddress(s: ffi.SOCKET): number {
  const { bind, getsockname } = ffi.ws2_32();
  const address = ffi.allocate(ffi.SOCKADDR_IN6);
  ffi.IN6ADDR_SETANY(address.bytes);
  ffi.check(bind(s, address.bytes, address.bytes.length), "bind");
  ffi.check(getsockname(s, address.bytes, new Int32Array([address.bytes.length])), "getsockname");
  return address.view.sin6_port;
}

/** An address of a dual-stack socket. */
type Name = ffi.Struct<typeof ffi.SOCKADDR_IN6>;

/** "IP Addresses with a Dual-Stack Socket": always those of IPv6; one of IPv4 must be in the mapped format. */
function dualStackAddress(text: string, port: number): Name {
  const address = ffi.parseAddress(text)!;
  const name = ffi.allocate(ffi.SOCKADDR_IN6);
  if (ffi.isIpv4(address)) ffi.IN6ADDR_SETV4MAPPED(name.bytes, address.bytes, 0, port);
  else ffi.IN6ADDR_SETSOCKADDR(name.bytes, address.bytes, address.scopeId, port);
  return name;
}

/** What WSASendMsg and WSARecvMsg take: an address, data and control messages. */
function makeMessage(
  name: Name,
  data: Uint8Array<ArrayBuffer>,
  control: Uint8Array<ArrayBuffer>,
): ffi.Struct<typeof ffi.WSAMSG> {
  const message = ffi.allocate(ffi.WSAMSG);
  ffi.pointTo(message.view, "name", name.bytes);
  message.view.namelen = name.bytes.length;
  const buffer = ffi.allocate(ffi.WSABUF);
  ffi.pointTo(buffer.view, "buf", data);
  buffer.view.len = data.length;
  ffi.pointTo(message.view, "lpBuffers", buffer.bytes);
  message.view.dwBufferCount = 1;
  if (control.length > 0) ffi.pointTo(message.view.Control, "buf", control);
  message.view.Control.len = control.length;
  return message;
}

/** The address of this machine that a datagram was sent to, and the interface that it came by. */
interface PacketInformation {
  readonly address: Uint8Array;
  readonly interfaceIndex: number;
}

/** A datagram, and where it came from and to. */
interface Datagram {
  readonly text: string;
  readonly from: Name;
  readonly information: PacketInformation | undefined;
}

/** Receives a datagram and its packet information, by the function that WSAIoctl gives for its GUID. */
function receive(s: ffi.SOCKET): Datagram {
  const { WSARecvMsg } = ffi.extensionFunctions(s);
  if (WSARecvMsg === undefined) throw new Error("WSARecvMsg is missing");
  const data = new Uint8Array(1500);
  const room = new Uint8Array(256);
  const from = ffi.allocate(ffi.SOCKADDR_IN6);
  const message = makeMessage(from, data, room);
  const count = new Uint32Array(1);
  ffi.check(WSARecvMsg(s, message.bytes, count, null, null), "WSARecvMsg");
  const control = room.subarray(0, message.view.Control.len);
  return {
    text: new TextDecoder().decode(data.subarray(0, count[0])),
    from,
    information: packetInformation(control),
  };
}

/** Finds the packet information of either level. */
function packetInformation(control: Uint8Array): PacketInformation | undefined {
  for (const { level, type, data } of ffi.controlMessages(control)) {
    if (level === ffi.IPPROTO_IP && type === ffi.IP_PKTINFO) {
      const info = layout(ffi.IN_PKTINFO).view(data);
      return { address: bytesOf(info.ipi_addr).slice(), interfaceIndex: info.ipi_ifindex };
    }
    if (level === ffi.IPPROTO_IPV6 && type === ffi.IPV6_PKTINFO) {
      const info = layout(ffi.IN6_PKTINFO).view(data);
      return { address: bytesOf(info.ipi6_addr).slice(), interfaceIndex: info.ipi6_ifindex };
    }
  }
  return undefined;
}

/** Sends a datagram; with packet information it leaves from that address by that interface. */
function send(s: ffi.SOCKET, text: string, to: Name, source?: PacketInformation): void {
  const { WSASendMsg } = ffi.ws2_32();
  const data = new TextEncoder().encode(text);
  const control = source === undefined ? new Uint8Array() : sourceControl(to, source);
  const message = makeMessage(to, data, control);
  ffi.check(WSASendMsg(s, message.bytes, 0, new Uint32Array(1), null, null), "WSASendMsg");
}

/** To an IPv4-mapped destination the source is given by an in_pktinfo, to any other by an in6_pktinfo. */
function sourceControl(to: Name, { address, interfaceIndex }: PacketInformation): Uint8Array<ArrayBuffer> {
  const control = new Uint8Array(64);
  const writer = new ffi.ControlMessageWriter(control);
  if (ffi.IN6ADDR_ISV4MAPPED(to.bytes)) {
    const info = ffi.allocate(ffi.IN_PKTINFO);
    bytesOf(info.view.ipi_addr).set(address.subarray(-4));
    info.view.ipi_ifindex = interfaceIndex;
    writer.add(ffi.IPPROTO_IP, ffi.IP_PKTINFO, info.bytes);
  } else {
    const info = ffi.allocate(ffi.IN6_PKTINFO);
    bytesOf(info.view.ipi6_addr).set(address);
    info.view.ipi6_ifindex = interfaceIndex;
    writer.add(ffi.IPPROTO_IPV6, ffi.IPV6_PKTINFO, info.bytes);
  }
  return control.subarray(0, writer.length);
}

/** An address and a port as text; a mapped address as it is on the socket. */
function show(name: Name): string {
  const { address, port } = ffi.decodeSockaddr(name.bytes);
  return `[${ffi.formatAddress(address)}]:${port}`;
}

function exchange(): void {
  using server = createDualStackSocket();
  requestPacketInformation(server.value);
  const port = bindToAnyAddress(server.value);
  console.log(`server: dual-stack, port ${port}`);
  using client = createDualStackSocket();
  bindToAnyAddress(client.value);
  for (const text of isIpv4Disabled() ? ["::1"] : ["::1", "127.0.0.1"]) {
    const to = dualStackAddress(text, port);
    console.log(`client: sends to ${show(to)}`);
    send(client.value, "hello", to);
    const { text: question, from, information } = receive(server.value);
    if (information === undefined) throw new Error("There is no packet information");
    const { address, interfaceIndex } = information;
    const at = ffi.formatAddress(ffi.unmapAddress({ bytes: address, scopeId: 0 }));
    console.log(`server: "${question}" from ${show(from)} to ${at} by interface ${interfaceIndex}`);
    send(server.value, `${question} yourself`, from, information);
    const reply = receive(client.value);
    console.log(`client: "${reply.text}" from ${show(reply.from)}`);
  }
}

const flags = parseArgs(Deno.args, {
  boolean: ["help"],
  unknown: (argument) => fail(`unknown argument ${argument}, see --help`, 2),
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
try {
  exchange();
} catch (error) {
  fail((error as Error).message, 1);
}

/** Looking names up. */

import { bytesOf, layout, type StructDef, type View } from "../layout/mod.ts";
import {
  allocateBuffer,
  copyFromNative,
  copyToNative,
  type NativeBuffer,
  releaseBuffer,
} from "../overlapped/native_memory.ts";
import { ERROR_CODES, socketError, WinsockError } from "../win32/errors.ts";
import { ADDRINFOW, AF_INET, AF_INET6, AF_UNSPEC, SOCK_STREAM } from "../win32/winsock.ts";
import { resolverCalls, ws2_32 } from "../win32/ws2_32.ts";
import { formatAddress, type IpAddress, isIpv4 } from "../marshal/ip_address.ts";
import { checkFamily, checkHostname, checkOptions, checkPort, checkSignal, show } from "../marshal/arguments.ts";
import {
  decodeSockaddr,
  type Endpoint,
  familyOf,
  type HostAddr,
  SOCKADDR_IN6_LENGTH,
  SOCKADDR_IN_LENGTH,
  toHostAddr,
} from "../marshal/sockaddr.ts";
import { withSignal } from "./wait.ts";

const [WSANO_DATA] = ERROR_CODES.WSANO_DATA;

/** Options of {@linkcode resolve}. */
export interface ResolveOptions {
  /** The port of the results, as a number or by the name of a service such as `"http"`. Default: 0. */
  service?: string | number;
  /** Only addresses of this family. Default: both. */
  family?: 4 | 6;
  /** Ends the wait. The system's lookup cannot be stopped; its result is dropped. */
  signal?: AbortSignal;
}

/**
 * Looks up the addresses of a host, as the system does: its hosts file, DNS and whatever else it is set up for, in the
 * order in which they should be tried.
 *
 * @example Find the addresses of this machine's loopback
 * ```ts
 * import { resolve } from "@winsock/ws2";
 *
 * for (const { hostname } of await resolve("localhost")) console.log(hostname); // ::1, 127.0.0.1
 * ```
 *
 * @param hostname The name. An IP address is returned as it is, without a lookup.
 * @param options What to look for.
 * @returns The addresses; never none.
 * @throws {TypeError} When the hostname is neither an IP address nor a host name, or an address of the other family.
 * @throws {RangeError} When the hostname or the service is too long, or the service a number that is no port.
 * @throws {Deno.errors.NotFound} When the host or the service is not known, or has no address of the family.
 * @throws {Deno.errors.Busy} When the name server does not answer.
 */
export async function resolve(hostname: string, options: ResolveOptions = {}): Promise<HostAddr[]> {
  checkOptions(options);
  const { service = 0, family } = options;
  checkFamily(family);
  const signal = checkSignal(options.signal);
  if (typeof service !== "string") checkPort(service, "service");
  const endpoints = await lookUp(checkHostname(hostname), service, family, signal);
  return endpoints.map(toHostAddr);
}

/** Everything that a lookup reads and writes. In native memory: a lookup may outlive the isolate that began it. */
const QUERY = {
  struct: {
    result: "pointer",
    hints: ADDRINFOW,
    node: { array: "u16", length: 256 },
    service: { array: "u16", length: 64 },
  },
} as const satisfies StructDef;

const { offsets: AT, size: QUERY_SIZE } = layout(QUERY);

/** The endpoints of a host, looked up on another thread. An address needs no lookup. */
export async function lookUp(
  host: IpAddress | string,
  service: string | number,
  family: 4 | 6 | undefined,
  signal: AbortSignal | undefined,
): Promise<Endpoint[]> {
  if (typeof host !== "string" && typeof service === "number") return [literal(host, service, family)];
  const query = makeQuery(host, service, family);
  const { GetAddrInfoWNonblocking } = resolverCalls();
  const [node, name, hints, result] = query.addresses;
  const answer = GetAddrInfoWNonblocking(node, name, hints, result).then((code) => readAnswer(query, code));
  return await withSignal(answer, signal);
}

/** The endpoints of a host, looked up while the caller waits. */
export function lookUpNow(host: IpAddress | string, port: number, family: 4 | 6 | undefined): Endpoint[] {
  if (typeof host !== "string") return [literal(host, port, family)];
  const query = makeQuery(host, port, family);
  const [node, name, hints, result] = query.addresses;
  return readAnswer(query, resolverCalls().GetAddrInfoW(node, name, hints, result));
}

function literal(address: IpAddress, port: number, family: 4 | 6 | undefined): Endpoint {
  if (family !== undefined && isIpv4(address) !== (family === 4)) {
    throw new TypeError(`hostname must be an IPv${family} address or a host name, as family is ${family}`);
  }
  return { address, port, flowInfo: 0 };
}

interface Query {
  readonly tried: string;
  readonly port: number | undefined;
  readonly memory: NativeBuffer;
  readonly addresses: readonly [node: bigint, service: bigint, hints: bigint, result: bigint];
}

function makeQuery(host: IpAddress | string, service: string | number, family: 4 | 6 | undefined): Query {
  const query = layout(QUERY).view();
  query.hints.ai_family = family === undefined ? AF_UNSPEC : family === 4 ? AF_INET : AF_INET6;
  query.hints.ai_socktype = SOCK_STREAM;
  const node = typeof host === "string" ? host : formatAddress(host);
  setWideString(query.node, node);
  if (typeof service === "string") setWideString(query.service, service);
  ws2_32(); // WSAStartup
  const memory = allocateBuffer(QUERY_SIZE);
  copyToNative(memory.address, bytesOf(query));
  const at = (offset: number) => memory.address + BigInt(offset);
  return {
    tried: `Cannot resolve ${show(node)}${typeof service === "string" ? ` with service ${show(service)}` : ""}`,
    port: typeof service === "number" ? service : undefined,
    memory,
    addresses: [at(AT.node), typeof service === "string" ? at(AT.service) : 0n, at(AT.hints), at(AT.result)],
  };
}

function setWideString(
  array: { readonly length: number; set(index: number, value: number): void },
  text: string,
): void {
  if (text.length >= array.length) {
    throw new RangeError(`service must have fewer than ${array.length} characters, got ${text.length}`);
  }
  for (let index = 0; index < text.length; index++) array.set(index, text.charCodeAt(index));
}

function readAnswer({ memory, tried, port }: Query, code: number): Endpoint[] {
  const result = new BigUint64Array(1);
  copyFromNative(new Uint8Array(result.buffer), memory.address + BigInt(AT.result), 8);
  releaseBuffer(memory);
  if (code !== 0) throw socketError(tried, new WinsockError(code, "GetAddrInfoW"));
  try {
    const endpoints = readEndpoints(result[0], port);
    if (endpoints.length > 0) return endpoints;
  } finally {
    resolverCalls().FreeAddrInfoW(result[0]);
  }
  throw socketError(tried, new WinsockError(WSANO_DATA, "GetAddrInfoW"));
}

/** The endpoints of a list. An entry without a whole sockaddr of its family is passed over: a provider may err. */
function readEndpoints(first: bigint, port: number | undefined): Endpoint[] {
  const endpoints: Endpoint[] = [];
  const bytes = new Uint8Array(layout(ADDRINFOW).size);
  const info = layout(ADDRINFOW).view(bytes);
  for (let next = first; next !== 0n; next = info.ai_next) {
    copyFromNative(bytes, next, bytes.length);
    const sockaddr = copySockaddr(info);
    if (sockaddr === undefined) continue;
    const endpoint = decodeSockaddr(sockaddr);
    endpoints.push(port === undefined ? endpoint : { ...endpoint, port });
  }
  return endpoints;
}

function copySockaddr({ ai_family, ai_addr, ai_addrlen }: View<typeof ADDRINFOW>): Uint8Array | undefined {
  if (ai_family !== AF_INET && ai_family !== AF_INET6) return undefined;
  const length = ai_family === AF_INET ? SOCKADDR_IN_LENGTH : SOCKADDR_IN6_LENGTH;
  if (ai_addr === 0n || ai_addrlen < length) return undefined;
  const sockaddr = new Uint8Array(length);
  copyFromNative(sockaddr, ai_addr, length);
  return familyOf(sockaddr) === ai_family ? sockaddr : undefined;
}

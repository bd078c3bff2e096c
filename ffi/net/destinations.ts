/** Where datagrams go: addresses as users give them. */

import { type IpAddress, MAX_SCOPE_ID } from "./address.ts";
import { checkHostname, checkInteger, checkPort, show } from "./arguments.ts";

/** A destination whose host may still have to be looked up. */
export interface Destination {
  readonly host: IpAddress | string;
  readonly port: number;
  readonly flowInfo: number;
}

/**
 * Checks the address of a destination.
 *
 * @throws {TypeError} When it is no address with hostname and port, or has two scope ids.
 * @throws {RangeError} When a number is out of its range.
 */
export function checkDestination(value: unknown): Destination {
  if (typeof value !== "object" || value === null || !("hostname" in value)) {
    throw new TypeError(`addr must be an address with hostname and port, got ${show(value)}`);
  }
  const { hostname, port, scopeId, flowInfo = 0 } = value as Record<string, unknown>;
  const host = withScope(checkHostname(hostname, "addr.hostname"), scopeId);
  return {
    host,
    port: checkPort(port, "addr.port", 1),
    flowInfo: flowInfo === 0 ? 0 : checkInteger("addr.flowInfo", flowInfo, 0, 0xffffffff),
  };
}

function withScope(host: IpAddress | string, scopeId: unknown): IpAddress | string {
  if (scopeId === undefined) return host;
  const id = checkInteger("addr.scopeId", scopeId, 0, MAX_SCOPE_ID);
  if (typeof host === "string" || host.scopeId === id) return host;
  if (host.scopeId !== 0) throw new TypeError(`addr.scopeId must be that of addr.hostname, ${host.scopeId}, got ${id}`);
  return { ...host, scopeId: id };
}

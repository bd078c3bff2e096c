/**
 * Between host and network byte order for what the functions of `ws2_32.dll` do not cover: 64 bits and floating point.
 * The inline functions of winsock2.h.
 */

const scratch = new DataView(new ArrayBuffer(8));

function swap64(value: bigint): bigint {
  scratch.setBigUint64(0, value);
  return scratch.getBigUint64(0, true);
}

/** From host to network byte order, 64 bits. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htonll */
export function htonll(Value: bigint): bigint {
  return swap64(Value);
}

/** From network to host byte order, 64 bits. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohll */
export function ntohll(Value: bigint): bigint {
  return swap64(Value);
}

/** A `float` as 32 bits in network byte order. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htonf */
export function htonf(Value: number): number {
  scratch.setFloat32(0, Value);
  return scratch.getUint32(0, true);
}

/** The `float` of 32 bits in network byte order. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohf */
export function ntohf(Value: number): number {
  scratch.setUint32(0, Value, true);
  return scratch.getFloat32(0);
}

/** A `double` as 64 bits in network byte order. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htond */
export function htond(Value: number): bigint {
  scratch.setFloat64(0, Value);
  return scratch.getBigUint64(0, true);
}

/** The `double` of 64 bits in network byte order. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohd */
export function ntohd(Value: bigint): number {
  scratch.setBigUint64(0, Value, true);
  return scratch.getFloat64(0);
}

import { AF_INET, ERROR_CODES, type ErrorSymbol, INVALID_SOCKET, IP_PKTINFO, IPPROTO_IP } from "@winsock/ws2/ffi";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { standIn } from "./stand_in.ts";

/**
 * A system that refuses IP_PKTINFO, for the length of a block: one where IPv4 is disabled, or one with other troubles.
 * The functions of the DLL are stood in for, as Windows cannot be made to do this in a test.
 *
 * @param option What setting IP_PKTINFO fails with; by default what it fails with where IPv4 is disabled.
 * @param probe What making an IPv4 socket fails with; undefined when it works.
 * @param refused Which options of the level IPPROTO_IP fail; by default IP_PKTINFO.
 */
export function ipv4Disabled(
  { option = "WSAEINVAL", probe, refused = (name) => name === IP_PKTINFO }: {
    option?: ErrorSymbol;
    probe: ErrorSymbol | undefined;
    refused?: (name: number) => boolean;
  },
): Disposable {
  const { WSASetLastError } = ws2_32();
  const stands = [
    standIn(ws2_32(), "setsockopt", (original) => (socket, level, name, value, length) => {
      if (level !== IPPROTO_IP || !refused(name)) return original(socket, level, name, value, length);
      WSASetLastError(ERROR_CODES[option][0]);
      return -1;
    }),
    standIn(ws2_32(), "WSASocketW", (original) => (af, ...parameters) => {
      if (af !== AF_INET || probe === undefined) return original(af, ...parameters);
      WSASetLastError(ERROR_CODES[probe][0]);
      return INVALID_SOCKET;
    }),
  ];
  return { [Symbol.dispose]: () => stands.forEach((stand) => stand[Symbol.dispose]()) };
}

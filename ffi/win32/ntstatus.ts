/**
 * Translates the NTSTATUS of a completed operation to the error code of Winsock. `RtlNtStatusToDosError` gives codes of
 * Win32 instead, such as 64 for a connection that was reset.
 *
 * Source: ntstatus.h, and what `WSAGetOverlappedResult` answers for each status on Windows 10 and 11: Wine's tests of
 * ws2_32, which pass there, have the list.
 *
 * @module
 */

import { ERROR_CODES as E } from "./errors.ts";

type Codes = { readonly [name: string]: readonly [status: number, code: number] };

/** The statuses that `WSAGetOverlappedResult` has a code for, by name: number, and the error code of Winsock. */
export const NTSTATUS_CODES: Codes = {
  STATUS_BUFFER_OVERFLOW: [0x80000005, E.WSAEMSGSIZE[0]],
  STATUS_NOT_IMPLEMENTED: [0xc0000002, E.WSAEOPNOTSUPP[0]],
  STATUS_ACCESS_VIOLATION: [0xc0000005, E.WSAEFAULT[0]],
  STATUS_PAGEFILE_QUOTA: [0xc0000007, E.WSAENOBUFS[0]],
  STATUS_INVALID_HANDLE: [0xc0000008, E.WSAENOTSOCK[0]],
  STATUS_NO_SUCH_DEVICE: [0xc000000e, E.WSAENETDOWN[0]],
  STATUS_NO_SUCH_FILE: [0xc000000f, E.WSAENETDOWN[0]],
  STATUS_NO_MEMORY: [0xc0000017, E.WSAENOBUFS[0]],
  STATUS_CONFLICTING_ADDRESSES: [0xc0000018, E.WSAENOBUFS[0]],
  STATUS_ACCESS_DENIED: [0xc0000022, E.WSAEACCES[0]],
  STATUS_BUFFER_TOO_SMALL: [0xc0000023, E.WSAEFAULT[0]],
  STATUS_OBJECT_TYPE_MISMATCH: [0xc0000024, E.WSAENOTSOCK[0]],
  STATUS_OBJECT_NAME_NOT_FOUND: [0xc0000034, E.WSAENETDOWN[0]],
  STATUS_OBJECT_PATH_NOT_FOUND: [0xc000003a, E.WSAENETDOWN[0]],
  STATUS_SHARING_VIOLATION: [0xc0000043, E.WSAEADDRINUSE[0]],
  STATUS_QUOTA_EXCEEDED: [0xc0000044, E.WSAENOBUFS[0]],
  STATUS_TOO_MANY_PAGING_FILES: [0xc0000097, E.WSAENOBUFS[0]],
  STATUS_INSUFFICIENT_RESOURCES: [0xc000009a, E.WSAENOBUFS[0]],
  STATUS_WORKING_SET_QUOTA: [0xc00000a1, E.WSAENOBUFS[0]],
  STATUS_DEVICE_NOT_READY: [0xc00000a3, E.WSAEWOULDBLOCK[0]],
  STATUS_PIPE_DISCONNECTED: [0xc00000b0, E.WSAESHUTDOWN[0]],
  STATUS_IO_TIMEOUT: [0xc00000b5, E.WSAETIMEDOUT[0]],
  STATUS_NOT_SUPPORTED: [0xc00000bb, E.WSAEOPNOTSUPP[0]],
  STATUS_REMOTE_NOT_LISTENING: [0xc00000bc, E.WSAECONNREFUSED[0]],
  STATUS_BAD_NETWORK_PATH: [0xc00000be, E.WSAENETUNREACH[0]],
  STATUS_NETWORK_BUSY: [0xc00000bf, E.WSAENETDOWN[0]],
  STATUS_INVALID_NETWORK_RESPONSE: [0xc00000c3, E.WSAENETDOWN[0]],
  STATUS_UNEXPECTED_NETWORK_ERROR: [0xc00000c4, E.WSAENETDOWN[0]],
  STATUS_REQUEST_NOT_ACCEPTED: [0xc00000d0, E.WSAEWOULDBLOCK[0]],
  STATUS_CANCELLED: [0xc0000120, E.WSA_OPERATION_ABORTED[0]],
  STATUS_COMMITMENT_LIMIT: [0xc000012d, E.WSAENOBUFS[0]],
  STATUS_LOCAL_DISCONNECT: [0xc000013b, E.WSAECONNABORTED[0]],
  STATUS_REMOTE_DISCONNECT: [0xc000013c, E.WSAECONNRESET[0]],
  STATUS_REMOTE_RESOURCES: [0xc000013d, E.WSAENOBUFS[0]],
  STATUS_LINK_FAILED: [0xc000013e, E.WSAECONNRESET[0]],
  STATUS_LINK_TIMEOUT: [0xc000013f, E.WSAETIMEDOUT[0]],
  STATUS_INVALID_CONNECTION: [0xc0000140, E.WSAENOTCONN[0]],
  STATUS_INVALID_ADDRESS: [0xc0000141, E.WSAEADDRNOTAVAIL[0]],
  STATUS_INVALID_BUFFER_SIZE: [0xc0000206, E.WSAEMSGSIZE[0]],
  STATUS_INVALID_ADDRESS_COMPONENT: [0xc0000207, E.WSAEADDRNOTAVAIL[0]],
  STATUS_TOO_MANY_ADDRESSES: [0xc0000209, E.WSAENOBUFS[0]],
  STATUS_ADDRESS_ALREADY_EXISTS: [0xc000020a, E.WSAEADDRINUSE[0]],
  STATUS_CONNECTION_DISCONNECTED: [0xc000020c, E.WSAECONNRESET[0]],
  STATUS_CONNECTION_RESET: [0xc000020d, E.WSAECONNRESET[0]],
  STATUS_TRANSACTION_ABORTED: [0xc000020f, E.WSAECONNABORTED[0]],
  STATUS_CONNECTION_REFUSED: [0xc0000236, E.WSAECONNREFUSED[0]],
  STATUS_GRACEFUL_DISCONNECT: [0xc0000237, E.WSAEDISCON[0]],
  STATUS_CONNECTION_ACTIVE: [0xc000023b, E.WSAEISCONN[0]],
  STATUS_NETWORK_UNREACHABLE: [0xc000023c, E.WSAENETUNREACH[0]],
  STATUS_HOST_UNREACHABLE: [0xc000023d, E.WSAEHOSTUNREACH[0]],
  STATUS_PROTOCOL_UNREACHABLE: [0xc000023e, E.WSAENETUNREACH[0]],
  STATUS_PORT_UNREACHABLE: [0xc000023f, E.WSAECONNRESET[0]],
  STATUS_REQUEST_ABORTED: [0xc0000240, E.WSAEINTR[0]],
  STATUS_CONNECTION_ABORTED: [0xc0000241, E.WSAECONNABORTED[0]],
  STATUS_DATATYPE_MISALIGNMENT_ERROR: [0xc00002c5, E.WSAEFAULT[0]],
  STATUS_HOST_DOWN: [0xc0000350, E.WSAEHOSTDOWN[0]],
};

/** Statuses that `WSAGetOverlappedResult` has no code for, though their names say what happened. */
export const MORE_NTSTATUS_CODES: Codes = {
  // Its value is that of a success, and `WSAGetOverlappedResult` treats it as one. libuv treats it as a timeout.
  STATUS_TIMEOUT: [0x00000102, E.WSAETIMEDOUT[0]],
  // What Wine completes the operations of a closed socket with. Windows completes them with STATUS_CANCELLED.
  STATUS_HANDLES_CLOSED: [0x8000000a, E.WSA_OPERATION_ABORTED[0]],
  // The UDP counterpart of STATUS_PORT_UNREACHABLE: "time to live exceeded" came back. The code is libuv's.
  STATUS_HOPLIMIT_EXCEEDED: [0xc000a012, E.WSAECONNRESET[0]],
};

const codes = new Map<number, number>([...Object.values(NTSTATUS_CODES), ...Object.values(MORE_NTSTATUS_CODES)]);

/**
 * The high halves of statuses that carry an error code in the low half, as `RtlNtStatusToDosError` knows them: a driver
 * or a filter has made an NTSTATUS of the code. `WSAGetOverlappedResult` answers `WSAEINVAL` for all but one of them;
 * the code itself says more, and libuv takes it too.
 */
const CARRIERS = new Set([0x8007, 0xc001, 0xc007]);

/**
 * The error code of Winsock for the status of a completed operation.
 *
 * @param status The NTSTATUS, as an unsigned or signed 32-bit number.
 * @returns 0 when the status says success; `WSAEINVAL` for a status that no socket operation is known to complete with.
 */
export function winsockCodeOf(status: number): number {
  const unsigned = status >>> 0;
  if (unsigned === 0) return 0;
  const known = codes.get(unsigned);
  if (known !== undefined) return known;
  if (unsigned < 0x80000000) return 0;
  const carried = CARRIERS.has(unsigned >>> 16) ? unsigned & 0xffff : 0;
  return carried === 0 ? E.WSAEINVAL[0] : carried; // a failure never yields 0
}

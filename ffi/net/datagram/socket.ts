/** What receiving and sending datagrams share: the socket, and the errors that name it. */

import type { Operation } from "../../overlapped/operation.ts";
import type { OverlappedSocket } from "../../overlapped/overlapped_socket.ts";
import { WinsockError } from "../../win32/errors.ts";
import type { WSA_RECV_MSG } from "../../win32/provider.ts";
import { closedError, failureOf, interrupted } from "../open_socket.ts";
import { formatHostPort, type NetAddr, type SocketFamily } from "../../marshal/sockaddr.ts";

/** A bound UDP socket. */
export class DatagramSocket {
  readonly #onAbort = (): void => this.close();
  /** The receives that wait, in the order of the calls; they are settled in that order. */
  readonly receives: Operation[] = [];

  /**
   * @param overlapped The socket.
   * @param family Which addresses it can be given.
   * @param addr Its local address.
   * @param receiveMessage `WSARecvMsg` of its provider.
   * @param signal Closes it.
   */
  constructor(
    readonly overlapped: OverlappedSocket,
    readonly family: SocketFamily,
    readonly addr: NetAddr<"udp">,
    readonly receiveMessage: Deno.UnsafeFnPointer<typeof WSA_RECV_MSG>,
    readonly signal: AbortSignal | undefined,
  ) {
    signal?.addEventListener("abort", this.#onAbort);
  }

  /** Closes it, whether it is open or not. */
  close(): void {
    this.signal?.removeEventListener("abort", this.#onAbort);
    this.overlapped.close(true); // so that another socket can take the port immediately
  }

  /** How error messages name it. */
  get place(): string {
    return formatHostPort(this.addr.hostname, this.addr.port);
  }

  /** Throws when it is closed. */
  checkOpen(): void {
    if (this.overlapped.isClosed) throw closedError(`the socket on ${this.place}`);
  }

  /**
   * Why an operation failed.
   *
   * @param tried What was tried: `Cannot receive`.
   */
  failure(operation: Operation, code: number, syscall: string, tried: string): unknown {
    const closed = () => this.closedMeanwhile(tried, syscall);
    const what = `${tried} on ${this.place}`;
    return failureOf(operation, this.overlapped, new WinsockError(code, syscall), what, closed);
  }

  /** What rejects that was under way when the socket was closed: with the reason of the signal that did it, if one did. */
  closedMeanwhile(tried: string, syscall: string): unknown {
    return this.signal?.aborted ? this.signal.reason : interrupted(`${tried} on ${this.place}`, syscall);
  }
}

/** Options of TCP connections. */

import { bytesOf, layout } from "../../layout/mod.ts";
import {
  IPPROTO_TCP,
  LINGER,
  SIO_TCP_INFO,
  SO_CONNECT_TIME,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_OOBINLINE,
  SOL_SOCKET,
  TCP_INFO_v0,
  TCP_INFO_v1,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_MAXRTMS,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_TIMESTAMPS,
} from "../../win32/winsock.ts";
import { checkBoolean, checkInteger } from "../../marshal/arguments.ts";
import { codeOf } from "../../win32/errors.ts";
import { type OptionAccess, SocketOptions } from "../options.ts";

const MAX_SECONDS = 0x7fff;

/**
 * The options of a TCP connection. Getters ask the system, setters take effect immediately.
 *
 * @example Notice within a minute that the peer has vanished
 * ```ts
 * import { connect, listen } from "@winsock/ws2";
 *
 * using listener = listen();
 * using conn = await connect({ hostname: "::1", port: listener.addr.port });
 * conn.options.keepAliveIdle = 30;
 * conn.options.keepAliveInterval = 5;
 * conn.options.keepAliveCount = 6;
 * conn.options.keepAlive = true;
 * ```
 */
export class TcpOptions extends SocketOptions {
  readonly #access: OptionAccess;

  /** For the library itself. */
  constructor(access: OptionAccess) {
    super(access);
    this.#access = access;
  }

  /**
   * `TCP_NODELAY`: whether small writes are sent immediately instead of being gathered (Nagle's algorithm). Default: `false`.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get noDelay(): boolean {
    return this.#access.getNumber("noDelay", IPPROTO_TCP, TCP_NODELAY) !== 0;
  }
  set noDelay(noDelay: boolean) {
    checkBoolean("noDelay", noDelay);
    this.#access.set("noDelay", IPPROTO_TCP, TCP_NODELAY, noDelay ? 1 : 0);
  }

  /**
   * `SO_KEEPALIVE`: whether an idle connection is probed, so that a peer that has vanished is noticed. Default: `false`.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/so-keepalive
   */
  get keepAlive(): boolean {
    return this.#access.getNumber("keepAlive", SOL_SOCKET, SO_KEEPALIVE) !== 0;
  }
  set keepAlive(keepAlive: boolean) {
    checkBoolean("keepAlive", keepAlive);
    this.#access.set("keepAlive", SOL_SOCKET, SO_KEEPALIVE, keepAlive ? 1 : 0);
  }

  /**
   * `TCP_KEEPIDLE`: after how many idle seconds the connection is probed, from 1 to 32767. Default: 7200.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get keepAliveIdle(): number {
    return this.#access.getNumber("keepAliveIdle", IPPROTO_TCP, TCP_KEEPIDLE);
  }
  set keepAliveIdle(seconds: number) {
    checkInteger("keepAliveIdle", seconds, 1, MAX_SECONDS);
    this.#access.set("keepAliveIdle", IPPROTO_TCP, TCP_KEEPIDLE, seconds);
  }

  /**
   * `TCP_KEEPINTVL`: how many seconds lie between probes that are not answered, from 1 to 32767. Default: 1 on Windows.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get keepAliveInterval(): number {
    return this.#access.getNumber("keepAliveInterval", IPPROTO_TCP, TCP_KEEPINTVL);
  }
  set keepAliveInterval(seconds: number) {
    checkInteger("keepAliveInterval", seconds, 1, MAX_SECONDS);
    this.#access.set("keepAliveInterval", IPPROTO_TCP, TCP_KEEPINTVL, seconds);
  }

  /**
   * `TCP_KEEPCNT`: after how many probes without an answer the connection is given up, from 1 to 255. Default: 10 on
   * Windows.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get keepAliveCount(): number {
    return this.#access.getNumber("keepAliveCount", IPPROTO_TCP, TCP_KEEPCNT);
  }
  set keepAliveCount(count: number) {
    checkInteger("keepAliveCount", count, 1, 255);
    this.#access.set("keepAliveCount", IPPROTO_TCP, TCP_KEEPCNT, count);
  }

  /**
   * `SO_LINGER`: what closing does with data that has not been sent. `undefined`, the default, lets the system send it
   * after the close. 0 throws it away and resets the connection. From 1 to 65535, closing waits that many seconds until
   * it is sent, **and the whole program with it**.
   *
   * Source: https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-linger
   */
  get linger(): number | undefined {
    const { size } = layout(LINGER);
    const bytes = this.#access.getBytes("linger", SOL_SOCKET, SO_LINGER, size);
    const { l_onoff, l_linger } = layout(LINGER).view(bytes);
    return l_onoff === 0 ? undefined : l_linger;
  }
  set linger(seconds: number | undefined) {
    if (seconds !== undefined) checkInteger("linger", seconds, 0, 0xffff);
    const value = layout(LINGER).view();
    value.l_onoff = seconds === undefined ? 0 : 1;
    value.l_linger = seconds ?? 0;
    this.#access.set("linger", SOL_SOCKET, SO_LINGER, bytesOf(value));
  }

  /**
   * `SO_OOBINLINE`: whether urgent data of the peer comes in its place among the other data, instead of being dropped.
   * Default: `false`.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
   */
  get outOfBandInline(): boolean {
    return this.#access.getNumber("outOfBandInline", SOL_SOCKET, SO_OOBINLINE) !== 0;
  }
  set outOfBandInline(outOfBandInline: boolean) {
    checkBoolean("outOfBandInline", outOfBandInline);
    this.#access.set("outOfBandInline", SOL_SOCKET, SO_OOBINLINE, outOfBandInline ? 1 : 0);
  }

  /**
   * `SO_CONNECT_TIME`: how many whole seconds the connection has existed.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/sol-socket-socket-options
   */
  get connectedSeconds(): number {
    return this.#access.getNumber("connectedSeconds", SOL_SOCKET, SO_CONNECT_TIME);
  }

  /**
   * `TCP_MAXSEG`: the most data in one segment, in bytes.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get maxSegmentSize(): number {
    return this.#access.getNumber("maxSegmentSize", IPPROTO_TCP, TCP_MAXSEG);
  }

  /**
   * `TCP_MAXRTMS`: how long data is sent again that the peer does not acknowledge before the connection is given up, in
   * milliseconds from 1 to 2147483647. The default is the system's. Windows has it from version 10 1607.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get maxRetransmissionTime(): number {
    return this.#access.getNumber("maxRetransmissionTime", IPPROTO_TCP, TCP_MAXRTMS);
  }
  set maxRetransmissionTime(milliseconds: number) {
    checkInteger("maxRetransmissionTime", milliseconds, 1, 0x7fffffff);
    this.#access.set("maxRetransmissionTime", IPPROTO_TCP, TCP_MAXRTMS, milliseconds);
  }

  /**
   * `TCP_TIMESTAMPS`: whether segments carry timestamps (RFC 7323), where the peer takes them. The default is the system's.
   *
   * Source: https://learn.microsoft.com/windows/win32/winsock/ipproto-tcp-socket-options
   */
  get timestamps(): boolean {
    return this.#access.getNumber("timestamps", IPPROTO_TCP, TCP_TIMESTAMPS) !== 0;
  }
  set timestamps(timestamps: boolean) {
    checkBoolean("timestamps", timestamps);
    this.#access.set("timestamps", IPPROTO_TCP, TCP_TIMESTAMPS, timestamps ? 1 : 0);
  }
}

/** What the system knows of a connection, as {@linkcode TcpConn.info} returns it. */
export interface TcpInfo {
  /** Its state in the terms of RFC 9293. */
  state:
    | "closed"
    | "listen"
    | "syn-sent"
    | "syn-received"
    | "established"
    | "fin-wait-1"
    | "fin-wait-2"
    | "close-wait"
    | "closing"
    | "last-ack"
    | "time-wait";
  /** The smoothed time from sending to the acknowledgement, in microseconds. */
  roundTripTime: number;
  /** The least of these times, in microseconds. */
  minRoundTripTime: number;
  /** How long the connection has existed, in milliseconds. */
  connectionTime: number;
  /** How many bytes of data were sent. */
  bytesSent: number;
  /** How many bytes of data were received. */
  bytesReceived: number;
  /** How many bytes were sent again. */
  bytesRetransmitted: number;
  /** How many bytes arrived out of order. */
  bytesReordered: number;
  /** How many bytes were sent and are not acknowledged. */
  bytesInFlight: number;
  /** The congestion window, in bytes. */
  congestionWindow: number;
  /** How many bytes the peer is ready to take. */
  sendWindow: number;
  /** How many bytes this end is ready to take. */
  receiveWindow: number;
  /** The size of the receive buffer, in bytes; it may grow. */
  receiveBuffer: number;
  /** The most data in one segment, in bytes. */
  maxSegmentSize: number;
  /** Whether segments carry timestamps. */
  hasTimestamps: boolean;
  /** How often the request to connect was repeated. */
  synRetransmissions: number;
  /** How often segments were sent again before the time for an acknowledgement was over. */
  fastRetransmissions: number;
  /** How often the time for an acknowledgement ran out. */
  timeoutEpisodes: number;
  /** How many acknowledgements were received again. */
  duplicateAcks: number;
  /** What limited sending; absent on systems that do not tell (before Windows 10 1709). */
  limits?: {
    /** The window of the peer. */
    receiver: SendLimit;
    /** The congestion window. */
    congestion: SendLimit;
    /** That the program gave no more to send. */
    sender: SendLimit;
  };
}

/** How much something limited sending. */
export interface SendLimit {
  /** How often it began to. */
  times: number;
  /** For how long, in milliseconds. */
  duration: number;
  /** How many bytes were sent meanwhile. */
  bytes: number;
}

/** The states of a connection, by their numbers in TCPSTATE. */
const STATES: readonly TcpInfo["state"][] = [
  "closed",
  "listen",
  "syn-sent",
  "syn-received",
  "established",
  "fin-wait-1",
  "fin-wait-2",
  "close-wait",
  "closing",
  "last-ack",
  "time-wait",
];

/** Asks for the figures of a connection: those of version 1, or where the system has none, of version 0. */
export function readTcpInfo(access: OptionAccess): TcpInfo {
  const ask = (version: number, room: number) => {
    return access.ioctl("TCP information", SIO_TCP_INFO, new Uint8Array([version, 0, 0, 0]), room);
  };
  const bytes = new Uint8Array(layout(TCP_INFO_v1).size);
  let hasLimits = true;
  try {
    bytes.set(ask(1, bytes.length));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    bytes.set(ask(0, layout(TCP_INFO_v0).size));
    hasLimits = false;
  }
  const info = layout(TCP_INFO_v1).view(bytes);
  const limit = (times: number, duration: number, count: bigint) => ({ times, duration, bytes: Number(count) });
  return {
    state: STATES[info.State] ?? "closed",
    roundTripTime: info.RttUs,
    minRoundTripTime: info.MinRttUs,
    connectionTime: Number(info.ConnectionTimeMs),
    bytesSent: Number(info.BytesOut),
    bytesReceived: Number(info.BytesIn),
    bytesRetransmitted: info.BytesRetrans,
    bytesReordered: info.BytesReordered,
    bytesInFlight: info.BytesInFlight,
    congestionWindow: info.Cwnd,
    sendWindow: info.SndWnd,
    receiveWindow: info.RcvWnd,
    receiveBuffer: info.RcvBuf,
    maxSegmentSize: info.Mss,
    hasTimestamps: info.TimestampsEnabled !== 0,
    synRetransmissions: info.SynRetrans,
    fastRetransmissions: info.FastRetrans,
    timeoutEpisodes: info.TimeoutEpisodes,
    duplicateAcks: info.DupAcksIn,
    ...(hasLimits && {
      limits: {
        receiver: limit(info.SndLimTransRwin, info.SndLimTimeRwin, info.SndLimBytesRwin),
        congestion: limit(info.SndLimTransCwnd, info.SndLimTimeCwnd, info.SndLimBytesCwnd),
        sender: limit(info.SndLimTransSnd, info.SndLimTimeSnd, info.SndLimBytesSnd),
      },
    }),
  };
}

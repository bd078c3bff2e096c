/** Requests of Node's servers as `Request`s. */

import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** Which methods have no body. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Makes a `Request` of a message. Most handlers look at the method and the URL only, and a whole `Request` costs more than
 * parsing it did: so it is made when something else is asked for.
 *
 * @param origin What its URL begins with: `http://localhost:80`.
 * @throws {TypeError} When the target makes no URL with the origin.
 */
export function toRequest(message: IncomingMessage, origin: string, aborted: () => AbortSignal): Request {
  return new LazyRequest(message, urlOf(message.url ?? "/", origin), aborted) as unknown as Request;
}

function urlOf(target: string, origin: string): string {
  if (target.startsWith("/")) {
    const url = origin + target;
    // What is plain is as the parser would write it.
    return /^[\w./-]*(\?[\w.&=+-]*)?$/.test(target) && !target.includes("/.") ? url : new URL(url).href;
  }
  return target === "*" ? `${origin}/*` : new URL(target).href; // a proxy's request has the whole URL
}

/** The headers of a message, without those that HTTP/2 writes the request itself in. */
function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!rawHeaders[i].startsWith(":")) headers.append(rawHeaders[i], rawHeaders[i + 1]);
  }
  return headers;
}

class LazyRequest {
  readonly #message: IncomingMessage;
  readonly #url: string;
  readonly #aborted: () => AbortSignal;
  #headers: Headers | undefined;
  #request: Request | undefined;

  constructor(message: IncomingMessage, url: string, aborted: () => AbortSignal) {
    this.#message = message;
    this.#url = url;
    this.#aborted = aborted;
  }

  static {
    const own = Object.getOwnPropertyDescriptors(LazyRequest.prototype);
    // Everything else is asked of a real one.
    for (const [name, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))) {
      if (name in own) continue;
      const whole = (object: LazyRequest) => object.#whole as unknown as Record<string, unknown>;
      if (get !== undefined) {
        Object.defineProperty(LazyRequest.prototype, name, {
          get(this: LazyRequest) {
            return whole(this)[name];
          },
          configurable: true,
        });
      } else if (typeof value === "function" && name !== "constructor") {
        Object.defineProperty(LazyRequest.prototype, name, {
          value(this: LazyRequest, ...parameters: unknown[]) {
            return (whole(this)[name] as (...parameters: unknown[]) => unknown).apply(this.#whole, parameters);
          },
          configurable: true,
          writable: true,
        });
      }
    }
    Object.setPrototypeOf(LazyRequest.prototype, Request.prototype);
    Object.defineProperty(LazyRequest.prototype, Symbol.for("Deno.customInspect"), {
      value(this: LazyRequest, inspect: typeof Deno.inspect, options: Deno.InspectOptions): string {
        return inspect(this.#whole, options);
      },
    });
  }

  get method(): string {
    return this.#message.method ?? "GET";
  }

  get url(): string {
    return this.#url;
  }

  get headers(): Headers {
    return this.#headers ??= this.#request?.headers ?? headersOf(this.#message);
  }

  get signal(): AbortSignal {
    return this.#aborted();
  }

  get #whole(): Request {
    return this.#request ??= this.#make();
  }

  #make(): Request {
    const { method, headers } = this;
    const signal = this.#aborted();
    if (BODILESS.has(method)) return new Request(this.#url, { method, headers, signal });
    // TRACE and CONNECT are none of a Request's methods.
    const body = Readable.toWeb(this.#message) as ReadableStream<Uint8Array>;
    return new Request(this.#url, { method, headers, signal, body, duplex: "half" } as RequestInit);
  }
}

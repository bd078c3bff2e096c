// Reads the last error of calls that fail, with the compilers and the collector kept busy, and counts those that are wrong.
import { lastErrorWord } from "../../../ffi/win32/last_error.ts";
import { streamCalls, ws2_32 } from "../../../ffi/win32/ws2_32.ts";

const CALLS = Number(Deno.args[0]);
const WSAENOTSOCK = 10038;
const { WSAGetLastError } = ws2_32();
const { recv } = streamCalls();
const NO_SOCKET = 0xffff_ffff_ffff_fffen;

/** As the library does it. */
function byWord(): number {
  const result = recv(NO_SOCKET, 0n, 0, 0);
  return result === 0 ? 0 : lastErrorWord[0];
}

/** By a call of its own after an allocation, which now and then calls Windows: shows that the pressure is there. */
function byCall(): number {
  const result = recv(NO_SOCKET, 0n, 0, 0);
  kept.push(new Array(1000).fill(result));
  return result === 0 ? 0 : WSAGetLastError();
}

let kept: unknown[] = [];
const wrong = { byWord: 0, byCall: 0 };
for (let call = 0; call < CALLS; call++) {
  if (byWord() !== WSAENOTSOCK) wrong.byWord++;
  if (byCall() !== WSAENOTSOCK) wrong.byCall++;
  if (call % 64 === 0) {
    // Functions that are made, run hot and thrown away; arrays that fill the young generation and the old one.
    const made = new Function("n", `let s = ${call}; for (let i = 0; i < n; i++) s = (s * 31 + i) | 0; return s;`);
    for (let run = 0; run < 20; run++) made(200);
    kept.push(new Array(2000).fill(call), new Uint8Array(50_000));
    if (kept.length > 400) kept = [];
  }
}
console.log(JSON.stringify(wrong));

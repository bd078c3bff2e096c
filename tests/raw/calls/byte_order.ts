import { assertEquals } from "@std/assert";
import * as ffi from "@winsock/ws2/ffi";
import { type Calls, openSocket } from "./call.ts";

const w = () => ffi.ws2_32();

export const byteOrderCalls: Calls<ffi.ByteOrderFunctions> = {
  htonl: ["turns 32 bits round", () => {
    assertEquals(w().htonl(0x01020304), 0x04030201);
    assertEquals(w().htonl(0x000000ff), 0xff000000, "without a sign");
  }],
  htons: ["turns 16 bits round", () => {
    assertEquals(w().htons(0x0102), 0x0201);
    assertEquals(w().htons(0x00ff), 0xff00);
  }],
  ntohl: ["turns 32 bits round", () => assertEquals(w().ntohl(0xfffefdfc), 0xfcfdfeff)],
  ntohs: ["turns 16 bits round", () => assertEquals(w().ntohs(0xfffe), 0xfeff)],
  WSAHtonl: ["turns 32 bits round for a socket", () => {
    using s = openSocket();
    const result = new Uint32Array(1);
    assertEquals(w().WSAHtonl(s.value, 0x010203ff, result), 0);
    assertEquals(result[0], 0xff030201);
  }],
  WSAHtons: ["turns 16 bits round for a socket", () => {
    using s = openSocket();
    const result = new Uint16Array(1);
    assertEquals(w().WSAHtons(s.value, 0x01ff, result), 0);
    assertEquals(result[0], 0xff01);
  }],
  WSANtohl: ["turns 32 bits round for a socket", () => {
    using s = openSocket();
    const result = new Uint32Array(1);
    assertEquals(w().WSANtohl(s.value, 0x010203ff, result), 0);
    assertEquals(result[0], 0xff030201);
  }],
  WSANtohs: ["turns 16 bits round for a socket", () => {
    using s = openSocket();
    const result = new Uint16Array(1);
    assertEquals(w().WSANtohs(s.value, 0x01ff, result), 0);
    assertEquals(result[0], 0xff01);
  }],
};

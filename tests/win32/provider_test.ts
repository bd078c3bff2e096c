import { assertEquals } from "@std/assert";
import { layout } from "@winsock/ws2/layout";
import { tcpProvider, udpProvider } from "../../ffi/win32/provider.ts";
import { AF_INET, SO_PROTOCOL_INFOW, WSAPROTOCOL_INFOW, XP1_IFS_HANDLES } from "../../ffi/win32/winsock.ts";
import { ws2_32 } from "../../ffi/win32/ws2_32.ts";
import { NEEDS_IPV4 } from "../support/families.ts";
import { standIn } from "../support/stand_in.ts";

Deno.test("a provider has file handles only when it says so, and is asked once a family", NEEDS_IPV4, () => {
  {
    // A provider layered on that of the system: the first one that this isolate asks.
    using _layered = standIn(ws2_32(), "getsockopt", (original) => (s, level, name, value, length) => {
      const result = original(s, level, name, value, length);
      assertEquals(name, SO_PROTOCOL_INFOW);
      const { buffer, byteOffset } = value as Uint8Array<ArrayBuffer>;
      layout(WSAPROTOCOL_INFOW).view(buffer, byteOffset).dwServiceFlags1 &= ~XP1_IFS_HANDLES;
      return result;
    });
    assertEquals(tcpProvider(AF_INET).hasFileHandles, false);
  }
  assertEquals(tcpProvider(AF_INET).hasFileHandles, false);
  assertEquals(udpProvider(AF_INET).hasFileHandles, true);
});

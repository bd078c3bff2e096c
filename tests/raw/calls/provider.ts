import type * as ffi from "@winsock/ws2/ffi";
import type { Calls } from "./call.ts";

export const providerCalls: Calls<ffi.ProviderFunctions> = {
  WPUCompleteOverlappedRequest: ["completes an operation of a provider: only one may call it"],
};

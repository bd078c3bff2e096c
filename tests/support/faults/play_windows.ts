// Loaded before each test file by `deno task test:windows-profile`: everything in it meets the Windows profile.
import { violations } from "./kernel.ts";
import { windowsProfile } from "./windows_profile.ts";

if (Deno.build.os === "windows") {
  const { played } = windowsProfile();
  globalThis.addEventListener("unload", () => {
    console.log("Windows profile:", JSON.stringify(played));
    if (violations.length > 0) throw new Error(`The library does what Windows forbids: ${violations.join("; ")}`);
  });
}

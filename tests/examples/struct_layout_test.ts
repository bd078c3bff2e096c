// The example as a user starts it. It needs no permission and no Windows.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ended, runDeno } from "../support/program.ts";

function run(...args: string[]): Promise<Ended> {
  return runDeno(["run", "--no-prompt", "examples/struct_layout.ts", ...args]);
}

Deno.test("struct_layout.ts prints offset, size, name and type of every member, and the padding", async () => {
  assertEquals(await run("WSAMSG"), {
    code: 0,
    stdout: `struct WSAMSG: 56 bytes, aligned to 8
  offset  size  member         type
       0     8  name           pointer
       8     4  namelen        i32
      12     4                 padding
      16     8  lpBuffers      pointer
      24     4  dwBufferCount  u32
      28     4                 padding
      32    16  Control        WSABUF
      32     4  Control.len    u32
      36     4                 padding
      40     8  Control.buf    pointer
      48     4  dwFlags        u32
      52     4                 padding
`,
    stderr: "",
  });
});

Deno.test("struct_layout.ts prints several structs, and what is nested in them", async () => {
  assertEquals(await run("IN_ADDR", "WSAPOLLFD"), {
    code: 0,
    stdout: `struct IN_ADDR: 4 bytes, aligned to 4
  offset  size  member            type
       0     4  S_un              union
       0     4  S_un.S_un_b       struct
       0     1  S_un.S_un_b.s_b1  u8
       1     1  S_un.S_un_b.s_b2  u8
       2     1  S_un.S_un_b.s_b3  u8
       3     1  S_un.S_un_b.s_b4  u8
       0     4  S_un.S_un_w       struct
       0     2  S_un.S_un_w.s_w1  u16be
       2     2  S_un.S_un_w.s_w2  u16be
       0     4  S_un.S_addr       u32be
struct WSAPOLLFD: 16 bytes, aligned to 8
  offset  size  member   type
       0     8  fd       usize
       8     2  events   i16
      10     2  revents  i16
      12     4           padding
`,
    stderr: "",
  });
});

Deno.test("struct_layout.ts --list prints the names of structs that it knows", async () => {
  const { code, stdout, stderr } = await run("--list");
  assertEquals([code, stderr], [0, ""]);
  const names = stdout.trimEnd().split("\n");
  for (const name of ["SOCKADDR_IN6", "WSABUF", "OVERLAPPED", "SOCKADDR_INET"]) {
    assertEquals(names.includes(name), true);
  }
  assertEquals((await run(...names)).code, 0);
});

Deno.test("struct_layout.ts --help describes every flag", async () => {
  const { code, stdout, stderr } = await run("--help");
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["STRUCT", "--list", "--help"]) assertStringIncludes(stdout, flag);
});

for (
  const [args, message] of [
    [["sockaddr"], "unknown struct sockaddr, see --list"],
    [["WSABUF", "WSABUFFER"], "unknown struct WSABUFFER, see --list"],
    [["toString"], "unknown struct toString, see --list"],
    [["AF_INET"], "unknown struct AF_INET, see --list"],
    [["--struct", "WSABUF"], "unknown argument --struct, see --help"],
    [[], "name a struct, see --help"],
  ] as const
) {
  Deno.test(`struct_layout.ts refuses "${args.join(" ")}" in one line, and ends with code 2`, async () => {
    assertEquals(await run(...args), { code: 2, stdout: "", stderr: `struct_layout: ${message}\n` });
  });
}

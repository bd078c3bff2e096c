/** Functions of Linux's C library; undefined elsewhere. */

function open() {
  const { symbols } = Deno.dlopen("libc.so.6", {
    inet_pton: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  });
  const encoder = new TextEncoder();
  const text = new Uint8Array(1024);
  return {
    AF_INET: 2,
    AF_INET6: 10,
    /** Whether a text, without a zero in it, is an address of the family; writes its bytes. */
    inetPton(family: number, address: string, bytes: Uint8Array<ArrayBuffer>): boolean {
      const { read, written } = encoder.encodeInto(address, text);
      if (read < address.length || written === text.length) throw new RangeError("address is too long");
      text[written] = 0;
      return symbols.inet_pton(family, text, bytes) === 1;
    },
  };
}

export const libc: ReturnType<typeof open> | undefined = Deno.build.os === "linux" ? open() : undefined;

// A substitute for the functions of jsr:@std/bytes that this project imports, for machines that cannot reach jsr.io.
export { concat } from "./concat.ts";
export { equals } from "./equals.ts";

import { pingPong } from "./ping_pong.ts";

await pingPong(Deno);

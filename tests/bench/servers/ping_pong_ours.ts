import { connect, listen } from "../../../mod.ts";
import { pingPong } from "./ping_pong.ts";

await pingPong({ listen, connect });

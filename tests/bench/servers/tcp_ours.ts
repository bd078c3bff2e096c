import { listen } from "../../../mod.ts";
import { serve } from "./deno_api.ts";

await serve(listen);

import { serve } from "./deno_api.ts";

await serve(Deno.listen);

/** All that is fuzzed. */

import { ADDRESS_TEXT } from "./address_text.ts";
import { ARGUMENTS } from "./arguments.ts";
import { CONTROL } from "./control.ts";
import { RESOLVER_LISTS } from "./resolver_lists.ts";
import { SOCKADDR } from "./sockaddr.ts";
import { STRUCT_VIEWS } from "./struct_views.ts";
import { TCP_ARRAYS } from "./tcp_arrays.ts";
import { UDP_ARRAYS } from "./udp_arrays.ts";
import type { Target } from "./runner.ts";

export const TARGETS: readonly Target[] = [
  ADDRESS_TEXT,
  SOCKADDR,
  CONTROL,
  STRUCT_VIEWS,
  RESOLVER_LISTS,
  ARGUMENTS,
  TCP_ARRAYS,
  UDP_ARRAYS,
];

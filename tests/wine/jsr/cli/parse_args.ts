// A substitute for parseArgs() of jsr:@std/cli, over Node's own, for machines that cannot reach jsr.io. It has the options
// that this project uses: string, boolean, default, alias and unknown.
import { parseArgs as nodeParseArgs } from "node:util";

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions<B extends string, S extends string, D extends Record<string, unknown>> {
  /** Flags that take a value. */
  string?: readonly S[];
  /** Flags that take none. */
  boolean?: readonly B[];
  /** Values of flags that are not given. */
  default?: D;
  /** Other names of flags. */
  alias?: Record<string, string | readonly string[]>;
  /** Called for each argument that no option names; `false` leaves it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@linkcode parseArgs} returns: a member a flag, and the other arguments in `_`. */
export type Args<B extends string, S extends string, D extends Record<string, unknown>> =
  & { _: Array<string | number> }
  & { [K in B]: boolean }
  & { [K in S]: K extends keyof D ? string : string | undefined };

/** Parses command-line arguments. */
export function parseArgs<
  const B extends string = never,
  const S extends string = never,
  const D extends Record<string, unknown> = Record<never, never>,
>(args: string[], options: ParseOptions<B, S, D> = {}): Args<B, S, D> {
  const names = new Map<string, string>();
  for (const name of [...options.string ?? [], ...options.boolean ?? []]) names.set(name, name);
  for (const [name, other] of Object.entries(options.alias ?? {})) {
    for (const alias of [other].flat() as string[]) names.set(alias, name);
  }
  const types = Object.fromEntries(
    [...names].map(([alias, name]) =>
      [alias, { type: options.string?.includes(name as S) ? "string" : "boolean", multiple: false }] as const
    ),
  );
  const { tokens } = nodeParseArgs({ args, options: types, strict: false, allowPositionals: true, tokens: true });

  const result: Record<string, unknown> = { _: [] };
  for (const name of options.boolean ?? []) result[name] = false;
  Object.assign(result, options.default);
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      if (options.unknown?.(token.value) !== false) (result._ as unknown[]).push(token.value);
      continue;
    }
    const name = names.get(token.name);
    const value = name === undefined || types[token.name].type === "boolean" ? token.value ?? true : token.value ?? "";
    if (name !== undefined) result[name] = value;
    else if (options.unknown?.(args[token.index], token.name, value) !== false) result[token.name] = value;
  }
  return result as Args<B, S, D>;
}

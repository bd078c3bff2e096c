/** What a compiler knows of the types of a C program, read from `objdump --dwarf=info`. */

/** A struct, union or enum as C declares it. */
export interface CompoundType {
  readonly kind: "struct" | "union" | "enum";
  readonly size: number;
  /** The file it is declared in, without its folder. */
  readonly file: string;
  /** Of a struct or union. */
  readonly members: readonly Member[];
  /** Of an enum. */
  readonly constants: ReadonlyMap<string, number>;
}

/** A member of a struct or union. One without a name is an anonymous struct or union. */
export interface Member {
  readonly name: string | undefined;
  readonly offset: number;
  readonly isBitField: boolean;
  readonly type: CType;
}

/** The type of a member, as far as a layout needs to know it. */
export type CType =
  | { readonly kind: "integer"; readonly size: number; readonly isSigned: boolean }
  | { readonly kind: "pointer" }
  | { readonly kind: "array"; readonly length: number; readonly element: CType }
  | { readonly kind: "compound"; readonly name: string | undefined; readonly compound: CompoundType };

/** The types of a program: structs, unions and enums by tag and by the name of each typedef. */
export interface ProgramTypes {
  readonly named: ReadonlyMap<string, CompoundType>;
  /** Which of the names are typedefs. */
  readonly typedefs: ReadonlySet<string>;
  readonly enumConstants: ReadonlyMap<string, number>;
}

interface Entry {
  readonly tag: string;
  readonly attributes: Map<string, string>;
  readonly children: Entry[];
}

/**
 * Reads the types of a program.
 *
 * @param info The output of `objdump --dwarf=info`.
 * @param lines The output of `objdump --dwarf=rawline`, which names the files.
 */
export function readTypes(info: string, lines: string): ProgramTypes {
  const files = readFiles(lines);
  const { entries, root } = readEntries(info);
  const compounds = new Map<Entry, CompoundType>();

  function resolve(reference: string | undefined): [name: string | undefined, entry: Entry | undefined] {
    let entry = reference === undefined ? undefined : entries.get(reference.slice(1, -1));
    let name: string | undefined;
    while (entry !== undefined && /^(typedef|const_type|volatile_type)$/.test(entry.tag)) {
      if (entry.tag === "typedef") name ??= entry.attributes.get("name");
      entry = entries.get(entry.attributes.get("type")?.slice(1, -1) ?? "");
    }
    return [name ?? entry?.attributes.get("name"), entry];
  }

  function typeOf(reference: string | undefined): CType {
    const [name, entry] = resolve(reference);
    const size = Number(entry?.attributes.get("byte_size") ?? 0);
    switch (entry?.tag) {
      case "base_type":
        return {
          kind: "integer",
          size,
          isSigned: /\((signed|signed char)\)/.test(entry.attributes.get("encoding") ?? ""),
        };
      case "pointer_type":
        return { kind: "pointer" };
      case "array_type":
        return arrayOf(entry);
      case "structure_type":
      case "union_type":
        return { kind: "compound", name, compound: compoundOf(entry) };
      case "enumeration_type":
        return { kind: "integer", size, isSigned: false };
    }
    throw new Error(`A member of type ${entry?.tag ?? reference}`);
  }

  function arrayOf(entry: Entry): CType {
    return entry.children.reduceRight<CType>((element, { attributes }) => {
      const length = attributes.has("count")
        ? Number(attributes.get("count"))
        : Number(attributes.get("upper_bound") ?? -1) + 1;
      return { kind: "array", length, element };
    }, typeOf(entry.attributes.get("type")));
  }

  function compoundOf(entry: Entry): CompoundType {
    const known = compounds.get(entry);
    if (known !== undefined) return known;
    const members: Member[] = [];
    const constants = new Map<string, number>();
    const compound: CompoundType = {
      kind: entry.tag === "structure_type" ? "struct" : entry.tag === "union_type" ? "union" : "enum",
      size: Number(entry.attributes.get("byte_size") ?? 0),
      file: files.get(entry.attributes.get("decl_file") ?? "") ?? "",
      members,
      constants,
    };
    compounds.set(entry, compound);
    for (const { tag, attributes } of entry.children) {
      if (tag === "enumerator") constants.set(attributes.get("name")!, Number(attributes.get("const_value")));
      if (tag !== "member") continue;
      members.push({
        name: attributes.get("name"),
        offset: Number(attributes.get("data_member_location") ?? 0),
        isBitField: attributes.has("bit_size"),
        type: typeOf(attributes.get("type")),
      });
    }
    return compound;
  }

  const named = new Map<string, CompoundType>();
  const typedefs = new Set<string>();
  const enumConstants = new Map<string, number>();
  for (const entry of root) {
    const isTypedef = entry.tag === "typedef";
    const [, target] = isTypedef ? resolve(entry.attributes.get("type")) : [undefined, entry];
    if (target === undefined || !/^(structure|union|enumeration)_type$/.test(target.tag)) continue;
    if (target.attributes.has("declaration")) continue;
    const compound = compoundOf(target);
    for (const [constant, value] of compound.constants) enumConstants.set(constant, value);
    const name = entry.attributes.get("name");
    if (name === undefined) continue;
    named.set(name, compound);
    if (isTypedef) typedefs.add(name);
  }
  return { named, typedefs, enumConstants };
}

function readFiles(lines: string): Map<string, string> {
  const table = lines.slice(lines.indexOf("The File Name Table"));
  return new Map(
    Array.from(table.matchAll(/^ {2}(\d+)\t\d+\t\d+\t\d+\t(.+)$/gm), ([, number, file]) => [number, file]),
  );
}

function readEntries(info: string): { entries: Map<string, Entry>; root: readonly Entry[] } {
  const entries = new Map<string, Entry>();
  const parents: Entry[] = [];
  for (const line of info.split("\n")) {
    const start = line.match(/^ <(\d+)><([0-9a-f]+)>: Abbrev Number: \d+ \(DW_TAG_(\w+)\)/);
    if (start !== null) {
      const [, depth, offset, tag] = start;
      const entry: Entry = { tag, attributes: new Map(), children: [] };
      entries.set(`0x${offset}`, entry);
      parents.length = Number(depth);
      parents.at(-1)?.children.push(entry);
      parents.push(entry);
      continue;
    }
    const attribute = line.match(
      /^ {4}<[0-9a-f]+> {3}DW_AT_(\w+) *: (?:\(indirect string, offset: 0x[0-9a-f]+\): )?(.*)$/,
    );
    // The meaning of a number may follow it: "5	(signed)".
    if (attribute !== null) parents.at(-1)?.attributes.set(attribute[1], attribute[2].trim());
  }
  return { entries, root: entries.values().next().value?.children ?? [] };
}
